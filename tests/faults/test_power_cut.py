"""Somebody kicks the plug: kill −9 of the whole house with a vote open, then a second start."""

import json
import os
import random
import signal
import threading
import time
from pathlib import Path

import httpx

from components.meeting.desk import Desk
from components.meeting.keys import KeyRing
from components.meeting.store import Store
from tests.command.house import House, cordee, listening, until

from .conftest import Rounds


class Voter(threading.Thread):
    """A phone that votes again and again until the house is gone; remembers what was acknowledged."""

    def __init__(self, base: str, code: str, poll: str, options: list[str], seed: int) -> None:
        super().__init__(daemon=True)
        self.base, self.code, self.poll, self.options = base, code, poll, options
        self.drawn = random.Random(seed)
        self.token = ""
        self.sent: list[str] = []
        self.acknowledged: list[str] = []

    def run(self) -> None:
        with httpx.Client(base_url=f"{self.base}/api/v1/meetings/{self.code}", timeout=5) as client:
            try:
                self.token = client.post("/join").json()["token"]
                for sequence in range(1, 10_000):
                    choice = self.drawn.choice(self.options)
                    self.sent.append(choice)
                    answer = client.post(
                        "/ballot",
                        json={"poll": self.poll, "choice": choice, "sequence": sequence},
                        headers={"Authorization": f"Bearer {self.token}"},
                    )
                    if answer.status_code == 200:
                        self.acknowledged.append(choice)
            except httpx.HTTPError:
                return


def vote_of(base: str, code: str) -> dict[str, object]:
    return dict(httpx.get(f"{base}/api/v1/meetings/{code}/state", timeout=10).json()["vote"])


def test_every_acknowledged_ballot_is_there_after_a_power_cut(tmp_path: Path, rounds: Rounds, tell) -> None:
    turns = rounds.of(few=1, full=10)
    held = sum(power_cut(tmp_path / str(number), rounds) for number in turns)
    tell(f"{len(turns)} coupures de courant (lanceur et serveurs) : {held} bulletins accusés, tous retrouvés")


def power_cut(tmp_path: Path, rounds: Rounds) -> int:
    """One cut and the second start; ballots acknowledged before."""
    tmp_path.mkdir()
    with House(tmp_path) as house:
        base = f"http://127.0.0.1:{house.phone_port}"
        desk = Desk(Store(house.env["CORDEE_DB"]), KeyRing(tmp_path / "store.db.keys"))
        code = desk.store.meetings()[0].code
        desk.act(code, "show", step="avis-avant")
        desk.act(code, "open")
        desk.store.close()
        assert until(lambda: vote_of(base, code)["state"] == "open")
        options = [option["id"] for option in vote_of(base, code)["options"]]  # type: ignore[index,attr-defined]
        voters = [Voter(base, code, "dabord-avant", options, seed) for seed in range(12)]
        for voter in voters:
            voter.start()
        assert until(lambda: all(len(voter.acknowledged) >= 5 for voter in voters), 60)
        time.sleep(rounds.chance.random() / 2)
        os.kill(house.process.pid, signal.SIGKILL)
        # The servers end by themselves when their launcher is gone: no port stays held.
        assert until(lambda: not listening(house.port) and not listening(house.phone_port), 15)
        for voter in voters:
            voter.join(15)
    with House(tmp_path) as again:
        base = f"http://127.0.0.1:{again.phone_port}"
        shown = json.loads(cordee("meeting", "show", code, env=again.env).stdout)
        assert shown["step"]["id"] == "avis-avant"
        assert shown["body"]["state"] == "open"
        assert shown["body"]["received"] == len(voters)
        for voter in voters:
            # The last acknowledged ballot, or the one that was on its way when the power went.
            own = httpx.get(
                f"{base}/api/v1/meetings/{code}/state",
                headers={"Authorization": f"Bearer {voter.token}"},
                timeout=10,
            ).json()["own"]
            stored = own["choice"][0]
            assert stored in {voter.acknowledged[-1], voter.sent[-1]}
    return sum(len(voter.acknowledged) for voter in voters)
