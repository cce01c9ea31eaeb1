"""Every way of voting, from opening to seal, by phone and keyed by hand; what a question needs to be one."""

import json
from collections import Counter
from pathlib import Path

import pytest

from components.meeting.desk import Desk
from components.meeting.poll import SEALED
from components.meeting.results import verdict_sentences
from components.meeting.run_sheet import RunSheetError, load_run_sheet
from components.meeting.scene import console_scene, phone_state, public_scene
from components.voting.ballots import read_choice
from tests.meeting.conftest import Clock, Phones
from tests.meeting.test_commands import refused

SHEET = Path(__file__).parents[2] / "data/run_sheets/toutes-les-facons-de-voter.yaml"
BALLOTS = {
    "oui-non": ["yes", "yes", "no", "blank", "yes", "no"],
    "un-choix": ["soir", "soir", "midi", "samedi", "sans-avis", "soir"],
    "plusieurs": [["eau", "energie"], ["eau"], [], ["logement", "eau", "paysages"], ["eau"], ["energie"]],
    "gommettes": [{"cout": 2, "temps": 1}, {"cout": 1}, {}, {"temps": 2}, {"cout": 2}, {"reglement": 1}],
    "appreciations": [{"navette": "for", "eclairage": "against"}] * 5 + [{}],
    "mentions": [{"a": "very_good", "b": "good", "c": "reject"}] * 4 + [{"b": "good"}, {}],
    "consentement": ["consent", "consent", "aside", "consent", "objection", "consent"],
    "classement": [["salle", "ecole"], ["ecole"], ["salle", "gare", "marche"], [], ["salle"], ["gare"]],
    "elimination": [["cordee"], ["source", "cordee"], ["relais", "source"], ["source"], ["cordee"], []],
    "notes": [{"haies": 10, "velo": 0}, {"haies": 7}, {"combles": 10}, {}, {"velo": 5}, {"haies": 1}],
    "budget": [
        {"abri": 3, "verger": 3},
        {"solaire": 3, "mare": 2},
        {"sentier": 3},
        {},
        {"verger": 1},
        {"abri": 2},
    ],
}


@pytest.fixture
def code(desk: Desk) -> str:
    return desk.new(SHEET.read_text(encoding="utf-8"))


def cast(desk: Desk, phones: Phones, code: str, step: str) -> str:
    desk.act(code, "show", step=step)
    desk.act(code, "open")
    poll = desk.store.room(code).open_poll
    assert poll is not None
    choices = {f"p{i}": read_choice(poll.question, raw) for i, raw in enumerate(BALLOTS[step])}
    assert set(phones.vote(poll.id, choices)) == {"accepted"}
    return poll.id


@pytest.mark.parametrize("step", BALLOTS)
def test_a_vote_from_opening_to_seal(desk: Desk, code: str, phones: Phones, clock: Clock, step: str) -> None:
    poll = cast(desk, phones, code, step)
    for lang in ("fr", "en"):
        snapshot = desk.snapshot(code)
        hidden = json.dumps([public_scene(snapshot, lang), phone_state(snapshot, lang)], ensure_ascii=False)
        assert '"result": null' in hidden
        assert "drawing" not in hidden
    if step == "consentement":
        assert refused(desk, code, "close") == "objection_not_written"
        desk.act(code, "objection", words="Trop souvent l’hiver")
        assert refused(desk, code, "close") == "objection_stands"
        assert refused(desk, code, "lift_objection", objection="other", how="?") == "no_such_objection"
        found = desk.snapshot(code).room.polls[poll].objections[0]
        desk.act(code, "lift_objection", objection=found.id, how="Pas de réunion en janvier")
    desk.act(code, "close")
    desk.act(code, "reveal")
    shown = public_scene(desk.snapshot(code), "fr")["body"]["result"]
    assert shown["ballots"] == 6
    assert shown["drawing"]["kind"]
    assert shown["explanation"], "how it was counted is said"
    if step == "consentement":
        assert any("adoptée par consentement" in sentence for sentence in shown["verdict"])
    before = desk.snapshot(code).tally
    desk.act(code, "seal")
    sealed = desk.store.room(code).polls[poll]
    assert sealed.state == SEALED
    assert sealed.tally == before
    question = sealed.question
    kept = desk.store.phone_counts(code, poll)
    assert kept == Counter(read_choice(question, raw) for raw in BALLOTS[step])
    assert len(desk.store.receipts(code, poll)) == 6
    json.dumps(console_scene(desk.snapshot(code), "en", True))


