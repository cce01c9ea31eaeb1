"""The doors as a hostile client meets them: every address, every role, every false cookie, every odd way of asking.

What is expected is written out here, not read from the table it checks.
"""

import base64
import json
import re
import time
import zlib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from bokeh.util.token import get_session_id
from websockets.exceptions import ConnectionClosed, InvalidStatus

from components.access import badge, door, helper
from components.access.badge import COOKIE, Badge
from components.access.roles import ROLES
from components.meeting.desk import Desk
from components.meeting.keys import KeyRing
from components.meeting.store import Store
from tests.access.fake_provider import FakeProvider
from tests.access.site import KEY, PAGES_OPTIONS, RIGHT, URN_OPTIONS, Site, running
from tests.access.test_helper import SHEET
from tests.command.house import until

PAGES = ("home", "console", "screen", "explore", "tomorrow")
PHRASES = {role: f"la phrase de {role}" for role in ROLES if role != "facilitator"} | {"facilitator": RIGHT}
ALL = {*ROLES, "public"}

VERDICTS: dict[str, set[str]] = {
    "/home": ALL,
    "/explore": ALL,
    "/screen": set(ROLES),  # closed below
    "/minutes/NONE": set(ROLES),
    "/console": {"facilitator", "officer"},
    "/console/metadata": {"facilitator", "officer"},
    "/tomorrow": {"facilitator"},
    "/login/change": {"facilitator"},
    "/login/roles": {"facilitator"},
}


@pytest.fixture(scope="module")
def provider() -> Iterator[FakeProvider]:
    fake = FakeProvider()
    yield fake
    fake.stop()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, provider: FakeProvider) -> Iterator[Site]:
    """Pages behind every door, the screen closed to the public, a provider beside the passphrases."""
    environ = {**provider.environ(), "CORDEE_SCREEN": "closed"}
    options = (*PAGES_OPTIONS, "--plugins", "components.documents.handlers")
    folder = tmp_path_factory.mktemp("doors")
    with running(folder, PAGES, options, environ) as site:
        for role, phrase in PHRASES.items():
            door.set_passphrase(site.settings, phrase, role)
        time.sleep(1.1)  # the server asks the store once a second
        yield site
        log = site.log.read_text()
        for secret in (KEY, "s" * 32, *PHRASES.values(), "un secret de client"):
            assert secret not in log
        assert "Traceback" not in log


@pytest.fixture(scope="module")
def cookies(site: Site) -> dict[str, str]:
    """role → the cookie of a browser signed in to it; nothing for the public."""
    found = {role: site.sign_in(phrase, role) for role, phrase in PHRASES.items()}
    return {**found, "public": ""}


def sealed(site: Site, role: str = "facilitator", key: str = KEY, **changes: object) -> str:
    """A cookie made by hand, perhaps with another key or another content than the server would give."""
    made = badge.new(role, door.epoch(site.settings, role) or "", time.time())
    return f"{COOKIE}={badge.sealed(Badge(**{**made.__dict__, **changes}), key.encode())}"  # type: ignore[arg-type]


def opened(answer: tuple[int, dict[str, str], str]) -> bool:
    """Whether the answer is the page itself; else it leads to the login page or refuses, and shows nothing."""
    status, headers, text = answer
    if status in (200, 404):
        return True
    assert status in (302, 303, 403), (status, text)
    assert "inside" not in text
    if status != 403:
        assert urlsplit(headers["location"]).path == "/login"
    return False


@pytest.mark.parametrize("path", VERDICTS)
def test_each_role_has_what_the_table_gives_it(path: str, site: Site, cookies: dict[str, str]) -> None:
    got = {role for role, cookie in cookies.items() if opened(site.ask("GET", path, Cookie=cookie))}
    assert got == VERDICTS[path]


FALSE_COOKIES = {
    "none": lambda site: "",
    "a role's name": lambda site: f"{COOKIE}=facilitator",
    "no signature": lambda site: sealed(site).rpartition(".")[0],
    "another installation's": lambda site: sealed(site, key="d" * 32),
    "expired": lambda site: sealed(site, until=int(time.time()) - 1),
    "of an older passphrase": lambda site: sealed(site, epoch="an older one"),
    "of no passphrase": lambda site: sealed(site, epoch=""),
    "of an unknown role": lambda site: sealed(site, role="mayor"),
    "by a provider that never said so": lambda site: sealed(site, via="provider"),
    "by a code of a meeting": lambda site: sealed(site, via="pin", meeting="ABCD"),
    "of another role's passphrase": lambda site: sealed(site, epoch=door.epoch(site.settings, "screen")),
    "Bokeh's own": lambda site: "user=facilitator; is_guest=1",
    "broken": lambda site: f'{COOKIE}="\\; {COOKIE}=a.b',
    "long": lambda site: f"{COOKIE}={'a' * 5000}.{'b' * 64}",
}


