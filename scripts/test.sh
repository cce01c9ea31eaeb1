#!/bin/sh
# Lint, then every test, browser and notebooks included. Exits non-zero if anything failed.
# What the tests need besides .venv, a Chromium, comes from the system's packages where we may install them.
set -u
cd "$(dirname "$0")/.." || exit 1
sh scripts/install.sh dev || exit 1

if ! chromium=$(sh scripts/find_chromium.sh); then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
        echo "Installation de Chromium, dont les tests ont besoin…"
        DEBIAN_FRONTEND=noninteractive apt-get update -qq </dev/null &&
            DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium </dev/null >/dev/null
        chromium=$(sh scripts/find_chromium.sh)
    fi
    if [ -z "${chromium:-}" ]; then
        echo "Les tests ont besoin d’un navigateur Chromium, Chrome ou Edge : installez-en un (Debian, Ubuntu : « sudo apt install chromium »), ou indiquez le sien par CORDEE_CHROMIUM=/chemin/du/navigateur." >&2
        exit 1
    fi
fi
export CORDEE_CHROMIUM="$chromium"

status=0
sh scripts/lint.sh || status=1
# Three at a time on two cores: half of what these tests do is wait for servers, cuts and clocks.
.venv/bin/python -m pytest tests --ignore=tests/browser -n 3 --dist loadfile || status=1
# Apart: Playwright leaves an event loop running in its process, where other tests start their own.
# Two browsers on a loaded machine may be too slow for a page that is right: what failed is tried once more, alone,
# and said; what fails again fails.
if ! .venv/bin/python -m pytest tests/browser -n 2 --dist loadfile; then
    echo "Les tests de navigateur qui ont échoué sont repris un à un."
    .venv/bin/python -m pytest tests/browser --last-failed --last-failed-no-failures none --maxfail 3 || status=1
fi
if ls notebooks/*.ipynb >/dev/null 2>&1; then
    .venv/bin/python -m pytest --nbmake notebooks || status=1
fi
exit $status
