"""Codes as they are printed and typed, and the commands that give them out."""

import itertools

import pytest

from components.meeting import events as e
from components.meeting.commands import Refused
from components.meeting.entitlement import ALPHABET, LENGTH, CodeRefused, code_of, issued, read_code
from components.meeting.keys import codes_secret
from components.meeting.store import BOUND, CODE_REVOKED, NOT_ENTITLED, OTHER_CODE, TAKEN, Cast

SECRET = b"s" * 32


def refusal(text: str) -> str:
    with pytest.raises(CodeRefused) as refused:
        read_code(text)
    return refused.value.key


def test_a_code_is_read_as_it_is_typed():
    for number in range(1, 400):
        code = code_of(SECRET, number)
        assert len(code) == LENGTH + 1
        for typed in (
            code,
            code.lower(),
            code.replace("-", ""),
            f" {code.replace('-', ' - ')} ",
            " ".join(code),
        ):
            assert read_code(typed) == code


def test_codes_differ_by_number_and_by_meeting():
    codes = {code_of(secret, n) for secret in (SECRET, b"t" * 32) for n in range(1, 3000)}
    assert len(codes) == 2 * 2999
    assert len(ALPHABET) ** (LENGTH - 1) > 2**40
    assert not set("01258BILOQSUZ") & set(ALPHABET)


def test_every_wrong_sign_and_every_exchange_is_noticed():
    for number in (1, 77):
        code = code_of(SECRET, number).replace("-", "")
        for place, sign in itertools.product(range(LENGTH), ALPHABET):
            if sign != code[place]:
                assert refusal(code[:place] + sign + code[place + 1 :]) == "entitlement_typo"
        for one, other in itertools.combinations(range(LENGTH), 2):
            if code[one] != code[other]:
                signs = list(code)
                signs[one], signs[other] = signs[other], signs[one]
                assert refusal("".join(signs)) == "entitlement_typo"


def test_what_is_not_a_code_says_why():
    code = code_of(SECRET, 5)
    assert refusal("") == "entitlement_length"
    assert refusal(code[:-1]) == "entitlement_length"
    assert refusal(code + "A") == "entitlement_length"
    assert refusal("A" * 5000) == "entitlement_length"
    for foreign in ("O", "0", "é", "\x00", "<", "\u202e", "😀"):
        assert refusal(code[:4] + foreign + code[5:]) == "entitlement_sign"


def test_codes_are_issued_by_college_and_listed_for_printing(desk, code):
    room = desk.act(code, "issue_codes", college="citizen", number=3)
    room = desk.act(code, "issue_codes", college="elected", number="2")
    assert dict(room.issued) == {"citizen": 3, "elected": 2}
    listed = issued(desk, code)
    assert [(number, college) for number, college, _ in listed] == [
        (1, "citizen"), (2, "citizen"), (3, "citizen"), (4, "elected"), (5, "elected"),
    ]  # fmt: skip
    assert len({written for _, _, written in listed}) == 5
    assert {college: counts.issued for college, counts in desk.store.code_counts(code).items()} == {
        "citizen": 3,
        "elected": 2,
    }
    desk.act(code, "revoke_code", number=2)
    assert [number for number, _, _ in issued(desk, code)] == [1, 3, 4, 5]
    desk.act(code, "issue_codes", college="citizen", number=1)  # a number is never given twice
    assert [number for number, _, _ in issued(desk, code)] == [1, 3, 4, 5, 6]


def test_no_code_is_in_the_log_or_in_the_store(desk, code, tmp_path):
    desk.act(code, "issue_codes", college="", number=20)
    desk.act(code, "revoke_code", number=7)
    events = [entry.event for entry in desk.store.entries(code)]
    assert e.CodesIssued("", 1, 20) in events
    assert e.CodeRevoked(7) in events
    raw = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    for _, _, written in issued(desk, code):
        assert written.encode() not in raw
        assert written.replace("-", "").encode() not in raw


def test_what_makes_no_sense_is_refused(desk, code):
    def told(command: str, **arguments: object) -> str:
        with pytest.raises(Refused) as refused:
            desk.act(code, command, **arguments)
        return refused.value.key

    assert told("issue_codes", college="king", number=3) == "bad_college"
    assert told("issue_codes", college="", number=0) == "not_a_count"
    assert told("issue_codes", college="", number="many") == "not_a_count"
    assert told("issue_codes", college="", number=20_001) == "not_a_count"
    assert told("revoke_code", number=1) == "no_such_code"
    assert told("withdraw_codes") == "no_codes"
    assert told("strike", origin="x") == "no_vote"
    desk.act(code, "show", step=next(s.id for s in desk.snapshot(code).sheet.steps if s.kind == "vote"))
    desk.act(code, "open")
    assert told("issue_codes", college="", number=3) == "codes_while_open"
    assert told("strike", origin="0" * 16) == "no_such_origin"
    assert told("strike", origin=None) == "no_such_origin"
    desk.act(code, "close")
    desk.act(code, "seal")
    desk.act(code, "issue_codes", college="", number=20_000)
    assert told("issue_codes", college="", number=1) == "too_many_codes"


