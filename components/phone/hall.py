"""One meeting as the urn sees it: what phones are told, who a phone is, whether a ballot may be written."""

import contextlib
import hashlib
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from components.meeting.desk import Desk, Snapshot
from components.meeting.entitlement import code_of, voter_of
from components.meeting.keys import codes_secret, meeting_secret, pair_secret, poll_secret
from components.meeting.poll import OPEN, SEALED, Poll
from components.meeting.room import Room
from components.meeting.scene import phone_state
from components.meeting.store import Cast, Entitlement, Own, UnknownMeeting
from components.phone import said
from components.phone import token as tokens
from components.phone.refusal import Refusal
from components.voting.ballots import BallotRefused, read_choice
from components.voting.sealing import pair_key, receipt, voter_key

PHONE, SHARED, REMOTE = "phone", "shared", "remote"
"""Channels of a ballot cast on a phone: one's own, lent to a second person, or not in the room."""

RESULT_SECONDS = 0.5
"""A result that grows while a vote is open is sent again after this long at the earliest."""

LARGEST_SEQUENCE = 2**53
"""Largest whole number that every JSON reader holds exactly."""


@dataclass(frozen=True)
class Told:
    """What every phone of a meeting is told in one language: JSON text and its digest."""

    state: dict[str, Any]
    text: str
    digest: str


@dataclass(frozen=True)
class Slip:
    """A ballot ready to be written, and the receipt it will have."""

    cast: Cast
    receipt: str


