"""The facilitator's door as a browser meets it: a pages server with a console behind the passphrase."""

import json
import re
import time
from collections.abc import Iterator
from urllib.parse import urlencode, urljoin

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from components.access import door
from components.access.badge import COOKIE
from components.access.view import own_path
from tests.access.site import PAGES_OPTIONS, RIGHT, Site, running
from tests.command.house import until


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with running(tmp_path_factory.mktemp("site"), ("home", "console"), PAGES_OPTIONS) as site:
        yield site


@pytest.fixture(autouse=True)
def _present_passphrase(request: pytest.FixtureRequest) -> None:
    """Tests that change the passphrase do not show in the others."""
    if "site" in request.fixturenames:
        settings = request.getfixturevalue("site").settings
        if not door.opens(settings, RIGHT):
            door.set_passphrase(settings, RIGHT)
            time.sleep(1.1)  # the server asks the store once a second


def test_public_pages_need_nothing(site: Site) -> None:
    status, headers, _ = site.ask("GET", "/home")
    assert status == 200
    assert COOKIE not in headers.get("set-cookie", "")


def test_the_console_leads_to_the_login_page_and_back(site: Site) -> None:
    status, headers, _ = site.ask("GET", "/console?meeting=ABCD")
    assert status == 302
    address = urljoin("/console", headers["location"])
    assert address == "/login?next=%2Fconsole%3Fmeeting%3DABCD"
    _, _, page = site.ask("GET", address)
    assert 'action="?next=%2Fconsole%3Fmeeting%3DABCD&amp;lang=fr"' in page
    status, headers, _ = site.ask("POST", "/login?next=/console%3Fmeeting%3DABCD", {"passphrase": RIGHT})
    assert (status, headers["location"]) == (303, "/console?meeting=ABCD")
    assert "console" in site.ask("GET", "/console", Cookie=headers["set-cookie"].partition(";")[0])[2]


@pytest.mark.parametrize(
    "path", ["/console", "/console/autoload.js?bokeh-autoload-element=1", "/console/metadata"]
)
def test_nothing_of_the_console_is_served_without_the_cookie(site: Site, path: str) -> None:
    status, _, text = site.ask("GET", path)
    assert status in (302, 403)
    assert "inside" not in text


