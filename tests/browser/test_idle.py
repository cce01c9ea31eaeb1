"""A page somebody has used and left alone costs the machine nothing (Panel 1.10's sweep once burnt a core)."""

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page


def processor_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc to read a process's time")
def test_a_used_page_left_alone_is_idle(page: Page, serve: Callable) -> None:  # type: ignore[type-arg]
    server = serve(["dashboards/explore.py"])
    page.goto(f"{server.url}/explore")
    slider = page.locator("input[type=range]").first
    slider.focus()
    for _ in range(3):
        slider.press("ArrowRight")
        page.wait_for_timeout(200)
    page.wait_for_timeout(1500)
    before, start = processor_seconds(server.process.pid), time.monotonic()
    page.wait_for_timeout(3000)
    share = (processor_seconds(server.process.pid) - before) / (time.monotonic() - start)
    assert share < 0.1, f"the idle server uses {share:.0%} of a core"
