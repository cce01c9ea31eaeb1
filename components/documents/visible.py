"""Whether a saved page shows what follows from its proof: the page is written again from it, and compared.

Pages of an older version have not all that it takes: of those the tables only are drawn again. A page written by
another program than this one may say the same in other words: where it still has the digest of what it showed, its
tables are what is compared, and that is said.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from html.parser import HTMLParser
from typing import Any

from components.documents.minutes import minutes
from components.documents.render import page
from components.documents.retold import beside_problems, record
from components.documents.tables import sheets
from components.documents.text import Piece, Shown, form, plain, read_page
from components.look.i18n import known, t
from components.look.numbers import number
from components.meeting.checking import Problem
from components.meeting.poll import SEALED, Poll
from components.meeting.results import result
from components.voting.question import question_from_dict
from components.voting.tally import Tally

CELLS = ("th", "td", "dt", "dd", "caption")
MOST_NAMED = 10
LONGEST_NAMED = 160
MOST_COMPARED = 4_000_000
Broken = (
    AttributeError,
    IndexError,
    KeyError,
    TypeError,
    ValueError,
    OverflowError,
    StopIteration,
    RecursionError,
)
"""What a proof that is none makes the code that reads it raise."""


def shown_problems(html: str, proof: Mapping[str, Any]) -> tuple[list[Problem], list[Problem]]:
    """What of a page does not follow from its proof, and what could not be checked. `html`: empty for a proof alone."""
    if "beside" not in proof:
        return (page_problems(html, proof), [Problem("older", {})]) if html else ([], [])
    problems = beside_problems(proof)
    if problems or not html:
        return problems, []
    shown = read_page(html)
    try:
        wanted = written_again(proof, known(shown.lang))
    except Broken:
        return [Problem("page_unreadable", {})], []
    apart = differences(shown, wanted)
    if not apart or proof.get("form") == form():
        return apart, []
    if shown.digest != shown.said:
        return [Problem("page_changed", {}), *page_problems(html, proof)], [Problem("other_form", {})]
    return page_problems(html, proof), [Problem("other_form", {})]


def written_again(proof: Mapping[str, Any], lang: str) -> Shown:
    """What the page with this proof has to show. Raises one of `Broken` for a proof that is none."""
    return read_page(page(minutes(record(proof), lang), lang, proof))


def differences(shown: Shown, wanted: Shown) -> list[Problem]:
    """Where a page departs from what it has to show, each with the heading above it; not more than ten."""
    a, b = shown.pieces, wanted.pieces
    start = next(
        (n for n, (x, y) in enumerate(zip(a, b, strict=False)) if x.same != y.same), min(len(a), len(b))
    )
    end = 0
    while end < min(len(a), len(b)) - start and a[-1 - end].same == b[-1 - end].same:
        end += 1
    ours, theirs = a[start : len(a) - end], b[start : len(b) - end]
    if not ours and not theirs:
        return []
    if len(ours) * len(theirs) > MOST_COMPARED:  # all of it is other: where it begins is enough
        ours, theirs = ours[:1], theirs[:1]
    match = SequenceMatcher(None, [one.same for one in ours], [one.same for one in theirs], autojunk=False)
    found = []
    for kind, i, j, k, m in match.get_opcodes():
        if kind != "equal":
            before = b[start + k - 1 : start + k] if start + k else []
            found.append(_apart_at(ours[i:j], theirs[k:m], before))
    return found[:MOST_NAMED]


def _apart_at(ours: Sequence[Piece], theirs: Sequence[Piece], before: Sequence[Piece]) -> Problem:
    place = next(_places(theirs, before), "") or t("verify.top")
    there, due = (" ".join(one.words for one in some if not one.tag) for some in (ours, theirs))
    values = {"place": place[:LONGEST_NAMED], "there": there[:LONGEST_NAMED], "due": due[:LONGEST_NAMED]}
    if there == due:  # tags only: what is hidden, moved or drawn otherwise
        tags = " ".join(
            one.words if one.words.startswith("<") else one.tag for one in [*ours, *theirs] if one.tag
        )
        return Problem("shown_form", {"place": values["place"], "tag": tags[:LONGEST_NAMED]})
    if not due:
        return Problem("shown_added", values)
    return Problem("shown_gone" if not there else "shown_apart", values)


def _places(*some: Sequence[Piece]) -> Iterator[str]:
    return (one.place for pieces in some for one in pieces if one.place)


# --- pages of an older version ----------------------------------------------------------------------


class _Section:
    """What one vote's part of a page shows: rows of its tables, named facts, all its words."""

    def __init__(self) -> None:
        self.rows: list[list[str]] = []
        self.facts: dict[str, list[str]] = {}
        self.words = ""


