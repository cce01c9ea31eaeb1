"""`cordee verify`: do these minutes, this receipt, this log still hang together?"""

import argparse
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from components.command.arguments import CommandError, reason_of
from components.documents.retold import sheet_told
from components.documents.visible import shown_problems
from components.look.i18n import t
from components.meeting import archive
from components.meeting.checking import Problem, Report, check_meeting, check_proof, votes_with
from components.meeting.desk import Desk
from components.meeting.fold import fold
from components.meeting.run_sheet import RunSheetError, load_run_sheet
from components.meeting.store import StoreUnavailable, UnknownMeeting

LARGEST_BYTES = 100_000_000
HOLDERS = ("script", "template", "pre", "code", "textarea")


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declares the sub-command."""
    parser = subparsers.add_parser(
        "verify", help=t("command.verify_help"), description=t("verify.description")
    )
    parser.add_argument("minutes", nargs="?", type=Path, metavar="COMPTE-RENDU", help=t("verify.arg_minutes"))
    parser.add_argument("--receipt", metavar="REÇU", help=t("verify.arg_receipt"))
    parser.add_argument("--db", metavar="CODE", help=t("verify.arg_db"))
    parser.add_argument("--anchor", metavar="EMPREINTE", help=t("verify.arg_anchor"))
    parser.add_argument("--json", action="store_true", help=t("verify.arg_json"))
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """0 when everything holds, 1 when something does not, named. Raises CommandError."""
    if args.minutes is None and not args.db:
        raise CommandError(t("verify.nothing"))
    text = read_minutes(args.minutes) if args.minutes else ""
    proof = proof_in(text, args.minutes) if args.minutes else None
    reports = []
    if proof is not None:
        report = check_proof(proof)
        shown, unknown = shown_problems("" if _proof_of(text) else text, proof)
        reports.append(replace(report, problems=[*report.problems, *shown], notes=unknown))
    if args.db:
        reports.append(check_database(args.db.upper(), proof))
    if args.anchor is not None:
        reports = [anchored(report, args.anchor) for report in reports]
    found = None if args.receipt is None else find_receipt(args, proof)
    good = all(report.good for report in reports) and found != []
    if args.json:
        print(json.dumps(as_json(reports, good, args.receipt, found), ensure_ascii=False, indent=1))
    else:
        print("\n".join(sentences(reports, args.receipt, found)))
    return 0 if good else 1


# --- what is read -----------------------------------------------------------------------------------


def read_proof(file: Path) -> Mapping[str, Any]:
    """The proof in minutes saved as a page or as JSON. Raises CommandError."""
    return proof_in(read_minutes(file), file)


def read_minutes(file: Path) -> str:
    """What a file holds. Raises CommandError."""
    try:
        if file.stat().st_size > LARGEST_BYTES:
            raise CommandError(t("verify.too_large", file=file))
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise CommandError(t("meeting_cli.not_utf8", file=file)) from None
    except OSError as error:
        raise CommandError(t("meeting_cli.unreadable", file=file, reason=reason_of(error))) from None


def proof_in(text: str, file: Path) -> Mapping[str, Any]:
    """The proof that minutes carry. Raises CommandError."""
    for words in (text, *_held_in(text)):
        proof = _proof_of(words)
        if proof is not None:
            return proof
    raise CommandError(t("verify.not_minutes", file=file))


def _proof_of(words: str) -> Mapping[str, Any] | None:
    if not words.lstrip().startswith("{"):
        return None
    try:
        found = json.loads(words)
    except (ValueError, RecursionError):
        return None
    if isinstance(found, dict) and isinstance(found.get("proof"), dict):
        found = found["proof"]
    return found if isinstance(found, dict) and "log" in found and "votes" in found else None


class _Holders(HTMLParser):
    """What the elements of a page hold that may carry data."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.held: list[str] = []
        self._open = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in HOLDERS:
            self._open += 1
            self.held.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag in HOLDERS and self._open:
            self._open -= 1

    def handle_data(self, data: str) -> None:
        if self._open:
            self.held[-1] += data


def _held_in(page: str) -> Iterator[str]:
    parser = _Holders()
    parser.feed(page)
    parser.close()
    yield from parser.held


def check_database(code: str, proof: Mapping[str, Any] | None) -> Report:
    """The meeting as the database has it, and whether the minutes tell the same log. Raises CommandError."""
    try:
        desk = Desk.open()
    except StoreUnavailable as error:
        raise CommandError(t("meeting_cli.store_unavailable", reason=error.reason)) from None
    try:
        meeting, rows = desk.store.whole(code)
        gone = {purge.kind for purge in desk.store.purges(code)}
    except UnknownMeeting:
        raise CommandError(t("meeting.unknown_meeting", code=code)) from None
    except StoreUnavailable as error:
        raise CommandError(t("meeting_cli.store_unavailable", reason=error.reason)) from None
    finally:
        desk.store.close()
    report = check_meeting(meeting, rows, gone)
    told = (proof or {}).get("log")
    if not isinstance(told, list):
        return report
    kept = rows["event"]
    pairs = enumerate(zip(kept, told, strict=False), start=1)
    apart = next((n for n, (row, said) in pairs if not _same_row(row, said)), None)
    if apart is None and len(told) > len(kept):
        apart = len(kept) + 1
    problems = list(report.problems)
    if apart is not None:
        problems.append(Problem("other_log", {"version": apart}))
    elif report.good and not _same_sheet(rows, len(told), (proof or {}).get("beside")):
        problems.append(Problem("other_sheet_told", {}))
    return replace(report, problems=problems)


