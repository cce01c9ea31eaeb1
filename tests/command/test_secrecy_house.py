"""The whole house, both servers running: a vote by phone, a copy, a seal; then every file and every line said."""

from pathlib import Path

import httpx

from components.meeting.desk import Desk
from components.meeting.keys import KeyRing, meeting_secret, poll_secret
from components.meeting.store import Store
from components.phone.token import device_key, person
from components.voting.sealing import pair_key, voter_key
from tests.command.house import House, cordee, until


def words_in(folder: Path, words: set[str], but: str) -> dict[str, int]:
    found = {}
    for path in folder.rglob("*"):
        if path.is_file() and path.name != but:
            content = path.read_bytes()
            if number := sum(word.encode() in content for word in words):
                found[path.name] = number
    return found


def test_nothing_links_a_phone_to_a_ballot_once_it_is_sealed(tmp_path: Path) -> None:
    with House(tmp_path, changes={"CORDEE_DEBUG": "1"}) as house:
        base = f"http://127.0.0.1:{house.phone_port}"
        ring = KeyRing(tmp_path / "store.db.keys")
        console = Desk(Store(f"sqlite:///{tmp_path / 'store.db'}"), ring)
        code = console.store.meetings()[0].code
        console.act(code, "show", step="avis-avant")
        console.act(code, "open")
        tokens = []
        with httpx.Client(base_url=f"{base}/api/v1/meetings/{code}", timeout=20) as client:
            assert until(lambda: client.get("/state").json()["vote"]["state"] == "open")
            vote = client.get("/state").json()["vote"]
            for number in range(30):
                client.cookies.clear()
                tokens.append(client.post("/join", json={}).json()["token"])
                option = vote["options"][number % len(vote["options"])]["id"]
                answer = client.post(
                    "/ballot",
                    json={"poll": vote["poll"], "choice": option, "sequence": 1},
                    headers={"Authorization": f"Bearer {tokens[-1]}"},
                )
                assert answer.status_code == 200, answer.text
        secret, of_meeting = ring.get(poll_secret(code, vote["poll"])), ring.get(meeting_secret(code))
        assert secret is not None
        assert of_meeting is not None
        voters = {voter_key(secret, person(token)) for token in tokens}
        assert sum(words_in(tmp_path, voters, "").values()) >= 30
        assert cordee("backup", str(tmp_path / "copie.db"), env=house.env).returncode == 0
        console.act(code, "close")
        console.act(code, "seal")
        # With the servers running, and with their journal files there.
        assert until(lambda: not words_in(tmp_path, voters, "copie.db")), words_in(
            tmp_path, voters, "copie.db"
        )
        assert words_in(tmp_path, set(tokens) | {token.partition(".")[0] for token in tokens}, "") == {}
        devices = {device_key(of_meeting, person(token)) for token in tokens}
        database = (tmp_path / "store.db").read_bytes()
        assert any(
            device.encode() in database for device in devices
        )  # presence is still counted, apart from votes
        console.act(code, "close_meeting")
        assert not ring.get(meeting_secret(code))
    said = house.said().encode()
    for word in (*tokens, *voters, *devices):
        assert word.encode() not in said
    everything = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert secret not in everything
    assert secret.hex().encode() not in everything
    # The copy made before holds the keys but nothing that could tell whose they are.
    keys = {path.read_bytes() for path in (tmp_path / "store.db.keys").iterdir() if path.is_file()}
    assert not voters & {voter_key(key, person(token)) for key in keys for token in tokens}
    assert not {pair_key(key, person(token)) for key in keys for token in tokens} & voters
