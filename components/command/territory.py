"""`cordee territory`: list the installed territories, build a pack, check it, say what it knows."""

import argparse
import errno
import sys
import time
from collections.abc import Callable
from itertools import groupby
from pathlib import Path
from typing import Any

from components.command import importing, layers
from components.command.arguments import CommandError
from components.look.i18n import t
from components.look.numbers import number
from components.territory import online
from components.territory.check import TERRITORY
from components.territory.create import Created, create
from components.territory.france import BuildError, find, read_france
from components.territory.homes import second_homes_sentence
from components.territory.missing import missing
from components.territory.pack import (
    PackError,
    Territory,
    check_pack,
    default_territory,
    list_territories,
    load_territory,
)
from components.territory.places import misplaced
from components.territory.read import Inspection, read_yaml
from components.territory.write import WriteError, pack_files, save

BAR = 30  # characters
EVERY = 0.1  # seconds between two drawings of the bar


def add(subparsers: Any) -> None:
    """Add the sub-command `territory` to the parsers of `cordee`."""
    parser = subparsers.add_parser("territory", help=t("territory.help"), description=t("territory.help"))
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")

    def action(name: str, text: str, run: Callable[[argparse.Namespace], int]) -> Any:
        made = actions.add_parser(name, help=t(text), description=t(text))
        made.set_defaults(run=run)
        return made

    build = action("build", "packs.help_build", run_build)
    build.add_argument("asked", metavar="SIREN", help=t("packs.help_asked"))
    build.add_argument("--out", metavar="DIR", type=Path, required=True, help=t("packs.help_out"))
    build.add_argument("--name", default="", help=t("packs.help_name"))
    build.add_argument("--slug", default="", help=t("packs.help_slug"))
    build.add_argument("--force", action="store_true", help=t("packs.help_force"))
    build.add_argument("--online", action="store_true", help=t("packs.help_online"))
    action("find", "packs.help_find", run_find).add_argument(
        "text", metavar="NOM", nargs="+", help=t("packs.help_find_text")
    )
    check = action("check", "territory.help_check", run_check)
    check.add_argument("directory", metavar="DIR", help=t("territory.help_check_dir"))
    action("list", "territory.help_list", run_list)
    action("show", "packs.help_show", run_show).add_argument(
        "territory", metavar="SLUG", nargs="?", help=t("packs.help_show_slug")
    )
    layers.add(actions)
    importing.add_actions(actions)


def run_build(arguments: argparse.Namespace) -> int:
    """Build a pack from installed packages; 0 when it is written, 1 with a sentence and nothing written."""
    out: Path = arguments.out.expanduser().absolute()
    _refuse_occupied(out, arguments.force)
    bar = Bar()
    service = online.Service() if arguments.online else None
    try:
        made = create(arguments.asked, arguments.name, arguments.slug, service, bar.step)
        _keep_identity(made, out)
        faults = save(out, made.files)
    except (BuildError, WriteError) as error:
        raise CommandError(str(error)) from error
    except PackError as error:
        raise CommandError(str(error.faults[0])) from error
    except KeyboardInterrupt:
        print(t("packs.build_interrupted"), file=sys.stderr)
        return 130
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        raise CommandError(
            t("packs.disk_full" if full else "packs.not_written", out=out, reason=error.strerror or error)
        ) from error
    finally:
        bar.close()
    if faults:
        raise CommandError("\n".join([t("packs.built_unsound"), *map(str, faults[:20])]))
    for note in made.notes:
        print(note, file=sys.stderr)
    territory = load_territory(f"{out}/")
    print(t("packs.built", name=territory.name, communes=_communes(len(territory.communes)), out=out))
    print(second_homes_sentence(territory) + "\n" if second_homes_sentence(territory) else "", end="")
    print(t("packs.built_next", slug=territory.slug, out=out))
    return 0


def _refuse_occupied(out: Path, force: bool) -> None:
    """A folder that is not empty is only ever replaced when it is a pack and the person says so."""
    try:
        if not out.exists():
            return
        if not out.is_dir():
            raise CommandError(t("packs.out_file", out=out))
        names = {path.name for path in out.iterdir()}
    except OSError as error:
        raise CommandError(t("packs.not_written", out=out, reason=error.strerror)) from error
    if names and TERRITORY not in names:
        raise CommandError(t("packs.out_other", out=out))
    if names and not force:
        raise CommandError(t("packs.out_occupied", out=out))


def _keep_identity(made: Created, out: Path) -> None:
    """The logo, colours and texts of the pack that is replaced are those of the new one."""
    if not (out / TERRITORY).is_file():
        return
    former = read_yaml(Inspection(out), TERRITORY) or {}
    if "identity" in former:
        made.content.territory["identity"] = former["identity"]
        made.files = pack_files(made.content)


