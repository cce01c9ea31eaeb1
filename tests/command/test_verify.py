"""Minutes, receipts and logs verified by anybody; what was tampered with is named."""

import html
import json
import re
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from components.command.main import main
from components.documents.minutes import gather, minutes
from components.documents.proof import as_text, proof
from components.documents.render import page
from components.meeting import archive
from components.meeting.checking import proof_digest
from components.meeting.desk import Desk
from tests.documents.whole_evening import cast, sheet
from tests.meeting.evenings import desk_on, hold
from tests.meeting.test_every_method import BALLOTS

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setenv("CORDEE_DB", f"sqlite:///{tmp_path}/soir.db")
    monkeypatch.setenv("CORDEE_KEYS", str(tmp_path / "keys"))
    return desk_on(f"sqlite:///{tmp_path}/soir.db", tmp_path / "keys")


def proof_of(desk: Desk, code: str) -> dict[str, Any]:
    """The proof as the minutes carry it, to be tampered with."""
    found: dict[str, Any] = json.loads(as_text(proof(desk, code)))
    return found


def page_of(desk: Desk, code: str, lang: str = "fr") -> str:
    """The minutes as somebody saves them."""
    return page(minutes(gather(desk, code), lang), lang, proof(desk, code))


def saved(proof: Any, file: Path) -> Path:
    """A page with the proof in it, or the proof alone."""
    words = json.dumps(proof, ensure_ascii=False)
    if file.suffix == ".html":
        words = (
            f"<!doctype html><h1>Compte rendu</h1><pre>autre</pre><pre id=preuve>{html.escape(words)}</pre>"
        )
    file.write_text(words, encoding="utf-8")
    return file