def test_whole_slips_are_keyed_in_batches_once(desk: Desk, code: str, phones: Phones) -> None:
    poll = cast(desk, phones, code, "mentions")
    slips = [{"a": "good", "b": "reject"}, {"a": "good"}, {}]
    assert refused(desk, code, "slips", batch="lot-1", channel="paper", choices=slips) == "presence_first"
    desk.act(code, "presence", people=9)
    desk.act(code, "slips", batch="lot-1", channel="paper", choices=slips, place="Salle des fêtes")
    desk.act(code, "slips", batch="lot-1", channel="paper", choices=slips)  # sent again after a cut
    counted = desk.snapshot(code).tally
    assert counted is not None
    assert counted.by_channel == {"phone": 6, "hands": 0, "cards": 0, "paper": 3}
    assert refused(desk, code, "slips", batch="lot-2", channel="paper", choices=[{}]) == "more_than_present"
    desk.act(code, "slips", batch="lot-3", channel="paper", choices=[{"a": "good"}] * 40, mode="market")
    assert (
        refused(desk, code, "slips", batch="lot-4", channel="paper", choices=[{"a": "best"}])
        == "slip_unknown_grade"
    )
    assert refused(desk, code, "paper", counts={"a": 3}, slips=3) == "keyed_in_batches"
    batches = console_scene(desk.snapshot(code), "fr")["poll"]["batches"]
    assert [(batch["slips"], batch["place"], batch["mode"]) for batch in batches] == [
        (3, "Salle des fêtes", "room"),
        (40, "", "market"),
    ]
    desk.act(code, "strike_batch", batch="lot-3")
    desk.act(code, "undo")
    desk.act(code, "close")
    desk.act(code, "seal")
    final = desk.store.room(code).polls[poll].tally
    assert final is not None
    assert final.ballots == 49


def test_totals_and_batches_never_count_the_same_paper_twice(desk: Desk, code: str, phones: Phones) -> None:
    cast(desk, phones, code, "gommettes")
    desk.act(code, "presence", people=60)
    desk.act(code, "paper", counts={"cout": 12, "temps": 5}, slips=8)
    assert (
        refused(desk, code, "slips", batch="lot-1", channel="paper", choices=[{"cout": 1}])
        == "keyed_by_totals"
    )
    assert refused(desk, code, "hands", counts={"cout": 3}, slips=2) == "channel_not_allowed"
    counted = desk.snapshot(code).tally
    assert counted is not None
    assert counted.counts["cout"] == 17


def test_every_objection_on_a_ballot_is_written_before_a_consent_closes(
    desk: Desk, code: str, phones: Phones
) -> None:
    poll = cast(desk, phones, code, "consentement")
    phones.vote(poll, {f"q{i}": ("objection",) for i in range(4)})
    desk.act(code, "objection", words="Trop souvent", people=3)
    desk.act(
        code, "lift_objection", objection=desk.store.room(code).polls[poll].objections[0].id, how="Moins"
    )
    assert refused(desk, code, "close") == "objection_not_written"
    desk.act(code, "objection", words="Trop loin", people="2")
    assert refused(desk, code, "close") == "objection_stands"
    desk.act(
        code, "lift_objection", objection=desk.store.room(code).polls[poll].objections[1].id, how="Un car"
    )
    desk.act(code, "close")
    assert refused(desk, code, "objection", words="Trop tard") == "vote_is_closed"
    desk.act(code, "reopen")
    desk.act(code, "objection", words="Encore une")
    assert refused(desk, code, "close") == "objection_stands"


def test_objections_keyed_after_the_close_are_not_a_consent(desk: Desk, code: str, phones: Phones) -> None:
    poll = cast(desk, phones, code, "consentement")
    desk.act(code, "presence", people=30)
    phones.vote(poll, dict.fromkeys(("r4",), ("consent",)))
    first = desk.snapshot(code).tally
    assert first is not None
    heard = first.counts["objection"]
    desk.act(code, "objection", words="Trop souvent", people=heard)
    objection = desk.store.room(code).polls[poll].objections[0].id
    desk.act(code, "lift_objection", objection=objection, how="Moins")
    desk.act(code, "close")
    desk.act(code, "reveal")

    def verdict() -> list[str]:
        return list(public_scene(desk.snapshot(code), "fr")["body"]["result"]["verdict"])

    assert any("adoptée par consentement" in sentence for sentence in verdict())
    desk.act(code, "hands", counts={"consent": 3, "aside": 0, "objection": 2})
    assert verdict() == ["Objections comptées mais pas entendues\u202f: 2. La proposition n’est pas adoptée."]
    assert refused(desk, code, "seal") == "objection_after_close"
    desk.act(code, "reopen")
    desk.act(code, "objection", words="Trop loin", people=2)
    objection = desk.store.room(code).polls[poll].objections[1].id
    desk.act(code, "lift_objection", objection=objection, how="Un car")
    desk.act(code, "close")
    desk.act(code, "seal")
    desk.act(code, "reveal", poll=poll)
    assert any("adoptée par consentement" in sentence for sentence in verdict())


