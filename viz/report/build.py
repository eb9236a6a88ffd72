"""The page of a report: everything a reader needs, in one file that opens anywhere."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import PurePosixPath
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from ..text import Texts
from .assumptions import assumptions_of, mark_of, plain_source
from .blocks import Cell, TableBlock
from .policies import policies_of
from .saved import Picture, Saved

#: Sections in their order, by the anchor that the contents point to.
SECTIONS = ("policies", "results", "figures", "ledger", "caveats", "assumptions", "reproduce")
#: Words of the page that hold no numbers.
_WORDS = (
    "kicker",
    "contents",
    "skip",
    "on_first_page",
    "table_on_first_page",
    "no_figures",
    "no_ledger",
    "no_tables",
    "no_scenario",
    "calendars",
    "strip_on",
    "strip_start",
    "strip_off",
    "money_note",
    "rests_on",
    "changed",
    "changed_none",
    "relevant",
    "relevant_below",
    "rest",
    "rest_below",
    "marks",
    "sources_are",
    "command_below",
    "own_file",
    "made_with",
    "year_axis",
    "looked_at",
    "key_assumption",
    "key_value",
    "key_default",
    "key_range",
    "key_source",
    "only_in",
    *(f"section_{name}" for name in SECTIONS),
    *(f"mark_{name}" for name in ("varied", "set", "judgement", "partly", "source")),
)
_NUMBER = re.compile(r"^[<>≤≥~±+-]?\s?(?:EUR\s)?\d[\d.,\s]*(?:%|\s?x)?$")
_INTERVAL = re.compile(r"^[+-]?\d[\d.,]*%?\s\w{1,3}\s[+-]?\d[\d.,]*%?$")
_EMPTY = ("", "-")
#: Rows of a table that is not broken over pages.
_SHORT = 18


@dataclass(frozen=True)
class Column:
    """A column of a table: its header, and whether it holds numbers."""

    header: str
    number: bool


@dataclass(frozen=True)
class Table:
    """A table ready to be shown; cells are words in the language of the reader.

    ``many`` columns are set smaller; ``short`` tables stay on one page.
    """

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str
    strong: frozenset[int]
    many: bool
    short: bool


def page(saved: Saved, t: Texts) -> str:
    """Return a report as one HTML file that asks nothing of any network.

    Parameters
    ----------
    saved
        What a folder of results holds, see `read_saved`.
    t
        Texts of the language of the report.
    """
    block = saved.block
    tables = [as_table(one, t) for one in block.tables if one.section == "results"]
    ledger = [as_table(one, t) for one in block.tables if one.section == "ledger"]
    hero, figures, ledger_figures = _placed(saved.pictures)
    # A first page without a picture has the first table.
    hero_table = tables.pop(0) if tables and hero is None else None
    policies = policies_of(saved.arms, t)
    assumptions = assumptions_of(saved.arms, block.assumptions, t, saved.varied)
    environment = _environment()
    environment.filters["table"] = lambda one: as_table(one, t)
    environment.filters["mark"] = mark_of
    environment.filters["plain"] = plain_source
    return environment.get_template("page.html.j2").render(
        lang=t.lang,
        words={name: t(f"report.{name}") for name in _WORDS},
        style=Markup(_read("style.css")),
        sections=SECTIONS,
        block=block,
        facts=_facts(saved, t),
        hero=hero,
        hero_table=hero_table,
        figures=figures,
        ledger_figures=ledger_figures,
        tables=tables,
        ledger=ledger,
        policies=policies,
        assumptions=assumptions,
        counts=_counts(assumptions, t),
        caveats=[*block.caveats, *_common_caveats(assumptions, t)],
        command=portable(block.command),
        own_files=own_files(block.command),
        versions=_versions(saved, t),
    )


def _environment() -> Environment:
    return Environment(
        loader=FunctionLoader(_read),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _read(name: str) -> str:
    return files(__package__ or "").joinpath(name).read_text(encoding="utf-8")


# -- figures --------------------------------------------------------------------------------------


def _placed(
    pictures: Sequence[Picture],
) -> tuple[Picture | None, list[Picture], list[Picture]]:
    """Return the figure of the first page, the other figures, and those of the ledger."""
    results = [one for one in pictures if one.section == "results"]
    ledger = [one for one in pictures if one.section == "ledger"]
    if results:
        return results[0], results[1:], ledger
    return (ledger[0], [], ledger[1:]) if ledger else (None, [], [])


# -- tables ---------------------------------------------------------------------------------------


def as_table(block: TableBlock, t: Texts) -> Table:
    """Return a table as it is shown: numbers in the way of the language, aligned as numbers."""
    rows = tuple(tuple(_cell(cell, t) for cell in row) for row in block.rows)
    columns = tuple(
        Column(header, _is_number(block, at, [row[at] for row in rows]))
        for at, header in enumerate(block.headers)
    )
    title = block.title
    if block.units and block.units not in title:
        title = f"{title} ({block.units})" if title else block.units
    strong = frozenset(block.strong)
    return Table(title, columns, rows, block.note, strong, len(columns) > 6, len(rows) <= _SHORT)


def _cell(cell: Cell, t: Texts) -> str:
    if cell is None:
        return "-"
    if isinstance(cell, bool | str):
        return str(cell)
    if isinstance(cell, int):
        return t.number(cell)
    # Four digits tell more than any result of a model holds.
    return t.value(float(f"{cell:.4g}"))


def _is_number(block: TableBlock, at: int, cells: Sequence[str]) -> bool:
    if block.numbers is not None:
        return at in block.numbers
    if at == 0:
        return False
    told = [cell.strip() for cell in cells if cell.strip() not in _EMPTY]
    return bool(told) and all(_NUMBER.match(cell) or _INTERVAL.match(cell) for cell in told)


# -- the command ----------------------------------------------------------------------------------


def portable(command: str) -> str:
    """Return a command without folders of one machine: files of one's own by their name."""
    try:
        words = shlex.split(command)
    except ValueError:
        return command
    return shlex.join(_name_of(word) for word in words)


def own_files(command: str) -> list[str]:
    """Return the names of the files that a command asks for, which a reader needs beside it."""
    try:
        words = shlex.split(command)
    except ValueError:
        return []
    found = [_name_of(word.rpartition("=")[2]) for word in words]
    return [one for one in dict.fromkeys(found) if one.endswith((".toml", ".csv", ".parquet"))]


def _name_of(word: str) -> str:
    option, equals, value = word.rpartition("=")
    if value.startswith(("/", "~")) and "/" in value:
        return f"{option}{equals}{PurePosixPath(value).name}"
    return word


# -- words ----------------------------------------------------------------------------------------


def _facts(saved: Saved, t: Texts) -> list[tuple[str, str]]:
    """Return what was asked, where, and when it was computed, as labels and words."""
    facts = []
    places = list(dict.fromkeys(arm.scenario.place.name for arm in saved.arms))
    if places:
        facts.append((t("report.place"), t.listing(places)))
    facts += saved.block.facts
    if saved.finished:
        facts.append((t("report.finished"), saved.finished))
    return facts


def _counts(assumptions: Any, t: Texts) -> str:
    return t(
        "report.judged",
        judged=t.number(assumptions.judged),
        all=t.number(assumptions.parameters),
    )


def _common_caveats(assumptions: Any, t: Texts) -> list[str]:
    return [t("report.caveat_model"), _counts(assumptions, t), t("report.caveat_chance")]


def _versions(saved: Saved, t: Texts) -> str:
    return t.listing([f"{name} {version}" for name, version in saved.versions.items()])