@pytest.mark.parametrize("name", ["minutes.html", "minutes.json"])
def test_sound_minutes_and_their_receipts(desk: Desk, tmp_path: Path, capsys: Capture, name: str) -> None:
    code, poll = hold(desk, closed=True)
    file = saved(proof_of(desk, code), tmp_path / name)
    if file.suffix == ".html":
        file.write_text(page_of(desk, code), encoding="utf-8")
    receipts = desk.store.receipts(code, poll)
    assert main(["verify", str(file)]) == 0
    told = capsys.readouterr().out
    assert "toutes intactes" in told
    assert "30 reçus" in told
    assert "Décompte scellé" in told
    assert "30 bulletins" in told
    assert main(["verify", str(file), "--receipt", receipts[3].lower().replace("-", " ")]) == 0
    assert "ce bulletin a été compté" in capsys.readouterr().out
    assert main(["verify", str(file), "--receipt", "2222-2222"]) == 1
    assert "dans aucune liste" in capsys.readouterr().out
    assert main(["verify", str(file), "--receipt", "abc"]) == 1
    assert "huit signes" in capsys.readouterr().err
    assert main(["verify", str(file), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["good"] is True
    assert main(["verify", str(file), "--db", code.lower(), "--receipt", receipts[0]]) == 0


def first_body(proof: dict[str, Any], kind: str) -> dict[str, Any]:
    return next(row for row in proof["log"] if row["kind"] == kind)


def change_presence(proof: dict[str, Any]) -> None:
    row = first_body(proof, "PresenceCounted")
    row["body"] = row["body"].replace("80", "800")


def without(proof: dict[str, Any]) -> dict[str, Any]:
    """The proof as former versions wrote it, whose page could not be written again."""
    return {name: said for name, said in proof.items() if name not in ("beside", "form", "sha256")}


TAMPERED: dict[str, tuple[Callable[[dict[str, Any]], object], str]] = {
    "a row changed": (change_presence, "ligne 2 (PresenceCounted) a été modifiée"),
    "a moment changed": (lambda p: p["log"][3].update(at=p["log"][3]["at"] + 0.001), "ligne 4"),
    "a kind changed": (lambda p: p["log"][3].update(kind="Undone"), "ligne 4"),
    "a row taken out": (lambda p: p["log"].pop(2), "ligne 3 manque"),
    "a row put twice": (lambda p: p["log"].insert(2, p["log"][1]), "ligne 2 est en double"),
    "the tail cut": (lambda p: p["log"].pop(), "a été coupée"),
    "the tail and its head cut": (
        lambda p: (p["log"].pop(), p.update(head=p["log"][-1]["digest"])),
        "a été coupée",
    ),
    "a receipt added": (lambda p: p["votes"][0]["receipts"].append("AAAA-AAAA"), "liste des reçus"),
    "a receipt taken out": (lambda p: p["votes"][0]["receipts"].pop(), "liste des reçus"),
    "another root": (lambda p: p["votes"][0].update(merkle_root="0" * 64), "n’est pas celle que le journal"),
    "other choices": (lambda p: p["votes"][0].update(choices_root="0" * 64), "liste des reçus ou des choix"),
    "another count": (lambda p: p["votes"][0]["tally"].update(ballots=99), "décompte"),
    "no count": (lambda p: p["votes"][0].pop("tally"), "décompte"),
    "a count that is null": (lambda p: p["votes"][0].update(tally=None), "décompte"),
    "another title": (lambda p: p["votes"][0].update(title="Autre"), "pas celui de la question posée"),
    "another meeting": (lambda p: p.update(meeting="ZZZZ"), "modifiée depuis qu’elle a été écrite"),
    "a vote left out": (lambda p: p["votes"].clear(), "absent du compte rendu"),
    "receipts that are numbers": (lambda p: p["votes"][0].update(receipts=[1, 2]), "liste des reçus"),
    "a log that is a sentence": (lambda p: p.update(log="rien"), "pas lisible"),
    "a row that is a list": (lambda p: p["log"].append([]), "pas lisible"),
    "a moment that is none": (lambda p: p["log"][1].update(at="hier"), "ligne 2 n’est pas lisible"),
    "a vote that is a number": (lambda p: p["votes"].append(3), "pas lisible"),
}


@pytest.mark.parametrize("what", sorted(TAMPERED))
@pytest.mark.parametrize("name", ["minutes.html", "minutes.json"])
def test_what_was_tampered_with_is_named(
    desk: Desk, tmp_path: Path, capsys: Capture, what: str, name: str
) -> None:
    code, _ = hold(desk, ballots=8, closed=True)
    proof = proof_of(desk, code)
    change, said = TAMPERED[what]
    change(proof)
    assert main(["verify", str(saved(proof, tmp_path / name))]) == 1
    assert said in capsys.readouterr().out
    assert main(["verify", str(tmp_path / name), "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert found["good"] is False
    assert any(said in problem["sentence"] for problem in found["reports"][0]["problems"])


def test_words_not_told_are_still_chained(desk: Desk, tmp_path: Path, capsys: Capture) -> None:
    code, _ = hold(desk, ballots=8, closed=True)
    proof = proof_of(desk, code)
    hidden = sum(row["body"] is None for row in proof["log"])
    first_body(proof, "PresenceCounted")["body"] = None
    proof = without(proof)
    assert main(["verify", str(saved(proof, tmp_path / "m.json"))]) == 0
    assert f"{hidden + 1} lignes du journal ne sont pas montrées" in capsys.readouterr().out.replace(
        "\u202f", " "
    )


def tamper(tmp_path: Path, *sentences: str) -> None:
    with sqlite3.connect(tmp_path / "soir.db") as connection:
        for words in sentences:
            assert connection.execute(words).rowcount != 0, words
    connection.close()


IN_DATABASE = {
    "a row changed": (
        ["UPDATE event SET body = replace(body, '80', '800') WHERE kind = 'PresenceCounted'"],
        "ligne 2 (PresenceCounted) a été modifiée",
    ),
    "a row taken out": (["DELETE FROM event WHERE version = 3"], "ligne 3 manque"),
    "the tail cut": (
        ["DELETE FROM event WHERE version = (SELECT max(version) FROM event)"],
        "a été coupée",
    ),
    "all cut": (["DELETE FROM event"], "a été coupée"),
    "a ballot changed": (
        [
            "UPDATE sealed_ballot SET choice = '[\"autre\"]' WHERE slot = (SELECT min(slot) FROM sealed_ballot "
            "WHERE choice <> '[\"autre\"]')"
        ],
        "ne sont pas ceux qui ont été scellés",
    ),
    "a ballot taken out": (
        ["DELETE FROM sealed_ballot WHERE slot = 1"],
        "ne sont pas ceux qui ont été scellés",
    ),
    "a receipt changed": (
        ["UPDATE receipt SET receipt = 'AAAA-AAAA' WHERE receipt = (SELECT min(receipt) FROM receipt)"],
        "ne sont pas ceux qui ont été scellés",
    ),
    "a text changed": (["UPDATE free_text SET words = 'Rien n’est promis.'"], "texte saisi à la ligne 3"),
    "a text taken out": (["DELETE FROM free_text"], "texte saisi à la ligne 3 a disparu"),
    "a run sheet changed": (
        ["UPDATE run_sheet SET source = source || ' '"],
        "déroulé n° 1 n’est plus celui",
    ),
    "a title changed": (["UPDATE meeting SET title = 'Autre'"], "titre de la séance, « Autre »"),
    "a territory changed": (["UPDATE meeting SET territory = 'ailleurs'"], "territoire de la séance"),
    "a channel changed": (
        ["UPDATE sealed_ballot SET channel = 'remote' WHERE slot = 1"],
        "des canaux ou des collèges",
    ),
    "a college put in": (
        ["UPDATE sealed_ballot SET college = 'elected' WHERE slot = 1"],
        "des canaux ou des collèges",
    ),
}


@pytest.mark.parametrize("what", sorted(IN_DATABASE))
def test_a_database_tampered_with_is_named(desk: Desk, tmp_path: Path, capsys: Capture, what: str) -> None:
    code, _ = hold(desk, ballots=8)
    assert main(["verify", "--db", code]) == 0
    assert "toutes intactes" in capsys.readouterr().out
    sentences, said = IN_DATABASE[what]
    tamper(tmp_path, *sentences)
    assert main(["verify", "--db", code]) == 1
    assert said in capsys.readouterr().out.replace("\u202f", " ")


def evening_by_college(desk: Desk) -> str:
    """One vote, seven citizens and seven elected members by phone, eight citizens on slips; sealed."""
    code = desk.new(sheet())
    desk.act(code, "presence", people=60)
    desk.act(code, "show", step="oui-non")
    desk.act(code, "open")
    poll = desk.store.room(code).open_poll
    assert poll
    cast(desk, code, poll, BALLOTS["oui-non"])
    desk.act(
        code,
        "slips",
        batch="lot-1",
        channel="paper",
        choices=["yes"] * 8,
        colleges=["citizen"] * 8,
        place="Place du marché",
    )
    for act in ("close", "reveal", "seal"):
        desk.act(code, act)
    return code


COLLEGES = {
    "a college": "UPDATE sealed_ballot SET college = 'elected' WHERE slot = (SELECT min(slot) FROM sealed_ballot)",
    "the college of a slip": "UPDATE slip SET college = 'elected' WHERE slot = 0",
    "a channel": "UPDATE sealed_ballot SET channel = 'phone' WHERE slot = (SELECT min(slot) FROM sealed_ballot "
    "WHERE channel = 'remote')",
}


@pytest.mark.parametrize("what", sorted(COLLEGES))
def test_a_college_or_a_channel_changed_is_named_in_the_database_and_in_a_file(
    desk: Desk, tmp_path: Path, capsys: Capture, what: str
) -> None:
    code = evening_by_college(desk)
    assert main(["verify", "--db", code]) == 0
    tamper(tmp_path, COLLEGES[what])
    capsys.readouterr()
    assert main(["verify", "--db", code]) == 1
    assert "des canaux ou des collèges" in capsys.readouterr().out
    archive.export(desk, code, tmp_path / "soir.cordee")
    with pytest.raises(archive.ArchiveError, match="ne sont pas ceux qui ont été scellés"):
        archive.load(desk, tmp_path / "soir.cordee")


def test_the_place_of_a_batch_changed_is_named(desk: Desk, tmp_path: Path, capsys: Capture) -> None:
    code = evening_by_college(desk)
    tamper(tmp_path, "UPDATE free_text SET words = 'Mairie'")
    assert main(["verify", "--db", code]) == 1
    assert "texte saisi à la ligne 5" in capsys.readouterr().out


def test_an_erased_text_is_not_missed(desk: Desk, capsys: Capture) -> None:
    code, _ = hold(desk, ballots=8)
    desk.act(code, "queue", label="Mme D.")
    desk.act(code, "erase", text=desk.store.room(code).notes[0].text)
    desk.act(code, "close_meeting")
    assert main(["verify", "--db", code]) == 0


def test_a_promise_that_is_not_of_the_run_sheet_is_told_from_the_database(
    desk: Desk, tmp_path: Path, capsys: Capture
) -> None:
    """The public log has the digest of the whole run sheet only: the page and its proof may be forged together."""
    code, _ = hold(desk, closed=True)
    proven = proof_of(desk, code)
    proven["beside"]["sheet"]["promise"]["decides"] = "Le maire"
    proven["sha256"] = proof_digest(proven)
    file = tmp_path / "m.json"
    file.write_text(json.dumps(proven), encoding="utf-8")
    assert main(["verify", str(file)]) == 0
    capsys.readouterr()
    assert main(["verify", str(file), "--db", code]) == 1
    assert "ne sont pas ceux du déroulé" in capsys.readouterr().out


def test_the_count_is_told_in_words(desk: Desk, tmp_path: Path, capsys: Capture) -> None:
    code, _ = hold(desk, ballots=30, closed=True)
    file = saved(proof_of(desk, code), tmp_path / "m.json")
    assert main(["verify", str(file)]) == 0
    told = capsys.readouterr().out.replace("\u202f", " ")
    assert "30 bulletins, dont 0 blanc ; « " in told
    assert "1 lignes" not in told


def test_minutes_of_another_log_are_told_apart(desk: Desk, tmp_path: Path, capsys: Capture) -> None:
    """A log rewritten from one row on, its chain made right again: only saved minutes can tell."""
    code, _ = hold(desk, ballots=8)
    file = saved(proof_of(desk, code), tmp_path / "m.json")
    desk.act(code, "presence", people=90)
    assert main(["verify", str(file), "--db", code]) == 0  # the evening only went on
    capsys.readouterr()
    desk.clear_rehearsal(code)
    assert main(["verify", str(file), "--db", code]) == 1
    assert "diffèrent à partir de la ligne" in capsys.readouterr().out


def test_a_cleared_rehearsal_is_sound(desk: Desk, capsys: Capture) -> None:
    code, _ = hold(desk, ballots=8)
    desk.clear_rehearsal(code)
    assert main(["verify", "--db", code]) == 0


def test_what_is_no_minutes_is_said(desk: Desk, tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / "a.csv").write_text("meeting;poll\nABCD;x\n")
    assert main(["verify", str(tmp_path / "a.csv")]) == 1
    assert "ne porte pas la preuve" in capsys.readouterr().err
    assert main(["verify", str(tmp_path / "absent.html")]) == 1
    assert main(["verify"]) == 1
    assert main(["verify", "--db", "NOPE"]) == 1
    (tmp_path / "b.html").write_bytes(b"\xff\xfe\x00")
    assert main(["verify", str(tmp_path / "b.html")]) == 1
    (tmp_path / "c.html").write_text("<pre>{" * 5000)
    assert main(["verify", str(tmp_path / "c.html")]) == 1
    assert "imprévue" not in capsys.readouterr().err


def test_the_page_that_people_save_verifies(desk: Desk, tmp_path: Path, capsys: Capture) -> None:
    """As the pages serve it, and its proof alone as JSON; before and after retention took the ballots."""
    code, poll = hold(desk, closed=True)
    receipt = desk.store.receipts(code, poll)[0]
    served = proof(desk, code)
    assert served["votes"]
    html_page = page(minutes(gather(desk, code), "fr"), "fr", served)
    (tmp_path / "compte-rendu.html").write_text(html_page, encoding="utf-8")
    (tmp_path / "compte-rendu.json").write_text(json.dumps(served), encoding="utf-8")
    for name in ("compte-rendu.html", "compte-rendu.json"):
        assert main(["verify", str(tmp_path / name), "--receipt", receipt, "--db", code]) == 0
        assert "ce bulletin a été compté" in capsys.readouterr().out
    (tmp_path / "faux.html").write_text(html_page.replace(receipt, "AAAA-AAAA"), encoding="utf-8")
    assert main(["verify", str(tmp_path / "faux.html")]) == 1
    desk.store.purge(code, "sealed_ballots", 1.0)
    (tmp_path / "plus-tard.json").write_text(json.dumps(proof(desk, code)), encoding="utf-8")
    assert main(["verify", str(tmp_path / "plus-tard.json"), "--db", code]) == 0
    assert main(["verify", str(tmp_path / "compte-rendu.html"), "--db", code]) == 0


CHANGED: dict[str, Callable[[str], str]] = {
    "a number of the table": lambda words: re.sub(
        r'<td class="n">\d+</td>', '<td class="n">99</td>', words, count=1
    ),
    "a label of the table": lambda words: re.sub(
        r'<tr><th scope="row">[^<]+</th>', '<tr><th scope="row">Autre</th>', words, count=1
    ),
    "a row added": lambda words: words.replace(
        "</tbody>",
        '<tr><th scope="row">X</th><td class="n">9</td><td class="n"></td><td></td></tr></tbody>',
        1,
    ),
    "the ballots": lambda words: re.sub(r"<dd>30 \(", "<dd>300 (", words, count=1),
    "the caption": lambda words: re.sub(r"<caption>[^<]*", "<caption>Autre", words, count=1),
    "the vote taken out": lambda words: re.sub(r'(?s)<section class="vote".*?</section>', "", words),
    "the vote shown twice": lambda words: re.sub(r'(?s)(<section class="vote".*?</section>)', r"\1\1", words),
    "the vote without its name": lambda words: re.sub(r' data-poll="[^"]*"', "", words),
}


@pytest.mark.parametrize("what", sorted(CHANGED))
def test_numbers_changed_by_hand_in_the_page_are_named(
    desk: Desk, tmp_path: Path, capsys: Capture, what: str
) -> None:
    code, _ = hold(desk, closed=True)
    sound = page_of(desk, code)
    changed = CHANGED[what](sound)
    assert changed != sound
    (tmp_path / "m.html").write_text(changed, encoding="utf-8")
    assert main(["verify", str(tmp_path / "m.html")]) == 1
    said = capsys.readouterr().out
    assert (
        "qui ne suit pas de la preuve" in said or "qui suit de la preuve" in said or "mise en forme" in said
    )


def test_the_english_page_verifies(desk: Desk, tmp_path: Path) -> None:
    code, _ = hold(desk, closed=True)
    (tmp_path / "m.html").write_text(page_of(desk, code, "en"), encoding="utf-8")
    assert main(["verify", str(tmp_path / "m.html")]) == 0
