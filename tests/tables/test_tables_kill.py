"""Fifteen rapporteurs type at once, each answer sent until it is confirmed, and the urn is killed in between."""

import threading
import time
from pathlib import Path

import httpx

from tests.examples import thorough
from tests.helping.urn import Urn

from .conftest import SHEET

TABLES, ANSWERS = 15, 20


@thorough
def test_nothing_confirmed_is_lost_nor_doubled_by_a_kill(tmp_path: Path) -> None:
    urn = Urn(tmp_path)
    code = urn.desk.new(SHEET)
    urn.desk.act(code, "show", step="echanges")
    cookies = urn.cookies(code)
    address = f"{urn.url}/api/v1/meetings/{code}/tables"
    confirmed: list[str] = []
    cut = [0]

    def send(client: httpx.Client, body: dict[str, object]) -> None:
        deadline = time.monotonic() + 90
        while time.monotonic() < deadline:
            try:
                if client.post(address, json=body).status_code == 200:
                    confirmed.append(str(body["words"]))
                    return
            except httpx.HTTPError:
                cut[0] += 1
            time.sleep(0.1)

    def table(number: int) -> None:
        with httpx.Client(cookies=cookies, timeout=5) as client:
            for i in range(ANSWERS):
                name = f"t{number:02}-n{i:02}-x"
                body = {"id": name, "table": number, "kind": "idea", "words": f"{number}/{i}", "edit": 0}
                send(client, body)

    threads = [threading.Thread(target=table, args=(n,)) for n in range(1, TABLES + 1)]
    for thread in threads:
        thread.start()
    try:
        while len(confirmed) < 60 and any(thread.is_alive() for thread in threads):
            time.sleep(0.01)
        urn.kill()
        urn.start()
        for thread in threads:
            thread.join(100)
        written = [one.words for one in urn.desk.store.contributions(code)]
    finally:
        urn.kill()
        urn.desk.store.close()
    assert cut[0] > 0  # the kill was felt
    assert sorted(written) == sorted(confirmed)
    assert len(written) == len(set(written)) == TABLES * ANSWERS
