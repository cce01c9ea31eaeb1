"""`cordee rehearse` as it is typed."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from components.command.arguments import CommandError
from components.command.rehearse import read_place, read_plan
from tests.command.house import ROOT, cordee, environ, free_port
from tests.phone.conftest import House


@pytest.fixture
def urn(tmp_path: Path):
    made = House(tmp_path)
    yield made
    made.stop()


def env(urn: House, tmp_path: Path) -> dict[str, str]:
    return environ(tmp_path, CORDEE_DB=urn.database, CORDEE_KEYS=str(tmp_path / "keys"))


def test_a_rehearsal_says_that_every_ballot_arrived_and_leaves_nothing(urn, tmp_path):
    before = [meeting.code for meeting in urn.console.store.meetings()]
    command = ("rehearse", "--voters", "30", "--seconds", "0,5", "--url", urn.url, "--json")
    done = cordee(*command, env=env(urn, tmp_path))
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert (found["sent"], found["acknowledged"], found["stored"], found["lost"], found["doubled"]) == (
        30,
        30,
        30,
        0,
        0,
    )
    assert 0 < found["ack_ms"]["p50"] <= found["ack_ms"]["p95"] <= found["ack_ms"]["p99"]
    assert 0 < found["screen_ms"]["p50"] <= found["screen_ms"]["p99"]
    assert [meeting.code for meeting in urn.console.store.meetings()] == before


def test_ctrl_c_in_the_middle_leaves_nothing_either(urn, tmp_path):
    before = [meeting.code for meeting in urn.console.store.meetings()]
    command = [
        sys.executable,
        "-m",
        "components.command.main",
        "rehearse",
        "--voters",
        "5",
        "--seconds",
        "60",
    ]
    running = subprocess.Popen(
        [*command, "--url", urn.url],
        cwd=ROOT,
        env=env(urn, tmp_path),
        stderr=subprocess.PIPE,
        # A shell that runs the tests in the background has SIGINT ignored, and its children inherit that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    end = time.monotonic() + 30
    while urn.console.store.meetings() == [] or not any(
        meeting.code not in before and urn.console.store.room(meeting.code).open_poll
        for meeting in urn.console.store.meetings()
    ):
        assert time.monotonic() < end
        time.sleep(0.05)
    running.send_signal(signal.SIGINT)
    assert running.wait(20) == 130
    assert [meeting.code for meeting in urn.console.store.meetings()] == before


def test_without_an_urn_nothing_is_started_and_a_sentence_says_so(tmp_path):
    done = cordee("rehearse", "--voters", "3", env=environ(tmp_path))
    assert done.returncode == 1
    assert done.stderr.startswith("Aucune urne ne répond à l’adresse http://127.0.0.1:")
    assert done.stdout == ""


def test_an_urn_of_another_store_and_an_open_vote_are_refused(urn, tmp_path):
    elsewhere = environ(tmp_path, CORDEE_DB=f"sqlite:///{tmp_path / 'other.db'}")
    done = cordee("rehearse", "--voters", "3", "--url", urn.url, env=elsewhere)
    assert done.returncode == 1
    assert done.stderr.startswith("Les pages de Cordée ne répondent pas")
    assert not (tmp_path / "other.db").exists()
    urn.ask("un")
    done = cordee("rehearse", "--voters", "3", "--url", urn.url, env=env(urn, tmp_path))
    assert done.returncode == 1
    assert urn.code in done.stderr
    assert "--force" in done.stderr


@pytest.mark.parametrize(
    ("voters", "seconds"), [("0", "1"), ("x", "1"), ("²", "1"), ("3", "-1"), ("3", "nan"), ("3", "x")]
)
def test_a_crowd_that_makes_no_sense_is_refused(voters, seconds):
    with pytest.raises(CommandError):
        read_plan(voters, seconds)


def test_an_address_that_is_none_is_refused():
    with pytest.raises(CommandError, match="http://192"):
        read_place("ici ou là")
    assert read_place(f" http://127.0.0.1:{free_port()} ").host == "127.0.0.1"
