"""The addresses: open to all, closed to all but who prepares; nothing shown before it was read."""

import json

import pytest

from components.places import handlers
from tests.places.conftest import GRENOBLE, SLUG, collection, comment, line, point, zone

SAID = "label=Zones+de+chasse&kind=hunting&producer=ACCA&licence=LO&note=R%C3%A9gulation"


def test_the_page_asks_nothing_outside_until_this_browser_wants_it(served):
    page = served.get(f"/places?territory={SLUG}")
    assert page.status_code == 200
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "geopf" not in policy
    import httpx

    wanted = httpx.get(f"{served.url}/places", headers={"Cookie": "cordee_background=ign"})
    assert "img-src 'self' data: https://data.geopf.fr;" in wanted.headers["content-security-policy"]
    assert "unsafe" not in wanted.headers["content-security-policy"]


def test_an_unknown_territory_is_a_sentence(served):
    answer = served.get("/places?territory=atlantide")
    assert (answer.status_code, SLUG in answer.text) == (404, True)


@pytest.mark.parametrize("path", ["/layers", f"/layers/{SLUG}/state", f"/layers/{SLUG}/comments.csv"])
def test_who_prepares_alone_reads_the_desk(served, path):
    assert served.get(path).status_code == 403
    assert served.get(path, officer=True).status_code == 200


@pytest.mark.parametrize("what", ["preview", "import?" + SAID, "remove", "restore", "decide"])
def test_who_prepares_alone_gives_orders(served, what):
    body = collection(("A", zone(5.7, 45.1))) if what.startswith(("preview", "import")) else {"id": "x"}
    answer = served.post(f"/layers/{SLUG}/{what}", body, officer=False)
    assert (answer.status_code, answer.json()["error"]) == (403, "officer_needed")
    assert served.library.layers(handlers.load_territory(SLUG)) == []


def test_another_site_gives_no_order(served):
    for headers in ({"Origin": "http://mechant.example"}, {"Sec-Fetch-Site": "cross-site"}):
        answer = served.post(f"/layers/{SLUG}/import?{SAID}", collection(("A", zone(5.7, 45.1))), **headers)
        assert answer.status_code == 403
        assert served.post(f"/places/{SLUG}/comment", comment(), **headers).status_code == 403


def test_a_file_is_previewed_imported_removed_and_brought_back(served):
    content = collection(
        ("Nord", zone(5.7, 45.1)),
        ("", point(5.7, 45.1)),
        ("Paris", point(2.3, 48.8)),
        ("Route", line((5.7, 45.1), (7, 45.1))),
    )
    seen = served.post(f"/layers/{SLUG}/preview?kind=hunting", content).json()
    assert (seen["kept"], seen["dropped"], len(seen["left_out"]), len(seen["warnings"])) == (2, 2, 2, 1)
    assert seen["layer"]["style"]["angle"] == 135
    assert served.get(f"/places/{SLUG}/layers.json").json()["layers"] == []
    written = served.post(f"/layers/{SLUG}/import?{SAID}", content).json()
    assert written == {"status": "written", "id": "zones-de-chasse"}
    (layer,) = served.get(f"/places/{SLUG}/layers.json").json()["layers"]
    assert (layer["label"], layer["note"], layer["origin"]) == ("Zones de chasse", "Régulation", "imported")
    assert served.post(f"/layers/{SLUG}/remove", {"id": layer["id"]}).status_code == 200
    assert served.get(f"/places/{SLUG}/layers.json").json()["layers"] == []
    assert served.post(f"/layers/{SLUG}/restore", {"id": layer["id"]}).status_code == 200
    assert len(served.get(f"/places/{SLUG}/layers.json").json()["layers"]) == 1


def test_a_bad_file_or_nothing_said_of_it_is_a_sentence_and_nothing_is_kept(served):
    answer = served.post(f"/layers/{SLUG}/preview", b'{"type":\n oops')
    assert (answer.status_code, "ligne 2" in answer.json()["message"]) == (400, True)
    answer = served.post(f"/layers/{SLUG}/import?kind=hunting", collection(("A", zone(5.7, 45.1))))
    assert (answer.status_code, "Donnez un nom" in answer.json()["message"]) == (400, True)
    assert served.get(f"/layers/{SLUG}/state", officer=True).json()["layers"] == []


def test_a_comment_waits_until_it_is_read(served):
    shown = lambda: served.get(f"/places/{SLUG}/layers.json").json()["comments"]  # noqa: E731
    answer = served.post(
        f"/places/{SLUG}/comment", comment(point=list(GRENOBLE), words="<b>&</b>"), officer=False
    )
    assert (answer.status_code, shown()) == (200, [])
    (waiting,) = served.get(f"/layers/{SLUG}/state", officer=True).json()["comments"]
    assert waiting["state"] == "waiting"
    served.post(f"/layers/{SLUG}/decide", {"id": waiting["id"], "state": "accepted", "answer": "Merci"})
    (read,) = shown()
    assert (read["words"], read["answer"], read["place"]) == ("<b>&</b>", "Merci", "Grenoble")
    served.post(f"/layers/{SLUG}/decide", {"id": waiting["id"], "state": "refused"})
    assert shown() == []
    assert served.post(f"/layers/{SLUG}/decide", {"id": waiting["id"], "erase": True}).status_code == 200
    assert served.post(f"/layers/{SLUG}/decide", {"id": waiting["id"], "erase": True}).status_code == 404
    assert served.store.comments(SLUG) == []


def test_a_comment_sent_again_is_one(served):
    for _ in range(3):
        assert served.post(f"/places/{SLUG}/comment", comment(), officer=False).status_code == 200
    assert len(served.store.comments(SLUG)) == 1


def test_one_who_writes_without_end_is_asked_to_wait_and_a_bad_try_costs_nothing(served):
    def send(i: int, **changes: str) -> int:
        return served.post(
            f"/places/{SLUG}/comment", comment(id=f"{i:024x}", **changes), officer=False
        ).status_code

    assert [send(i, words="") for i in range(20)] == [400] * 20
    assert [send(i) for i in range(9)] == [200] * 8 + [429]


def test_rubbish_is_a_sentence(served):
    for body in (b"\xff", b"[]", b'"x"'):
        answer = served.post(
            f"/places/{SLUG}/comment", body, officer=False, **{"Content-Type": "application/json"}
        )
        assert answer.status_code == 400
        assert answer.json()["message"]
    huge = served.post(f"/places/{SLUG}/comment", comment(words="x" * 20_000), officer=False)
    assert huge.status_code == 413


def test_when_nothing_can_be_recorded_it_is_said(served, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(served.library, "add", full)
    answer = served.post(f"/layers/{SLUG}/import?{SAID}", collection(("A", zone(5.7, 45.1))))
    assert (answer.status_code, answer.json()["error"]) == (503, "store_away")


def test_the_phones_port_has_the_open_addresses_alone():
    paths = [path for path, *_ in handlers.routes(handlers.shared_office, urn=True)]
    assert paths
    assert all(path.startswith("/places") for path in paths)


def test_nothing_of_a_setup_ends_the_script_early(served):
    served.post(
        f"/layers/{SLUG}/import?{SAID}".replace("ACCA", "</script>"), collection(("A", zone(5.7, 45.1)))
    )
    text = served.get("/layers", officer=True).text
    setup = text.split('id="setup">')[1].split("</script>")[0]
    assert json.loads(setup)["slug"] == SLUG
