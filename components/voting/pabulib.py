"""Pabulib `.pb` files: budgets voted in cities, https://pabulib.org/format (META, PROJECTS, VOTES)."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

from components.voting.ballots import Choice
from components.voting.formats import Asked, BallotFile, FileRefused, decoded, option_name, rows, whole
from components.voting.question import Option, Question

METHODS_OF = {
    "approval": ("approval", "budget"),
    "ordinal": ("ranking",),
    "cumulative": ("dots", "budget", "score"),
    "scoring": ("score", "budget", "dots"),
}
"""Vote type of a file → methods that can count it; an approved project has one point in a budget."""

TOP_SCALE = 100
"""The highest score a vote may allow, as in a run sheet."""

Line = tuple[int, dict[str, str]]


def read_pabulib(data: bytes, asked: Asked) -> BallotFile:
    """The projects and all the votes of a file. Raises `FileRefused` with the line of the first fault.

    What the command line says (budget, points…) goes before the file's own META.
    """
    meta, projects, votes = _sections(decoded(data))
    kind = meta.get("vote_type", "")
    if kind not in METHODS_OF:
        raise FileRefused("pabulib_type", kind=kind or "–", known=", ".join(METHODS_OF))
    if asked.method not in METHODS_OF[kind]:
        known = ", ".join(METHODS_OF[kind])
        raise FileRefused("pabulib_method", kind=kind, method=asked.method, known=known)
    options = _projects(projects)
    place = {option.id: index for index, option in enumerate(options)}
    budget = asked.budget or (whole(meta["budget"], 0) if meta.get("budget") else 0)
    points = asked.points or _optional(meta, "max_sum_points")
    cap = asked.cap or _optional(meta, "max_points")
    scale = cap or asked.scale
    if asked.method == "score":
        if scale > TOP_SCALE:
            raise FileRefused("scale", most=TOP_SCALE, value=scale)
        asked = replace(asked, cap=scale)
    choose = _chooser(kind, asked, place)
    ballots: Counter[Choice] = Counter(choose(line, row) for line, row in votes)
    question = Question(
        id="q",
        method=asked.method,
        title={"fr": meta.get("description", "")},
        options=options,
        max_choices=len(options),
        budget=budget,
        points=points if asked.method in ("dots", "budget") else 0,
        cap=cap if asked.method in ("dots", "budget") else 0,
        scale=scale if asked.method == "score" else 0,
        counting=asked.counting or ("schulze" if asked.method == "ranking" else ""),
    )
    return BallotFile(question, dict(ballots))


def _sections(text: str) -> tuple[dict[str, str], list[Line], list[Line]]:
    """META as a mapping; PROJECTS and VOTES as rows by column."""
    meta: dict[str, str] = {}
    tables: dict[str, list[Line]] = {"PROJECTS": [], "VOTES": []}
    section, header = "", None
    for line, cells in rows(text, ";"):
        if not any(cells):
            continue
        if cells[0].upper() in ("META", "PROJECTS", "VOTES") and not any(cells[1:]):
            section, header = cells[0].upper(), None
        elif not section:
            raise FileRefused("pabulib_section", line)
        elif header is None:
            header = [cell.lower() for cell in cells]
        elif len(cells) != len(header):
            raise FileRefused("cells", line, found=len(cells), wanted=len(header))
        elif section == "META":
            meta[cells[0].lower()] = cells[1]
        else:
            tables[section].append((line, dict(zip(header, cells, strict=True))))
    if not meta or not tables["PROJECTS"]:
        raise FileRefused("pabulib_section")
    return meta, tables["PROJECTS"], tables["VOTES"]


def _projects(projects: list[Line]) -> tuple[Option, ...]:
    options: list[Option] = []
    for line, row in projects:
        name = option_name(row.get("project_id", ""), line)
        if any(option.id == name for option in options):
            raise FileRefused("twice", line, name=name)
        cost = whole(row.get("cost", ""), line, "bad_cost", name=name)
        options.append(Option(name, {"fr": row.get("name") or name}, cost=cost))
    return tuple(options)


def _optional(meta: dict[str, str], name: str) -> int:
    return whole(meta[name], 0) if meta.get(name) else 0


def _chooser(kind: str, asked: Asked, place: dict[str, int]) -> Callable[[int, dict[str, str]], Choice]:
    def choose(line: int, row: dict[str, str]) -> Choice:
        if "vote" not in row:
            raise FileRefused("pabulib_column", line, name="vote")
        named = [part.strip() for part in row["vote"].split(",")] if row["vote"] else []
        if len(set(named)) < len(named) or not place.keys() >= set(named):
            raise _misnamed(named, place, line)
        if kind == "ordinal":
            return tuple(named)
        if kind == "approval" and asked.method == "approval":
            return tuple(sorted(named, key=place.__getitem__))
        if kind == "approval":
            given = [1] * len(named)
        else:
            if "points" not in row:
                raise FileRefused("pabulib_column", line, name="points")
            given = [whole(part, line) for part in row["points"].split(",")] if row["points"] else []
        if len(given) != len(named):
            raise FileRefused("pabulib_points", line, projects=len(named), points=len(given))
        values = dict(zip(named, given, strict=True))
        check_limits(asked, values, line)
        kept = [name for name in named if values[name] or asked.method == "score"]
        return tuple([f"{name}={values[name]}" for name in sorted(kept, key=place.__getitem__)])

    return choose


def _misnamed(named: list[str], place: dict[str, int], line: int) -> FileRefused:
    """The first name that is none of the options, or that comes twice."""
    name = next(name for name in named if name not in place or named.count(name) > 1)
    if name in place:
        return FileRefused("twice", line, name=name)
    return FileRefused("unknown_option", line, name=name[:60])


def check_limits(asked: Asked, values: dict[str, int], line: int) -> None:
    """Refuses a ballot that gives more than announced, to one option or in all."""
    for name, value in values.items():
        if asked.cap and value > asked.cap:
            raise FileRefused("over_cap", line, name=name, value=value, most=asked.cap)
    if asked.points and sum(values.values()) > asked.points:
        raise FileRefused("over_points", line, value=sum(values.values()), most=asked.points)
