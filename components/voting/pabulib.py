"""Pabulib `.pb` files: budgets voted in cities, https://pabulib.org/format (META, PROJECTS, VOTES)."""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from components.voting.ballots import Choice
from components.voting.formats import (
    Asked,
    BallotFile,
    FileRefused,
    Remark,
    decoded,
    option_name,
    rows,
    said_once,
    whole,
)
from components.voting.question import Option, Question

METHODS_OF = {
    "approval": ("approval", "budget"),
    "choose-1": ("single", "approval", "budget"),
    "ordinal": ("ranking",),
    "cumulative": ("dots", "budget", "score"),
    "scoring": ("score", "budget", "dots"),
}
"""Vote type of a file → methods that can count it; an approved project has one point in a budget."""

WITH_POINTS = ("cumulative", "scoring")
NAMED = ("length", "sum_cost")
GIVEN = ("points", "sum_points")
"""What META bounds (`min_length`, `max_sum_points`…): the projects named, and the points given where there are some."""

KEYS = {"length": "length", "sum_cost": "sum_cost", "points": "cap", "sum_points": "points"}
"""What is bounded → the end of the sentence's name, which the limits of the command line share."""

NOT_READ = re.compile(r"(min|max)_(length|sum_cost|points|sum_points)_.+")
"""Limits of only some projects (`max_length_per_category`): a ballot cannot be held to them, so the file is refused."""

NOT_FOLLOWED = ("min_project_score_threshold", "budget_per_category", "budget_per_neighborhood")
"""Rules of the original count that a budget counted here does not have."""

TOP_SCALE = 100
"""The highest score a vote may allow, as in a run sheet."""

Line = tuple[int, dict[str, str]]
Meta = Mapping[str, tuple[int, str]]
Limits = dict[str, Fraction]


def read_pabulib(data: bytes, asked: Asked) -> BallotFile:
    """The projects and all the votes of a file. Raises `FileRefused` with the line of the first fault.

    What the command line says (budget, points…) goes before the file's own META, whose limits hold for each ballot.
    A blank ballot, which names nothing, is never held to a minimum: a warning says how many there are.
    """
    meta, projects, votes = _sections(decoded(data))
    kind_line, kind = meta.get("vote_type", (0, ""))
    if kind not in METHODS_OF:
        raise FileRefused("pabulib_type", kind_line, kind=kind or "–", known=", ".join(METHODS_OF))
    if asked.method not in METHODS_OF[kind]:
        known = ", ".join(METHODS_OF[kind])
        raise FileRefused("pabulib_method", kind_line, kind=kind, method=asked.method, known=known)
    options = _projects(projects)
    limits = _limits(meta, kind, asked)
    asked = replace(
        asked,
        budget=asked.budget or (whole(meta["budget"][1], meta["budget"][0]) if "budget" in meta else 0),
        points=int(limits.get("max_sum_points", 0)),
        cap=int(limits.get("max_points", 0)),
    )
    if asked.method == "score":
        # All the points of a ballot may go to one project, unless the file says less.
        most = asked.cap or (asked.points if kind == "cumulative" else 0) or asked.scale
        asked = replace(asked, scale=most, cap=most)
        if most > TOP_SCALE:
            line = meta.get("max_points", (0, ""))[0]
            raise FileRefused("scale", line, most=TOP_SCALE, value=asked.scale)
    choose = _chooser(kind, asked, options, limits)
    ballots: Counter[Choice] = Counter()
    seen: dict[str, int] = {}
    for line, row in votes:
        said_once(seen, row.get("voter_id", ""), line, "voter_id")
        ballots[choose(line, row)] += 1
    _announced(meta, "num_projects", len(projects))
    _announced(meta, "num_votes", len(votes))
    pointed = asked.method in ("dots", "budget")
    length = 1 if kind == "choose-1" else int(min(limits.get("max_length", len(options)), len(options)))
    question = Question(
        id="q",
        method=asked.method,
        title={"fr": meta.get("description", (0, ""))[1]},
        options=options,
        max_choices=length,
        budget=asked.budget,
        points=asked.points if pointed else 0,
        cap=asked.cap if pointed else 0,
        scale=asked.scale if asked.method == "score" else 0,
        counting=asked.counting or ("schulze" if asked.method == "ranking" else ""),
    )
    told = {name: int(bound) if bound == int(bound) else float(bound) for name, bound in limits.items()}
    return BallotFile(question, dict(ballots), told, _warnings(meta, asked, limits, ballots[()]))