def _same_sheet(rows: archive.Rows, version: int, told: Any) -> bool:
    """Whether minutes at this version of the log print the title, promise and steps of the run sheet kept."""
    if not isinstance(told, dict):
        return True
    room = fold(archive.entries_of({"event": rows["event"][:version]}))
    source = next((row["source"] for row in rows["run_sheet"] if row["revision"] == room.revision), "")
    try:
        kept = sheet_told(load_run_sheet(str(source)), room)
    except RunSheetError:  # for a territory that is not here
        return True
    return bool(json.loads(json.dumps(kept)) == told.get("sheet"))


def anchored(report: Report, typed: str) -> Report:
    """The report, with whether its log or one of its votes has this digest. Raises CommandError."""
    signs = re.sub(r"[\s…]", "", typed.lower())
    if not re.fullmatch(r"[0-9a-f]{16,64}", signs):
        raise CommandError(t("verify.bad_anchor", anchor=typed[:80]))
    if any(known.startswith(signs) for known in report.anchors):
        return replace(report, notes=[*report.notes, Problem("anchor_good", {"anchor": signs})])
    return replace(report, problems=[*report.problems, Problem("anchor_unknown", {"anchor": signs})])


def _same_row(row: Mapping[str, Any], said: Any) -> bool:
    """Whether a row is the one that minutes tell: by its link, or by its words where its link is withheld."""
    if not isinstance(said, dict):
        return False
    if said.get("digest") is not None:
        return bool(said["digest"] == row["digest"])
    same = all(said.get(name) == row[name] for name in ("version", "at", "kind"))
    return same and said.get("body") in (None, row["body"])


def find_receipt(args: argparse.Namespace, proof: Mapping[str, Any] | None) -> list[str]:
    """Titles of the votes whose list holds the receipt, however it was typed. Raises CommandError."""
    signs = re.sub(r"[^0-9A-Z]", "", args.receipt.upper())
    wanted = f"{signs[:4]}-{signs[4:]}"
    if len(signs) != 8:
        raise CommandError(t("verify.bad_receipt", receipt=args.receipt[:40]))
    if proof is not None:
        return votes_with(proof, wanted)
    desk = Desk.open()
    try:
        code = args.db.upper()
        polls = desk.store.room(code).polls.values()
        return [poll.question.text("fr") for poll in polls if wanted in desk.store.receipts(code, poll.id)]
    finally:
        desk.store.close()


# --- what is said -----------------------------------------------------------------------------------


def sentences(reports: list[Report], receipt: str | None, found: list[str] | None) -> list[str]:
    """What was found, in French, what is wrong first."""
    lines = []
    for report in reports:
        lines += [problem.sentence() for problem in report.problems]
        if report.good:
            key = "log_good" if report.head else "log_good_no_head"
            lines.append(t(f"verify.{key}", code=report.meeting, n=report.rows, head=report.head))
        for vote in report.votes:
            if vote["good"]:
                key = "vote_good" if vote.get("kept", True) else "vote_gone"
                lines.append(number_of(key, vote["receipts"], title=vote["title"]))
                lines += counts(vote.get("tally"), vote.get("labels") or {})
        if report.hidden:
            lines.append(number_of("hidden", report.hidden))
        if report.unlinked:
            lines.append(number_of("unlinked", report.unlinked))
        lines += [note.sentence() for note in report.notes]
    if found is not None:
        where = [t("verify.receipt_good", receipt=receipt, title=title) for title in found]
        lines += where or [t("verify.receipt_unknown", receipt=receipt)]
    return lines


def counts(tally: Any, labels: Mapping[str, str]) -> list[str]:
    """The sealed count, to be compared by eye with what one reads elsewhere; options by their labels."""
    if not isinstance(tally, dict) or not isinstance(tally.get("counts"), dict):
        return []
    by_option = ", ".join(
        t("verify.count_of", label=labels.get(option, option), n=number)
        for option, number in tally["counts"].items()
    )
    ballots, blank = number_of("ballots", tally.get("ballots")), number_of("blank", tally.get("blank"))
    return [t("verify.counts", ballots=ballots, blank=blank, counts=by_option)]


def number_of(key: str, n: Any, title: str = "") -> str:
    """The sentence for that many, in French: nought and one are singular."""
    return t(f"verify.{key}_one" if n in (0, 1) else f"verify.{key}", n=n, title=title)


def as_json(
    reports: list[Report], good: bool, receipt: str | None, found: list[str] | None
) -> dict[str, Any]:
    """The same for a program."""
    return {
        "good": good,
        "reports": [
            {
                "meeting": report.meeting,
                "rows": report.rows,
                "head": report.head,
                "hidden": report.hidden,
                "unlinked": report.unlinked,
                "votes": list(report.votes),
                "notes": [{"kind": note.key, "sentence": note.sentence()} for note in report.notes],
                "problems": [
                    {"kind": problem.key, **problem.values, "sentence": problem.sentence()}
                    for problem in report.problems
                ],
            }
            for report in reports
        ],
        **({} if receipt is None else {"receipt": receipt, "votes": found}),
    }