class Hall:
    """Holds the meeting's latest snapshot. Used from one thread; reads the store only when asked to look."""

    def __init__(self, desk: Desk, code: str, clock: Callable[[], float] = time.monotonic) -> None:
        """Raises `UnknownMeeting`."""
        self.code = code
        self.desk = desk
        self._clock = clock
        self._told: dict[str, Told] = {}
        self._head = ""
        self._shown_at = 0.0
        self._due = False
        self._opened_at: float | None = None
        self._secrets: dict[str, bytes] = {}
        self._numbers: dict[str, int] = {}
        self._numbers_of: tuple[object, ...] = ()
        self._entitled: dict[str, Entitlement] = {}
        self.snapshot: Snapshot
        self.look()
        self._opened_at = self.snapshot.room.opened_at
        self._aside = (self.snapshot.room.revoked, _aside(self.snapshot.room))

    # --- seeing -----------------------------------------------------------------------------------

    def look(self) -> bool:
        """Read what has moved; True if the log did. A result shown while votes come in is read twice a second.

        Raises `UnknownMeeting` once the meeting is deleted.
        """
        entries = self.desk.store.entries(self.code)
        if not entries:
            raise UnknownMeeting(self.code)
        head = entries[-1].digest
        moved = head != self._head
        growing = not moved and self.result_grows
        if growing and self._clock() - self._shown_at < RESULT_SECONDS:
            self._due = True
            return False
        if moved or growing:
            self.snapshot = self.desk.snapshot(self.code)
            self._head, self._shown_at, self._due = head, self._clock(), False
            self._told.clear()
            self._secrets.clear()  # what is deleted at a seal must not live on in this process
            self._entitled.clear()  # a code may have been revoked
            if self._numbers_of != self._codes_issued():
                self._numbers.clear()
        return moved

    @property
    def result_grows(self) -> bool:
        poll = self.snapshot.poll
        return poll is not None and poll.shown and poll.state == OPEN

    @property
    def result_due(self) -> bool:
        """Ballots came in that the phones' result does not show yet."""
        return self._due

    @property
    def closed(self) -> bool:
        return self.snapshot.room.closed_at is not None

    def restarted(self) -> bool:
        """Whether the meeting began anew (a rehearsal was cleared) since this was last asked."""
        before, self._opened_at = self._opened_at, self.snapshot.room.opened_at
        return before != self._opened_at

    def touched(self) -> bool:
        """Whether ballots already received were set aside, taken back or removed since this was last asked."""
        room = self.snapshot.room
        before, self._aside = self._aside, (room.revoked, _aside(room))
        votes = {**before[1], **self._aside[1]}
        return room.revoked != before[0] or any(before[1].get(p) != self._aside[1].get(p) for p in votes)

    def told(self, lang: str) -> Told:
        """What phones are told in a language, computed once however many they are."""
        found = self._told.get(lang)
        if found is None:
            state = phone_state(self.snapshot, lang)
            del state["version"]  # phones need not know that something moved which they do not see
            state["meeting"]["entitled"] = self.names_its_voters
            text = json.dumps(state, ensure_ascii=False, separators=(",", ":"))
            found = Told(state, text, hashlib.sha256(text.encode()).hexdigest()[:16])
            self._told[lang] = found
        return found

    # --- who ----------------------------------------------------------------------------------------

    def new_token(self, place: str = tokens.ROOM) -> str:
        """A token for a phone that has none. Raises `Refusal` after the meeting's end."""
        return tokens.new_token(self._meeting_secret(), self.code, place)

    def moved(self, token: str, place: str) -> str:
        """The genuine token of the same person in another place."""
        return tokens.moved(self._meeting_secret(), self.code, token, place)

    def check(self, token: str) -> str:
        """The token if it is genuine. Raises `Refusal` (403) otherwise."""
        self._place(token)
        return token

    def _place(self, token: str) -> str:
        place = tokens.place_of(self._meeting_secret(), self.code, token)
        if place is None:
            raise Refusal(403, "forged_key")
        return place

    def device(self, token: str, second: bool = False) -> str:
        """The key under which this phone is counted as present; that of its second person keeps a code."""
        return tokens.device_key(self._meeting_secret(), tokens.person(token, second))

    def _meeting_secret(self) -> bytes:
        if self.closed:
            raise Refusal(409, "meeting_closed")
        name = meeting_secret(self.code)
        if name not in self._secrets:
            try:
                self._secrets[name] = self.desk.keys.make(name)
            except OSError:
                raise Refusal(503, "unavailable", retry_after=2) from None
        return self._secrets[name]

    # --- who may vote -------------------------------------------------------------------------------

    @property
    def sharing(self) -> bool:
        """Whether two people may vote on one phone."""
        return self.snapshot.room.sharing

    @property
    def names_its_voters(self) -> bool:
        """Whether only the phones that keep a single-use code may vote."""
        return bool(self.snapshot.room.issued)

    def may_be_second(self, second: bool) -> None:
        """Raises `Refusal` (409) for the second person of a phone where that is not allowed."""
        if second and not self.sharing:
            raise Refusal(409, "not_shared")

    def number_of(self, code: str) -> int | None:
        """The number of a single-use code as printed; codes are derived once for all that were issued."""
        if not self._numbers:
            self._numbers_of = self._codes_issued()
            secret = self._secret(codes_secret(self.code))
            rows = self.desk.store.entitlements(self.code)
            self._numbers = {code_of(secret, row.number): row.number for row in rows}
        return self._numbers.get(code)

    def _codes_issued(self) -> tuple[object, ...]:
        """What the codes depend on; thousands are not derived again at each move of the meeting."""
        room = self.snapshot.room
        return room.opened_at, room.closed_at, tuple(sorted(room.issued.items()))

    def entitled(self, token: str, second: bool = False) -> Entitlement | None:
        """The code this person keeps; None where there are no codes."""
        return self._kept([self.device(token, second)])[0] if self.names_its_voters else None

    def _kept(self, devices: Sequence[str]) -> list[Entitlement | None]:
        """The code of each device; those not known yet are looked up together."""
        unknown = [device for device in devices if device not in self._entitled]
        if unknown:
            self._entitled.update(self.desk.store.kept_by(self.code, unknown))
        return [self._entitled.get(device) for device in devices]

    def _voter(self, token: str, second: bool) -> tuple[str, Entitlement | None]:
        """Who votes: the person of the token or, where there are codes, the code. Raises `Refusal` (403)."""
        if not self.names_its_voters:
            return tokens.person(token, second), None
        kept = self.entitled(token, second)
        if kept is None:
            raise Refusal(403, "entitlement_needed")
        return voter_of(kept.number), kept

    # --- ballots ------------------------------------------------------------------------------------

    def poll(self, poll: str) -> Poll | None:
        return self.snapshot.room.polls.get(poll)

    def slip(
        self,
        token: str,
        poll: Any,
        choice: Any,
        sequence: Any = None,
        *,
        second: bool = False,
        college: Any = None,
        seen_as: str = "",
    ) -> Slip:
        """A ballot checked and keyed, ready for the writer. Raises `Refusal`; then nothing is written.

        second: of the other person on this phone; college: as declared; seen_as: what the network shows of the
        device, kept only as a mark under the vote's secret.
        """
        if not isinstance(poll, str) or not _is_sequence(sequence):
            raise Refusal(400, "malformed")
        place = self._place(token)
        found = self.poll(poll)
        if found is None:
            raise Refusal(409, "other_vote" if self.snapshot.room.open_poll else "no_vote")
        if found.state != OPEN:
            raise Refusal(409, f"vote_{found.state}")
        if "phone" not in found.question.channels:
            raise Refusal(409, "not_by_phone")
        self.may_be_second(second)
        who, kept = self._voter(token, second)
        try:
            read = read_choice(found.question, choice)
        except BallotRefused as error:
            raise Refusal(400, error.key, **dict[str, Any](error.values)) from None
        of_college = said.college(found.question, college, kept.college if kept else None)
        secret = self._secret(poll_secret(self.code, poll))
        origin = tokens.origin_mark(secret, seen_as) if seen_as else ""
        if origin in found.struck:
            raise Refusal(409, "struck")
        voter = voter_key(secret, who)
        pair = ""
        if found.question.pair:
            pair = pair_key(self._secret(pair_secret(self.code, found.question.pair)), who)
        cast = Cast(
            self.code,
            poll,
            voter,
            read,
            pair,
            sequence,
            channel=SHARED if second else REMOTE if place == tokens.REMOTE else PHONE,
            college=of_college,
            origin=origin,
            number=kept.number if kept else 0,
            device=kept.device if kept else "",
            struck=found.struck,
        )
        return Slip(cast, receipt(secret, voter))

    def _secret(self, name: str) -> bytes:
        if name not in self._secrets:
            try:
                found = self.desk.keys.get(name)
            except OSError:
                raise Refusal(503, "unavailable", retry_after=2) from None
            if found is None:
                raise Refusal(503, "no_secret", retry_after=30)
            self._secrets[name] = found
        return self._secrets[name]

    def own(self, token: str, poll: str | None = None, second: bool = False) -> dict[str, Any] | None:
        """This phone's ballot in a vote that is not sealed (by default the vote phones see), or None."""
        return self._own([(token, second)], poll)[token, second]

    def own_of(self, tokens: Sequence[str], poll: str) -> dict[str, dict[str, Any] | None]:
        """The same of many phones, with one query."""
        return {
            token: found for (token, _), found in self._own([(one, False) for one in tokens], poll).items()
        }

    def about(self, token: str) -> dict[str, Any]:
        """What is known of this phone: its ballots and codes (see `about_all`)."""
        return self.about_all([token])[token]

    def nobody(self) -> dict[str, Any]:
        """The same for a phone without key."""
        return {**dict.fromkeys(("own", "second", "entitled", "entitled_second")), "remote": False}

    def about_all(self, given: Sequence[str]) -> dict[str, dict[str, Any]]:
        """For each genuine token `own` and `second` (ballots), `entitled` and `entitled_second` (codes), None for none;
        `remote`: not in the room. One query for all ballots, one more for codes where there are any.
        """
        if self.closed:
            return {token: self.nobody() for token in given}
        slots = (False, True) if self.sharing else (False,)
        people = [(token, second) for token in given for second in slots]
        codes: dict[tuple[str, bool], Entitlement | None] = {}
        if self.names_its_voters:
            codes = dict(zip(people, self._kept([self.device(*one) for one in people]), strict=True))
        own = self._own(people, None)
        told = {}
        for token in given:
            first, second = codes.get((token, False)), codes.get((token, True))
            told[token] = {
                "own": own[token, False],
                "second": own.get((token, True)),
                "entitled": first.shown() if first else None,
                "entitled_second": second.shown() if second else None,
                "remote": self._place(token) == tokens.REMOTE,
            }
        return told

    def _own(
        self, people: Sequence[tuple[str, bool]], poll: str | None
    ) -> dict[tuple[str, bool], dict[str, Any] | None]:
        """The ballots of many people (token, second), with one query."""
        found = self.snapshot.poll if poll is None else self.poll(poll)
        if found is None or found.state == SEALED or self.closed:
            return dict.fromkeys(people)
        voters: dict[tuple[str, bool], str] = {}
        try:
            secret = self._secret(poll_secret(self.code, found.id))
            if self.names_its_voters:
                self._kept([self.device(*one) for one in people])  # together, before one by one
        except Refusal:
            return dict.fromkeys(people)
        for one in people:
            with contextlib.suppress(Refusal):  # without a code there is no ballot
                voters[one] = voter_key(secret, self._voter(*one)[0])
        cast = self.desk.store.own_ballots(self.code, found.id, list(voters.values()))
        return {one: self._held(found, secret, voters.get(one, ""), cast, one[1]) for one in people}

    def _held(
        self, poll: Poll, secret: bytes, voter: str, cast: Mapping[str, Own], second: bool
    ) -> dict[str, Any] | None:
        if voter not in cast:
            return None
        held = cast[voter]
        return {
            "poll": poll.id,
            "choice": list(held.choice),
            "sequence": held.sequence,
            "receipt": receipt(secret, voter),
            "college": held.college,
            "second": second,
            "struck": bool(held.origin) and held.origin in poll.struck,
        }


def _aside(room: Room) -> dict[str, frozenset[str]]:
    """Vote → origins set aside in it, as long as it is not sealed."""
    return {poll.id: poll.struck for poll in room.polls.values() if poll.struck and poll.state != SEALED}


def _is_sequence(value: Any) -> bool:
    if value is None:
        return True
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LARGEST_SEQUENCE
