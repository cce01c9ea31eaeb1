"""The whole house at once, as in the evening: launcher, urn and pages, console, screen and phones in Chromium."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.command.house import PASSPHRASE, House, cordee

NUMBERS = ("37", "23")
"""Counts of the hidden vote below, chosen so that nothing else on the pages is likely to say them."""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with House(tmp_path_factory.mktemp("house")) as running:
        yield running


@pytest.fixture
def code(house: House) -> str:
    """A fresh meeting; the pages open the one touched last."""
    made = cordee("meeting", "load", "data/run_sheets/debat-citoyen-2h.yaml", env=house.env)
    assert made.returncode == 0, made.stderr
    return made.stdout.strip()


@pytest.fixture
def hall(browser: Browser) -> Iterator[Callable[..., Page]]:
    """`hall(url, width, height)`: a page in a browser of its own, as another person's machine would be."""
    contexts: list[BrowserContext] = []

    def enter(url: str, width: int = 1024, height: int = 768) -> Page:
        context = browser.new_context(viewport={"width": width, "height": height}, locale="fr-FR")
        contexts.append(context)
        page = context.new_page()
        page.goto(url)
        return page

    yield enter
    for context in contexts:
        context.close()


def act(house: House, code: str, *words: str) -> None:
    done = cordee("meeting", "act", code, *words, env=house.env)
    assert done.returncode == 0, done.stderr


def test_a_vote_from_phone_to_screen_driven_by_the_console(
    house: House, code: str, hall: Callable[..., Page]
) -> None:
    pages, phones = f"http://127.0.0.1:{house.port}", f"http://127.0.0.1:{house.phone_port}"
    screen = hall(f"{pages}/screen?meeting={code}")
    expect(screen.get_by_text(code).first).to_be_visible(timeout=20_000)

    console = hall(f"{pages}/console?meeting={code}", 1600, 900)
    console.locator("input[type=password]").fill(PASSPHRASE)
    console.keyboard.press("Enter")
    expect(console.get_by_text("Notes privées")).to_be_visible(timeout=30_000)
    act(house, code, "show", "avis-avant")
    expect(console.get_by_text("Le résultat reste caché")).to_be_visible()
    console.keyboard.press("o")

    phone = hall(f"{phones}/v/{code}", 360, 740)
    choice = phone.get_by_role("radio", name="produire plus localement")
    expect(choice).to_be_attached(timeout=20_000)
    choice.check(force=True)
    expect(phone.get_by_text("Reçu à")).to_be_visible(timeout=10_000)
    expect(screen.get_by_text("1 bulletin").first).to_be_visible(timeout=10_000)

    # A late joiner sees the same question, and nothing of the answers.
    late = hall(f"{pages}/screen?meeting={code}")
    expect(late.get_by_text("produire plus localement")).to_be_visible(timeout=20_000)
    console.keyboard.press("f")
    expect(phone.get_by_text("clos").first).to_be_visible(timeout=10_000)
    assert json.loads(cordee("meeting", "show", code, env=house.env).stdout)["body"]["state"] == "closed"


def test_a_hidden_result_is_in_no_byte_that_leaves_for_screen_or_phone(
    house: House, code: str, hall: Callable[..., Page], browser: Browser
) -> None:
    pages, phones = f"http://127.0.0.1:{house.port}", f"http://127.0.0.1:{house.phone_port}"
    heard: list[str] = []
    context = browser.new_context(locale="fr-FR")

    def listen(page: Page) -> None:
        page.on("websocket", lambda socket: socket.on("framereceived", lambda data: heard.append(str(data))))
        page.on("response", lambda answer: heard.append(_text(answer)))

    for address in (f"{pages}/screen?meeting={code}", f"{phones}/v/{code}", f"{pages}/minutes/{code}"):
        page = context.new_page()
        listen(page)
        page.goto(address)
    act(house, code, "show", "avis-avant")
    act(house, code, "open")
    act(house, code, "presence", "90")
    act(house, code, "hands", f"besoins={NUMBERS[0]}", f"deux={NUMBERS[1]}")
    context.pages[0].wait_for_timeout(1500)
    act(house, code, "close")
    act(house, code, "seal")
    context.pages[0].wait_for_timeout(1500)
    for page in context.pages:
        page.reload()
        page.wait_for_timeout(500)
    expect(context.pages[0].get_by_text("60").first).to_be_visible(timeout=20_000)
    told = [text for text in heard if "besoins" in text or "réduire ses" in text]
    assert told, "the question itself was heard, so the traffic was read"
    for text in told:
        for number in NUMBERS:
            assert f": {number}," not in text
            assert f'"{number}"' not in text
            assert f">{number}<" not in text
    context.close()
    act(house, code, "reveal")
    screen = hall(f"{pages}/screen?meeting={code}")
    expect(screen.get_by_text(NUMBERS[0]).first).to_be_visible(timeout=20_000)


def _text(answer: object) -> str:
    try:
        return str(answer.text())  # type: ignore[attr-defined]
    except Exception:  # a redirection or an image has no text
        return ""


def test_minutes_are_read_without_violation_and_without_foreign_request(
    house: House, code: str, page: Page, axe: Callable[[Page], list[str]], foreign_requests: list[str]
) -> None:
    act(house, code, "show", "freins")
    act(house, code, "open")
    act(house, code, "presence", "40")
    done = cordee(
        "meeting", "act", code, "paper", "cout=12", "temps=9", "--slips", "16", "--blank", "1", env=house.env
    )
    assert done.returncode == 0, done.stderr
    for words in (
        ("close",),
        ("reveal",),
        ("decide", "Le plan vélo est présenté le 3 mars"),
        ("close-meeting",),
    ):
        act(house, code, *words)
    for lang in ("fr", "en"):
        page.goto(f"http://127.0.0.1:{house.port}/minutes/{code}?lang={lang}")
        assert axe(page) == []
    assert page.get_by_text("12").first.is_visible()
    assert foreign_requests == []


def test_the_house_leaves_nothing_behind(house: House) -> None:
    assert Path(house.folder / "store.db").exists()
    assert "Traceback" not in house.said()
