"""The tables' page and JSON as a rapporteur, a stranger and a bad network meet them."""

import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.helping.house import HELPER, Kitchen, kitchen

from .conftest import SHEET


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Kitchen]:
    with kitchen(tmp_path, SHEET) as made:
        made.act("show", step="echanges")
        yield made


def test_a_contribution_is_written_corrected_and_taken_back(house):
    sent = {"id": "un-un-un", "table": 3, "kind": "idea", "words": "Un bus", "edit": 0}
    assert house.post("tables", **sent).json() == {"status": "written", "id": "un-un-un"}
    assert house.post("tables", **sent).status_code == 200
    house.post("tables", **{**sent, "words": "Deux bus", "edit": 1})
    (one,) = house.get("tables", table=3).json()["mine"]
    assert (one["words"], one["kind"], one["edit"], one["locked"]) == ("Deux bus", "idea", 1, False)
    assert house.get("tables", table=4).json()["mine"] == house.get("tables").json()["mine"] == []
    house.post("tables", id="un-un-un", table=3, edit=2, remove=True)
    assert house.get("tables", table=3).json()["mine"] == []


def test_what_is_grouped_is_locked_and_why_nothing_may_be_written_is_said(house):
    house.post("tables", id="un-un-un", table=3, kind="idea", words="x", edit=0)
    house.act("group", members=["un-un-un"], title="T")
    assert house.get("tables", table=3).json()["mine"][0]["locked"] is True
    answer = house.post("tables", id="un-un-un", table=3, kind="idea", words="y", edit=1)
    assert (answer.status_code, answer.json()["error"]) == (409, "contribution_grouped")
    assert answer.json()["message"].startswith("Cette réponse est regroupée")
    house.act("close_tables")
    told = house.get("tables").json()
    assert (told["open"], told["why"]) == (False, "closed")


def test_strangers_other_sites_and_nonsense_are_refused(house):
    good = {"id": "un-un-un", "table": 3, "kind": "idea", "words": "x"}
    for method, body in (("GET", None), ("POST", good)):
        answer = httpx.request(method, house.address("tables"), json=body)
        assert (answer.status_code, answer.json()["error"]) == (403, "helper_needed")
    for headers in ({"Origin": "http://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        assert (
            httpx.post(house.address("tables"), json=good, headers={**HELPER, **headers}).status_code == 403
        )
    plain = httpx.post(house.address("tables"), data=good, headers=HELPER)
    assert plain.status_code == 415
    for nonsense in ({}, {**good, "id": None}, {**good, "kind": {}}, {**good, "id": "../../etc"}):
        assert house.post("tables", **nonsense).status_code in (400, 409), nonsense
    for nonsense in ({**good, "table": "3"}, {**good, "words": ["x"]}, {**good, "words": "x" * 601}):
        assert house.post("tables", **nonsense).status_code == 409, nonsense
    assert house.post("tables", **{**good, "words": "x" * 70_000}).status_code == 413
    assert house.get("tables", table="x").status_code == 400
    assert httpx.get(house.address("tables").replace(house.code, "ZZZZ"), headers=HELPER).status_code == 404
    assert httpx.put(house.address("tables"), headers=HELPER).status_code == 405
    assert house.desk.store.contributions(house.code) == []


def test_the_page_is_for_helpers_and_loads_nothing(house):
    page = f"{house.url}/tables/{house.code}"
    away = httpx.get(page)
    assert (away.status_code, away.headers["Location"]) == (
        302,
        f"/login?meeting={house.code}&next=/tables/{house.code}",
    )
    found = httpx.get(page, headers=HELPER)
    assert "unsafe" not in found.headers["Content-Security-Policy"]
    assert 'src="http' not in found.text
    assert found.headers["Cache-Control"] == "no-store"
    assert httpx.get(page, headers={**HELPER, "Host": "evil.example"}).status_code == 421
    assert httpx.get(f"{house.url}/tables/ZZZZ", headers=HELPER).status_code == 404


def test_fifteen_tables_at_once_lose_nothing(house):
    def table(number: int) -> None:
        with httpx.Client(headers=HELPER, timeout=60) as client:
            for i in range(20):
                body = {
                    "id": f"t{number:02}-n{i:02}-x",
                    "table": number,
                    "kind": "for",
                    "words": f"{number}/{i}",
                }
                for _ in range(1 + i % 2):  # some are sent twice, as after a cut
                    assert client.post(house.address("tables"), json={**body, "edit": 0}).status_code == 200

    threads = [threading.Thread(target=table, args=(n,)) for n in range(1, 16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(one["words"] for one in house.get("tables", table=15).json()["mine"]) == sorted(
        f"15/{i}" for i in range(20)
    )
    assert len(house.desk.store.contributions(house.code)) == 300
