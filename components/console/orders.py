"""What a console may ask: each order answered with a dict, a refusal with a sentence. No server in here.

Orders come from a page, so their names and arguments are checked like any stranger's.
"""

from collections.abc import Callable, Mapping
from typing import Any

from components.console.helpers import tables_answer
from components.console.paper import paper_answer
from components.console.sheets import (
    faults,
    from_template,
    has_comments,
    read_form,
    templates,
    write_form,
)
from components.look.i18n import t
from components.meeting.commands import COMMANDS, Refused
from components.meeting.desk import Desk
from components.meeting.room import Figure
from components.meeting.run_sheet import RunSheetError, load_run_sheet
from components.meeting.store import UnknownMeeting
from components.scenario.faults import ScenarioError
from components.screen.explained import full_trace
from components.screen.scenery import NoScenery, checked_levers
from components.territory.pack import PackError, default_territory, list_territories, load_territory

ACTS = frozenset(COMMANDS) - {"contribute", "retract", "seal_late", "revise"}
LONGEST_SHEET = 1_000_000
Answer = dict[str, Any]


class Orders:
    """The orders of one console about the meeting `code` and about the list of meetings."""

    def __init__(self, desk: Desk, code: str, lang: str) -> None:
        self.desk = desk
        self.code = code
        self.lang = lang

    def answer(self, order: str, given: Mapping[str, Any]) -> Answer:
        """`{ok: True, …}`, or `{ok: False, sentence, faults?}`; a refusal has changed nothing."""
        known: dict[str, Callable[[Mapping[str, Any]], Answer]] = {
            "act": self._act,
            "why": self._why,
            "meetings": self._meetings,
            "new": self._new,
            "import": self._import,
            "duplicate": self._duplicate,
            "delete": self._delete,
            "restart": self._restart,
            "sheet": self._sheet,
            "check": self._check,
            "revise": self._revise,
            "tables": self._tables,
            "paper": self._paper,
        }
        try:
            if order not in known:
                raise Refused("unknown_command", name=order[:40])
            return {"ok": True, **known[order](given)}
        except Refused as refused:
            return {**self._no(t(f"meeting.{refused.key}", self.lang, **refused.values)), "key": refused.key}
        except UnknownMeeting as error:
            return self._no(t("meeting.unknown_meeting", self.lang, code=str(error.args[0])[:12]))
        except ScenarioError as error:
            return self._no(error.sentence(self.lang))
        except NoScenery:
            return self._no(t("console.no_scenery", self.lang))
        except RunSheetError as error:
            written = write_form(given["form"]) if isinstance(given.get("form"), dict) else ""
            return {**self._no(t("console.sheet_refused", self.lang)), "faults": faults(error, written)}

    def _no(self, sentence: str) -> Answer:
        return {"ok": False, "sentence": sentence}

    # --- the meeting ------------------------------------------------------------------------------

    def _act(self, given: Mapping[str, Any]) -> Answer:
        name, arguments = given.get("name"), given.get("args") or {}
        if name not in ACTS or not isinstance(arguments, Mapping):
            raise Refused("unknown_command", name=str(name)[:40])
        arguments = {str(key): value for key, value in arguments.items()}
        if name == "levers":
            arguments = {"changes": self._checked(arguments.get("changes"))}
        if name == "explain" and arguments.get("on") is not False:
            self._traced(arguments)  # what the model cannot explain is refused before it is on a screen
        self.desk.act(self.code, str(name), **arguments)
        return {}

    def _why(self, given: Mapping[str, Any]) -> Answer:
        """`{why}`: where a figure comes from at the settled positions (`trace.why` with `region_label`)."""
        return {"why": self._traced(given)}

    def _traced(self, given: Mapping[str, Any]) -> Answer:
        variable, region, year = (given.get(name) for name in ("variable", "region", "year"))
        per_inhabitant = given.get("per_inhabitant", False)
        whole = isinstance(year, int) and not isinstance(year, bool)
        if not (
            isinstance(variable, str) and isinstance(region, str) and whole and type(per_inhabitant) is bool
        ):
            raise Refused("unknown_command", name="why")
        room = self.desk.store.room(self.code)
        try:
            return full_trace(room, Figure(variable, region, int(year or 0), per_inhabitant), self.lang)
        except KeyError:
            raise Refused("unknown_figure") from None

    def _paper(self, given: Mapping[str, Any]) -> Answer:
        """What can be printed, and who may vote (`paper_answer`)."""
        return paper_answer(self.desk, self.code, self.lang)

    def _tables(self, given: Mapping[str, Any]) -> Answer:
        """All that tables wrote (`tables_answer`)."""
        return tables_answer(self.desk, self.code, self.lang)

    def _checked(self, changes: Any) -> dict[str, float | None]:
        if not isinstance(changes, Mapping):
            raise Refused("unknown_command", name="levers")
        room = self.desk.store.room(self.code)
        wanted = checked_levers(room, {str(lever): value for lever, value in changes.items()})
        touched = set(room.levers) | set(wanted)
        return {
            lever: wanted.get(lever)
            for lever in sorted(touched)
            if wanted.get(lever) != room.levers.get(lever)
        }

    # --- the list of meetings ---------------------------------------------------------------------

    def _meetings(self, given: Mapping[str, Any]) -> Answer:
        known = self.desk.store.meetings()
        return {
            "meetings": [
                {"code": m.code, "title": m.title, "touched_at": m.touched_at, "here": m.code == self.code}
                for m in known
            ],
            "templates": templates(self.lang),
            "territories": [
                {"slug": slug, "name": self._territory(slug)}
                for slug in sorted(list_territories(), key=lambda slug: slug != default_territory())
            ],
        }

    def _territory(self, slug: str) -> str:
        try:
            return load_territory(slug).name
        except PackError:
            return slug

    def _new(self, given: Mapping[str, Any]) -> Answer:
        title = str(given.get("title") or "")[:160]
        if not title.strip():
            raise Refused("empty_text")
        source = from_template(str(given.get("template") or ""), title, str(given.get("territory") or ""))
        return {"code": self.desk.new(source)}

    def _import(self, given: Mapping[str, Any]) -> Answer:
        return {"code": self.desk.new(_source(given))}

    def _duplicate(self, given: Mapping[str, Any]) -> Answer:
        return {"code": self.desk.duplicate(_code(given))}

    def _delete(self, given: Mapping[str, Any]) -> Answer:
        self.desk.delete(_code(given))
        return {}

    def _restart(self, given: Mapping[str, Any]) -> Answer:
        self.desk.clear_rehearsal(_code(given))
        return {}

    # --- the run sheet ----------------------------------------------------------------------------

    def _sheet(self, given: Mapping[str, Any]) -> Answer:
        """`{source, form, comments, revision}` of this meeting or of another (`code`)."""
        code = _code(given) if given.get("code") else self.code
        source = self.desk.source(code)
        return {**_both(source), "revision": self.desk.store.room(code).revision}

    def _check(self, given: Mapping[str, Any]) -> Answer:
        """Whether a form or a YAML text is a run sheet; gives both, to change from one to the other."""
        source = _source(given)
        load_run_sheet(source)
        return _both(source)

    def _revise(self, given: Mapping[str, Any]) -> Answer:
        source = _source(given)
        load_run_sheet(source)
        self.desk.act(self.code, "revise", source=source, base=given.get("base"))
        return {"source": source}


def _code(given: Mapping[str, Any]) -> str:
    return str(given.get("code") or "").strip().upper()[:12]


def _both(source: str) -> Answer:
    """A run sheet as text and as a form; `comments`: whether the text holds some, which a form would lose."""
    return {"source": source, "form": read_form(source), "comments": has_comments(source)}


def _source(given: Mapping[str, Any]) -> str:
    if isinstance(given.get("form"), dict):
        return write_form(given["form"])
    source = given.get("source")
    if not isinstance(source, str) or not source.strip():
        raise Refused("empty_text")
    if len(source) > LONGEST_SHEET:
        raise Refused("too_long", most=LONGEST_SHEET)
    return source
