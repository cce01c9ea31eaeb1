"""What a phone says, as read from JSON or from a plain form, before anyone believes it."""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qs

from components.phone.refusal import Refusal
from components.voting.ballots import GRADED, VALUED
from components.voting.question import COLLEGES, Question

Fields = Mapping[str, Sequence[str]]
MOST_FIELDS = 200
LONGEST_NUMBER = 4


def read_json(body: bytes) -> dict[str, Any]:
    """The JSON object of a message. Raises `Refusal` (400) for anything else, however deep or broken."""
    try:
        found = json.loads(body.decode("utf-8"))
    except UnicodeDecodeError:
        raise Refusal(400, "not_utf8") from None
    except (ValueError, RecursionError):
        raise Refusal(400, "malformed") from None
    if not isinstance(found, dict):
        raise Refusal(400, "malformed")
    return found


def read_form(body: bytes) -> dict[str, list[str]]:
    """The fields of a plain form. Raises `Refusal` (400)."""
    try:
        return parse_qs(
            body.decode("utf-8"), keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS
        )
    except UnicodeDecodeError:
        raise Refusal(400, "not_utf8") from None
    except ValueError:
        raise Refusal(400, "malformed") from None


def first(fields: Fields, name: str) -> str | None:
    return next(iter(fields.get(name, ())), None)


def form_choice(question: Question | None, fields: Fields) -> Any:
    """The `choice` a phone with script would have sent: the options named `choice`, or one field `v_<option>` each.

    A field left empty says nothing; the button `blank` makes a blank ballot of whatever else is filled in.
    Raises `Refusal` (400): not_a_number, same_rank.
    """
    if fields.get("blank"):
        return []
    chosen = [choice for choice in fields.get("choice", ()) if choice]
    if question is None or (question.method not in VALUED and question.method != "ranking"):
        return chosen
    values = {name[2:]: value[0].strip() for name, value in fields.items() if name.startswith("v_") and value}
    values = {option: value for option, value in values.items() if value}
    if question.method in GRADED:
        return values
    numbers = {option: _number(value) for option, value in values.items()}
    if question.method != "ranking":
        return numbers
    if len(set(numbers.values())) < len(numbers):
        raise Refusal(400, "same_rank")
    return sorted(numbers, key=lambda option: numbers[option])


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER):
        raise Refusal(400, "not_a_number", value=text[:20])
    return int(text)


def flag(value: Any) -> bool:
    """A yes or no that may be absent. Raises `Refusal` (400)."""
    if value is None or isinstance(value, bool):
        return bool(value)
    raise Refusal(400, "malformed")


def college(question: Question, said: Any, certified: str | None) -> str:
    """The college a ballot is cast in, empty where the question does not ask; `certified`: what the code says.

    Raises `Refusal`: college_needed, college_unknown (400), college_other (403).
    """
    if said is not None and said != "" and said not in COLLEGES:
        raise Refusal(400, "college_unknown")
    if not question.asks_college:
        return ""
    own = certified or said
    if not own:
        raise Refusal(400, "college_needed")
    if own not in question.who:
        raise Refusal(403, "college_other")
    return str(own)
