#!/bin/sh
# What can be said of the code without running it. Says everything it finds, then exits 1 if anything was wrong.
set -u
cd "$(dirname "$0")/.." || exit 1
bin=.venv/bin
status=0
check() { "$@" || status=1; }

check $bin/ruff check --quiet .
check $bin/ruff format --check --quiet .
check $bin/mypy
check $bin/lint-imports --no-logo
if ls notebooks/*.ipynb >/dev/null 2>&1; then check $bin/nbstripout --verify notebooks/*.ipynb; fi
exit $status
