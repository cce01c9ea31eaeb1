"""What every page of ours does: nothing from elsewhere, a language, a display, patience when the server is away."""

import re
import signal
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

APP = '''
from panel.custom import JSComponent
from components.look.page import css, page, request_language

class Hello(JSComponent):
    _esm = """export function render({ model, el }) {
      const p = document.createElement("p"); p.textContent = "Bonjour"
      const b = document.createElement("button"); b.textContent = "Dire"; b.onclick = () => model.send_msg({ said: 1 })
      model.on("msg:custom", (data) => { p.textContent = "Entendu" })
      el.append(p, b)
    }"""
    _stylesheets = css()
    def _handle_msg(self, data):
        self._send_msg(data)

page("<b>Essai</b>", Hello(sizing_mode="stretch_width"), request_language()).servable()
'''
# The page that counts, Bokeh's own global document, and the last emptied one that a context variable still holds.
AT_REST = 3
COUNT = """
import gc
import panel as pn
from bokeh.document import Document
gc.collect()
pn.pane.Str("documents=%d" % sum(isinstance(o, Document) for o in gc.get_objects())).servable()
"""


@pytest.fixture(scope="module")
def apps(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("apps")
    (folder / "essai.py").write_text(APP, encoding="utf-8")
    (folder / "count.py").write_text(COUNT, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def server(serve, apps):
    sessions = ("--check-unused-sessions", "500", "--unused-session-lifetime", "2000")
    return serve([apps / "essai.py", apps / "count.py", "dashboards/explore.py"], args=sessions)


def test_a_page_asks_nothing_of_another_host_and_axe_finds_nothing(page: Page, server, foreign_requests, axe):
    page.goto(server.url + "/essai?x=1")
    page.get_by_role("button", name="Dire").click()
    page.get_by_text("Entendu").wait_for()
    assert foreign_requests == []
    assert axe(page) == []
    expect(page).to_have_title("<b>Essai</b> · Cordée")
    assert page.locator("main").count() == 1
    assert page.locator("html").get_attribute("lang") == "fr"


def test_the_other_language_keeps_the_rest_of_the_address(page: Page, server):
    page.goto(server.url + "/essai?x=1&lang=fr")
    page.get_by_role("link", name="English").click()
    assert page.locator("html").get_attribute("lang") == "en"
    assert "x=1" in page.url
    assert "lang=en" in page.url


def test_the_first_key_leads_to_the_content(page: Page, server):
    page.goto(server.url + "/essai")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Aller au contenu")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_the_dark_display_is_a_choice_that_lasts(page: Page, server, axe):
    page.goto(server.url + "/essai")
    page.get_by_role("button", name="Affichage sombre").click()
    page.reload()
    page.get_by_text("Bonjour").wait_for()
    assert page.locator("html").get_attribute("data-theme") == "dark"
    assert axe(page) == []


def test_a_page_waits_calmly_for_its_server_and_comes_back(page: Page, serve, apps):
    first = serve([apps / "essai.py"])
    page.goto(first.url + "/essai")
    page.get_by_text("Bonjour").wait_for()
    first.stop(signal.SIGKILL)
    lost = page.get_by_text("la page revient d’elle-même")
    lost.wait_for(state="visible")
    serve([apps / "essai.py"], port=first.port)
    lost.wait_for(state="hidden")
    page.get_by_role("button", name="Dire").click()
    page.get_by_text("Entendu").wait_for()


def test_closed_pages_leave_no_document_behind(browser, server):
    context = browser.new_context()

    def documents() -> int:
        counter = context.new_page()
        counter.goto(server.url + "/count")
        said = counter.get_by_text(re.compile(r"^documents=\d+$"))
        said.wait_for()
        text = said.inner_text()
        counter.close()
        return int(text.strip().removeprefix("documents="))

    context.new_page().goto(server.url + "/explore")
    context.pages[0].locator(".explore[data-painted]").wait_for()
    context.pages[0].close()
    for _ in range(4):
        tab = context.new_page()
        tab.goto(server.url + "/explore")
        tab.locator(".explore[data-painted]").wait_for()
        tab.close()
    watch = context.new_page()
    left = 0
    for _ in range(8):
        watch.wait_for_timeout(4000)  # longer than a closed session lives, the counter's own included
        left = documents()
        if left <= AT_REST:
            break
    assert left <= AT_REST
    context.close()