def test_objections_keyed_late_and_sealed_by_the_clock_are_not_a_consent(
    desk: Desk, code: str, phones: Phones
) -> None:
    poll = cast(desk, phones, code, "consentement")
    desk.act(code, "presence", people=30)
    desk.act(code, "objection", words="Trop souvent", people=9)
    objection = desk.store.room(code).polls[poll].objections[0].id
    desk.act(code, "lift_objection", objection=objection, how="Moins")
    desk.act(code, "close")
    desk.act(code, "hands", counts={"consent": 3, "aside": 0, "objection": 12})
    desk.act(code, "next")
    desk.act(code, "open")
    sealed = desk.store.room(code).polls[poll]
    assert sealed.state == "sealed"
    tally = sealed.tally
    assert tally is not None
    assert any("pas entendues" in sentence for sentence in verdict_sentences(sealed, tally, "fr"))


def test_a_reopened_vote_hides_what_the_room_had_seen(desk: Desk, code: str, phones: Phones) -> None:
    cast(desk, phones, code, "un-choix")
    desk.act(code, "close")
    desk.act(code, "reveal")
    desk.act(code, "reopen")
    snapshot = desk.snapshot(code)
    assert public_scene(snapshot, "fr")["body"]["result"] is None
    assert console_scene(snapshot, "fr")["poll"]["hidden_result"] is None


def test_a_consent_that_fails_says_so(desk: Desk, code: str, phones: Phones) -> None:
    poll = cast(desk, phones, code, "consentement")
    desk.act(code, "objection", words="Trop souvent")
    desk.act(code, "close", abandon=True)
    desk.act(code, "reveal")
    body = public_scene(desk.snapshot(code), "fr")["body"]
    assert body["abandoned"] is True
    assert body["objections"] == [
        {"id": body["objections"][0]["id"], "words": "Trop souvent", "lifted": False, "how": ""}
    ]
    assert any("objection demeure" in sentence for sentence in body["result"]["verdict"])
    desk.act(code, "reopen")
    assert desk.store.room(code).polls[poll].abandoned is False


def test_the_rule_announced_is_frozen_with_the_vote(desk: Desk, code: str, phones: Phones) -> None:
    poll = cast(desk, phones, code, "oui-non")
    desk.act(code, "presence", people=12)
    assert "50" in public_scene(desk.snapshot(code), "fr")["body"]["rule"]
    desk.act(code, "close")
    desk.act(
        code, "revise", source=SHEET.read_text(encoding="utf-8").replace("threshold: 50", "threshold: 90")
    )
    desk.act(code, "reveal")
    verdict = public_scene(desk.snapshot(code), "fr")["body"]["result"]["verdict"]
    assert [("n’est pas" in sentence) for sentence in verdict] == [False, False], verdict
    assert desk.store.room(code).polls[poll].question.rule.threshold == 50


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("dots: 3", "dots: 0"), "dots"),
        (("per_option: 2", "per_option: 9"), "per_option"),
        (("    method: score\n", "    method: score\n    channels: [hands]\n"), "main levée"),
        (("    method: score\n", "    method: score\n    rule: {threshold: 50}\n"), "seuil"),
        (("    method: score\n", "    method: score\n    dots: 3\n"), "dots"),
        (("threshold: 50", "threshold: 150"), "pourcentage"),
        (("    budget: 100000\n", ""), "budget"),
        ((", cost: 35000", ""), "cost"),
        (("counting: instant_runoff", "counting: borda"), "schulze"),
        (
            ("minutes: 3, question: zone-30", "minutes: 3, question: zone-30, pairs_with: zone-30"),
            "elle-même",
        ),
    ],
)
def test_a_question_without_what_its_method_needs_is_refused(change: tuple[str, str], words: str) -> None:
    source = SHEET.read_text(encoding="utf-8")
    assert change[0] in source
    broken = source.replace(*change, 1)
    with pytest.raises(RunSheetError) as caught:
        load_run_sheet(broken)
    assert any(words in fault.sentence and fault.line > 1 for fault in caught.value.faults), (
        caught.value.faults
    )
