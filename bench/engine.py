"""How fast the engine answers: one lever moved against everything computed again, 500 draws, the model's load.

`python -m bench.engine` prints the table. Ratios travel between machines better than milliseconds.
"""

import statistics
import time
from collections.abc import Callable

from components.scenario.engine import Engine
from components.scenario.frame import EMISSIONS
from components.scenario.ranges import DRAWS
from components.scenario.rules import load_model
from components.territory.pack import load_territory

SLUG = "grenoble-alpes-metropole"
MOVES = 40
ROUNDS = 7
AIM_MOVE_MS = 3.0
AIM_SCRATCH_MS = 15.0
AIM_DRAWS_MS = 100.0


def milliseconds(work: Callable[[], object]) -> float:
    """Time of one call, in milliseconds."""
    start = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - start)


def spread(times: list[float]) -> tuple[float, float]:
    """Median and 95th percentile."""
    return statistics.median(times), sorted(times)[min(len(times) - 1, round(0.95 * len(times)))]


def measure() -> list[tuple[str, float, float]]:
    """Rows (what, p50 ms, p95 ms): load, from scratch, draws of one and of all variables, then each lever moved."""
    territory = load_territory(SLUG)
    loads = [milliseconds(lambda: load_model(territory)) for _ in range(3)]
    rows = [("load", *spread(loads))]
    engine = Engine(load_model(territory), territory)
    trend = engine.settings()
    scratch = [milliseconds(lambda: engine.run_from_scratch(trend)) for _ in range(MOVES)]
    rows.append(("scratch", *spread(scratch)))
    for name, variables in (("one variable", [EMISSIONS]), ("all variables", engine.variables)):
        drawn = [milliseconds(lambda v=variables: engine.bands(trend, v)) for _ in range(ROUNDS)]
        rows.append((f"{DRAWS} draws, {name}", *spread(drawn)))
    for lever in engine.levers:
        if lever.simplex:
            continue
        steps = [lever.min + (lever.max - lever.min) * (i + 0.5) / MOVES for i in range(MOVES)]
        rows.append((lever.id, *spread([milliseconds(_move(engine, lever.id, value)) for value in steps])))
    return rows


def _move(engine: Engine, lever: str, value: float) -> Callable[[], object]:
    return lambda: engine.run(engine.settings({lever: value}))


def main() -> None:
    """Prints the table."""
    rows = measure()
    scratch = next(p50 for name, p50, _ in rows if name == "scratch")
    print(
        f"Aims: a move {AIM_MOVE_MS:g} ms, from scratch {AIM_SCRATCH_MS:g} ms, draws {AIM_DRAWS_MS:g} ms.\n"
    )
    print("| 49 communes × 32 years | p50 ms | p95 ms | scratch ÷ move |")
    print("|---|---|---|---|")
    for name, p50, p95 in rows:
        ratio = "" if name == "load" or "draws" in name else f"{scratch / p50:.1f}"
        print(f"| {name} | {p50:.2f} | {p95:.2f} | {ratio} |")


if __name__ == "__main__":
    main()