@pytest.mark.parametrize("false", FALSE_COOKIES)
def test_a_false_cookie_opens_nothing_anywhere(false: str, site: Site) -> None:
    cookie = FALSE_COOKIES[false](site)
    for path, roles in VERDICTS.items():
        assert opened(site.ask("GET", path, Cookie=cookie)) == ("public" in roles), path


def test_a_true_cookie_made_by_hand_would_open(site: Site) -> None:
    """Else the false ones above would prove nothing."""
    assert opened(site.ask("GET", "/console", Cookie=sealed(site)))


@pytest.mark.parametrize(
    "path",
    [
        *("//console", "/console//", "/./console", "/home/../console", "/home/%2e%2e/console", "/%63onsole"),
        *(
            "/CONSOLE",
            "/console;x",
            "/console%00",
            "/console\\",
            "/home/..%2fconsole",
            "/console.py",
            "/console/",
        ),
        *("/console/autoload.js?bokeh-autoload-element=1", "/console?bokeh-session-id=x", "/console/x"),
        *("/static/../console.py", "/static/%2e%2e/%2e%2e/store.db", "/admin", "/rest/console", "/liveness"),
        *(
            "/session_info",
            "/components/components.access.store/Settings/_css/store.py",
            "/components/this/x/_css/x",
        ),
    ],
)
def test_no_odd_address_shows_what_is_closed(path: str, site: Site) -> None:
    status, _, text = site.ask("GET", path)
    assert status in (302, 303, 400, 403, 404), path
    assert "inside" not in text
    assert "SQLite" not in text


def test_a_public_page_gets_its_scripts_whatever_signs_are_in_their_names(site: Site) -> None:
    shims = (
        "/static/extensions/panel/bundled/reactiveesm/es-module-shims@%5E1.10.0/dist/es-module-shims.min.js"
    )
    assert site.ask("GET", shims)[0] == 200


def test_an_address_of_panel_s_imports_no_module(site: Site, tmp_path: Path) -> None:
    """Panel's /components/ would import the module an address names, for anybody."""
    assert site.ask("GET", "/components/antigravity/x/_css/x", Cookie=sealed(site))[0] == 404


@pytest.mark.parametrize("method", ["HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW"])
def test_no_other_method_opens_a_closed_page(method: str, site: Site) -> None:
    for path in ("/console", "/login/roles", "/minutes/NONE"):
        status, _, text = site.ask(method, path, X_HTTP_Method_Override="GET")
        assert status in (302, 303, 403, 405, 501), (path, status)
        assert "inside" not in text


# --- where a request comes from and goes to ---------------------------------------------------------


@pytest.mark.parametrize("path", ["/home", "/login", "/static/js/bokeh.min.js", "/alive", "/console/ws"])
@pytest.mark.parametrize("host", ["evil.example", "evil.example:{port}", "127.0.0.1.evil.example", "", "a b"])
def test_a_name_that_is_not_ours_is_refused(path: str, host: str, site: Site) -> None:
    """A site whose name is made to lead here (DNS rebinding) would otherwise read our pages as its own."""
    assert site.ask("GET", path, Host=host.format(port=site.port))[0] in (400, 403)


@pytest.mark.parametrize(
    "host", ["127.0.0.1:{port}", "localhost:{port}", "cordee.example:{port}", "CORDEE.example:{port}"]
)
def test_our_own_names_are_answered(host: str, site: Site) -> None:
    assert site.ask("GET", "/home", Host=host.format(port=site.port))[0] == 200


