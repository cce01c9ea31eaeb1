"""A comment on a place, before anyone believes it: bounded, about this territory, and nobody's name asked.

Nothing is shown to all before somebody of the organisation has read it.
"""

import csv
import datetime
import io
import re
from collections.abc import Mapping, Sequence
from typing import Any

from components.look.i18n import t
from components.look.words import plain
from components.meeting.store import Comment
from components.meeting.store.comments import ACCEPTED, REFUSED, WAITING
from components.places.drawing import commune_at
from components.places.faults import LayerError, fault
from components.places.layers import Layer
from components.territory.outline import projection
from components.territory.pack import Territory
from components.territory.read import FORMULA

KINDS = ("idea", "worry", "question", "fact")
STATES = (WAITING, ACCEPTED, REFUSED)
MOST_SIGNS = 1_000
MOST_ANSWER = 1_000
POINT_DECIMALS = 4
"""Of a degree: ten metres. A finger is no more exact, and a doorstep is nobody's business."""
NAME = re.compile(r"[0-9a-f]{16,32}")


def read_comment(
    given: Mapping[str, Any], territory: Territory, layers: Sequence[Layer], at: float
) -> Comment:
    """The comment somebody wants to leave. A point wins over the commune chosen. Raises LayerError, one sentence."""
    identifier = given.get("id")
    if not isinstance(identifier, str) or not NAME.fullmatch(identifier):
        raise LayerError(fault("comment_malformed"))
    words = _words(given.get("words"), MOST_SIGNS)
    if not words:
        raise LayerError(fault("comment_empty"))
    kind = given.get("kind")
    if kind not in KINDS:
        raise LayerError(fault("comment_kind"))
    longitude, latitude = _point(given.get("point"))
    commune = given.get("commune") or ""
    if longitude is not None and latitude is not None:
        commune = commune_at(longitude, latitude, territory) or ""
        if not commune:
            raise LayerError(fault("comment_outside", territory=territory.name))
    if not isinstance(commune, str) or commune not in territory.outlines:
        raise LayerError(fault("comment_nowhere"))
    layer, feature = _about(given.get("layer"), given.get("feature"), layers)
    return Comment(
        identifier, territory.slug, commune, longitude, latitude, layer, feature, str(kind), words, at
    )


def _words(given: Any, most: int) -> str:
    if not isinstance(given, str):
        raise LayerError(fault("comment_malformed"))
    text = plain(given[: most * 4]).strip()
    if len(text) > most:
        raise LayerError(fault("comment_long", most=most, n=len(text)))
    return text


def _point(given: Any) -> tuple[float | None, float | None]:
    if given is None:
        return None, None
    numeric = isinstance(given, list) and len(given) == 2
    if not numeric or not all(isinstance(x, int | float) and not isinstance(x, bool) for x in given):
        raise LayerError(fault("comment_malformed"))
    longitude, latitude = given
    if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
        raise LayerError(fault("comment_malformed"))
    return round(float(longitude), POINT_DECIMALS), round(float(latitude), POINT_DECIMALS)


def _about(layer: Any, feature: Any, layers: Sequence[Layer]) -> tuple[str, str]:
    """The project a comment speaks of: identifier of the layer and name of the object, ('', '') for none."""
    if not layer:
        return "", ""
    found = next((one for one in layers if one.about.id == layer), None)
    names = {one.name for one in found.features} if found else set()
    if found is None or (feature and feature not in names):
        raise LayerError(fault("comment_about"))
    return found.about.id, str(feature or "")


def read_decision(given: Mapping[str, Any]) -> tuple[str, str, str]:
    """Identifier, new state and answer of a moderator's decision. Raises LayerError."""
    identifier, state = given.get("id"), given.get("state")
    if not isinstance(identifier, str) or state not in STATES:
        raise LayerError(fault("comment_malformed"))
    return identifier, str(state), _words(given.get("answer") or "", MOST_ANSWER)


def comment_for_js(
    comment: Comment, territory: Territory, layers: Sequence[Layer], lang: str
) -> dict[str, Any]:
    """A comment as the pages show it; `at`: where its mark stands on the drawing, None without a point."""
    at = None
    if comment.longitude is not None and comment.latitude is not None:
        x, y = projection(territory).to_drawing(comment.longitude, comment.latitude)
        at = [round(x, 1), round(y, 1)]
    return {
        "id": comment.id,
        "commune": comment.commune,
        "place": commune_name(comment.commune, territory),
        "at": at,
        "kind": comment.kind,
        "kind_label": t(f"layers.kind_{comment.kind}", lang),
        "about": about_words(comment, layers, lang),
        "words": comment.words,
        "answer": comment.answer,
        "state": comment.state,
        "date": date_of(comment.at),
    }


def commune_name(code: str, territory: Territory) -> str:
    names = territory.communes["name"]
    return str(names[code]) if code in names.index else code


def about_words(comment: Comment, layers: Sequence[Layer], lang: str) -> str:
    """The project a comment speaks of, as its layer is called now; '' for none."""
    if not comment.layer:
        return ""
    label = next(
        (one.about.text("label", lang) for one in layers if one.about.id == comment.layer), comment.layer
    )
    return f"{label}, {comment.feature}" if comment.feature else label


def date_of(seconds: float) -> str:
    """`2026-11-28`: the day is enough, and says nothing of who was awake."""
    return datetime.datetime.fromtimestamp(seconds).date().isoformat()


def comments_csv(
    comments: Sequence[Comment], territory: Territory, layers: Sequence[Layer], lang: str = "fr"
) -> bytes:
    """All comments for a spreadsheet: semicolons and a byte-order mark, as French ones want; no cell is a formula."""
    names = ("state", "date", "commune", "insee", "latitude", "longitude", "kind", "about", "words", "answer")
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow([t(f"layers.csv_{name}", lang) for name in names])
    for one in comments:
        row = [
            t(f"layers.state_{one.state}", lang),
            date_of(one.at),
            commune_name(one.commune, territory),
            one.commune,
            _decimal(one.latitude, lang),
            _decimal(one.longitude, lang),
            t(f"layers.kind_{one.kind}", lang),
            about_words(one, layers, lang),
            one.words,
            one.answer,
        ]
        writer.writerow(
            [f"'{cell}" if cell.startswith(FORMULA) and not _numeric(cell) else cell for cell in row]
        )
    return ("\ufeff" + text.getvalue()).encode("utf-8")


def _decimal(x: float | None, lang: str) -> str:
    if x is None:
        return ""
    return f"{x:.{POINT_DECIMALS}f}".replace(".", "," if lang == "fr" else ".")


def _numeric(cell: str) -> bool:
    return bool(re.fullmatch(r"-?\d+[.,]\d+", cell))
