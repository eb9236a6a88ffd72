"""``langeadem results``: what is in a folder of runs; to see, to filter, to take elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
from rich.text import Text

from ...scenarios import nearest_name
from ...viz.text import Texts, texts
from . import sweep_outcome
from .run import as_json
from .screen import WIDEST, InputError, Listing, answering, console, print_plain, show_listing
from .sweep import refusing_study

if TYPE_CHECKING:
    import pandas as pd

    from ..manifest import Manifest
    from ..store import Store
    from ..sweep_table import Line

_ROWS = 40
#: Values of a column that are named where another was asked.
_LISTED = 30
#: Spaces after a column.
_BETWEEN = 2
_SUFFIXES = (".csv", ".parquet")
_FILTERS = {"policy": "str", "world": "str", "seed": "int", "year": "int"}


@dataclass(frozen=True)
class Asked:
    """The options of ``langeadem results``."""

    folder: Path
    where: tuple[str, ...]
    columns: str | None
    export: Path | None
    status: bool
    verify: bool
    failed: bool
    lang: str
    as_json: bool
    debug: bool


def results_command(asked: Asked) -> None:
    """Show what a folder of runs holds."""
    t = texts(asked.lang)
    with answering(t, asked.debug), refusing_study(t):
        from ..store import Store

        store = Store.read(asked.folder)
        if asked.verify:
            code = _verify(store, asked, t)
        elif asked.status:
            code = _status(store, asked, t)
        elif asked.failed:
            code = _failed(store, asked, t)
        elif asked.export is not None:
            code = _export(store, asked, asked.export, t)
        else:
            code = _summary(store, asked, t)
    if code:
        raise typer.Exit(code)


# -- the health of the folder ----------------------------------------------------------------------


def _verify(store: Store, asked: Asked, t: Texts) -> int:
    damaged = store.verify()
    if asked.as_json:
        typer.echo(as_json({"damaged": damaged}), nl=False)
    elif damaged:
        typer.echo(t("results.damaged", names=", ".join(damaged)))
    else:
        typer.echo(t("results.whole"))
    return 1 if damaged else 0


def _status(store: Store, asked: Asked, t: Texts) -> int:
    from ..sweeps import planned

    status = store.status(planned(store))
    if asked.as_json:
        typer.echo(as_json(sweep_outcome.status_data(status)), nl=False)
    else:
        sweep_outcome.show_status(status, t)
    return 0


def _failed(store: Store, asked: Asked, t: Texts) -> int:
    failed = store.failed()
    if asked.as_json:
        typer.echo(as_json(sweep_outcome.failures_data(failed)), nl=False)
    elif len(failed):
        show_listing(console(), sweep_outcome.failure_listing(failed, store.manifest, t))
        print_plain(console(), Text(t("sweep.retry")))
    else:
        typer.echo(t("results.none_failed"))
    return 0


# -- what is asked -------------------------------------------------------------------------------


def _where(asked: Asked, manifest: Manifest, t: Texts) -> dict[str, list[Any]]:
    """Return the filters: column -> values."""
    kinds = {**_FILTERS, **manifest.labels}
    found: dict[str, list[Any]] = {}
    for word in asked.where:
        name, equals, values = word.partition("=")
        if not equals:
            raise InputError(t("results.where_form", word=word))
        kind = kinds[_known("--where", name.strip(), list(kinds), t)]
        found.setdefault(name.strip(), []).extend(
            _value(word, value.strip(), kind, t) for value in values.split(",")
        )
    return found


def _value(word: str, text: str, kind: str, t: Texts) -> Any:
    try:
        if kind == "bool":
            return {"true": True, "false": False}[text]
        return {"str": str, "int": int, "float": float}[kind](text)
    except (KeyError, ValueError):
        raise InputError(t("results.where_kind", word=word, kind=t(f"results.{kind}"))) from None


def _columns(asked: Asked, manifest: Manifest, t: Texts) -> list[str] | None:
    if asked.columns is None:
        return None
    known = ["policy", *manifest.labels, "world", "seed", "year", "key", *manifest.outcomes]
    names = [name.strip() for name in asked.columns.split(",") if name.strip()]
    if not names:
        raise InputError(t("results.no_columns"))
    return [_known("--columns", name, known, t) for name in dict.fromkeys(names)]


def _known(option: str, name: str, known: Sequence[str], t: Texts) -> str:
    if name not in known:
        text = t("results.unknown", option=option, name=name, allowed=", ".join(known))
        near = nearest_name(name, known)
        raise InputError(text + ("; " + t("problem.nearest", nearest=near) if near else ""))
    return name


def _frame(store: Store, where: Mapping[str, Any], t: Texts) -> pd.DataFrame:
    """Return the rows that were asked; refuse a value that no run has, with those there are."""
    frame = store.frame(where=where)
    if not len(frame):
        every = store.frame(columns=list(where)) if where else frame
        if not len(every):
            raise InputError(t("results.empty"))
        for name, wanted in where.items():
            there = [str(one) for one in dict.fromkeys(every[name].dropna())]
            for one in wanted:
                if str(one) not in there and len(there) <= _LISTED:
                    _known("--where", str(one), there, t)
        raise InputError(t("results.nothing"))
    return frame


def _export(store: Store, asked: Asked, path: Path, t: Texts) -> int:
    """Write the rows to a file; it appears whole or not at all."""
    if path.suffix not in _SUFFIXES:
        raise InputError(t("results.suffix", path=str(path), allowed=", ".join(_SUFFIXES)))
    where, columns = _where(asked, store.manifest, t), _columns(asked, store.manifest, t)
    frame = _frame(store, where, t)
    frame = frame[columns] if columns else frame
    part = path.with_name(f".{path.name}.part")
    try:
        if path.suffix == ".csv":
            frame.to_csv(part, index=False)
        else:
            frame.to_parquet(part, index=False)
        part.replace(path)
    except OSError as error:
        raise InputError(
            t("results.unwritable", path=str(path), reason=error.strerror or str(error))
        ) from None
    finally:
        part.unlink(missing_ok=True)
    if asked.as_json:
        typer.echo(as_json({"rows": len(frame), "file": str(path)}), nl=False)
    else:
        typer.echo(t("results.exported", rows=t.number(len(frame)), path=str(path)))
    return 0


# -- the summary ---------------------------------------------------------------------------------


def _summary(store: Store, asked: Asked, t: Texts) -> int:
    from ..sweep_table import grouping, lines
    from ..sweeps import planned

    manifest = store.manifest
    where, columns = _where(asked, manifest, t), _columns(asked, manifest, t)
    if "year" not in where:
        where["year"] = [max(manifest.years)]
    frame = _frame(store, where, t)
    outcomes = [name for name in columns or manifest.outcomes if name in manifest.outcomes]
    outcomes = outcomes or list(manifest.outcomes)
    by: Sequence[str] = [name for name in columns or () if name not in (*outcomes, "key", "seed")]
    by = by or grouping(frame, list(manifest.labels))
    years = sorted({int(year) for year in frame["year"]})
    if len(years) > 1 and "year" not in by:
        by = (*by, "year")
    if columns:
        frame = frame.sort_values(list(by), kind="stable")
    every = lines(frame, by, outcomes, list(manifest.labels))
    status = store.status(planned(store))
    if asked.as_json:
        data = {
            "study": manifest.study.get("name", ""),
            "status": sweep_outcome.status_data(status),
            "years": years,
            "outcomes": [sweep_outcome.line_data(line) for line in every],
        }
        typer.echo(as_json(data), nl=False)
        return 0
    told = {name: t.number(getattr(status, name)) for name in ("planned", "done", "failed", "left")}
    out = console()
    name = str(manifest.study.get("name", asked.folder.name))
    print_plain(out, Text(t("results.answer", name=name, **told)))
    out.print()
    _show_means(every, by, years, t)
    replicates = sorted({line.replicates for line in every})
    print_plain(out, Text(t("results.note", replicates=t.number(replicates[-1]))))
    if status.damaged:
        print_plain(out, Text(t("results.damaged", names=", ".join(status.damaged))))
    return 0


def _show_means(every: Sequence[Line], by: Sequence[str], years: Sequence[int], t: Texts) -> None:
    """Print means by group, as many outcomes beside each other as fit."""
    from ..sweep_table import short_names

    out = console()
    names = short_names(list(by))
    groups = list(dict.fromkeys(tuple(line.group.values()) for line in every))
    cells = {(tuple(line.group.values()), line.outcome): _cell(line, t) for line in every}
    heads = [t(f"sweep.{key}") if key in _FILTERS else names[key] for key in by]
    figures = [
        at for at in range(len(by)) if all(one[at] is None or _is_number(one[at]) for one in groups)
    ]
    left = [[sweep_outcome.setting(value, t) for value in group] for group in groups[:_ROWS]]
    width = _wide(heads, left)
    title = t("results.title", years=t.listing([t.number(year) for year in years]))
    print_plain(out, Text(title, style="bold"))
    for outcomes in _pages(dict.fromkeys(line.outcome for line in every), cells, WIDEST - width, t):
        rows = [
            [*row, *(cells[group, name] for name in outcomes)]
            for group, row in zip(groups, left, strict=False)
        ]
        columns = [*heads, *(_head(name, t) for name in outcomes)]
        numbers = {*figures, *range(len(heads), len(columns))}
        show_listing(out, Listing(columns, rows, frozenset(numbers)))
        out.print()
    if len(groups) > _ROWS:
        print_plain(out, Text(t("results.more", shown=_ROWS, number=t.number(len(groups)))))
    full = [f"{names[key]} = {key}" for key in by if names[key] != key]
    if full:
        print_plain(out, Text(", ".join(full)))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _cell(line: Line, t: Texts) -> str:
    """Return a mean with half of its interval."""
    digits = sweep_outcome.decimals(line.outcome)
    mean = t.number(line.mean, digits)
    half = (line.high - line.low) / 2
    return mean if half != half else f"{mean} ± {t.number(half, digits)}"


def _head(outcome: str, t: Texts) -> str:
    return f"{outcome}\n({sweep_outcome.unit_words(outcome, t)})"


def _wide(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> int:
    """Return how many columns of the screen these columns take, with the space after each."""
    return sum(
        _BETWEEN + max(len(head), *(len(row[at]) for row in rows)) for at, head in enumerate(heads)
    )


def _pages(
    outcomes: Mapping[str, None], cells: Mapping[Any, str], room: int, t: Texts
) -> list[list[str]]:
    """Return the outcomes in groups that fit beside each other."""
    pages: list[list[str]] = []
    used = 0
    for name in outcomes:
        own = [cell for (_, outcome), cell in cells.items() if outcome == name]
        wide = _BETWEEN + max(len(part) for part in (*_head(name, t).split("\n"), *own))
        if pages and used + wide <= room:
            pages[-1].append(name)
            used += wide
        else:
            pages.append([name])
            used = wide
    return pages
