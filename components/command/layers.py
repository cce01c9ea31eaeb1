"""`cordee territory layer`: import a layer of the map of places, list, remove, bring back."""

import argparse
import sys
from pathlib import Path
from typing import Any

from components.command.arguments import CommandError
from components.look.i18n import t
from components.places.drawing import clip
from components.places.faults import LayerError, fault
from components.places.geojson import read_geojson
from components.places.kinds import KINDS
from components.places.layers import about_of
from components.places.library import Library, identifier_of
from components.territory.pack import PackError, Territory, list_territories, load_territory


def add(actions: Any) -> None:
    """Add `layer` and its own actions to those of `cordee territory`."""
    parser = actions.add_parser("layer", help=t("layers.help"), description=t("layers.help"))
    own = parser.add_subparsers(dest="layer_action", required=True, metavar="ACTION")
    adding = own.add_parser("add", help=t("layers.help_add"), description=t("layers.help_add"))
    adding.add_argument("slug", metavar="SLUG", help=t("layers.arg_slug"))
    adding.add_argument("file", metavar="FILE", type=Path, help=t("layers.arg_file"))
    adding.add_argument("--kind", required=True, help=t("layers.arg_kind", kinds=", ".join(KINDS)))
    for name in ("label", "producer", "licence"):
        adding.add_argument(f"--{name}", required=True, help=t(f"layers.arg_{name}"))
    for name in ("label-en", "year", "note", "name-field"):
        adding.add_argument(f"--{name}", default="", help=t(f"layers.arg_{name.replace('-', '_')}"))
    adding.add_argument("--hidden", action="store_true", help=t("layers.arg_hidden"))
    adding.add_argument("--keep-sound", action="store_true", help=t("layers.arg_keep"))
    adding.set_defaults(run=run_add)
    listing = own.add_parser("list", help=t("layers.help_list"), description=t("layers.help_list"))
    listing.add_argument("slug", metavar="SLUG", help=t("layers.arg_slug"))
    listing.set_defaults(run=run_list)
    for name, run in (("remove", run_remove), ("restore", run_restore)):
        action = own.add_parser(name, help=t(f"layers.help_{name}"), description=t(f"layers.help_{name}"))
        action.add_argument("slug", metavar="SLUG", help=t("layers.arg_slug"))
        action.add_argument("id", metavar="ID", help=t("layers.arg_id"))
        action.set_defaults(run=run)


def _territory(slug: str) -> Territory:
    if slug not in list_territories():
        told = fault("unknown_territory", slug=slug, known=", ".join(list_territories()))
        raise CommandError(told.sentence())
    try:
        return load_territory(slug)
    except PackError:
        raise CommandError(t("layers.broken_pack", slug=slug)) from None


def run_add(arguments: argparse.Namespace) -> int:
    """Import a file; every fault is told on standard error. 1, and nothing kept, when an object has one."""
    territory = _territory(arguments.slug)
    try:
        content = arguments.file.read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise CommandError(t("layers.unreadable", file=arguments.file, reason=reason)) from None
    found = {name: getattr(arguments, name) for name in ("kind", "producer", "licence", "year", "note")}
    found |= {"label": {"fr": arguments.label, "en": arguments.label_en}, "shown": not arguments.hidden}
    try:
        about = about_of(identifier_of(arguments.label), found)
        reading = read_geojson(content, arguments.name_field)
        kept, cut = clip(reading.features, territory)
        for told in (*reading.left_out, *reading.warnings, *cut):
            print(told.sentence(), file=sys.stderr)
        if reading.left_out and not arguments.keep_sound:
            raise CommandError(t("layers.refused_whole", n=len(reading.left_out)))
        identifier = Library().add(territory, about, kept)
    except LayerError as error:
        raise CommandError(error.sentence()) from None
    print(t("layers.added", id=identifier, n=len(kept)))
    return 0


def run_list(arguments: argparse.Namespace) -> int:
    """Print a line a layer; 1 when one does not load."""
    layers = Library().layers(_territory(arguments.slug))
    if not layers:
        print(t("layers.list_none"))
    for layer in layers:
        about = layer.about
        if layer.problem is not None:
            print(f"{about.id}: {layer.problem.sentence()}", file=sys.stderr)
            continue
        origin = t(f"layers.origin_{layer.origin}")
        print(about.id, about.kind, len(layer.features), origin, about.text("label", "fr"), sep="\t")
    return 1 if any(layer.problem for layer in layers) else 0


def run_remove(arguments: argparse.Namespace) -> int:
    """Take an imported layer away; it can be brought back for a month."""
    _change(arguments, "remove")
    print(t("layers.removed_cli", id=arguments.id, slug=arguments.slug))
    return 0


def run_restore(arguments: argparse.Namespace) -> int:
    """Bring a removed layer back."""
    _change(arguments, "restore")
    print(t("layers.restored_cli", id=arguments.id))
    return 0


def _change(arguments: argparse.Namespace, what: str) -> None:
    try:
        getattr(Library(), what)(_territory(arguments.slug), arguments.id)
    except LayerError as error:
        raise CommandError(error.sentence()) from None
