#!/bin/sh
# Prints the path of a Python >= 3.12 that can make a virtual environment, or one French sentence and exit 1.
# Every candidate is run before it is believed: a pyenv shim, for one, stands on the PATH and may still refuse.
# PYTHON=/path/to/python is tried first.
set -u

exists_without_venv=""
try() {
    [ -x "$1" ] || return 1
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 12))' </dev/null >/dev/null 2>&1 || return 1
    if "$1" -c 'import ensurepip, venv' </dev/null >/dev/null 2>&1; then
        "$1" -c 'import sys; print(sys.executable)' </dev/null
        exit 0
    fi
    exists_without_venv=$1
}
on_path() {
    found=$(command -v "$1" 2>/dev/null) && try "$found"
}
# The root of pyenv may be known only by its shims: HOME can be empty and PYENV_ROOT unset.
pyenv_roots() {
    printf '%s\n' "${PYENV_ROOT:-}" "${HOME:-/nowhere}/.pyenv" /opt/pyenv /usr/local/pyenv
    printf '%s\n' "$PATH" | tr ':' '\n' | sed -n 's#/shims/*$##p; s#/bin/*$##p' | while IFS= read -r root; do
        [ -d "$root/versions" ] && printf '%s\n' "$root"
    done
}
in_folders() { # $1: a shell pattern of folders that hold Pythons
    for minor in 13 12 14; do
        for folder in $1; do try "$folder/python3.$minor"; done
    done
    for folder in $1; do try "$folder/python3"; done
}

[ -n "${PYTHON:-}" ] && on_path "$PYTHON"
for name in python3.13 python3.12 python3.14 python3 python; do on_path "$name"; done

roots=$(pyenv_roots)
old_ifs=$IFS
IFS='
'
for root in $roots; do
    IFS=$old_ifs
    [ -n "$root" ] && in_folders "$root/versions/*/bin"
done
IFS=$old_ifs

for folders in "/usr/local/bin" "/usr/bin" "/opt/homebrew/bin" "/opt/*/bin" "/usr/local/*/bin" \
    "/Library/Frameworks/Python.framework/Versions/*/bin" \
    "${UV_PYTHON_INSTALL_DIR:-/nowhere}/*/bin" "${XDG_DATA_HOME:-/nowhere}/uv/python/*/bin" \
    "${HOME:-/nowhere}/.local/share/uv/python/*/bin" "${HOME:-/nowhere}/miniconda3/bin" \
    "${HOME:-/nowhere}/miniforge3/bin" "${CONDA_PREFIX:-/nowhere}/bin"; do
    in_folders "$folders"
done

if command -v uv >/dev/null 2>&1; then
    managed=$(uv python find --no-python-downloads '>=3.12' 2>/dev/null) && try "$managed"
fi

if [ -n "$exists_without_venv" ]; then
    echo "Le Python trouvé ($exists_without_venv) ne sait pas créer d’environnement : installez son module venv (Debian, Ubuntu : « sudo apt install python3-venv »), puis recommencez." >&2
else
    echo "Python 3.12 ou plus récent est introuvable : installez-le depuis https://www.python.org/downloads/ (Debian, Ubuntu : « sudo apt install python3.12 python3.12-venv »), puis recommencez." >&2
fi
exit 1
