"""What a console asks for, and the sentences it gets."""

from typing import Any

import pytest

from components.console.message import console_message, unchanging
from components.console.orders import Orders
from components.meeting.demo import DEMO
from components.meeting.desk import Desk
from components.screen.live import Size
from components.territory.pack import list_territories
from tests.meeting.conftest import Clock, Phones

pytest_plugins = ["tests.meeting.conftest"]


@pytest.fixture
def orders(desk: Desk, code: str) -> Orders:
    return Orders(desk, code, "fr")


def act(orders: Orders, name: str, **args: Any) -> dict[str, Any]:
    return orders.answer("act", {"name": name, "args": args})


def test_acts_and_refuses_with_a_sentence(orders: Orders, desk: Desk, code: str) -> None:
    assert act(orders, "next", from_step="accueil") == {"ok": True}
    assert act(orders, "next", from_step="accueil") == {"ok": True}
    assert desk.store.room(code).step == "promesse"
    refused = act(orders, "close")
    assert (refused["ok"], refused["sentence"]) == (False, "Aucun vote à cette étape.")


def test_hands_beyond_presence_are_refused(orders: Orders) -> None:
    act(orders, "show", step="avis-avant")
    act(orders, "open")
    act(orders, "presence", people="124")
    refused = act(orders, "hands", counts={"besoins": "310"})
    assert refused["ok"] is False
    assert "310" in refused["sentence"]
    assert "124" in refused["sentence"]
    assert act(orders, "hands", counts={"besoins": "31"})["ok"]


@pytest.mark.parametrize(
    ("order", "given"),
    [
        ("format", {}),
        ("act", {"name": "seal_late"}),
        ("act", {"name": "revise", "args": {"source": "x"}}),
        ("act", {"name": "show", "args": "x"}),
        ("act", {"name": "show", "args": {"nonsense": 1}}),
        ("act", {"name": "levers", "args": {"changes": [1]}}),
        ("act", {"name": "levers", "args": {"changes": {"nothing": 1}}}),
        ("act", {"name": "levers", "args": {"changes": {"km_per_person": -4000}}}),
        ("act", {"name": "levers", "args": {"changes": {"km_per_person": "x"}}}),
        ("act", {"name": "improvise", "args": {"title": "x" * 10_000}}),
        ("delete", {"code": "NONE"}),
        ("duplicate", {}),
        ("new", {"title": "  "}),
        ("new", {"title": "x", "template": "../secret.yaml"}),
        ("import", {"source": 4}),
        ("import", {"source": "a: [1"}),
        ("revise", {"source": "meeting: {title: x}"}),
        ("check", {"form": {"steps": None}}),
        ("check", {"form": {"meeting": "x", "steps": "y"}}),
        ("check", {"form": {"meeting": {"starts": "2026-01-01T10:00"}, "steps": 5}}),
    ],
)
def test_nonsense_gets_a_sentence_and_changes_nothing(
    orders: Orders, desk: Desk, code: str, order: str, given: dict[str, Any]
) -> None:
    before = desk.store.room(code)
    reply = orders.answer(order, given)
    assert reply["ok"] is False
    assert reply["sentence"].endswith((".", "»."))
    assert desk.store.room(code) == before
    assert len(desk.store.meetings()) == 1


def test_sliders_are_logged_as_what_differs(orders: Orders, desk: Desk, code: str) -> None:
    act(orders, "levers", changes={"km_per_person": -26.0})
    assert desk.store.room(code).levers == {"km_per_person": -26.0}
    trend = {lever["id"]: lever["trend"] for lever in _levers(orders) if lever["available"]}
    act(orders, "levers", changes={"km_per_person": trend["km_per_person"], "setpoint": -1.0})
    assert desk.store.room(code).levers == {"setpoint": -1.0}


def _levers(orders: Orders) -> list[dict[str, Any]]:
    from components.screen.scenery import scenery_setup

    found = scenery_setup("grenoble-alpes-metropole", "fr")
    assert found is not None
    return list(found["levers"])


def test_meetings_are_made_copied_cleared_and_deleted(orders: Orders, desk: Desk, code: str) -> None:
    made = orders.answer(
        "new", {"title": "Soirée", "template": DEMO.name, "territory": "grenoble-alpes-metropole"}
    )
    copied = orders.answer("duplicate", {"code": made["code"]})
    listed = orders.answer("meetings", {})
    assert {m["code"] for m in listed["meetings"]} == {code, made["code"], copied["code"]}
    assert [m["title"] for m in listed["meetings"] if m["code"] == copied["code"]] == ["Soirée"]
    slugs = [t["slug"] for t in listed["territories"]]
    assert slugs[0] == "grenoble-alpes-metropole"
    assert sorted(slugs) == list_territories()
    desk.act(code, "next")
    assert orders.answer("restart", {"code": code})["ok"]
    assert desk.store.room(code).step == ""
    assert orders.answer("delete", {"code": copied["code"]})["ok"]
    assert len(orders.answer("meetings", {})["meetings"]) == 2


def secrets_of(desk: Desk) -> int:
    return len(list(desk.keys.directory.iterdir())) if desk.keys.directory.exists() else 0


