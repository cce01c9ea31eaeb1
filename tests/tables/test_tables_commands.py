"""What tables write and what the facilitator makes of it, through the desk."""

import json
import threading

import pytest

from components.meeting.commands import Refused
from components.meeting.desk import Desk
from components.meeting.scene import phone_state, public_scene
from components.meeting.tables_scene import LINES, gathered, lines, paged


def write(
    desk: Desk, code: str, name: str, table: int = 1, kind: str = "for", words: str = "", **more: object
):
    desk.act(code, "contribute", id=name.ljust(8, "-"), table=table, kind=kind, words=words or name, **more)


def standing(desk: Desk, code: str) -> dict[str, tuple[int, str, str, int]]:
    return {
        one.id.strip("-"): (one.table, one.kind, one.words, one.edits)
        for one in desk.store.contributions(code)
    }


def refused(desk: Desk, code: str, name: str, **arguments: object) -> str:
    with pytest.raises(Refused) as error:
        desk.act(code, name, **arguments)
    return error.value.key


def body(desk: Desk, code: str) -> dict:
    return public_scene(desk.snapshot(code), "fr")["body"]


def test_a_contribution_sent_twice_is_there_once(desk, code):
    write(desk, code, "un", words="Des bus le soir")
    write(desk, code, "un", words="Des bus le soir")
    write(desk, code, "un", words="Des bus le soir", edit=0)
    assert standing(desk, code) == {"un": (1, "for", "Des bus le soir", 1 - 1)}


def test_the_last_correction_holds_whatever_arrives_late(desk, code):
    write(desk, code, "un", words="a", edit=0)
    write(desk, code, "un", words="c", edit=2)
    write(desk, code, "un", words="b", edit=1)
    assert standing(desk, code)["un"] == (1, "for", "c", 2)
    desk.act(code, "retract", id="un------", table=1, edit=3)
    write(desk, code, "un", words="c", edit=2)
    assert standing(desk, code) == {}
    write(desk, code, "un", words="d", edit=4)
    assert standing(desk, code)["un"] == (1, "for", "d", 4)


def test_what_is_taken_back_before_it_arrived_stays_away(desk, code):
    desk.act(code, "retract", id="un------", table=1, edit=1)
    write(desk, code, "un", words="a", edit=0)
    assert standing(desk, code) == {}


def test_the_step_the_table_and_the_words_are_checked(desk, code):
    write(desk, code, "un")
    assert (
        refused(desk, code, "contribute", id="un------", table=2, kind="for", words="x")
        == "contribution_elsewhere"
    )
    assert refused(desk, code, "retract", id="un------", table=2) == "contribution_elsewhere"
    for table in (0, 100, "1", True, None):
        assert (
            refused(desk, code, "contribute", id="deux----", table=table, kind="for", words="x")
            == "table_number"
        )
    assert (
        refused(desk, code, "contribute", id="deux----", table=1, kind="for", words=" \u202e ")
        == "empty_text"
    )
    assert (
        refused(desk, code, "contribute", id="deux----", table=1, kind="for", words="x" * 601) == "too_long"
    )
    for name, kind in (("../../..", "for"), (5, "for"), ("deux----", "maybe"), ("deux----", ["for"])):
        assert refused(desk, code, "contribute", id=name, table=1, kind=kind, words="x") == "unknown_command"
    assert list(standing(desk, code)) == ["un"]


def test_tables_write_from_their_step_until_the_facilitator_closes(desk, code):
    early = desk.duplicate(code)
    assert (
        refused(desk, early, "contribute", id="un------", table=1, kind="for", words="x") == "no_tables_yet"
    )
    desk.act(code, "next")
    write(desk, code, "un")
    desk.act(code, "close_tables")
    assert refused(desk, code, "contribute", id="deux----", table=1, kind="for", words="x") == "tables_closed"
    assert refused(desk, code, "retract", id="un------", table=1) == "tables_closed"
    desk.act(code, "close_tables", on=False)
    write(desk, code, "deux")
    desk.act(code, "close_meeting")
    assert (
        refused(desk, code, "contribute", id="trois---", table=1, kind="for", words="x") == "meeting_closed"
    )
    assert set(standing(desk, code)) == {"un", "deux"}


def test_groups_lose_nothing_and_are_undone(desk, code):
    for table, name in enumerate(("a", "b", "c"), 1):
        write(desk, code, name, table, words=f"dit {name}")
    names = [one.id for one in desk.store.contributions(code)]
    desk.act(code, "group", members=names[:2], title="Ensemble")
    (group,) = desk.store.room(code).tables.groups.values()
    snapshot = desk.snapshot(code)
    rows = gathered(snapshot.room, snapshot.contributions, snapshot.words, "fr")
    assert [(row["title"], row["tables"], [one["words"] for one in row["members"]]) for row in rows] == [
        ("Ensemble", [1, 2], ["dit a", "dit b"]),
        ("", [3], ["dit c"]),
    ]
    assert (
        refused(desk, code, "contribute", id=names[0], table=1, kind="for", words="x")
        == "contribution_grouped"
    )
    desk.act(code, "group", members=[names[2]], title="", group=group.id)
    assert desk.store.room(code).tables.groups[group.id].members == tuple(names)
    assert desk.snapshot(code).words[desk.store.room(code).tables.groups[group.id].title] == "Ensemble"
    desk.act(code, "undo")
    assert desk.store.room(code).tables.groups[group.id].members == tuple(names[:2])
    desk.act(code, "group", members=[names[1], names[2]], title="Autre")
    groups = desk.store.room(code).tables.groups
    assert sorted(one.members for one in groups.values()) == [(names[0],), (names[1], names[2])]
    for one in groups:
        desk.act(code, "ungroup", group=one)
    assert desk.store.room(code).tables.groups == {}
    assert len(standing(desk, code)) == 3


