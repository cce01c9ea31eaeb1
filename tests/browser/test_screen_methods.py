"""The drawing proper to each way of voting: read from the back of the room, told in words, repainted in place."""

import os
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from components.look.words import plain
from tests.browser import vote_scenes as scenes
from tests.browser.evening import HOSTILE, UNREADABLE
from tests.examples import thorough

TOO_SMALL = """() => ["fit-small", "fit-cut"].filter((name) => document.querySelector(`.room .${name}`))"""
HIDDEN_BY_OVERFLOW = """() => [...document.querySelectorAll(".room-body")]
  .filter((box) => box.scrollHeight > box.clientHeight + 1 || box.scrollWidth > box.clientWidth + 1).length"""


@pytest.fixture
def screen(page: Page) -> Page:
    page.set_viewport_size({"width": 1024, "height": 768})
    page.set_content(scenes.screen_html())
    return page


def paint(screen: Page, scene: dict[str, Any], lang: str = "fr") -> None:
    screen.evaluate("([scene, lang]) => paint(scene, lang)", [scene, lang])


CROWDED = ("profile", "transfers-12", "duels-12", "budget-30", "draft-30")
PHONE = 360  # a screen opened in the hand: smaller than the room's floor, whole all the same


@pytest.mark.parametrize(
    "size",
    [
        pytest.param((1024, 768), id="1024"),
        pytest.param((1920, 1080), id="1920", marks=thorough),
        pytest.param((PHONE, 740), id="phone", marks=thorough),
    ],
)
def test_every_drawing_is_readable_and_said_whole(
    screen: Page, size: tuple[int, int], axe: Callable[[Page], list[str]]
) -> None:
    screen.set_viewport_size({"width": size[0], "height": size[1]})
    checked = set()
    for name, scene in scenes.every().items():
        if size != (1024, 768) and name not in CROWDED:
            continue
        paint(screen, scene)
        if folder := os.environ.get("CORDEE_SHOTS"):
            screen.wait_for_timeout(320)
            screen.screenshot(path=f"{folder}/{size[0]}-{name}.png")
        assert screen.evaluate(TOO_SMALL) == [], name
        assert screen.evaluate(HIDDEN_BY_OVERFLOW) == 0, name
        small = screen.evaluate(UNREADABLE)
        assert (small if size[0] > PHONE else [line for line in small if " px" not in line]) == [], name
        result = scene["body"]["result"]
        if result and not scene["body"]["method_on"]:  # however little of it is drawn
            said = screen.evaluate("() => document.querySelector('.vote-result > table').textContent")
            assert [option["label"] for option in result["options"] if option["label"] not in said] == [], (
                name
            )
        if result and name.startswith("budget"):
            funded = sum(row["funded"] for row in result["drawing"]["rows"])
            assert screen.locator(".budget-rows .funded:visible").count() == funded, name
        kind = name.split("-")[0]
        if size == (1024, 768) and kind not in checked:
            checked.add(kind)
            assert axe(screen) == [], name


def test_how_we_counted_in_english(screen: Page) -> None:
    paint(screen, scenes.majority_judgment(method_on=True), "en")
    expect(screen.locator(".method-panel h2")).to_have_text("How did we count?")
    expect(screen.locator(".method-steps li").first).to_be_visible()
    expect(screen.locator(".profile")).to_have_count(0)
    expect(screen.locator(".room-worth")).to_contain_text("indicative vote")


def test_ballots_that_arrive_change_figures_in_place_and_nobody_leads_before_the_close(screen: Page) -> None:
    paint(screen, scenes.majority_judgment(ballots=60, state="open"))
    screen.evaluate("window.track = document.querySelector('.profile-track')")
    expect(screen.locator(".profile-row.winner, .profile-median .rank, .result-said")).to_have_count(0)
    before = screen.locator(".profile-row .segment").first.evaluate("e => e.style.width")
    more = scenes.majority_judgment(ballots=119)
    screen.evaluate("scene => repaint(scene)", more)
    assert screen.evaluate("window.track.isConnected"), "drawn again instead of repainted"
    assert screen.locator(".profile-row .segment").first.evaluate("e => e.style.width") != before
    expect(screen.locator(".profile-row.winner")).to_have_count(1)
    expect(screen.locator(".foot-counts")).to_contain_text("119")


def test_hostile_words_are_only_words(screen: Page) -> None:
    heard: list[str] = []
    screen.on("dialog", lambda dialog: (heard.append(dialog.message), dialog.dismiss()))
    words = plain(HOSTILE)
    labels = (words, *scenes.SIX[1:])
    for scene in (
        scenes.majority_judgment(labels),
        scenes.ranking("schulze", labels),
        scenes.ranking("instant_runoff", labels),
        scenes.consent(objections=1),
    ):
        for objection in scene["body"]["objections"]:
            objection.update(words=words, how=words)
        paint(screen, scene)
        expect(screen.locator(".room-body")).to_contain_text("<script>alert(1)</script>")
        assert screen.locator(".room-body img, .room-body script").count() == 0
    assert heard == []
