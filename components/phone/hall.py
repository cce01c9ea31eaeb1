"""One meeting as the urn sees it: what phones are told, who a phone is, whether a ballot may be written."""

import hashlib
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from components.meeting.desk import Desk, Snapshot
from components.meeting.keys import meeting_secret, pair_secret, poll_secret
from components.meeting.room import OPEN, SEALED, Poll
from components.meeting.scene import phone_state
from components.meeting.store import Cast, UnknownMeeting
from components.phone import token as tokens
from components.phone.refusal import Refusal
from components.voting.ballots import BallotRefused, read_choice
from components.voting.sealing import pair_key, receipt, voter_key

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
        self.snapshot: Snapshot
        self.look()
        self._opened_at = self.snapshot.room.opened_at

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

    def told(self, lang: str) -> Told:
        """What phones are told in a language, computed once however many they are."""
        found = self._told.get(lang)
        if found is None:
            state = phone_state(self.snapshot, lang)
            del state["version"]  # phones need not know that something moved which they do not see
            text = json.dumps(state, ensure_ascii=False, separators=(",", ":"))
            found = Told(state, text, hashlib.sha256(text.encode()).hexdigest()[:16])
            self._told[lang] = found
        return found

    # --- who ----------------------------------------------------------------------------------------

    def new_token(self) -> str:
        """A token for a phone that has none. Raises `Refusal` after the meeting's end."""
        return tokens.new_token(self._meeting_secret(), self.code)

    def check(self, token: str) -> str:
        """The token if it is genuine. Raises `Refusal` (403) otherwise."""
        if not tokens.is_genuine(self._meeting_secret(), self.code, token):
            raise Refusal(403, "forged_key")
        return token

    def device(self, token: str) -> str:
        """The key under which this phone is counted as present."""
        return tokens.device_key(self._meeting_secret(), token)

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

    # --- ballots ------------------------------------------------------------------------------------

    def poll(self, poll: str) -> Poll | None:
        return self.snapshot.room.polls.get(poll)

    def slip(self, token: str, poll: Any, choice: Any, sequence: Any = None) -> Slip:
        """A ballot checked and keyed, ready for the writer. Raises `Refusal`; then nothing is written."""
        if not isinstance(poll, str) or not _is_sequence(sequence):
            raise Refusal(400, "malformed")
        self.check(token)
        found = self.poll(poll)
        if found is None:
            raise Refusal(409, "other_vote" if self.snapshot.room.open_poll else "no_vote")
        if found.state != OPEN:
            raise Refusal(409, f"vote_{found.state}")
        if "phone" not in found.question.channels:
            raise Refusal(409, "not_by_phone")
        try:
            read = read_choice(found.question, choice)
        except BallotRefused as error:
            raise Refusal(400, error.key, **dict[str, Any](error.values)) from None
        secret = self._secret(poll_secret(self.code, poll))
        voter = voter_key(secret, token)
        pair = ""
        if found.question.pair:
            pair = pair_key(self._secret(pair_secret(self.code, found.question.pair)), token)
        return Slip(Cast(self.code, poll, voter, read, pair, sequence), receipt(secret, voter))

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

    def own(self, token: str, poll: str | None = None) -> dict[str, Any] | None:
        """This phone's ballot in a vote that is not sealed (by default the vote phones see), or None."""
        return self.own_all([token], poll)[token]

    def own_all(self, given: Sequence[str], poll: str | None = None) -> dict[str, dict[str, Any] | None]:
        """The same for many phones, with one query."""
        found = self.snapshot.poll if poll is None else self.poll(poll)
        if found is None or found.state == SEALED or self.closed:
            return dict.fromkeys(given)
        try:
            secret = self._secret(poll_secret(self.code, found.id))
        except Refusal:
            return dict.fromkeys(given)
        voters = {token: voter_key(secret, token) for token in given}
        cast = self.desk.store.own_ballots(self.code, found.id, list(voters.values()))
        return {
            token: {
                "poll": found.id,
                "choice": list(cast[voter][0]),
                "sequence": cast[voter][1],
                "receipt": receipt(secret, voter),
            }
            if voter in cast
            else None
            for token, voter in voters.items()
        }


def _is_sequence(value: Any) -> bool:
    if value is None:
        return True
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LARGEST_SEQUENCE
