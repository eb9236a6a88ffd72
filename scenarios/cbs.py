"""One region of the table "Kerncijfers wijken en buurten" of Statistics Netherlands, as downloaded."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from .cbs_editions import Edition, asked_edition, columns_of, layout_of, table_problem
from .errors import Problem, ScenarioError

#: What stands in a cell that the table keeps back, or has no figure for.
_KEPT_BACK = frozenset({"", ".", "-", "x", ",", "nan", "-99997", "-99998", "-99999"})
_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
#: How workbooks and zip files begin.
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
#: Lines at the top among which the names of the columns are looked for.
_TOP = 12
_NUMBER = re.compile(r"-?[0-9]+(?:[.,][0-9]+)?")
#: No group of thousands begins with a zero: 0.455 is less than one.
_THOUSANDS = re.compile(r"-?[1-9][0-9]{0,2}([. ])[0-9]{3}(?:\1[0-9]{3})*")
#: What separates the cells, and what is said of it: a key of `ALLOWED`.
_SEPARATORS = {";": "semicolons", "\t": "tabs", ",": "commas"}
#: What a row of the table begins with, where the first column is a code or a number.
_BEGINS = re.compile(r"(?:NL|GM|WK|BU)?[0-9]+", re.IGNORECASE)
_TEXTS = ("code", "name", "municipality")
_NEAREST = 3
#: How many broken rows are told; of a file that is broken all through, the first say it.
_BROKEN = 3

_TENURES = ("owner_occupied", "housing_association", "other_landlord")
#: Figures that others add up to: concept -> (key of `WRONG`, the others).
_SUMS = {
    "residents": ("ages", ("age_0_14", "age_15_24", "age_25_44", "age_45_64", "age_65_plus")),
    "households": ("kinds", ("one_person", "without_children", "with_children")),
}
#: Counts of districts and neighbourhoods are fivefolds, rounded up or down: in the table of 2023
#: Oudorp has 6190 households, and 6180 by kind, more than rounding to the nearest could part them.
_FIVE = 5
_OFF_FIVE = 4.0
#: How far a whole percentage may be off.
_OFF_PERCENT = 0.5


@dataclass(frozen=True)
class Cell:
    """What the table says in one place: ``value`` is None where it keeps the figure back."""

    column: str
    text: str
    value: float | None


@dataclass(frozen=True)
class Region:
    """A row of the table.

    Attributes
    ----------
    where
        The file, as it was asked for.
    code, name, municipality
        As the table has them; ``name`` is empty in the raw table.
    edition
        The year and number of the table.
    named
        What the name of the file says, where another edition than that was asked for; else empty.
    line
        Line of the file, from 1.
    cells
        Concept of ``catalogue/cbs/editions.toml`` -> what the table says. Concepts that the edition
        does not give are absent.
    """

    where: str
    code: str
    name: str
    municipality: str
    edition: Edition
    named: str
    line: int
    cells: Mapping[str, Cell]

    @property
    def source(self) -> str:
        """How a figure of this row cites it."""
        return f"{self.edition.title}, {self.code}"

    def value(self, concept: str) -> float | None:
        """Return a figure, or None where the table does not give it."""
        cell = self.cells.get(concept)
        return cell.value if cell else None


def read_region(file: Path, code: str, edition: int | None = None) -> Region:
    """Return the row of a region from a downloaded table.

    Parameters
    ----------
    file
        CSV with semicolons (or commas or tabs), in UTF-8, UTF-16 or Windows-1252.
    code
        Code of a district, neighbourhood or municipality, e.g. ``"WK050503"``.
    edition
        Year of the table, where the name of the file does not say it.

    Raises
    ------
    ScenarioError
        When the file cannot be read, is of no known edition, lacks a column, has no such region, has
        a row that is cut short or too long, or holds a figure that cannot be.
    """
    where = str(file)
    lines = list(io.StringIO(_text_of(file, where), newline=None))
    found = _header(lines[:_TOP])
    if found is None:
        message = "has no line with names of columns of 'Kerncijfers wijken en buurten' at its top"
        raise ScenarioError([Problem(where, "", message)])
    at, separator, layout = found
    names = _split(lines[at], separator)
    year, named = asked_edition(where, file.name, edition)
    known, columns = columns_of(where, names, layout, year, named)
    table = Table(where, columns, names, _rows(lines, where, at, separator))
    line, row = _row(table, code)
    words = {one: table.cell(row, one) for one in _TEXTS}
    cells = _figures(table, line, row)
    return Region(
        where, words["code"], words["name"], words["municipality"], known, named, line, cells
    )


@dataclass(frozen=True)
class Table:
    """What a file holds below its line of names.

    Attributes
    ----------
    where
        The file, as it was asked for.
    columns
        Concept -> name of its column.
    names
        The names of all columns.
    rows
        Line of the file, from 1 -> cells, as many as there are names.
    """

    where: str
    columns: Mapping[str, str]
    names: Sequence[str]
    rows: Mapping[int, Sequence[str]]

    def cell(self, row: Sequence[str], concept: str) -> str:
        """Return what a row has of a concept, without spaces around it; empty without a column."""
        column = self.columns.get(concept)
        return " ".join(row[self.names.index(column)].split()) if column else ""


def number(text: str) -> float | None:
    """Return the number in a cell; None where the table keeps it back.

    Decimals stand behind a comma or a point; groups of three digits behind points or spaces are
    thousands.

    Raises
    ------
    ValueError
        When it is neither: Python's own numbers, such as 8_455 and 1e5, are not the table's.
    """
    plain = " ".join(text.split())
    if plain.lower() in _KEPT_BACK:
        return None
    if _THOUSANDS.fullmatch(plain):
        return float(plain.replace(".", "").replace(" ", ""))
    if not _NUMBER.fullmatch(plain):
        raise ValueError(text)
    return float(plain.replace(",", "."))


def _text_of(file: Path, where: str) -> str:
    try:
        content = file.read_bytes()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise ScenarioError([Problem(where, "", f"cannot be read: {reason}")]) from None
    if content.startswith(_WORKBOOKS):
        message = "is a workbook or a zip file; save or unpack it as CSV"
        raise ScenarioError([Problem(where, "", message)])
    for mark, encoding in _MARKS.items():
        if content.startswith(mark):
            return _decoded(content, encoding, where)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return _decoded(content, "cp1252", where)


def _decoded(content: bytes, encoding: str, where: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        message = "is text in no encoding that is known: UTF-8, UTF-16 or Windows-1252"
        raise ScenarioError([Problem(where, "", message)]) from None


# -- rows ----------------------------------------------------------------------------------------------


def _header(lines: list[str]) -> tuple[int, str, str] | None:
    """Return which line names the columns, what separates them, and how it was downloaded."""
    for at, line in enumerate(lines):
        for separator in _SEPARATORS:
            names = _split(line, separator)
            if len(names) > 1 and (layout := layout_of(names)):
                return at, separator, layout
    return None


def _split(line: str, separator: str) -> list[str]:
    """Return the cells of a line; a line of which no cells can be made is one cell."""
    try:
        return next(csv.reader([line.rstrip("\n")], delimiter=separator), [])
    except csv.Error:
        return [line]


def _rows(lines: list[str], where: str, at: int, separator: str) -> dict[int, list[str]]:
    """Return the rows below the names by line; raise `ScenarioError` for rows of another length."""
    names = _split(lines[at], separator)
    rows, problems = {}, []
    for line, text in enumerate(lines[at + 1 :], at + 2):
        cells = _split(text, separator)
        if len(cells) == len(names):
            rows[line] = cells
        elif len(cells) > 1 or _opens(text) or _BEGINS.fullmatch("".join(cells).strip()):
            # What is left are blank lines, and the line with the source at the end.
            problems.append(_broken(where, names, line, text, separator))
    if problems:
        raise ScenarioError(problems[:_BROKEN])
    return rows


def _broken(where: str, names: list[str], line: int, text: str, separator: str) -> Problem:
    """Return what is wrong with a row that has more or fewer cells than there are columns."""
    cells, columns = len(_split(text, separator)), len(names)
    if cells > columns:
        kind, column = "too_long", names[-1]
    elif _opens(text):
        # The rest of the line was taken into the cell.
        kind, column = "quotes", names[cells - 1]
    else:
        kind, column = "cut_short", names[cells]
    told = {"cells": float(cells), "columns": float(columns)}
    return table_problem(where, column, line, kind, _SEPARATORS[separator], **told)


def _opens(text: str) -> bool:
    """Return whether a line has a quotation mark that nothing closes."""
    return text.count('"') % 2 == 1


def _row(table: Table, asked: str) -> tuple[int, Sequence[str]]:
    """Return line and cells of a region; raise `ScenarioError` with what comes near."""
    code = asked.strip().upper()
    codes = {line: table.cell(row, "code").upper() for line, row in table.rows.items()}
    lines = [line for line, one in codes.items() if one == code]
    if len(lines) == 1:
        return lines[0], table.rows[lines[0]]
    if lines:
        message = f"region {code} is there {len(lines)} times"
        raise ScenarioError([Problem(table.where, table.columns["code"], message, lines[1])])
    names = {codes[line]: table.cell(row, "name") for line, row in table.rows.items()}
    near = _near(names, asked.strip())
    raise ScenarioError([Problem(table.where, "", f"there is no region {asked!r}", nearest=near)])


def _near(names: Mapping[str, str], asked: str) -> str:
    """Return the codes that come nearest, with their names; those of a name, where one was asked."""
    found = [code for code, name in names.items() if asked and asked.lower() in name.lower()]
    kind = [code for code in names if code[:2] == asked[:2].upper()]
    found = found or get_close_matches(asked.upper(), kind or names, n=_NEAREST, cutoff=0.55)
    return ", ".join(
        f"{code} ({names[code]})" if names[code] else code for code in found[:_NEAREST]
    )


# -- figures of a row ------------------------------------------------------------------------------------


def _figures(table: Table, line: int, row: Sequence[str]) -> dict[str, Cell]:
    """Return what a row says by concept; raise `ScenarioError` for figures that cannot be."""
    cells: dict[str, Cell] = {}
    problems: list[Problem] = []
    for concept, column in table.columns.items():
        if concept in _TEXTS:
            continue
        text = table.cell(row, concept)
        try:
            value = number(text)
            fault = _fault(concept, value)
        except ValueError:
            value, fault = None, "not_number"
        cells[concept] = Cell(column, text, value)
        if fault:
            allowed = "percentage" if concept in _TENURES else "count"
            problems.append(table_problem(table.where, column, line, fault, allowed, text=text))
    problems = problems or [*_sums(table.where, line, cells), *_tenures(table.where, line, cells)]
    if problems:
        raise ScenarioError(problems)
    return cells


def _fault(concept: str, value: float | None) -> str:
    """Return what is wrong with a number where it stands: a key of `WRONG`, or nothing."""
    if value is None:
        return ""
    if value < 0:
        return "negative"
    if concept in _TENURES:
        return "over_100" if value > 100 else ""
    return "" if value.is_integer() else "not_whole"


def _sums(where: str, line: int, cells: Mapping[str, Cell]) -> list[Problem]:
    """Return which counts do not add up, by more than rounding explains."""
    problems: list[Problem] = []
    for concept, (kind, parts) in _SUMS.items():
        whole = cells[concept]
        if whole.value is None:
            continue
        known = [cells[one].value or 0.0 for one in parts if cells[one].value is not None]
        off = sum(_OFF_FIVE for one in (whole.value, *known) if one % _FIVE == 0)
        # What is kept back can be anything that is left.
        low = max(whole.value - off, 0.0) if len(known) == len(parts) else 0.0
        high = whole.value + off
        if not low <= sum(known) <= high:
            told = {**_told(cells, parts), "text": whole.text, "low": low, "high": high}
            problems.append(table_problem(where, whole.column, line, kind, "sum", **told))
    return problems


def _tenures(where: str, line: int, cells: Mapping[str, Cell]) -> list[Problem]:
    """Return whether there are more than all homes; less is possible, for some owners are unknown."""
    first = cells[_TENURES[0]]
    high = 100 + _OFF_PERCENT * len(_TENURES)
    if sum(cells[one].value or 0.0 for one in _TENURES) <= high:
        return []
    told = {**_told(cells, _TENURES), "high": high}
    return [table_problem(where, first.column, line, "tenures", "percent_sum", **told)]


def _told(cells: Mapping[str, Cell], parts: Sequence[str]) -> dict[str, str | float]:
    """Return the sum of some figures, and the columns that they are from."""
    columns = ", ".join(" ".join(cells[one].column.split()) for one in parts)
    return {"columns": columns, "total": sum(cells[one].value or 0.0 for one in parts)}
