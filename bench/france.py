"""How time and memory grow with communes, up to all those of France: one evaluation, nothing known before.

`python -m bench.france` prints the table and draws it in bench/france.svg. The communes are those of the shipped packs,
repeated and perturbed: figures of their own, not France's. Each size has a process of its own, so that its memory is
its own. The named alternative is a plain pandas evaluation: every rule of the same model as a column of one long table,
a row a commune and a year; sums over communes are given to it.
"""

import json
import math
import operator
import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from components.scenario.engine import Engine, Result
from components.scenario.expression import COMMUNE, YEAR, Node, parse, summed_reads
from components.scenario.rules import MODEL, load_model
from components.territory.pack import Territory, list_territories, load_territory

FRANCE = 34_900
SIZES = (49, 200, 1000, 4000, 12_000, FRANCE)
PANDAS_UP_TO = 1000
AIM_SECONDS, AIM_BYTES = 2.0, 2e9
LIKE = "grenoble-alpes-metropole"  # whose official totals are scaled
PLOT = Path(__file__).with_suffix(".svg")
ROUNDS = 3


def synthetic(size: int, seed: int = 0) -> Territory:
    """A territory of so many communes, drawn from the shipped packs, figures multiplied by about one.

    It keeps the identifier of the one whose totals are scaled, and so its own rules.
    """
    rng = np.random.default_rng(seed)
    packs = [load_territory(slug) for slug in list_territories()]
    like = load_territory(LIKE)
    known = pd.concat([pack.communes[[c for c in like.communes if c in pack.communes]] for pack in packs])
    drawn = known.iloc[rng.integers(0, len(known), size)].reset_index(drop=True)
    figures = drawn.select_dtypes("number").columns
    drawn[figures] = drawn[figures].astype(float).mul(rng.lognormal(0.0, 0.1, size), axis=0)
    drawn.index = pd.Index([f"{i:05d}" for i in range(size)], name="insee")
    official = like.official.copy()
    official["value"] = official["value"].astype(float) * size / len(like.communes)
    return replace(like, communes=drawn, official=official, outlines={})


def measure(size: int, model: Path = MODEL) -> dict[str, float]:
    """One size, in this process: seconds to load and to evaluate, and the most memory used so far, in bytes."""
    territory = synthetic(size)
    start = time.perf_counter()
    engine = Engine(load_model(territory, model, lenient=True), territory)
    load = time.perf_counter() - start
    settings = engine.settings()
    times = []
    result = None
    for _ in range(ROUNDS):
        result = None  # one result in memory at a time
        start = time.perf_counter()
        result = engine.run_from_scratch(settings)
        times.append(time.perf_counter() - start)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024.0
    found = {"communes": size, "load": load, "seconds": min(times), "bytes": peak}
    if size <= PANDAS_UP_TO and result is not None:
        found["pandas"] = in_pandas(engine, result)
    return found


def in_pandas(engine: Engine, result: Result) -> float:
    """Seconds for the rules that levers move, as columns of a long table. Raises AssertionError on another answer."""
    communes, years = len(result.regions), len(result.years)
    index = pd.MultiIndex.from_product([result.regions, result.years])

    def long(values: np.ndarray) -> pd.Series:
        return pd.Series(np.broadcast_to(values, (communes, years)).ravel(), index=index)

    rules = [rule for rule in engine.model.rules.values() if rule.levers and rule.node is not None]
    moved = {rule.rule.id for rule in rules}
    given = {name for rule in rules for name in rule.reads} - moved
    table = {name: long(result.state[name]) for name in given}
    start = time.perf_counter()
    for rule in rules:
        reads = summed_reads(parse(str(rule.rule.formula)))
        if any(summed for _, summed in reads) or _over_years(str(rule.rule.formula)):
            table[rule.rule.id] = long(result.state[rule.rule.id])
        else:
            table[rule.rule.id] = pd.Series(column(rule.node, table), index=index)
    seconds = time.perf_counter() - start
    expected = result.values["Emissions|CO2e"].ravel()
    np.testing.assert_allclose(table[engine.model.variables["Emissions|CO2e"]].to_numpy(), expected)
    return seconds