class Bar:
    """How far a build is, on standard error: one line redrawn on a terminal, one line a step elsewhere."""

    def __init__(self) -> None:
        self.live = sys.stderr.isatty()
        self.said = ""
        self.drawn = 0.0

    def step(self, key: str, share: float) -> None:
        """Show a step (key of its text) and the share of it that is done, from 0 to 1."""
        now = time.monotonic()
        if not self.live:
            if key != self.said:
                print(t(key), file=sys.stderr)
        elif key != self.said or share >= 1 or now - self.drawn > EVERY:
            full = round(BAR * min(max(share, 0.0), 1.0))
            line = f"\r[{'#' * full}{'.' * (BAR - full)}] {round(share * 100):3d}\u202f% {t(key)}"
            print(f"{line}\033[K", end="", file=sys.stderr, flush=True)
            self.drawn = now
        self.said = key

    def close(self) -> None:
        if self.live and self.said:
            print("\r\033[K", end="", file=sys.stderr, flush=True)


def run_find(arguments: argparse.Namespace) -> int:
    """Print the intercommunalities (SIREN) and communes (INSEE code) of a name; 1 when there is none."""
    try:
        france = read_france()
    except BuildError as error:
        raise CommandError(str(error)) from error
    text = " ".join(arguments.text)
    epcis, communes = find(france, text)
    if not epcis and not communes:
        raise CommandError(t("packs.found_none", text=text[:60]))
    for epci in epcis:
        print(f"{epci.siren}\t{epci.name}\t{_communes(len(epci.communes))}")
    for commune in communes:
        group = france.epcis.get(commune.epci)
        print(f"{commune.code}\t{commune.name}\t{f'{group.name} ({group.siren})' if group else '–'}")
    return 0


def _communes(count: int) -> str:
    return t("packs.home_communes" if count > 1 else "packs.home_commune", count=number(count))


def run_check(arguments: argparse.Namespace) -> int:
    """Print each fault as `file:row: reason` on standard error; 0 when the pack is sound, 1 when not."""
    faults = check_pack(arguments.directory)
    if not faults:
        territory = load_territory(f"{arguments.directory}/")  # with its slash, never taken for a slug
        print(t("territory.check_sound", name=territory.name, communes=len(territory.communes)))
        return 0
    for fault in faults:
        print(fault, file=sys.stderr)
    several = t("territory.check_faults", count=len(faults))
    print(several if len(faults) > 1 else t("territory.check_faults_one"), file=sys.stderr)
    return 1


def run_list(arguments: argparse.Namespace) -> int:
    """Print slug, name and number of communes of each installed territory; 1 when a pack is refused."""
    slugs = list_territories()
    if not slugs:
        print(t("territory.list_none"))
    code = 0
    for slug in slugs:
        try:
            territory = load_territory(slug)
        except PackError:
            print(t("territory.list_broken", slug=slug), file=sys.stderr)
            code = 1
        else:
            print(f"{slug}\t{territory.name}\t{len(territory.communes)}")
    for name in misplaced():
        print(t("packs.misplaced", name=name), file=sys.stderr)
        code = 1
    return code


def run_show(arguments: argparse.Namespace) -> int:
    """Print what a territory knows, with its sources and licences, and what is to be imported."""
    slug = arguments.territory or default_territory()
    try:
        territory = load_territory(slug)
    except PackError as error:
        lines = [str(fault) for fault in error.faults[:20]]
        if slug not in list_territories() and "/" not in slug:
            lines = [t("packs.unknown_slug", slug=slug[:60], known=", ".join(list_territories()) or "–")]
        raise CommandError("\n".join(lines)) from error
    print("\n".join(describe(territory)))
    return 0


def describe(territory: Territory) -> list[str]:
    """Lines: the territory, its figures by source, what to import by official file."""
    people = number(territory.communes["population"].sum(skipna=False))
    lines = [
        t(
            "packs.show_head",
            name=territory.name,
            communes=_communes(len(territory.communes)),
            people=people,
        ),
        str(territory.path),
    ]
    lines += [f"  {group.siren} {group.name} ({len(group.communes)})" for group in territory.groups]
    lines += [sentence] if (sentence := second_homes_sentence(territory)) else []
    lines += ["", t("packs.show_known")]
    told = [c for c in territory.columns.values() if c.name in territory.communes and c.type != "string"]
    for source, columns in groupby(sorted(told, key=lambda c: c.source), key=lambda c: c.source):
        about = territory.sources[source]
        where = f"{about['producer']}, {about['year']}, {t('packs.method_' + about['method'])}"
        lines.append(f"  {about['title']} ({where} ; {about['licence']})".replace(" ;", "\u202f;"))
        lines.append(f"    {', '.join(column.title_fr for column in columns)}")
    lines += ["", t("packs.show_missing")]
    gaps = sorted(missing(territory), key=lambda gap: gap.file)
    for _, group in groupby(gaps, key=lambda gap: gap.file):
        together = list(group)
        lines.append(f"  {together[0].origin()}" + (f" : {together[0].url}" if together[0].url else ""))
        for gap in together:
            part = "" if gap.whole else " " + t("packs.show_part", communes=_communes(len(gap.communes)))
            lines.append(f"    {gap.label()}{part}")
    if not gaps:
        lines.append("  " + t("packs.show_nothing"))
    return lines