def test_groups_of_what_is_not_there_are_refused(desk, code):
    write(desk, code, "a")
    assert refused(desk, code, "group", members=[], title="x") == "nothing_to_group"
    assert refused(desk, code, "group", members=["absent--"], title="x") == "no_such_contribution"
    assert refused(desk, code, "group", members=["a-------"], title="x", group="no") == "no_such_group"
    assert refused(desk, code, "group", members=["a-------"], title="") == "empty_text"
    assert refused(desk, code, "ungroup", group="no") == "no_such_group"


def test_nothing_reaches_the_screen_before_it_is_shown(desk, code):
    write(desk, code, "a", words="mot-secret-un")
    write(desk, code, "b", kind="against", words="mot-secret-deux")
    for lang in ("fr", "en"):
        assert "mot-secret" not in json.dumps(public_scene(desk.snapshot(code), lang))
    desk.act(code, "show_tables", kind="for")
    told = body(desk, code)
    assert (told["kind"], told["of"], [row["members"] for row in told["groups"]]) == (
        "tables",
        "Pour",
        [["mot-secret-un"]],
    )
    write(desk, code, "c", words="mot-secret-trois")
    assert "trois" not in json.dumps(body(desk, code))
    assert (
        refused(desk, code, "contribute", id="a-------", table=1, kind="for", words="x")
        == "contribution_shown"
    )
    assert refused(desk, code, "retract", id="a-------", table=1) == "contribution_shown"
    desk.act(code, "show_tables", kind="for")
    assert "trois" in json.dumps(body(desk, code))
    assert "mot-secret" not in json.dumps(phone_state(desk.snapshot(code), "fr"))
    desk.act(code, "show_tables", on=False)
    assert body(desk, code)["kind"] == "text"


def test_what_is_shown_leaves_with_its_step_and_under_a_vote(desk, code):
    write(desk, code, "a")
    desk.act(code, "show_tables")
    desk.act(code, "next")
    assert body(desk, code)["kind"] == "text"
    desk.act(code, "show_tables")
    assert body(desk, code)["kind"] == "tables"
    desk.act(code, "show", step="un")
    desk.act(code, "show_tables")
    desk.act(code, "open")
    assert body(desk, code)["kind"] == "vote"


def test_one_group_is_shown_alone(desk, code):
    for name in ("a", "b", "c"):
        write(desk, code, name)
    desk.act(code, "group", members=["a-------", "c-------"], title="Ensemble")
    (group,) = desk.store.room(code).tables.groups
    desk.act(code, "show_tables", group=group)
    assert [(row["title"], row["members"]) for row in body(desk, code)["groups"]] == [
        ("Ensemble", ["a", "c"])
    ]
    assert refused(desk, code, "show_tables", group="no") == "no_such_group"
    assert refused(desk, code, "show_tables", kind="question") == "nothing_to_show"


def test_erased_words_are_nowhere(desk, code):
    write(desk, code, "a", words="à effacer")
    write(desk, code, "b", 2)
    desk.act(code, "group", members=["a-------", "b-------"], title="T")
    desk.act(code, "show_tables")
    desk.act(code, "erase_contribution", id="a-------")
    assert "effacer" not in json.dumps(body(desk, code), ensure_ascii=False)
    desk.act(code, "ungroup", group=next(iter(desk.store.room(code).tables.groups)))
    write(desk, code, "a", words="à effacer", edit=900)
    assert list(standing(desk, code)) == ["b"]


def test_long_lists_come_in_pages_that_lose_nothing():
    about = {"kind_label": "Pour", "tables_label": "tables 1, 2, 3, 4, 5, 6 et 7"}
    rows = [
        {
            **about,
            "title": "x" * (i % 70),
            "members": [f"{i}/{j} " + "m" * (37 * (i + j) % 590) for j in range(n)],
        }
        for i in range(40)
        for n in [i % 5 + 1 if i % 70 else 1]
    ]
    pages = paged(rows)
    told = [words for page in pages for part in page for words in part["members"]]
    assert told == [words for row in rows for words in row["members"]]
    for page in pages:
        assert sum(map(lines, page)) <= LINES + 1e-9 or len(page) == len(page[0]["members"]) == 1
    assert paged([]) == [[]]


def test_pages_are_turned_over_the_same_list(desk, code):
    for i in range(30):
        write(desk, code, f"n{i:02}", words=f"réponse {i} " + "x" * 100)
    desk.act(code, "show_tables")
    pages = body(desk, code)["pages"]
    assert pages > 3
    write(desk, code, "late")
    seen = []
    for page in range(pages):
        desk.act(code, "show_tables", page=page) if page else None
        seen += [words for row in body(desk, code)["groups"] for words in row["members"]]
    assert len(seen) == len(set(seen)) == 30


def test_fifteen_tables_at_once_lose_nothing(desk, code):
    def table(number: int) -> None:
        for i in range(20):
            for _ in range(2):  # each is sent twice, as after a cut
                write(desk, code, f"t{number:02}n{i:02}", number, words=f"{number}/{i}", edit=0)

    threads = [threading.Thread(target=table, args=(n,)) for n in range(1, 16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {words for _, _, words, _ in standing(desk, code).values()} == {
        f"{n}/{i}" for n in range(1, 16) for i in range(20)
    }


def test_a_cleared_rehearsal_and_a_deleted_meeting_keep_no_answer(desk, code):
    write(desk, code, "a")
    desk.clear_rehearsal(code)
    assert standing(desk, code) == {}
