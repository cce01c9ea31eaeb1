"""`cordee bench`: runs what is measured, each module of `bench/` that has a `main`, and prints its table."""

import argparse
import os
import platform
import subprocess
import sys
from pathlib import Path

from components.command.arguments import CommandError
from components.command.places import ROOT
from components.look.i18n import t

BENCH = ROOT / "bench"


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declares the sub-command."""
    about = t("command.bench_description")
    parser = subparsers.add_parser("bench", help=t("command.bench_help"), description=about)
    parser.add_argument("names", nargs="*", metavar=t("command.bench_metavar"), help=t("command.bench_names"))
    parser.set_defaults(run=run)


def measures(folder: Path = BENCH) -> list[str]:
    """Names of the measurements: modules that can be run. They are read, not imported: some are pages."""
    runnable = (path for path in folder.glob("*.py") if "\ndef main(" in path.read_text(encoding="utf-8"))
    return sorted(path.stem for path in runnable)


def run(args: argparse.Namespace) -> int:
    """Runs the measurements asked for, all without a name; 1 if one of them failed."""
    known = measures()
    if unknown := [name for name in args.names if name not in known]:
        raise CommandError(t("command.bench_unknown", names=", ".join(unknown), known=", ".join(known)))
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cœurs, Python {platform.python_version()}"
    print(f"# {t('command.bench_title')}\n\n{machine}\n", flush=True)
    failed = []
    for name in args.names or known:
        print(f"## {name}\n", flush=True)
        # Each in a process of its own: one's memory and threads are no part of another's time.
        if subprocess.run(
            [sys.executable, "-m", f"bench.{name}"], cwd=ROOT, stdin=subprocess.DEVNULL
        ).returncode:
            failed.append(name)
        print(flush=True)
    if failed:
        raise CommandError(t("command.bench_failed", names=", ".join(failed)))
    return 0
