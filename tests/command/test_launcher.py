"""The launcher's own decisions, with processes that do nothing."""

import os
import sys
from pathlib import Path

import pytest

from components.command.launcher import (
    LONGEST_WAIT_SECONDS,
    Launcher,
    Server,
    answers,
    environment,
    wait_before_restart,
)
from tests.command.house import free_port


def server(code: str) -> Server:
    return Server(
        "pages", [sys.executable, "-c", code], {**os.environ, "CORDEE_ROLE": "pages"}, Path.cwd(), free_port()
    )


def test_a_process_that_never_lasts_is_tried_again_for_ever_but_not_in_a_hurry() -> None:
    waits = [wait_before_restart(n) for n in range(1, 30)]
    assert waits[0] == 0
    assert waits == sorted(waits)
    assert waits[-1] == LONGEST_WAIT_SECONDS


def test_a_dead_process_is_told_and_started_again() -> None:
    told: list[object] = []
    launcher = Launcher(
        [server("raise SystemExit(3)")],
        died=lambda server, code, wait: told.append((server.name, code, wait)),
        restarted=lambda server: (told.append("again"), len(told) > 3 and launcher.stop()),  # type: ignore[func-returns-value]
    )
    launcher.start()
    launcher.watch()
    launcher.end()
    assert told == [("pages", 3, 0.0), "again", ("pages", 3, 0.5), "again"]


def test_the_end_spares_no_stubborn_process() -> None:
    code = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(flush=True); time.sleep(60)"
    launcher = Launcher([server(code)], died=print, restarted=print)
    launcher.start()
    process = launcher.children[0].process
    assert process
    launcher.over.wait(0.5)
    launcher.end()
    assert process.poll() is not None


def test_what_else_must_be_watched_is_looked_at() -> None:
    calls: list[int] = []

    def tick() -> None:
        calls.append(1)
        launcher.stop()

    launcher = Launcher([server("import time; time.sleep(60)")], died=print, restarted=print, tick=tick)
    launcher.start()
    launcher.watch()
    launcher.end()
    assert calls


def test_the_passphrase_is_not_handed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CORDEE_PASSPHRASE", "quatre mots")
    assert "CORDEE_PASSPHRASE" not in environment(PORT="5006")
    assert environment(PORT="5006")["PORT"] == "5006"


def test_nobody_answers_on_an_empty_port() -> None:
    assert answers(free_port(), timeout=0.5) is None