class _Page(HTMLParser):
    """Votes of a page, by poll; one that is there twice has two sections."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lang = "fr"
        self.votes: dict[str, list[_Section]] = {}
        self._section: _Section | None = None
        self._cell: list[str] | None = None
        self._row: list[str] | None = None
        self._name = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "html":
            self.lang = known(given.get("lang") or "fr")
        if tag == "section" and "vote" in (given.get("class") or "").split():
            self._section = _Section()
            self.votes.setdefault(given.get("data-poll") or "", []).append(self._section)
        if tag == "tr":
            self._row = []
        if tag in CELLS:
            self._cell = []

    def handle_endtag(self, tag: str) -> None:
        section = self._section
        if section is None:
            return
        if tag in CELLS and self._cell is not None:
            words, self._cell = plain("".join(self._cell)), None
            if tag in ("th", "td") and self._row is not None:
                self._row.append(words)
            elif tag == "dt":
                self._name = words
            elif tag == "dd":
                section.facts.setdefault(self._name, []).append(words)
        if tag == "tr" and self._row is not None:
            section.rows.append(self._row)
            self._row = None
        if tag == "section":
            self._section = None

    def handle_data(self, data: str) -> None:
        if self._section is not None:
            self._section.words += data
        if self._cell is not None:
            self._cell.append(data)


def page_problems(page: str, proof: Mapping[str, Any]) -> list[Problem]:
    """Votes of the proof that the page does not show as they were sealed."""
    parser = _Page()
    parser.feed(page)
    parser.close()
    votes = proof.get("votes")
    problems = []
    for vote in votes if isinstance(votes, list) else []:
        if not isinstance(vote, dict):
            continue  # named already
        title = str(vote.get("title") or vote.get("poll"))[:200]
        found = parser.votes.get(str(vote.get("poll")), [])
        try:
            drawn = _drawn(vote, proof, parser.lang)
        except (AttributeError, IndexError, KeyError, TypeError, ValueError, StopIteration):
            problems.append(Problem("shown_unreadable", {"title": title}))
            continue
        if len(found) != 1:
            problems.append(Problem("shown_missing", {"title": title}))
        elif _apart(found[0], drawn, parser.lang):
            problems.append(Problem("shown_other", {"title": title}))
    return problems


def _drawn(vote: Mapping[str, Any], proof: Mapping[str, Any], lang: str) -> dict[str, Any]:
    """The result as minutes draw it, from the question and the count in the log."""
    bodies = [
        (row["kind"], json.loads(row["body"]) if isinstance(row["body"], str) else row["body"])
        for row in proof["log"]
        if row["body"] is not None and row["kind"] in ("QuestionOpened", "QuestionSealed")
    ]
    asked = next(body for kind, body in bodies if kind == "QuestionOpened" and body["poll"] == vote["poll"])
    sealed = next(body for kind, body in bodies if kind == "QuestionSealed" and body["poll"] == vote["poll"])
    tally = Tally.from_dict(sealed["tally"])
    question = question_from_dict(asked["question"])
    poll = Poll(vote["poll"], question, SEALED, 0.0, "", tally=tally, paired=sealed["paired"])
    return result(poll, tally, lang)


def _apart(shown: _Section, drawn: Mapping[str, Any], lang: str) -> bool:
    rows = [row for row in shown.rows if row]
    tables = []
    if drawn["drawing"]["kind"] in ("bars", "consent"):
        tables.append([[o["label"], o["count_text"], o["percent_text"], ""] for o in drawn["options"]])
    tables += [sheet.rows for sheet in sheets(drawn, lang)]
    paired = drawn["paired"]
    if paired and paired["labels"]:
        tables.append(
            [
                [paired["labels"][n], *("–" if cell is None else number(cell, lang, 0) for cell in cells)]
                for n, cells in enumerate(paired["cells"])
            ]
        )
    # Every table has one row of names, whose words are no count.
    wanted = [[plain(cell) for cell in row] for table in tables for row in [[], *table]]
    if len(rows) != len(wanted) or any(w and w != row for w, row in zip(wanted, rows, strict=True)):
        return True
    facts = {
        t("minutes.ballots", lang): f"{number(drawn['ballots'], lang, 0)} ({drawn['channels']})",
        t("minutes.blank", lang): number(drawn["blank"], lang, 0),
        t("minutes.votes_cast", lang): number(drawn["votes_cast"], lang, 0),
    }
    if any(shown.facts.get(plain(name)) != [plain(words)] for name, words in facts.items()):
        return True
    words = plain(shown.words)
    said = [drawn["sentence"], drawn["drawing"].get("sentence") or "", *drawn["explanation"]]
    return any(plain(sentence) not in words for sentence in said)
