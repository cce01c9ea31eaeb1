"""What holds the project's own files together: one list of dependencies, two commands, nothing assumed."""

import json
import os
import re
import stat
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
FIND_PYTHON = ROOT / "scripts" / "find_python.sh"

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="POSIX shell")


def test_the_conda_file_is_short_and_in_step() -> None:
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    python, pip, installed = environment["dependencies"]
    assert environment["name"] == PROJECT["project"]["name"]
    assert python.replace(" ", "") == "python" + PROJECT["project"]["requires-python"]
    # The dependencies stand in pyproject.toml alone: conda's Python installs the project, and so what it lists.
    assert (pip, installed) == ("pip", {"pip": ["-e ."]})


def test_the_lock_pins_every_dependency() -> None:
    lock = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))
    pinned = {package["name"] for package in lock["package"]}
    groups = [*PROJECT["project"]["dependencies"], *PROJECT["dependency-groups"]["dev"]]
    names = {re.split(r"[\[<>=~! ;]", name, maxsplit=1)[0].lower().replace("_", "-") for name in groups}
    assert names <= pinned
    assert lock["requires-python"] == PROJECT["project"]["requires-python"]


def test_the_makefile_only_wraps() -> None:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in ("install", "serve", "test", "lint", "bench", "faults"):
        assert f"\n{target}:" in text
    assert os.access(ROOT / ".ci" / "run", os.X_OK)


@pytest.mark.parametrize("script", sorted((ROOT / "scripts").glob("*.sh")), ids=lambda path: path.name)
def test_scripts_are_plain_posix_shell(script: Path) -> None:
    assert script.read_text(encoding="utf-8").startswith("#!/bin/sh\n")
    assert script.stat().st_mode & stat.S_IXUSR
    subprocess.run(["sh", "-n", str(script)], check=True)


def fake_python(folder: Path, name: str, version: tuple[int, int] | None, venv: bool = True) -> Path:
    """Something on the PATH that passes for a Python; without a version it refuses to run, as a shim may."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    if version is None:
        path.write_text("#!/bin/sh\necho 'pyenv: command not found' >&2\nexit 127\n")
    else:
        path.write_text(
            "#!/bin/sh\n"
            'case "$2" in\n'
            f"  *version_info*) exit {0 if version >= (3, 12) else 1};;\n"
            f"  *ensurepip*) exit {0 if venv else 1};;\n"
            f'  *executable*) echo "{path}";;\n'
            "esac\n"
        )
    path.chmod(0o755)
    return path


def find(tmp_path: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    """Runs the search on a machine where only the system's tools and what is given exist."""
    tools = tmp_path / "tools"
    tools.mkdir(exist_ok=True)
    for name in ("sh", "tr", "sed"):
        link = tools / name
        if not link.exists():
            link.symlink_to(next(p for p in (Path("/bin") / name, Path("/usr/bin") / name) if p.exists()))
    path = ":".join(filter(None, [environ.pop("PATH", ""), str(tools)]))
    script = FIND_PYTHON.read_text(encoding="utf-8")
    # Not the machine's own Pythons: only what the test puts there may be found.
    script = re.sub(
        r'"/usr/local/bin" "/usr/bin" "/opt/homebrew/bin" "/opt/\*/bin" "/usr/local/\*/bin"', '""', script
    )
    script = script.replace("/opt/pyenv /usr/local/pyenv", "").replace("/Library/Frameworks", "/nowhere")
    return subprocess.run(
        [str(tools / "sh"), "-c", script],
        env={"PATH": path, **environ},
        capture_output=True,
        text=True,
        encoding="utf-8",
    )


def test_a_python_on_the_path_is_found(tmp_path: Path) -> None:
    python = fake_python(tmp_path / "bin", "python3.12", (3, 12))
    assert find(tmp_path, PATH=str(python.parent)).stdout.strip() == str(python)


def test_an_old_python_and_a_refusing_shim_are_passed_over(tmp_path: Path) -> None:
    fake_python(tmp_path / "bin", "python3", (3, 11))
    fake_python(tmp_path / "bin", "python3.13", None)
    python = fake_python(tmp_path / "bin", "python3.12", (3, 12))
    assert find(tmp_path, PATH=str(python.parent)).stdout.strip() == str(python)


def test_a_python_behind_pyenv_shims_is_found_without_home(tmp_path: Path) -> None:
    shims = tmp_path / "pyenv" / "shims"
    fake_python(shims, "python3", (3, 11))
    fake_python(shims, "python3.13", None)
    fake_python(tmp_path / "pyenv" / "versions" / "3.9.1" / "bin", "python3", (3, 9))
    python = fake_python(tmp_path / "pyenv" / "versions" / "3.13.0" / "bin", "python3.13", (3, 13))
    assert find(tmp_path, PATH=str(shims), HOME="").stdout.strip() == str(python)


@pytest.mark.parametrize(
    ("variable", "value", "folder"),
    [
        ("PYENV_ROOT", "pyenv", "pyenv/versions/3.12.1/bin"),
        ("HOME", "home", "home/.pyenv/versions/3.12.1/bin"),
        ("HOME", "home", "home/.local/share/uv/python/cpython-3.12/bin"),
        ("HOME", "home", "home/miniforge3/bin"),
        ("CONDA_PREFIX", "conda", "conda/bin"),
    ],
)
def test_a_python_off_the_path_is_found(tmp_path: Path, variable: str, value: str, folder: str) -> None:
    python = fake_python(tmp_path / folder, "python3.12", (3, 12))
    assert find(tmp_path, **{variable: str(tmp_path / value)}).stdout.strip() == str(python)


def test_the_python_asked_for_comes_first(tmp_path: Path) -> None:
    fake_python(tmp_path / "bin", "python3.13", (3, 13))
    mine = fake_python(tmp_path / "mine", "python", (3, 14))
    assert find(tmp_path, PATH=str(tmp_path / "bin"), PYTHON=str(mine)).stdout.strip() == str(mine)


def test_without_a_python_one_french_sentence_says_what_to_install(tmp_path: Path) -> None:
    fake_python(tmp_path / "bin", "python3", (3, 11))
    result = find(tmp_path, PATH=str(tmp_path / "bin"))
    assert result.returncode == 1
    assert result.stdout == ""
    assert result.stderr.startswith("Python 3.12 ou plus récent est introuvable")
    assert result.stderr.count("\n") == 1


def test_a_python_without_venv_says_which_package_is_missing(tmp_path: Path) -> None:
    python = fake_python(tmp_path / "bin", "python3.12", (3, 12), venv=False)
    result = find(tmp_path, PATH=str(python.parent))
    assert result.returncode == 1
    assert "python3-venv" in result.stderr


def test_notebooks_are_committed_without_output() -> None:
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        assert not any(cell.get("outputs") for cell in cells), path.name
