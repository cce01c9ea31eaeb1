"""The table of doors, read row by row; and that docs/roles.md says the same."""

import re

import pytest

from components.access.roles import (
    AREAS,
    FACILITATOR,
    ORDERS,
    PUBLIC,
    ROLES,
    area,
    holds,
    home_of,
    may_open,
    may_order,
)
from tests.command.house import ROOT

OPEN: dict[str, str] = {}
CLOSED = {"CORDEE_SCREEN": "closed"}


@pytest.mark.parametrize(
    ("path", "who"),
    [
        ("/home", {*ROLES, PUBLIC}),
        ("/", {*ROLES, PUBLIC}),
        ("/explore", {*ROLES, PUBLIC}),
        ("/static/js/bokeh.min.js", {*ROLES, PUBLIC}),
        ("/static/es-module-shims%40%5E1.10.0/shims.js", {*ROLES, PUBLIC}),
        ("/screen", {*ROLES, PUBLIC}),
        ("/screen/ws", {*ROLES, PUBLIC}),
        ("/minutes/ABCD.csv", {*ROLES, PUBLIC}),
        ("/resources", {"facilitator", "officer", "expert"}),
        ("/tables/ABCD", {"facilitator", "officer", "rapporteur"}),
        ("/comptage/ABCD", {"facilitator", "officer", "rapporteur"}),
        ("/prepare", {"facilitator", "officer"}),
        ("/print/ABCD.pdf", {"facilitator", "officer"}),
        ("/donnees", {"facilitator", "officer"}),
        ("/console", {"facilitator", "officer"}),
        ("/console/ws", {"facilitator", "officer"}),
        ("/a-page-added-tomorrow", {"facilitator"}),
    ],
)
def test_who_may_open_an_address(path: str, who: set[str]) -> None:
    assert {role for role in (*ROLES, PUBLIC) if may_open(role, path, OPEN)} == who


@pytest.mark.parametrize("path", ["/screen", "/screen/ws", "/minutes/ABCD"])
def test_a_closed_screen_needs_a_role_and_exploring_does_not(path: str) -> None:
    assert {role for role in (*ROLES, PUBLIC) if may_open(role, path, CLOSED)} == set(ROLES)
    assert may_open(PUBLIC, "/explore", CLOSED)


@pytest.mark.parametrize(
    "path",
    [
        "//home",
        "/home//x",
        "//console",
        "/./home",
        "/home/../console",
        "/home/%2e%2e/console",
        "/%2568ome",
        "/home%2f%2e%2e%2fconsole",
        "/home%00",
        "/HOME",
        "/home;x",
        "\\home",
        "home",
        "",
        "/home\0",
    ],
)
def test_an_address_written_in_an_odd_way_is_open_to_nobody_else(path: str) -> None:
    assert [role for role in (*ROLES, PUBLIC) if may_open(role, path, OPEN)] == [FACILITATOR]


def test_the_first_word_is_what_the_table_goes_by() -> None:
    assert (area("/"), area("/home"), area("/home/"), area("/home/ws")) == ("", "home", "home", "home")


@pytest.mark.parametrize("role", ROLES)
def test_the_facilitator_does_everybody_s_work_and_the_public_nobody_s(role: str) -> None:
    assert holds(FACILITATOR, role)
    assert not holds(PUBLIC, role)
    assert holds(role, PUBLIC)
    assert may_open(role, home_of(role), CLOSED)


def test_only_the_facilitator_gives_orders_that_change_the_meeting() -> None:
    for order in ("act", "drag", "replay", "delete", "restart", "revise", "anything new"):
        assert [role for role in (*ROLES, PUBLIC) if may_order(role, order)] == [FACILITATOR], order
    assert [role for role in (*ROLES, PUBLIC) if may_order(role, "sheet")] == ["facilitator", "officer"]


def test_every_order_of_the_table_exists() -> None:
    source = re.findall(r'"(\w+)": self\._\w+', (ROOT / "components/console/orders.py").read_text())
    assert ORDERS["officer"] <= {*source, "tick"}


def test_the_documentation_names_every_area_and_role() -> None:
    text = (ROOT / "docs" / "roles.md").read_text(encoding="utf-8")
    for name in AREAS:
        assert f"`/{name}" in text, name
    for role in (*ROLES, PUBLIC):
        assert f"`{role}`" in text, role
