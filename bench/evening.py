"""Three thousand phones and ten seconds of voting: nothing lost, nothing doubled, and what a phone weighs.

`python -m bench.evening [PHONES [SECONDS]]` prints the table; beside it the same crowd in one burst.
"""

import sys

from bench.hall import measure, times
from components.command.limits import raise_open_files

PHONES = 3000
SECONDS = 10.0


def main() -> None:
    """Prints the table."""
    raise_open_files()
    number = int(sys.argv[1]) if len(sys.argv) > 1 else PHONES
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else SECONDS
    print(
        f"| {number} phones | sent, acknowledged, stored | lost, doubled | on disk, ms | snapshot, ms | kB a phone |"
    )
    print("|---|---|---|---|---|---|")
    for name, length in ((f"votes spread over {seconds:g} s", seconds), ("all in one burst", 0.0)):
        run = measure(number, length, open_within=5.0)
        told = run.found.to_dict()
        counts = (
            f"{told['sent']}, {told['acknowledged']}, {told['stored']} | {told['lost']}, {told['doubled']}"
        )
        print(
            f"| {name} | {counts} | {times(told['ack_ms'])} | {times(told['screen_ms'])} | {run.memory:.1f} |",
            flush=True,
        )
    print("\nTimes are p50 / p95 / p99. Aims: 0 lost, 0 doubled, ≤ 30 kB a phone.")


if __name__ == "__main__":
    main()