def test_the_cookie_stays_out_of_scripts_and_of_other_sites(site: Site) -> None:
    cookie = site.ask("POST", "/login", {"passphrase": RIGHT})[1]["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert RIGHT not in cookie


def test_the_page_asks_no_other_host_for_anything(site: Site) -> None:
    for lang in ("fr", "en"):
        _, headers, page = site.ask("GET", f"/login?lang={lang}")
        assert f'<html lang="{lang}">' in page
        assert "://" not in re.sub(r"http://www\.w3\.org\S*", "", page)
        assert "default-src 'none'" in headers["content-security-policy"]


def test_a_wrong_passphrase_is_told_in_words_and_then_slowed(site: Site) -> None:
    answers = [site.ask("POST", "/login", {"passphrase": "au hasard"}) for _ in range(4)]
    assert [status for status, _, _ in answers] == [401, 401, 401, 429]
    assert "Ce n’est pas la phrase de passe" in answers[0][2]
    assert int(answers[3][1]["retry-after"]) >= 1
    assert "attendez" in answers[3][2]
    assert "set-cookie" not in answers[3][1]
    # A right one is not even looked at before the time: trying on and on gains nothing…
    assert site.ask("POST", "/login", {"passphrase": RIGHT})[0] == 429
    # … and the facilitator is in a moment later.
    assert until(lambda: site.ask("POST", "/login", {"passphrase": RIGHT})[0] == 303, 10)


def test_hostile_text_is_never_written_back(site: Site) -> None:
    hostile = '"><script>alert(1)</script>\u202e' + "x" * 10_000
    status, _, page = site.ask(
        "POST", "/login?" + urlencode({"next": hostile, "lang": hostile}), {"passphrase": hostile}
    )
    assert status == 401
    assert "<script" not in page
    assert until(lambda: site.ask("POST", "/login", {"passphrase": RIGHT})[0] == 303, 10)


@pytest.mark.parametrize(
    "forged", ["facilitator", "2|1:0|10:1795295473|18:cordee_facilitator|8:YWJjZA==|" + "a" * 64]
)
def test_a_forged_cookie_opens_nothing(site: Site, forged: str) -> None:
    assert site.ask("GET", "/console", Cookie=f'{COOKIE}="{forged}"')[0] == 302


def test_a_socket_to_the_console_is_refused_without_the_cookie_even_with_a_valid_token(site: Site) -> None:
    token = site.token(site.sign_in())
    with pytest.raises(InvalidStatus) as caught:
        connect(
            f"ws://127.0.0.1:{site.port}/console/ws",
            origin=f"http://127.0.0.1:{site.port}",  # type: ignore[arg-type]
            subprotocols=["bokeh", token],  # type: ignore[list-item]
        )
    assert caught.value.response.status_code == 403


def test_another_site_cannot_open_the_facilitator_s_socket(site: Site) -> None:
    with pytest.raises(InvalidStatus):
        site.socket(site.sign_in(), origin="http://evil.example")


def first_message(connection) -> dict[str, str]:  # type: ignore[no-untyped-def]
    return dict(json.loads(connection.recv(timeout=10)))


def closed_soon(connection) -> bool:  # type: ignore[no-untyped-def]
    try:
        while True:
            connection.recv(timeout=8)
    except ConnectionClosed:
        return True
    except TimeoutError:
        return False


def test_an_open_console_ends_with_its_sign_in(site: Site) -> None:
    cookie = site.sign_in()
    with site.socket(cookie) as connection:
        assert first_message(connection)["msgtype"] == "ACK"
        door.set_passphrase(site.settings, "une tout autre phrase")
        assert closed_soon(connection)
    assert site.ask("GET", "/console", Cookie=cookie)[0] == 302


def test_signing_out_closes_that_browser_s_pages_only(site: Site) -> None:
    leaving, staying = site.sign_in(), ""
    time.sleep(1.1)  # a cookie carries its second
    staying = site.sign_in()
    with site.socket(leaving) as gone, site.socket(staying) as kept:
        first_message(gone), first_message(kept)
        status, headers, _ = site.ask("POST", "/logout", {}, Cookie=leaving)
        assert (status, headers["location"]) == (303, "/home")
        assert headers["set-cookie"].startswith(f'{COOKIE}=""')
        assert closed_soon(gone)
        assert not kept.close_code


@pytest.mark.parametrize("path", ["/login", "/logout", "/login/change"])
def test_a_form_sent_by_another_site_is_refused(site: Site, path: str) -> None:
    cookie = site.sign_in()
    fields = {"passphrase": RIGHT, "new": "une autre phrase", "again": "une autre phrase"}
    for headers in ({"Origin": "http://evil.example"}, {"Origin": "null"}, {"Sec_Fetch_Site": "cross-site"}):
        assert site.ask("POST", path, fields, Cookie=cookie, **headers)[0] == 403
    assert door.opens(site.settings, RIGHT)


def test_the_passphrase_is_changed_in_the_page(site: Site) -> None:
    assert site.ask("GET", "/login/change")[0] == 303
    mine, other = site.sign_in(), site.sign_in()
    assert "Nouvelle phrase de passe" in site.ask("GET", "/login/change", Cookie=mine)[2]

    def change(new: str, again: str, passphrase: str = RIGHT) -> tuple[int, dict[str, str], str]:
        return site.ask(
            "POST", "/login/change", {"passphrase": passphrase, "new": new, "again": again}, Cookie=mine
        )

    assert change("court", "court")[0] == 422
    assert change("une phrase neuve", "une phrase veuve")[0] == 422
    assert change("une phrase neuve", "une phrase neuve", "fausse")[0] == 401
    status, headers, page = change("une phrase neuve", "une phrase neuve")
    assert status == 200
    assert "est changée" in page
    renewed = headers["set-cookie"].partition(";")[0]
    assert site.ask("GET", "/console", Cookie=renewed)[0] == 200
    assert site.ask("GET", "/console", Cookie=other)[0] == 302


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ("/console", "/console"),
        ("/screen?meeting=ABCD&lang=en", "/screen?meeting=ABCD&lang=en"),
        ("//evil.example/x", "/console"),
        ("/\\evil.example", "/console"),
        ("https://evil.example", "/console"),
        ("javascript:alert(1)", "/console"),
        ("/\tconsole", "/console"),
        ("console", "/console"),
        ("", "/console"),
        ("//[", "/console"),
    ],
)
def test_only_a_path_of_ours_comes_next(asked: str, given: str) -> None:
    assert own_path(asked) == given
