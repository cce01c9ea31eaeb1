"""Results of a local referendum or a consultation of voters held at the polls, worked out from its official record.

Code général des collectivités territoriales: a referendum is adopted when at least half of the registered voters took
part and the proposal has the majority of the votes cast (LO1112-7); a consultation is an opinion (L1112-20); an
intercommunality can only hold a consultation (L5211-49). Nothing counted by Cordée ever comes in here.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import Any

from components.look.i18n import t
from components.look.numbers import apart, number

REFERENDUM, CONSULTATION = "referendum", "consultation"
KINDS = (REFERENDUM, CONSULTATION)
EPCI = "epci"
PLACES = ("commune", "departement", "region", EPCI)


class ConsultationRefused(ValueError):
    """The numbers or the kind of ballot cannot be. `key` names the sentence in the locale area `voting`."""

    def __init__(self, key: str, /, **values: object) -> None:
        super().__init__(key)
        self.key = key
        self.values = values

    def sentence(self, lang: str = "fr") -> str:
        return t(f"voting.consult_refused_{self.key}", lang, **self.values)


@dataclass(frozen=True)
class Held:
    """The record of a ballot at the polls. registered: voters on the lists; voted: signatures; null: void ballots."""

    kind: str
    place: str
    registered: int
    voted: int
    blank: int
    null: int
    yes: int
    no: int


@dataclass(frozen=True)
class Verdict:
    """What the record means. adopted: None for a consultation, which adopts nothing.

    turnout_reached: whether half of the registered voters took part; majority: of the votes cast, for yes.
    """

    held: Held
    votes_cast: int
    turnout: Fraction
    turnout_reached: bool
    majority: bool
    adopted: bool | None

    def sentences(self, lang: str = "fr") -> list[str]:
        """The result in plain words; the first one says whose votes these are."""
        held = self.held
        told = [
            t("voting.consult_polls", lang),
            t(
                "voting.consult_turnout",
                lang,
                voted=number(held.voted, lang),
                registered=number(held.registered, lang),
                percent=_one_decimal(self.percent, lang),
            ),
        ]
        if held.kind == REFERENDUM:
            needed = number((held.registered + 1) // 2, lang)
            told.append(
                t(f"voting.consult_{'half' if self.turnout_reached else 'not_half'}", lang, needed=needed)
            )
        told.append(
            t(
                "voting.consult_cast",
                lang,
                cast=number(self.votes_cast, lang),
                blank=number(held.blank, lang),
                null=number(held.null, lang),
            )
        )
        found = "none" if not self.votes_cast else "yes" if self.majority else "no"
        told.append(t(f"voting.consult_{found}", lang, yes=number(held.yes, lang), no=number(held.no, lang)))
        return [*told, t(f"voting.consult_{self._conclusion()}", lang)]

    @property
    def percent(self) -> float:
        """The turnout with one decimal, more where it would else be rounded to the half: 49.96 % is not half."""
        return apart(100 * self.turnout, Fraction(50), 1)

    def _conclusion(self) -> str:
        if self.held.kind == CONSULTATION:
            return "opinion_epci" if self.held.place == EPCI else "opinion"
        if self.adopted:
            return "adopted"
        return "rejected" if self.turnout_reached else "advisory"

    def to_dict(self, lang: str = "fr") -> dict[str, Any]:
        """JSON-able; `turnout` in percent, never rounded up to a half that was not reached."""
        return {
            **asdict(self.held),
            "votes_cast": self.votes_cast,
            "turnout": self.percent,
            "turnout_reached": self.turnout_reached,
            "majority": self.majority,
            "adopted": self.adopted,
            "sentences": self.sentences(lang),
        }


def consult(held: Held) -> Verdict:
    """The result of a ballot held at the polls. Raises `ConsultationRefused`."""
    _check(held)
    votes_cast = held.yes + held.no
    reached = 2 * held.voted >= held.registered
    majority = held.yes > held.no
    return Verdict(
        held=held,
        votes_cast=votes_cast,
        turnout=Fraction(held.voted, held.registered),
        turnout_reached=reached,
        majority=majority,
        adopted=reached and majority if held.kind == REFERENDUM else None,
    )


def _check(held: Held) -> None:
    if held.kind not in KINDS:
        raise ConsultationRefused("kind", value=held.kind[:40])
    if held.place not in PLACES:
        raise ConsultationRefused("place", value=held.place[:40])
    if held.kind == REFERENDUM and held.place == EPCI:
        raise ConsultationRefused("epci")
    numbers: Mapping[str, int] = {
        name: value for name, value in asdict(held).items() if name not in ("kind", "place")
    }
    if any(value < 0 for value in numbers.values()) or not held.registered:
        raise ConsultationRefused("number")
    if held.voted > held.registered:
        raise ConsultationRefused("voters", voted=held.voted, registered=held.registered)
    found = held.yes + held.no + held.blank + held.null
    if found != held.voted:
        raise ConsultationRefused("sum", found=found, voted=held.voted)


def _one_decimal(percent: float, lang: str) -> str:
    """One decimal at least: 50,0 %, 49,96 %."""
    return number(percent, lang, 1 if round(percent, 1) == percent else None)
