"""``langeadem place new``: a place file from a table of Statistics Netherlands, and how well it is met."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
from rich.text import Text

from ...scenarios import ScenarioError
from ...scenarios.cbs import read_region
from ...scenarios.cbs_place import file_name, name_of, place_toml
from ...scenarios.load_text import load_text
from ...viz.text import Texts, texts
from .folder import shown_path
from .one_file import write_whole
from .place_card import context_words
from .run import as_json, check_seed
from .screen import InputError, Listing, answering, console, print_plain, show_listing

if TYPE_CHECKING:
    from ...scenarios import Place
    from ..given import Compared

_SUFFIX = ".toml"


@dataclass(frozen=True)
class Asked:
    """The options of ``langeadem place new``."""

    cbs: Path
    code: str
    edition: int | None
    name: str | None
    out: Path | None
    seed: int
    lang: str
    quiet: bool
    as_json: bool
    debug: bool


def place_new_command(asked: Asked) -> None:
    """Make the file, build the population, save, and show given beside generated."""
    t = texts(asked.lang)
    with answering(t, asked.debug) as doing:
        doing.what = t("place_new.reading")
        check_seed(asked.seed, t)
        if asked.name is not None and not asked.name.strip():
            raise InputError(t("place_new.no_name"))
        region = read_region(asked.cbs, asked.code, asked.edition)
        text = place_toml(region, asked.name)
        target = asked.out or Path(file_name(name_of(region, asked.name)))
        _check(target, t)
        doing.what = t("place_new.building")
        with _said_of(f"{asked.cbs}, {region.code}"):
            place, compared = _generated(text, target, asked.seed)
        write_whole(target, text, t)
        unmet = [row for row in compared if row.met is False]
        if asked.as_json:
            typer.echo(as_json(_data(place, compared, region.source, target)), nl=False)
        elif asked.quiet:
            typer.echo(shown_path(target))
        else:
            _show(place, compared, t)
            typer.echo(t("place_new.saved", path=shown_path(target)))
        if unmet:
            names = t.listing([t(f"figure.{row.figure}") for row in unmet])
            typer.echo(t("place_new.unmet", names=names), err=True)
            raise typer.Exit(1)


@contextlib.contextmanager
def _said_of(where: str) -> Iterator[None]:
    """Say what is wrong with figures of the table and the region, for there is no file of them yet."""
    try:
        yield
    except ScenarioError as error:
        found = (replace(problem, where=where, line=None) for problem in error.problems)
        raise ScenarioError(found) from None


def _generated(text: str, target: Path, seed: int) -> tuple[Place, list[Compared]]:
    """Return the place and the comparison; raise `ScenarioError` where no population can be made."""
    from ...model import Neighbourhood
    from ..given import compare_given

    setup = load_text(text, str(target))
    return setup.place, compare_given(setup.place, Neighbourhood(setup, rng=seed))


# -- the file ------------------------------------------------------------------------------------------


def _check(target: Path, t: Texts) -> None:
    """Refuse a file that cannot be read as a place, or that would take the place of another."""
    if target.suffix != _SUFFIX:
        raise InputError(t("place_new.out_name", path=str(target)))
    if target.exists():
        raise InputError(t("place_new.out_exists", path=str(target)))
    above = target.parent
    if not (above.is_dir() and os.access(above, os.W_OK | os.X_OK)):
        raise InputError(t("out.unwritable", path=str(target), above=str(above)))


# -- what is shown -------------------------------------------------------------------------------------


def _show(place: Place, compared: Sequence[Compared], t: Texts) -> None:
    out = console()
    built = [row for row in compared if row.allowed is not None]
    beside = [row for row in compared if row.allowed is None]
    table = sum(row.basis != "default" for row in built)
    answer = t(
        "place_new.answer",
        name=place.name,
        figures=len(built),
        table=table,
        filled=len(built) - table,
        met=sum(bool(row.met) for row in built),
    )
    print_plain(out, Text(answer))
    out.print()
    names = [t(f"figure.{row.figure}") for row in built]
    judged = [t("place_new.met") if row.met else t("place_new.not_met") for row in built]
    show_listing(
        out, _listing(t("place_new.built"), t("place_new.verdict"), built, names, judged, t)
    )
    if beside:
        out.print()
        names = [t.of_model(context_words(row.figure, place.context[row.figure])) for row in beside]
        apart = [_apart(row, t) for row in beside]
        title, last = t("place_new.beside"), t("place_new.percent")
        show_listing(out, _listing(title, last, beside, names, apart, t))
        print_plain(out, Text(t("place_new.beside_note")))
    out.print()


def _listing(
    title: str,
    last: str,
    rows: Sequence[Compared],
    names: Sequence[str],
    said: Sequence[str],
    t: Texts,
) -> Listing:
    """Return the table of some figures; ``last`` heads the column of what is said of each."""
    shown = []
    for row, name, word in zip(rows, names, said, strict=True):
        given, generated = _values(row, t)
        apart = t.signed(row.generated - row.given)
        shown.append([name, t(f"basis.{row.basis}"), given, generated, apart, word])
    keys = ("figure", "basis", "given", "generated", "difference")
    columns = [*(t(f"place_new.{one}") for one in keys), last]
    return Listing(columns, shown, frozenset({2, 3, 4, 5}), frozenset({0}), title)


def _values(row: Compared, t: Texts) -> tuple[str, str]:
    """Return given and generated: a share as a percentage, else a number."""
    if row.among is None:
        return t.number(row.given), t.number(row.generated)
    if not row.among:
        return "-", "-"
    return t.percent(row.given / row.among, 1), t.percent(row.generated / row.among, 1)


def _apart(row: Compared, t: Texts) -> str:
    """Return by how much the generated number is larger, in percent of the given one."""
    return f"{t.signed(100 * (row.generated / row.given - 1))}%" if row.given else "-"


def _data(place: Place, compared: Sequence[Compared], source: str, target: Path) -> dict[str, Any]:
    return {
        "place": place.key,
        "name": place.name,
        "municipality": place.municipality,
        "source": source,
        "given": [{**asdict(row), "met": row.met} for row in compared],
        "saved": shown_path(target),
    }
