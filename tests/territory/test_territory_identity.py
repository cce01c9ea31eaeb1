"""A territory's logo, colours and texts: shown where they are sound, refused with a sentence where they are not."""

import struct
import zlib
from pathlib import Path

import pytest

from components.look.brand import DARK_PAPER, PAPER, READABLE, Brand, contrast, readable
from components.territory.identity import fault_of_png, fault_of_svg
from components.territory.pack import PackError, identity_of, load_territory

LOGO = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><path d="M0 0h8v8z" fill="#123456"/></svg>'


def png(width: int, height: int) -> bytes:
    head = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + struct.pack(">I", 13)
        + head
        + struct.pack(">I", zlib.crc32(head))
        + b"\x00" * 12
    )


@pytest.fixture
def branded(pack: Path) -> Path:
    (pack / "logo.svg").write_bytes(LOGO)
    (pack / "icon.png").write_bytes(png(32, 32))
    return say(
        pack,
        "logo: logo.svg\n  favicon: icon.png\n  colours: {accent: '#7a2e12'}\n"
        "  texts:\n    fr: {title: Le climat ici, welcome: Bienvenue.}\n    en: {title: Climate here}",
    )


def say(pack: Path, identity: str) -> Path:
    path = pack / "territory.yaml"
    text = path.read_text(encoding="utf-8").partition("\nidentity:")[0].rstrip("\n")
    path.write_text(f"{text}\nidentity:\n  {identity}\n", encoding="utf-8")
    return pack


def test_a_sound_identity_is_loaded(branded: Path) -> None:
    identity = load_territory(branded).identity
    assert identity.brand.logo.startswith("data:image/svg+xml;base64,")
    assert identity.brand.favicon.startswith("data:image/png;base64,")
    assert identity.brand.name == "Grenoble-Alpes Métropole"
    assert "--accent:#7a2e12" in identity.brand.css
    assert identity.text("title", "en") == "Climate here"
    assert identity.text("welcome", "en") == "Bienvenue."
    assert identity.text("promise") == ""


def test_without_identity_a_page_has_its_own_look() -> None:
    assert load_territory("grenoble-alpes-metropole").identity.brand.css == ""
    assert identity_of("atlantide").brand == Brand()


def test_a_logo_changed_alone_is_read_again(branded: Path) -> None:
    before = load_territory(branded).identity.brand.logo
    (branded / "logo.svg").write_bytes(LOGO.replace(b"123456", b"1234567"))
    assert load_territory(branded).identity.brand.logo != before


@pytest.mark.parametrize(
    ("identity", "key"),
    [
        ("colours: {accent: '#ffcc00'}", "identity_contrast"),
        ("colours: {accent: jaune}", "identity_colour"),
        ("colours: {accent: '#7a2e12;}body{display:none'}", "identity_colour"),
        ("colours: {fond: '#000000'}", "identity_entry"),
        ("colours: '#000000'", "identity_entry"),
        ("police: Comic Sans", "identity_entry"),
        ("logo: absent.svg", "identity_absent"),
        ("logo: ../logo.svg", "identity_file"),
        ("logo: https://exemple.fr/logo.svg", "identity_file"),
        ("logo: territory.yaml", "identity_file"),
        ("logo: [logo.svg]", "identity_file"),
        ("texts: {de: {title: Klima}}", "identity_entry"),
        ("texts: {fr: {title: '<b>Climat</b>'}}", "identity_text"),
        ("texts: {fr: {title: ''}}", "identity_text"),
        ("texts: {fr: {slogan: Climat}}", "identity_entry"),
    ],
)
def test_what_is_refused_says_why(pack: Path, identity: str, key: str) -> None:
    with pytest.raises(PackError) as refused:
        load_territory(say(pack, identity))
    assert [fault.key for fault in refused.value.faults] == [key]
    assert "{name" not in refused.value.faults[0].reason


def test_an_unreadable_colour_gives_its_ratio_and_the_nearest_that_is_read(pack: Path) -> None:
    with pytest.raises(PackError) as refused:
        load_territory(say(pack, "colours: {accent: '#ffcc00'}"))
    reason = refused.value.faults[0].reason
    assert "contraste 1,5 pour 4,5" in reason
    nearest = reason.rstrip(".").rsplit(" ", 1)[-1]
    assert READABLE <= contrast(nearest, PAPER) < READABLE + 0.1


