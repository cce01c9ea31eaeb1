#!/bin/sh
# Every fault, again and again at random moments; the counts are said at the end. ROUNDS (200) sets how often.
set -u
cd "$(dirname "$0")/.." || exit 1
sh scripts/install.sh dev || exit 1
chromium=$(sh scripts/find_chromium.sh) && export CORDEE_CHROMIUM="$chromium"
export CORDEE_EXAMPLES=full
status=0
.venv/bin/python -m pytest tests/faults --rounds "${ROUNDS:-200}" "$@" || status=1
.venv/bin/python -m pytest tests/deploy tests/postgres/test_evenings.py tests/tables || status=1
# Pages whose server dies or whose socket is lost: a browser's own run, as in scripts/test.sh.
.venv/bin/python -m pytest tests/browser/test_dead_page.py || status=1
exit $status