def column(node: Node, table: Mapping[str, pd.Series]) -> pd.Series | np.ndarray | float:
    """A formula over the columns of a long table; what is neither a sum nor a product goes through numpy."""
    if node.constant is not None:
        return node.constant
    if node.op == "read":
        return table[node.names[0]]
    if node.op == "scale":
        return column(node.parts[0], table) * node.factor
    if node.op:
        left, right = (column(part, table) for part in node.parts)
        return {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv}[node.op](
            left, right
        )
    return node.compute({name: table[name].to_numpy()[:, None] for name in node.names})[:, 0]


def _over_years(formula: str) -> bool:
    """Whether a formula adds up years: an array is not a column there either."""
    return any(word in formula for word in ("cumulated(", "yearly(", f", {YEAR})", f", {COMMUNE})"))


def all_sizes() -> Iterator[dict[str, float]]:
    """The measure of each size, each in a process of its own."""
    for size in SIZES:
        run = subprocess.run(
            [sys.executable, "-m", "bench.france", str(size)], check=True, stdout=subprocess.PIPE, text=True
        )
        yield json.loads(run.stdout)


def plot(rows: list[dict[str, float]]) -> str:
    """Time against communes, both logarithmic, with the straight line of a cost in proportion."""
    left, bottom, width, height = 80, 330, 480, 280

    def x(communes: float) -> float:
        return left + width * math.log10(communes / 30) / math.log10(50_000 / 30)

    def y(seconds: float) -> float:
        return bottom - height * math.log10(seconds / 1e-3) / math.log10(5 / 1e-3)

    last = rows[-1]
    points = " ".join(f"{x(row['communes']):.1f},{y(row['seconds']):.1f}" for row in rows)
    straight = [
        (c, last["seconds"] * c / last["communes"])
        for c in (1e-3 * last["communes"] / last["seconds"], FRANCE)
    ]
    line = " ".join(f"{x(c):.1f},{y(s):.1f}" for c, s in straight)
    ticks = [
        f'<text x="{x(c):.0f}" y="{bottom + 20}" text-anchor="middle">{c:,}</text>'
        for c in (50, 500, 5000, FRANCE)
    ]
    ticks += [
        f'<text x="{left - 8}" y="{y(s) + 4:.0f}" text-anchor="end">{1000 * s:,.0f} ms</text>'
        for s in (0.001, 0.01, 0.1, 1, AIM_SECONDS)
    ]
    dots = [f'<circle cx="{x(row["communes"]):.1f}" cy="{y(row["seconds"]):.1f}" r="4"/>' for row in rows]
    return f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 380" font-family="sans-serif" font-size="12">
<title>One evaluation of the whole model against the number of communes</title>
<rect width="600" height="380" fill="white"/>
<path d="M{left},{bottom - height} V{bottom} H{left + width}" fill="none" stroke="black"/>
<path d="M{left},{y(AIM_SECONDS):.1f} H{left + width}" stroke="#b00" stroke-dasharray="6 4"/>
<polyline points="{line}" fill="none" stroke="#777" stroke-dasharray="2 4"/>
<polyline points="{points}" fill="none" stroke="#124" stroke-width="2"/>
{"".join(dots)}{"".join(ticks)}
<text x="{left + width / 2}" y="{bottom + 42}" text-anchor="middle">
communes (dotted: cost in proportion; dashed: the aim for France)</text>
</svg>
"""


def main() -> None:
    """Prints the table and draws it; with a number, and a model's folder, measures that size and prints it as JSON."""
    if len(sys.argv) > 1:
        print(json.dumps(measure(int(sys.argv[1]), *map(Path, sys.argv[2:]))))
        return
    rows = list(all_sizes())
    aims = f"evaluation ms (aim {1000 * AIM_SECONDS:,.0f}) | µs a commune | memory MB (aim {AIM_BYTES / 1e6:,.0f})"
    print(f"| communes × 32 years | {aims} | load s | plain pandas ÷ this |")
    print("|---|---|---|---|---|---|")
    for row in rows:
        each = 1e6 * row["seconds"] / row["communes"]
        ratio = f"{row['pandas'] / row['seconds']:.0f}" if "pandas" in row else ""
        print(
            f"| {row['communes']:,.0f} | {1000 * row['seconds']:,.1f} | {each:.1f} | {row['bytes'] / 1e6:,.0f} "
            f"| {row['load']:.1f} | {ratio} |"
        )
    PLOT.write_text(plot(rows), encoding="utf-8")
    print(f"\n{PLOT.name}")


if __name__ == "__main__":
    main()
