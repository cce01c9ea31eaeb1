#!/bin/sh
# Makes or completes .venv at the root. Usage: install.sh [run|dev]. Does nothing, and needs no network, when
# .venv already holds what uv.lock asks for. The same by hand, without this script, is in the README.
set -u
cd "$(dirname "$0")/.." || exit 1
level=${1:-run}
stamp=.venv/cordee-installed
wanted="$(cat pyproject.toml uv.lock | cksum) $(pwd)"

say() { printf '%s\n' "$*"; }
fail() { printf '%s\n' "$*" >&2; exit 1; }

has=$(sed -n 1p "$stamp" 2>/dev/null)
has_level=$(sed -n 2p "$stamp" 2>/dev/null)
if [ "$has" = "$wanted" ] && { [ "$level" = run ] || [ "$has_level" = dev ]; } && .venv/bin/python -c '' 2>/dev/null; then
    exit 0
fi
[ "$has_level" = dev ] && level=dev # what the tests need is kept when the list changes

# An environment that was moved with its folder keeps the old paths: it is made again.
if ! .venv/bin/python -c 'import sys; sys.exit(sys.version_info < (3, 12))' 2>/dev/null ||
    ! grep -qs "$(pwd)/.venv/bin" .venv/bin/pip; then
    python=$(sh scripts/find_python.sh) || exit 1
    say "Création de l’environnement avec $python…"
    rm -rf .venv
    "$python" -m venv .venv || fail "L’environnement .venv n’a pas pu être créé : vérifiez que ce dossier est accessible en écriture et que le disque n’est pas plein."
fi

say "Installation de Cordée (quelques minutes la première fois, réseau nécessaire)…"
if ! .venv/bin/uv --version >/dev/null 2>&1; then
    .venv/bin/python -m pip install --quiet --disable-pip-version-check uv ||
        fail "L’installateur uv n’a pas pu être téléchargé : vérifiez l’accès au réseau, puis recommencez."
fi
# The cache needs a home; hard links out of it fail between disks, and a copy is quick enough.
[ -n "${HOME:-}" ] || export UV_CACHE_DIR="$(pwd)/.venv/cache"
group=--no-dev
[ "$level" = dev ] && group="--group=dev"
env -u VIRTUAL_ENV -u PYTHONPATH UV_LINK_MODE=copy UV_PYTHON_DOWNLOADS=never .venv/bin/uv sync --quiet --frozen --inexact \
    --compile-bytecode --python .venv/bin/python "$group" ||
    fail "L’installation n’a pas abouti (message ci-dessus) : vérifiez l’accès au réseau, puis recommencez."
printf '%s\n%s\n' "$wanted" "$level" >"$stamp"