def test_withdrawn_codes_open_the_vote_to_all_again_but_not_during_one(desk, code):
    desk.act(code, "issue_codes", college="", number=3)
    desk.act(code, "show", step=next(s.id for s in desk.snapshot(code).sheet.steps if s.kind == "vote"))
    desk.act(code, "open")
    with pytest.raises(Refused):
        desk.act(code, "withdraw_codes")
    desk.act(code, "issue_codes", college="", number=1)  # a late comer of the list
    desk.act(code, "close")
    desk.act(code, "seal")
    assert dict(desk.act(code, "withdraw_codes").issued) == {}
    assert all(row.revoked for row in desk.store.entitlements(code))


def test_a_code_is_kept_once_by_one_device(desk, code):
    desk.act(code, "issue_codes", college="", number=3)
    store = desk.store
    assert store.bind(code, 1, "phone") == BOUND
    assert store.bind(code, 1, "phone") == BOUND
    assert store.bind(code, 1, "thief") == TAKEN
    assert store.bind(code, 2, "phone") == OTHER_CODE
    assert store.bind(code, 9, "phone") == CODE_REVOKED
    assert {device: row.number for device, row in store.kept_by(code, ["phone", "thief"]).items()} == {
        "phone": 1
    }
    assert store.code_counts(code)[""].used == 1
    desk.act(code, "revoke_code", number=1)
    assert store.bind(code, 1, "phone") == CODE_REVOKED
    assert store.kept_by(code, ["phone"]) == {}
    assert store.bind(code, 2, "phone") == BOUND


def test_a_ballot_with_a_code_that_its_device_does_not_keep_is_not_written(desk, code):
    desk.act(code, "issue_codes", college="", number=2)
    desk.act(code, "show", step=next(s.id for s in desk.snapshot(code).sheet.steps if s.kind == "vote"))
    poll = desk.act(code, "open").open_poll
    desk.store.bind(code, 1, "phone")

    def word(number: int, device: str) -> str:
        cast = Cast(
            code, poll.id, f"v{number}{device}", (poll.question.option_ids[0],), number=number, device=device
        )
        return desk.store.cast([cast])[0]

    assert word(1, "phone") == "accepted"
    assert word(1, "other") == NOT_ENTITLED
    assert word(2, "phone") == NOT_ENTITLED
    assert word(3, "") == NOT_ENTITLED
    desk.act(code, "revoke_code", number=1)
    assert word(1, "phone") == NOT_ENTITLED


def test_codes_printed_before_a_rehearsal_serve_after_it(desk, code):
    desk.act(code, "issue_codes", college="citizen", number=3)
    desk.act(code, "issue_codes", college="elected", number=2)
    desk.act(code, "revoke_code", number=5)
    desk.store.bind(code, 1, "phone")
    printed = issued(desk, code)
    desk.clear_rehearsal(code)
    assert issued(desk, code) == printed
    assert dict(desk.store.room(code).issued) == {"citizen": 3, "elected": 2}
    assert desk.store.bind(code, 1, "another phone") == BOUND
    assert desk.store.bind(code, 5, "thief") == CODE_REVOKED
    assert desk.store.broken_link(code) is None
    desk.act(code, "issue_codes", college="", number=1)
    assert issued(desk, code)[-1][0] == 6, "a revoked number is not given again"
    desk.act(code, "withdraw_codes")
    desk.clear_rehearsal(code)
    assert dict(desk.store.room(code).issued) == {}
    assert issued(desk, code) == []


def test_the_secret_of_the_codes_ends_with_the_meeting(desk, code):
    desk.act(code, "issue_codes", college="", number=1)
    assert desk.keys.get(codes_secret(code)) is not None
    desk.act(code, "show", step=desk.snapshot(code).sheet.steps[-1].id)
    desk.act(code, "close_meeting")
    assert desk.keys.get(codes_secret(code)) is None
    assert issued(desk, code) == []
    other = desk.duplicate(code)
    desk.act(other, "issue_codes", college="", number=1)
    desk.delete(other)
    assert desk.keys.get(codes_secret(other)) is None