def _limits(meta: Meta, kind: str, asked: Asked) -> Limits:
    """Name in META → bound, as the file and the command line say; those that bound nothing are left out."""
    limits: Limits = {}
    for measure in (*NAMED, *GIVEN) if kind in WITH_POINTS else NAMED:
        for name in (f"min_{measure}", f"max_{measure}"):
            if name in meta:
                limits[name] = _bound(*meta[name])
    for name, (line, value) in meta.items():
        if NOT_READ.fullmatch(name):
            raise FileRefused("pabulib_limit", line, name=name)
        if name == "default_score" and _bound(line, value):
            raise FileRefused("pabulib_default", line, value=value)
    if asked.points:
        limits["max_sum_points"] = Fraction(asked.points)
    if asked.cap:
        limits["max_points"] = Fraction(asked.cap)
    return limits


def _bound(line: int, text: str) -> Fraction:
    """A limit may be below zero or have decimals."""
    sign, plain = (-1, text[1:].strip()) if text.startswith("-") else (1, text)
    if re.fullmatch(r"[0-9]{1,12}[.,]([0-9]{1,2}|[0-9]{4,6})", plain):
        return sign * Fraction(plain.replace(",", "."))
    return Fraction(sign * whole(plain, line))


def _announced(meta: Meta, name: str, found: int) -> None:
    """The format wants `num_votes` and `num_projects` to be what the file holds: otherwise a part of it is missing."""
    if name in meta:
        line, text = meta[name]
        told = whole(text, line)
        if told != found:
            raise FileRefused(f"pabulib_{name}", line, told=told, found=found)


def _warnings(meta: Meta, asked: Asked, limits: Limits, blank: int) -> tuple[Remark, ...]:
    found = []
    if asked.method == "budget":
        found += [Remark("pabulib_unfollowed", meta[n][0], {"name": n}) for n in NOT_FOLLOWED if n in meta]
    for name in ("min_length", "min_sum_cost", "min_sum_points"):
        if blank and limits.get(name, 0) > 0:
            found.append(Remark("pabulib_blank", meta[name][0], {"name": name, "n": blank}))
    return tuple(found)


def _sections(text: str) -> tuple[Meta, list[Line], list[Line]]:
    """META as name → its line and what it says, unless that is nothing; PROJECTS and VOTES as rows by column."""
    meta: dict[str, tuple[int, str]] = {}
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
            name = cells[0].lower()
            if name in meta:
                raise FileRefused("twice", line, name=name)
            if len(cells) > 1 and cells[1]:
                meta[name] = line, cells[1]
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


def _chooser(
    kind: str, asked: Asked, options: Sequence[Option], limits: Limits
) -> Callable[[int, dict[str, str]], Choice]:
    place = {option.id: index for index, option in enumerate(options)}
    costs = {option.id: option.cost for option in options}

    def choose(line: int, row: dict[str, str]) -> Choice:
        if "vote" not in row:
            raise FileRefused("pabulib_column", line, name="vote")
        named = [part.strip() for part in row["vote"].split(",")] if row["vote"] else []
        if len(set(named)) < len(named) or not place.keys() >= set(named):
            raise _misnamed(named, place, line)
        if kind == "choose-1" and len(named) > 1:
            raise FileRefused("one_only", line, names=", ".join(named)[:120])
        given = [1] * len(named)
        if kind in WITH_POINTS:
            if "points" not in row:
                raise FileRefused("pabulib_column", line, name="points")
            given = [whole(part, line) for part in row["points"].split(",")] if row["points"] else []
        if len(given) != len(named):
            raise FileRefused("pabulib_points", line, projects=len(named), points=len(given))
        values = dict(zip(named, given, strict=True))
        if kind == "cumulative":  # where 0 is what a project that is not named has
            values = {name: value for name, value in values.items() if value}
        _held(limits, values, costs, line)
        if asked.method == "ranking":
            return tuple(named)
        in_order = sorted(values, key=place.__getitem__)
        if asked.method in ("single", "approval"):
            return tuple(in_order)
        if asked.method == "score":
            check_limits(asked, values, line)
        return tuple(
            [f"{name}={values[name]}" for name in in_order if values[name] or asked.method == "score"]
        )

    return choose


def _held(limits: Limits, values: dict[str, int], costs: dict[str, int], line: int) -> None:
    """Refuses a ballot outside the limits of the file; a blank one has no minimum."""
    for name, bound in limits.items():
        side, _, measure = name.partition("_")
        if measure == "points":
            measured = values
        elif measure == "sum_points":
            measured = {"": sum(values.values())}
        elif measure == "sum_cost":
            measured = {"": sum([costs[project] for project in values])}
        else:
            measured = {"": len(values)}
        for project, value in measured.items():
            if side == "max" and value > bound:
                raise FileRefused(
                    f"over_{KEYS[measure]}", line, name=project, value=value, most=_plain(bound)
                )
            if side == "min" and values and value < bound:
                raise FileRefused(
                    f"under_{KEYS[measure]}", line, name=project, value=value, least=_plain(bound)
                )


def _plain(bound: Fraction) -> str:
    return f"{float(bound):g}" if bound.denominator > 1 else str(bound)


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
