"""Files edited under a running page: taken up when sound, else the last good model stays and the page says why."""

import os
import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from components.scenario import holder as holders
from components.scenario.faults import ModelError, ScenarioError
from components.scenario.holder import ModelHolder, loaded
from components.scenario.rules import MODEL
from components.scenario.tab import Tab
from components.territory.pack import TERRITORIES, PackError, Territory
from tests.scenario.conftest import SLUG


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(MODEL, tmp_path / "model"))


def write(file: Path, content: bytes) -> None:
    """Saves and makes sure that the time differs, as that of a later edit does."""
    before = file.stat().st_mtime_ns if file.exists() else 0
    file.write_bytes(content)
    os.utime(file, ns=(before + 2_000_000, before + 2_000_000))


def half(text: bytes) -> bytes:
    """Cut in the middle of a quoted text."""
    return text[: text.rindex(b'"')]


BREAKAGES: list[tuple[str, str, Callable[[bytes], bytes | None]]] = [
    ("saved by half", "rules/2_residential.yaml", half),
    ("emptied", "rules/2_residential.yaml", lambda text: b""),
    ("only spaces", "rules/6_totals.yaml", lambda text: b"\n \n"),
    ("not UTF-8", "rules/2_residential.yaml", lambda text: text.decode().encode("utf-16")),
    ("latin-1", "rules/2_residential.yaml", lambda text: text.decode().replace("’", "'").encode("latin-1", "replace")),
    ("with a NUL", "rules/2_residential.yaml", lambda text: text + b"\x00"),
    ("with a tab", "rules/2_residential.yaml", lambda text: text + b"\t- x: 1\n"),
    ("with merge marks", "rules/2_residential.yaml", lambda text: b"<<<<<<< HEAD\n" + text),
    ("deleted", "rules/2_residential.yaml", lambda text: None),
    ("without levers", "levers.yaml", lambda text: b""),
    ("levers deleted", "levers.yaml", lambda text: None),
    ("factors deleted", "factors.csv", lambda text: None),
    ("factors not UTF-8", "factors.csv", lambda text: text + b"\xff\xfe"),
    ("targets by half", "targets.yaml", half),
]  # fmt: skip


@pytest.mark.parametrize(("file", "edit"), [b[1:] for b in BREAKAGES], ids=[b[0] for b in BREAKAGES])
def test_a_broken_file_keeps_the_last_good_model_until_it_is_mended(
    territory: Territory, folder: Path, file: str, edit: Callable[[bytes], bytes | None]
) -> None:
    holder = ModelHolder(territory, folder)
    good = holder.get()
    path = folder / file
    text = path.read_bytes()
    broken = edit(text)
    if broken is None:
        path.unlink()
    else:
        write(path, broken)
    kept = holder.get()
    assert kept.engine is good.engine
    assert isinstance(kept.error, ModelError)
    assert Path(kept.error.file).name in kept.notice("fr")
    assert "dernier modèle sain" in kept.notice("fr")
    assert "last sound model" in kept.notice("en")
    assert holder.get() is kept
    write(path, text)
    mended = holder.get()
    assert (mended.error, mended.notice()) == (None, "")


def test_a_model_that_never_loaded_refuses_each_time_and_loads_once_mended(
    territory: Territory, folder: Path
) -> None:
    file = folder / "rules" / "6_totals.yaml"
    text = file.read_bytes()
    write(file, half(text))
    holder = ModelHolder(territory, folder)
    for _ in range(2):
        with pytest.raises(ModelError, match="6_totals"):
            holder.get()
    write(file, text)
    assert holder.get().error is None


def test_a_tab_opened_before_the_levers_changed_goes_on(territory: Territory, folder: Path) -> None:
    holder = ModelHolder(territory, folder)
    tab = Tab(holder.get().engine)
    for path in folder.rglob("*.yaml"):
        text = path.read_bytes()
        write(path, text.replace(b"lever.roof_pv", b"lever.roofs").replace(b"\nroof_pv:", b"\nroofs:"))
    after = holder.get()
    assert after.error is None
    assert "roof_pv" not in after.engine.settings()
    moved = {"kind": "move", "overrides": {"roof_pv": 50}, "view": {}}
    assert tab.answer(moved)["kind"] == "frame"
    fresh = Tab(after.engine)
    assert "roof_pv" in fresh.answer(moved)["sentence"]
    code = tab.answer(moved)["code"]
    assert fresh.answer({"kind": "open", "code": code})["kind"] == "refused"


def test_the_room_of_a_lever_that_is_gone_gets_a_sentence(engine: object) -> None:
    from components.meeting.room import Room
    from components.screen.scenery import checked_levers

    with pytest.raises(ScenarioError, match="n’existe pas"):
        checked_levers(Room(territory=SLUG), {"gone": 1})


def test_one_engine_serves_the_process_and_an_edit_reaches_the_next_page(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(holders, "MODEL", folder)
    first = loaded(SLUG)
    assert holders.scenario_engine(SLUG) is first.engine
    file = folder / "rules" / "2_residential.yaml"
    write(file, file.read_bytes().replace(b"value: 0.07\n", b"value: 0.05\n"))
    assert loaded(SLUG, within=60) is first
    second = loaded(SLUG)
    assert second.engine.model.statics["setpoint_effect"][0, 0] == 0.05


def test_an_edited_pack_is_taken_up_and_a_broken_one_said(tmp_path: Path) -> None:
    pack = Path(shutil.copytree(TERRITORIES / SLUG, tmp_path / SLUG))
    holder = ModelHolder(str(pack))
    first = holder.get()
    communes = pack / "communes.csv"
    text = communes.read_bytes()
    write(communes, text[: len(text) // 2])
    broken = holder.get()
    assert broken.engine is first.engine
    assert isinstance(broken.error, PackError)
    assert str(broken.error.faults[0]) in broken.notice()
    write(communes, text)
    assert holder.get().error is None


def test_others_are_served_while_one_compiles(
    territory: Territory, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    holder = ModelHolder(territory, folder)
    first = holder.get()
    started, finish = threading.Event(), threading.Event()
    real = holders.load_model

    def slow(*args: object, **kwargs: object) -> object:
        started.set()
        assert finish.wait(10)
        return real(*args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(holders, "load_model", slow)
    file = folder / "rules" / "2_residential.yaml"
    write(file, file.read_bytes() + b"# edited\n")
    compiling = threading.Thread(target=holder.get)
    compiling.start()
    assert started.wait(10)
    assert holder.get() is first
    finish.set()
    compiling.join()
    assert holder.get().engine is not first.engine


def test_data_out_of_bounds_are_shown_with_the_reason_when_nothing_else_can_be(
    territory: Territory, folder: Path
) -> None:
    rules = folder / "rules" / "6_totals.yaml"
    write(rules, rules.read_bytes().replace(b"bounds: [0.005, 0.2]", b"bounds: [0.1, 0.2]"))
    found = ModelHolder(territory, folder).get()
    assert isinstance(found.error, ModelError)
    assert found.error.rule.startswith("electricity_factor")
    assert found.error.rule in {remark.rule for remark in found.engine.model.remarks}
