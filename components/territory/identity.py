"""The identity a territory gives its pages, in its pack: logo, favicon, colours, texts. Local files only.

identity:
  logo: logo.svg
  favicon: favicon.png
  colours: {accent: "#1d6b5e", ink: "#17211f"}
  texts:
    fr: {title: …, welcome: …, promise: …}
"""

import base64
import re
import struct
import xml.etree.ElementTree as xml
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from components.look.brand import HEXADECIMAL, PAPER, READABLE, Brand, contrast, readable
from components.look.i18n import LANGUAGES, known
from components.look.numbers import number
from components.territory.read import Inspection

TERRITORY = "territory.yaml"
MAX_BYTES = {"logo": 200_000, "favicon": 20_000}
MAX_PIXELS = 4_000
MAX_TEXT = 400
ROLES = ("accent", "ink")
TEXTS = ("title", "welcome", "promise")
ENTRIES = ("logo", "favicon", "colours", "texts")
FILE = re.compile(r"[\w-]+(\.[\w-]+)*\.(svg|png)", re.IGNORECASE)
PNG = b"\x89PNG\r\n\x1a\n"
SVG = "{http://www.w3.org/2000/svg}"
# Drawing only: no script, no link, no other file, nothing that moves.
ELEMENTS = frozenset(
    {"svg", "g", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text", "tspan", "title"}
    | {"desc", "defs", "symbol", "use", "linearGradient", "radialGradient", "stop", "clipPath", "mask"}
    | {"pattern", "style", "metadata"}
)
OUTSIDE = re.compile(r"url\(\s*['\"]?\s*(?!#)|@import|expression\(|javascript:", re.IGNORECASE)


@dataclass(frozen=True)
class Identity:
    """What a territory says of itself; empty where its pack says nothing."""

    brand: Brand = field(default_factory=Brand)
    texts: dict[str, dict[str, str]] = field(default_factory=dict)

    def text(self, name: str, lang: str = "fr") -> str:
        """`title`, `welcome` or `promise` in a language, in French where it is not said, '' where neither is."""
        return self.texts.get(known(lang), {}).get(name) or self.texts.get("fr", {}).get(name, "")


def read_identity(folder: Path, territory: Mapping[str, Any]) -> Identity:
    """The identity of a sound pack (see `check_identity`)."""
    said = territory.get("identity") or {}
    brand = Brand(
        name=territory["labels"]["fr"],
        logo=_address(folder, said.get("logo", "")),
        favicon=_address(folder, said.get("favicon", "")),
        colours=dict(said.get("colours") or {}),
    )
    return Identity(brand, {lang: dict(texts) for lang, texts in (said.get("texts") or {}).items()})


def _address(folder: Path, file: str) -> str:
    if not file:
        return ""
    kind = "svg+xml" if file.lower().endswith(".svg") else "png"
    return f"data:image/{kind};base64,{base64.b64encode((folder / file).read_bytes()).decode()}"


def check_identity(inspection: Inspection, territory: Mapping[str, Any]) -> None:
    """Note every fault of the identity: unknown entry, unreadable colour, unsafe or heavy file, hostile text."""
    if "identity" not in territory:
        return
    said = territory["identity"]

    def fault(name: str, key: str, /, **values: object) -> None:
        row = inspection.line(TERRITORY, f"{name}:", after="identity:")
        inspection.fault(TERRITORY, row, key, name=name, **values)

    if not isinstance(said, dict):
        fault("identity", "entry_missing")
        return
    for name in said:
        if name not in ENTRIES:
            fault(str(name), "identity_entry", known=", ".join(ENTRIES))
    for name in ("logo", "favicon"):
        if name in said:
            problem = fault_of_image(inspection.path, said[name], MAX_BYTES[name])
            if problem:
                fault(name, problem, file=said[name], kilobytes=MAX_BYTES[name] // 1_000)
    colours = said.get("colours", {})
    for role, colour in colours.items() if isinstance(colours, dict) else [("colours", None)]:
        if role not in ROLES:
            fault(str(role), "identity_entry", known=", ".join(ROLES))
        elif not isinstance(colour, str) or not HEXADECIMAL.fullmatch(colour):
            fault(role, "identity_colour", value=colour)
        elif contrast(colour, PAPER) < READABLE:
            ratio = number(contrast(colour, PAPER), "fr", 1)
            fault(role, "identity_contrast", value=colour, ratio=ratio, nearest=readable(colour))
    texts = said.get("texts", {})
    for lang, spoken in texts.items() if isinstance(texts, dict) else [("texts", None)]:
        if lang not in LANGUAGES or not isinstance(spoken, dict):
            fault(str(lang), "identity_entry", known=", ".join(LANGUAGES))
            continue
        for name, text in spoken.items():
            if name not in TEXTS:
                fault(str(name), "identity_entry", known=", ".join(TEXTS))
            elif not isinstance(text, str) or not text.strip() or len(text) > MAX_TEXT or "<" in text:
                fault(name, "identity_text", text=text)


def fault_of_image(folder: Path, file: Any, limit: int) -> str | None:
    """Key of what is wrong with an image of the pack, None when it may be shown."""
    if not isinstance(file, str) or not FILE.fullmatch(file):
        return "identity_file"
    path = folder / file
    try:
        if path.is_symlink() or not path.is_file():
            return "identity_absent"
        if path.stat().st_size > limit:
            return "identity_heavy"
        raw = path.read_bytes()
    except OSError:
        return "identity_absent"
    return fault_of_svg(raw) if file.lower().endswith(".svg") else fault_of_png(raw)


def fault_of_png(raw: bytes) -> str | None:
    """Key of what is wrong with the bytes of a PNG."""
    if not raw.startswith(PNG) or raw[12:16] != b"IHDR" or len(raw) < 33:
        return "identity_not_png"
    width, height = struct.unpack(">II", raw[16:24])
    return None if 0 < width <= MAX_PIXELS and 0 < height <= MAX_PIXELS else "identity_not_png"


def fault_of_svg(raw: bytes) -> str | None:
    """Key of what is wrong with the bytes of an SVG: not one, or one that could do more than be drawn."""
    lowered = raw.lower()
    if b"<!doctype" in lowered or b"<!entity" in lowered or b"<?xml-stylesheet" in lowered or b"\x00" in raw:
        return "identity_unsafe"
    try:
        root = xml.fromstring(raw)
    except (xml.ParseError, ValueError, LookupError):
        return "identity_not_svg"
    if root.tag != f"{SVG}svg":
        return "identity_not_svg"
    return None if all(map(_draws_only, root.iter())) else "identity_unsafe"


def _draws_only(element: xml.Element) -> bool:
    tag = element.tag
    if not isinstance(tag, str):
        return False
    if tag.startswith(SVG):
        if tag.removeprefix(SVG) not in ELEMENTS:
            return False
    elif any(word in tag.lower() for word in ("script", "html", "foreignobject")):
        return False
    if tag == f"{SVG}style" and OUTSIDE.search(element.text or ""):
        return False
    for name, value in element.attrib.items():
        bare = name.rsplit("}", 1)[-1].lower()
        if bare.startswith("on") or OUTSIDE.search(value):
            return False
        if bare in ("href", "src") and not value.strip().startswith("#"):
            return False
    return True
