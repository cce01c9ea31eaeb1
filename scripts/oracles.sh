#!/bin/sh
# Counts the same ballots with Cordée and with reference programs (tests/oracles), in an environment of its own that
# may be deleted afterwards: rm -r .venv-oracles. Needs the network the first time.
set -u
cd "$(dirname "$0")/.." || exit 1
if ! .venv-oracles/bin/python -c 'import hypothesis, pabutools, pref_voting, pytest' 2>/dev/null; then
    python=$(sh scripts/find_python.sh) || exit 1
    printf '%s\n' "Création de l’environnement .venv-oracles (800 Mo)…"
    rm -rf .venv-oracles
    "$python" -m venv .venv-oracles &&
        .venv-oracles/bin/python -m pip install --quiet --disable-pip-version-check -r tests/oracles/requirements.txt || {
        printf '%s\n' "Les programmes de référence n’ont pas pu être installés : vérifiez l’accès au réseau." >&2
        exit 1
    }
fi
exec env PYTHONPATH=. .venv-oracles/bin/python -m pytest -p no:cacheprovider tests/oracles "$@"
