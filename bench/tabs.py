"""Three hundred tabs opened and closed: what stays behind in the pages' process.

`python -m bench.tabs [TABS]` prints the table. Each tab is a session as a browser makes it (page, then socket), then
closed. A page of the same process (`tabs_left.py`) counts Bokeh's documents, our listeners and watchers of parameters.
"""

import asyncio
import json
import re
import sys
import tempfile
import urllib.request
from html import unescape
from pathlib import Path

from bench.served import house, served
from components.rehearsal import stage
from components.rehearsal.wire import Place, hold

TABS = 300
WARM = 30
FILES = ("console", "screen", "explore")
SESSIONS = ("--keep-alive", "2000", "--unused-session-lifetime", "1500", "--check-unused-sessions", "500")


async def tab(place: Place, path: str) -> None:
    """Open one tab, hear the server, close it."""
    html = await asyncio.to_thread(_read, f"{place.url}{path}")
    token = re.search(r'"token":\s*"([^"]+)"', unescape(html))
    assert token, html[:300]
    heard = asyncio.Event()
    headers = {"Sec-WebSocket-Protocol": f"bokeh, {token[1]}"}
    page = path.partition("?")[0]
    line = await hold(place, f"{page}/ws", headers, lambda _: heard.set(), heard.set)
    async with asyncio.timeout(30):
        await heard.wait()
    line.leave()


def _read(url: str) -> str:
    with urllib.request.urlopen(url, timeout=120) as answer:
        return str(answer.read().decode())


async def open_and_close(place: Place, code: str, number: int, start: int = 0) -> None:
    for n in range(start, start + number):
        name = FILES[n % 3]
        await tab(place, f"/{name}" + ("" if name == "explore" else f"?meeting={code}"))


def left(url: str, file: Path) -> dict[str, int]:
    """What the process holds, once its closed sessions have been dropped."""
    _read(f"{url}/tabs_left")
    return {str(name): int(value) for name, value in json.loads(file.read_text()).items()}


def main() -> None:
    """Prints the table."""
    number = int(sys.argv[1]) if len(sys.argv) > 1 else TABS
    file = Path(tempfile.mkstemp(suffix=".json")[1])
    files = [*(f"dashboards/{name}.py" for name in FILES), "bench/tabs_left.py"]
    with (
        house() as home,
        stage.throwaway(home.desk) as code,
        served(files, {**home.environ, "BENCH_LEFT": str(file)}, "pages", (), *SESSIONS) as pages,
    ):
        place = Place("127.0.0.1", pages.port)

        async def rest() -> tuple[dict[str, int], float]:
            await asyncio.sleep(6)
            await asyncio.to_thread(left, pages.url, file)
            await asyncio.sleep(4)
            return await asyncio.to_thread(left, pages.url, file), pages.memory_bytes() / 1e6

        async def run() -> list[tuple[int, dict[str, int], float]]:
            rows, done = [], 0
            for until in (WARM, WARM + number // 2, WARM + number):
                await open_and_close(place, code, until - done, done)
                done = until
                rows.append((done, *await rest()))
            return rows

        rows = asyncio.run(run())
    print("| tabs opened and closed | documents | listeners | watchers | memory, MB |\n|---|---|---|---|---|")
    for name, (done, found, memory) in zip(("before", "half", "all"), rows, strict=True):
        print(
            f"| {name} ({done}) | {found['documents']} | {found['listeners']} | {found['watchers']} | {memory:.0f} |"
        )
    first, last = rows[0][1], rows[-1][1]
    print("\nAims: as many documents, listeners and watchers at the end as before; memory flat.")
    assert all(last[kind] <= first[kind] for kind in first), "something stays behind"


if __name__ == "__main__":
    main()