@pytest.mark.parametrize(
    "path", ["/login", "/logout", "/login/change", "/login/roles", "/home", "/minutes/X"]
)
@pytest.mark.parametrize(
    "headers",
    [{"Origin": "http://evil.example"}, {"Origin": "null"}, {"Origin": ""}, {"Sec_Fetch_Site": "cross-site"},
     {"Origin": "http://127.0.0.1.evil.example"}],
)  # fmt: skip
def test_another_site_s_form_does_nothing(
    path: str, headers: dict[str, str], site: Site, cookies: dict[str, str]
) -> None:
    fields = {"passphrase": RIGHT, "role": "facilitator", "order": "give"}
    answer = site.ask("POST", path, fields, Cookie=cookies["facilitator"], **headers)
    assert answer[0] == 403
    assert "set-cookie" not in answer[1]
    assert door.opens(site.settings, PHRASES["screen"], "screen")


@pytest.mark.parametrize("path", ["/home", "/explore", "/console"])
@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1", "http://127.0.0.1:1"])
def test_another_site_s_socket_is_refused_on_every_page(
    path: str, origin: str, site: Site, cookies: dict[str, str]
) -> None:
    with pytest.raises(InvalidStatus) as caught:
        site.socket(cookies["facilitator"], path, origin)
    assert caught.value.response.status_code == 403


def first(connection) -> str:  # type: ignore[no-untyped-def]
    return str(json.loads(connection.recv(timeout=10))["msgtype"])


@pytest.mark.parametrize(("role", "open_"), [(role, role in VERDICTS["/console"]) for role in sorted(ALL)])
def test_the_console_s_socket_opens_to_those_who_may_have_the_console(
    role: str, open_: bool, site: Site, cookies: dict[str, str]
) -> None:
    token = site.token(cookies["facilitator"])
    if open_:
        with site.socket(cookies[role], token=token) as connection:
            assert first(connection) == "ACK"
        return
    with pytest.raises(InvalidStatus) as caught:
        site.socket(cookies[role], token=token)
    assert caught.value.response.status_code == 403


@pytest.mark.parametrize("token", ["", "x", "eyJzZXNzaW9uX2lkIjoieCJ9", "{page}A", "A{page}"])
def test_a_socket_without_a_token_of_ours_gets_nothing(
    token: str, site: Site, cookies: dict[str, str]
) -> None:
    made = token.format(page=site.token("", "/home")) or "none"
    with pytest.raises(InvalidStatus) as caught:
        site.socket(cookies["facilitator"], "/home", token=made)
    assert caught.value.response.status_code == 403


def test_the_page_s_own_token_holds_nothing_that_signs_in(site: Site, cookies: dict[str, str]) -> None:
    """Bokeh writes what a request carried into the page, where any script can read it."""
    page = site.ask("GET", "/console", Cookie=cookies["facilitator"])[2]
    secret = cookies["facilitator"].partition("=")[2]
    assert secret not in page
    told = json.loads(base64.urlsafe_b64decode(site.token(cookies["facilitator"]).partition(".")[0] + "=="))
    packed = str(told["__bk__zlib_"])
    inside = zlib.decompress(base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4))).decode()
    assert "session_expiry" in inside or "headers" in inside
    assert secret not in inside
    assert COOKIE not in inside


REQUEST = ('{"msgid":"1","msgtype":"PULL-DOC-REQ"}', "{}", "{}")


def answered(connection) -> bool:  # type: ignore[no-untyped-def]
    """Whether the server does what a message over this socket asks."""
    try:
        for part in REQUEST:
            connection.send(part)
        while json.loads(connection.recv(timeout=10)).get("msgtype") != "PULL-DOC-REPLY":
            pass
    except ConnectionClosed:
        return False
    return True


@pytest.mark.parametrize("way", ["bokeh-session-id", "bokeh-token", "header"])
def test_a_link_cannot_name_the_session_one_gets(site: Site, cookies: dict[str, str], way: str) -> None:
    """Who sends the facilitator such a link would share the facilitator's session, and its orders."""
    token = site.token("", "/home")
    session = get_session_id(token)
    path = "/console"
    if way != "header":
        path += f"?{way}={quote(session if way == 'bokeh-session-id' else token)}"
    headers = {"Bokeh_Session_Id": session} if way == "header" else {}
    status, _, page = site.ask("GET", path, Cookie=cookies["facilitator"], **headers)
    assert status == 200
    given = re.search(r'"token":"([^"]+)"', page)
    assert given
    assert get_session_id(given[1]) != session


@pytest.mark.parametrize("path", ["/login", "/places", "/console"])
def test_an_origin_nobody_can_read_is_another_site(path: str, site: Site) -> None:
    assert site.ask("POST", path, {"x": "1"}, Origin="http://[")[0] == 403