def test_images_too_heavy_or_linked_from_elsewhere(pack: Path, tmp_path: Path) -> None:
    (pack / "logo.svg").write_bytes(LOGO + b" " * 200_000)
    with pytest.raises(PackError, match="dépasse 200 ko"):
        load_territory(say(pack, "logo: logo.svg"))
    (tmp_path / "secret.svg").write_bytes(LOGO)
    (pack / "logo.svg").unlink()
    (pack / "logo.svg").symlink_to(tmp_path / "secret.svg")
    with pytest.raises(PackError, match="n’est pas dans le dossier"):
        load_territory(pack)


HEAD, TAIL = b'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">', b"</svg>"


@pytest.mark.parametrize(
    "inside",
    [
        b"<script>alert(1)</script>",
        b'<path onload="alert(1)" d="M0 0"/>',
        b'<a href="https://exemple.fr"><path d="M0 0"/></a>',
        b'<image href="https://exemple.fr/x.png"/>',
        b'<use xlink:href="https://exemple.fr/x.svg#a"/>',
        b'<use href="data:image/svg+xml,x"/>',
        b"<foreignObject><b/></foreignObject>",
        b'<rect style="fill:url(https://exemple.fr/x)"/>',
        b"<style>@import 'https://exemple.fr/x.css';</style>",
        b'<animate attributeName="href" to="javascript:alert(1)"/>',
        b'<script xmlns="http://www.w3.org/1999/xhtml">alert(1)</script>',
    ],
)
def test_an_svg_that_does_more_than_draw_is_refused(inside: bytes) -> None:
    assert fault_of_svg(HEAD + inside + TAIL) == "identity_unsafe"


@pytest.mark.parametrize(
    "raw",
    [b"", b"<svg/>", b"<html/>", b"\x00\xff", b"<svg", HEAD, b'<?xml version="1.0" encoding="x?"?><svg/>'],
)
def test_what_is_no_svg(raw: bytes) -> None:
    assert fault_of_svg(raw) in ("identity_not_svg", "identity_unsafe")


def test_entities_that_explode_are_refused_unread() -> None:
    bomb = b'<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + HEAD + b"&b;" + TAIL
    assert fault_of_svg(bomb) == "identity_unsafe"


def test_plain_drawings_are_accepted() -> None:
    drawing = b'<defs><linearGradient id="a"/></defs><rect fill="url(#a)"/><use href="#a"/><style>.a{fill:red}</style>'
    assert fault_of_svg(HEAD + drawing + TAIL) is None


def test_png_by_its_head() -> None:
    assert fault_of_png(png(120, 40)) is None
    assert (
        fault_of_png(png(0, 40)) == fault_of_png(png(90_000, 40)) == fault_of_png(LOGO) == "identity_not_png"
    )


@pytest.mark.parametrize("colour", ["#ffffff", "#ffcc00", "#00ff00", "#8888ff", "#000000", "#1d6b5e"])
def test_a_colour_is_made_readable_by_day_and_by_night(colour: str) -> None:
    assert contrast(readable(colour), PAPER) >= READABLE
    assert contrast(readable(colour, DARK_PAPER), DARK_PAPER) >= READABLE
    assert contrast("#ffffff", "#000000") == pytest.approx(21)


def test_words_on_the_accent_are_readable_too() -> None:
    for accent in ("#1d6b5e", "#7a2e12", "#0000ee"):
        css = Brand(colours={"accent": accent}).css
        light = css.partition("\n")[0]
        ink = light.partition("--accent-ink:")[2][:7]
        assert contrast(ink, accent) >= READABLE


def test_the_papers_are_those_of_the_theme() -> None:
    theme = (Path(__file__).parents[2] / "components" / "look" / "theme.css").read_text(encoding="utf-8")
    assert f"--paper: {PAPER};" in theme
    assert f"--paper: {DARK_PAPER};" in theme
