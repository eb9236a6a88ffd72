"""``langeadem place new``: a place file from a table of Statistics Netherlands, and how well it is met."""

from __future__ import annotations

import contextlib
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
from rich.text import Text

from ...scenarios import Problem, ScenarioError
from ...scenarios.cbs import Region, read_region
from ...scenarios.cbs_editions import TableProblem
from ...scenarios.cbs_place import file_name, name_of, place_toml
from ...scenarios.load_text import load_text
from ...viz.text import Texts, placeholders, texts
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
        region = _read(asked, t)
        text = place_toml(region, asked.name)
        target = asked.out or Path(file_name(name_of(region, asked.name)))
        _check(target, t)
        doing.what = t("place_new.building")
        with _said_of(region):
            place, compared = _generated(text, target, asked.seed)
        write_whole(target, text, t)
        _remark(region, t)
        unmet = [row for row in compared if row.met is False]
        if asked.as_json:
            typer.echo(as_json(_data(place, compared, region, target)), nl=False)
        elif asked.quiet:
            typer.echo(shown_path(target))
        else:
            _show(place, compared, t)
            typer.echo(t("place_new.saved", path=shown_path(target)))
        if unmet:
            names = t.listing([t(f"figure.{row.figure}") for row in unmet])
            typer.echo(t("place_new.unmet", names=names), err=True)
            raise typer.Exit(1)


def _read(asked: Asked, t: Texts) -> Region:
    """Return the row of the table; say what is wrong with the table in the language of the reader."""
    try:
        return read_region(asked.cbs, asked.code, asked.edition)
    except ScenarioError as error:
        raise ScenarioError(_in_language(problem, t) for problem in error.problems) from None


def _in_language(problem: Problem, t: Texts) -> Problem:
    if not isinstance(problem, TableProblem):
        return problem
    message = _filled(f"place_new.wrong.{problem.kind}", problem, t)
    instead = problem.allowed_kind
    allowed = _filled(f"place_new.allowed.{instead}", problem, t) if instead else ""
    return replace(problem, message=message, allowed=allowed)


def _filled(key: str, problem: TableProblem, t: Texts) -> str:
    """Return a text with those values of a problem that it has places for."""
    values = {name: problem.values[name] for name in placeholders(t.raw(key))}
    shown = {name: one if isinstance(one, str) else t.value(one) for name, one in values.items()}
    return t(key, **shown)


def _remark(region: Region, t: Texts) -> None:
    """Say where figures may be cited as those of another year than they are of."""
    if region.named:
        year = str(region.edition.year)
        typer.echo(t("place_new.other_edition", named=region.named, year=year), err=True)


@contextlib.contextmanager
def _said_of(region: Region) -> Iterator[None]:
    """Say what is wrong with figures of the table and its row, for there is no file of them yet."""
    try:
        yield
    except ScenarioError as error:
        where = f"{region.where}, {region.code}"
        found = (replace(problem, where=where, line=region.line) for problem in error.problems)
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
    # What follows from the table by arithmetic, or from it and the average place, is not in it.
    resting = Counter(row.basis for row in built)
    answer = t(
        "place_new.answer",
        name=place.name,
        figures=len(built),
        table=resting["source"],
        derived=resting["derived"],
        filled=resting["default"],
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


def _data(
    place: Place, compared: Sequence[Compared], region: Region, target: Path
) -> dict[str, Any]:
    return {
        "place": place.key,
        "name": place.name,
        "municipality": place.municipality,
        "source": region.source,
        "edition": region.edition.year,
        "named_edition": region.named or None,
        "given": [{**asdict(row), "met": row.met} for row in compared],
        "saved": shown_path(target),
    }