def test_after_signing_out_no_order_is_taken_and_a_kept_cookie_is_nothing(site: Site) -> None:
    mine, other = site.sign_in(), site.sign_in()
    with site.socket(mine) as tab, site.socket(mine) as another_tab, site.socket(other) as colleague:
        assert [first(tab), first(another_tab), first(colleague)] == ["ACK"] * 3
        assert answered(tab)
        assert site.ask("POST", "/logout", {}, Cookie=mine)[0] == 303
        assert not answered(tab)
        assert not answered(another_tab)
        assert answered(colleague)
    assert not opened(site.ask("GET", "/console", Cookie=mine))


def test_signed_out_in_another_process_is_signed_out_here(site: Site) -> None:
    mine = site.sign_in()
    found = badge.read(mine.partition("=")[2], KEY.encode(), time.time())
    assert found is not None
    with site.socket(mine) as tab:
        assert first(tab) == "ACK"
        door.end(site.settings, found.sid, found.until, time.time())
        time.sleep(1.1)  # the server asks the store once a second
        assert not answered(tab)


# --- what every answer carries ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["/home", "/explore", "/console", "/login", "/static/js/bokeh.min.js", "/nowhere"]
)
def test_every_answer_refuses_frames_and_guessing(path: str, site: Site, cookies: dict[str, str]) -> None:
    _, headers, _ = site.ask("GET", path, Cookie=cookies["facilitator"])
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["referrer-policy"] == "same-origin"
    assert "server" not in headers


@pytest.mark.parametrize("path", ["/home", "/explore", "/console"])
def test_pages_run_no_script_but_their_own(path: str, site: Site, cookies: dict[str, str]) -> None:
    _, headers, _ = site.ask("GET", path, Cookie=cookies["facilitator"])
    scripts = headers["content-security-policy"].partition("script-src")[2].partition(";")[0]
    assert "unsafe" not in scripts
    assert "http" not in scripts
    again = site.ask("GET", path, Cookie=cookies["facilitator"])[1]["content-security-policy"]
    assert again.partition("nonce-")[2][:16] != scripts.partition("nonce-")[2][:16]


@pytest.mark.parametrize("path", ["/login", "/login/roles", "/login/change", "/logout"])
def test_our_own_pages_have_no_script_and_nothing_unsafe(
    path: str, site: Site, cookies: dict[str, str]
) -> None:
    cookie = "" if path == "/login" else cookies["facilitator"]
    status, headers, text = site.ask("GET", path, Cookie=cookie)
    assert status == 200
    assert "unsafe" not in headers["content-security-policy"]
    assert "script-src" not in headers["content-security-policy"]
    assert "<script" not in text
    assert "style=" not in text


# --- the provider ------------------------------------------------------------------------------------


def round_trip(site: Site, provider: FakeProvider) -> tuple[str, str]:
    """There and to the way back: our cookie of the question, and the address that answers it."""
    page = site.ask("GET", "/login?next=/console")[2]
    assert "Se connecter avec la mairie d’Essai" in page
    status, headers, _ = site.ask("GET", "/login/provider?next=/console")
    assert status == 302
    asked = {name: values[0] for name, values in parse_qs(urlsplit(headers["location"]).query).items()}
    assert asked["code_challenge_method"] == "S256"
    assert "HttpOnly" in headers["set-cookie"]
    parts = urlsplit(provider.authorised(asked))
    return headers["set-cookie"].partition(";")[0], f"{parts.path}?{parts.query}"


def test_a_person_signs_in_by_the_provider_once(site: Site, provider: FakeProvider) -> None:
    provider.reset()
    asking, back = round_trip(site, provider)
    status, headers, _ = site.ask("GET", back, Cookie=asking)
    assert (status, headers["location"]) == (303, "/console")
    given = next(part for part in headers["set-cookie"].split(", ") if part.startswith(COOKIE)).partition(
        ";"
    )[0]
    assert opened(site.ask("GET", "/console", Cookie=given))
    # The same answer again, or in another browser, is refused.
    for cookie in (asking, ""):
        again = site.ask("GET", back, Cookie=cookie)
        assert again[0] == 400
        assert COOKIE not in again[1].get("set-cookie", "")
    assert "n’est plus valable" in again[2]