@pytest.mark.parametrize("order", ["restart", "delete"])
def test_clearing_or_deleting_a_meeting_leaves_no_secret_behind(
    orders: Orders, desk: Desk, code: str, phones: Phones, order: str
) -> None:
    phones.join(["a", "b"])
    act(orders, "show", step="avis-avant")
    act(orders, "open")
    act(orders, "undo")  # withdrawn: its secret and its pairing secret are still there
    act(orders, "show", step="essai")
    act(orders, "open")
    assert secrets_of(desk) == 4
    assert orders.answer(order, {"code": code})["ok"]
    assert secrets_of(desk) == 0


def test_a_closed_meeting_is_not_a_rehearsal_to_clear(orders: Orders, desk: Desk, code: str) -> None:
    act(orders, "close_meeting")
    refused = orders.answer("restart", {"code": code})
    assert refused["ok"] is False
    assert desk.store.room(code).closed_at is not None
    assert orders.answer("restart", {"code": "NONE"})["ok"] is False
    assert orders.answer("delete", {"code": "NONE"})["ok"] is False


def test_the_run_sheet_goes_out_and_comes_back(orders: Orders, desk: Desk, code: str) -> None:
    found = orders.answer("sheet", {})
    form = found["form"]
    form["steps"].insert(2, {"id": "pause-1", "kind": "pause", "minutes": 10})
    saved = orders.answer("revise", {"form": form, "base": found["revision"]})
    assert saved["ok"]
    assert desk.snapshot(code).sheet.steps[2].id == "pause-1"
    late = orders.answer("revise", {"form": form, "base": found["revision"]})
    assert late["ok"] is False
    form["steps"][2]["minutes"] = "beaucoup"
    refused = orders.answer("check", {"form": form})
    assert refused["ok"] is False
    assert refused["faults"][0]["line"] > 1


def test_hidden_counts_only_for_who_asked(desk: Desk, code: str, orders: Orders, clock: Clock) -> None:
    act(orders, "show", step="avis-avant")
    act(orders, "open")
    act(orders, "presence", people=60)
    act(orders, "hands", counts={"besoins": 31, "local": 9})

    def seen(peeked: set[str]) -> dict[str, Any]:
        return console_message(desk.snapshot(code), clock.now, "fr", None, None, peeked, [])

    assert seen(set())["poll"]["hidden_result"] is None
    assert seen(set())["poll"]["hands"] == {"counts": None, "slips": 40, "blank": None}
    assert seen({"dabord-avant"})["poll"]["hands"]["counts"] == {"besoins": 31, "local": 9}
    assert seen({"dabord-avant"})["poll"]["hidden_result"]["options"][0]["count"] == 31
    assert seen(set())["mirror"]["body"]["result"] is None


def test_the_mirror_takes_the_size_of_the_screen_and_the_clock_repaints_nothing(
    desk: Desk, code: str, orders: Orders, clock: Clock
) -> None:
    act(orders, "show", step="avis-avant")
    act(orders, "open")
    act(orders, "close")

    def seen() -> dict[str, Any]:
        return console_message(desk.snapshot(code), clock.now, "fr", None, None, set(), [Size(1024, 768)])

    first = seen()
    assert first["screens"] == {"count": 1, "width": 1024, "height": 768}
    assert first["poll"]["seals_in"] == 60
    clock.now += 10
    assert seen()["poll"]["seals_in"] == 50
    assert unchanging(seen()) == unchanging(first)


FIGURE = {"variable": "Final Energy", "region": "38185", "year": 2040, "per_inhabitant": False}


def test_why_is_answered_with_the_rule_and_its_inputs(orders: Orders, desk: Desk, code: str) -> None:
    version = desk.store.room(code).version
    found = orders.answer("why", FIGURE)
    assert found["ok"]
    assert found["why"]["region_label"] == "Grenoble"
    assert found["why"]["rule"]["words"]
    assert found["why"]["inputs"]
    assert desk.store.room(code).version == version
    assert act(orders, "explain", **FIGURE) == {"ok": True}
    assert desk.store.room(code).explained is not None
    assert act(orders, "explain", on=False) == {"ok": True}
    assert desk.store.room(code).explained is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"variable": "Emissions|Nothing"},
        {"variable": ["x"]},
        {"region": "75056"},
        {"region": "grenoble-alpes-metropole|residue"},
        {"year": 1999},
        {"year": "2040"},
        {"year": True},
        {"per_inhabitant": 1},
    ],
)
def test_a_figure_the_model_does_not_have_is_refused(
    orders: Orders, desk: Desk, code: str, wrong: dict[str, Any]
) -> None:
    before = desk.store.room(code)
    for reply in (orders.answer("why", {**FIGURE, **wrong}), act(orders, "explain", **{**FIGURE, **wrong})):
        assert reply["ok"] is False
        assert reply["sentence"].endswith((".", "»."))
    assert desk.store.room(code) == before


def test_what_is_printed_and_the_codes_by_college_never_a_code(orders: Orders) -> None:
    empty = orders.answer("paper", {})
    assert empty["codes"] == []
    assert {"commune", "freins"} <= {
        one["href"].split("/")[-1].removesuffix(".pdf") for one in empty["questions"]
    }
    assert act(orders, "issue_codes", college="citizen", number="12")["ok"]
    assert act(orders, "issue_codes", college="", number="3")["ok"]
    assert act(orders, "revoke_code", number="13")["ok"]
    found = orders.answer("paper", {})
    assert [(one["label"], one["issued"], one["used"]) for one in found["codes"]] == [
        ("Sans collège", 2, 0),
        ("Habitantes et habitants", 12, 0),
    ]
    assert act(orders, "issue_codes", college="", number="zéro")["ok"] is False