def test_what_the_provider_says_wrongly_is_refused_in_words(site: Site, provider: FakeProvider) -> None:
    provider.reset()
    provider.change = lambda claims: {**claims, "nonce": "another"}
    asking, back = round_trip(site, provider)
    status, headers, text = site.ask("GET", back, Cookie=asking)
    assert status == 400
    assert "n’a pas pu être vérifiée" in text
    assert COOKIE not in headers.get("set-cookie", "")
    provider.reset()
    provider.groups = ["voirie"]
    asking, back = round_trip(site, provider)
    status, _, text = site.ask("GET", back, Cookie=asking)
    assert status == 403
    assert "aucun accès ne vous est donné" in text


def test_a_refusal_at_the_provider_is_said(site: Site, provider: FakeProvider) -> None:
    asking, back = round_trip(site, provider)
    state = back.partition("state=")[2].partition("&")[0]
    status, _, text = site.ask(
        "GET", f"/login/provider/back?error=access_denied&state={state}", Cookie=asking
    )
    assert status == 400
    assert "n’a pas accepté" in text


# --- giving and taking back access --------------------------------------------------------------------


def test_the_facilitator_gives_a_passphrase_and_takes_it_back(site: Site, cookies: dict[str, str]) -> None:
    mine, expert = cookies["facilitator"], site.sign_in(PHRASES["expert"], "expert")
    assert site.ask("POST", "/login/roles", {"order": "give", "role": "expert"}, Cookie=expert)[0] == 303
    _, _, page = site.ask("POST", "/login/roles", {"order": "give", "role": "expert"}, Cookie=mine)
    given = page.partition('id="given">')[2].partition("<")[0]
    assert door.opens(site.settings, given, "expert")
    assert not opened(site.ask("GET", "/screen", Cookie=expert))  # the old one's sign-in ended
    site.ask("POST", "/login/roles", {"order": "take", "role": "expert"}, Cookie=mine)
    assert not door.opens(site.settings, given, "expert")
    for order in (
        {"order": "give", "role": "facilitator"},
        {"order": "give", "role": "x"},
        {"order": "x"},
        {},
    ):
        assert site.ask("POST", "/login/roles", order, Cookie=mine)[0] == 400
    door.set_passphrase(site.settings, PHRASES["expert"], "expert")


# --- helpers, on the urn --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def urn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    options = (*URN_OPTIONS, "--plugins", "tests.access.counting_plugin")
    with running(tmp_path_factory.mktemp("urn"), ("urn",), options, {"CORDEE_ROLE": "urn"}) as site:
        door.set_passphrase(site.settings, PHRASES["rapporteur"], "rapporteur")
        yield site


def enter(urn: Site, meeting: str, pin: str) -> tuple[int, str]:
    status, headers, _ = urn.ask("POST", f"/login?meeting={meeting}", {"meeting": meeting, "pin": pin})
    return status, headers.get("set-cookie", "").partition(";")[0]


def test_a_helper_s_code_opens_one_meeting_until_it_closes(urn: Site) -> None:
    desk = Desk(Store(urn.url), KeyRing(urn.log.parent / "keys"))
    one, other = desk.new(SHEET), desk.new(SHEET)
    pin = helper.helper_pin(desk, one, urn.settings)
    assert pin is not None
    assert urn.ask("GET", f"/counting/{one}")[0] == 403
    status, cookie = enter(urn, one, pin)
    assert status == 303
    assert urn.ask("GET", f"/counting/{one}", Cookie=cookie)[0] == 200
    assert urn.ask("GET", f"/counting/{other}", Cookie=cookie)[0] == 403
    assert enter(urn, other, pin)[0] == 401
    desk.act(one, "close_meeting")
    time.sleep(1.1)  # the server asks the store once a second
    assert urn.ask("GET", f"/counting/{one}", Cookie=cookie)[0] == 403
    assert enter(urn, one, pin)[0] == 401


def test_the_urn_never_takes_the_facilitator_s_passphrase(urn: Site) -> None:
    assert enter(urn, "ABCD", RIGHT)[0] == 401
    given: list[tuple[int, str]] = []

    def entered() -> bool:
        given.append(enter(urn, "ABCD", PHRASES["rapporteur"]))
        return given[-1][0] == 303

    assert until(entered, 20)  # the wrong tries before are slowed
    cookie = given[-1][1]
    assert urn.ask("GET", "/counting/ABCD", Cookie=cookie)[0] == 200


def test_guessing_a_code_is_slowed(urn: Site) -> None:
    statuses = [enter(urn, "ABCD", f"0000 000{figure}")[0] for figure in range(6)]
    assert statuses[-1] == 429
