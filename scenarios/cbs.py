"""One region of the table "Kerncijfers wijken en buurten" of Statistics Netherlands, as downloaded."""

from __future__ import annotations

import codecs
import csv
import io
import math
import re
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

import pandas as pd

from .cbs_editions import Edition, asked_edition, columns_of, layout_of
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
_THOUSANDS = re.compile(r"-?\d{1,3}([. ]\d{3})+")
_TEXTS = ("code", "name", "municipality")
_NEAREST = 3


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
    cells
        Concept of ``catalogue/cbs/editions.toml`` -> what the table says. Concepts that the edition
        does not give are absent.
    """

    where: str
    code: str
    name: str
    municipality: str
    edition: Edition
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
        When the file cannot be read, is of no known edition, lacks a column, has no such region or
        holds something else than a number where one belongs.
    """
    where = str(file)
    text = _text_of(file, where)
    lines = text.splitlines()[:_TOP]
    found = _header(lines)
    if found is None:
        message = "has no line with names of columns of 'Kerncijfers wijken en buurten' at its top"
        raise ScenarioError([Problem(where, "", message)])
    at, separator, layout = found
    table = _table(text, where, at, separator)
    year = asked_edition(where, file.name, edition)
    known, columns = columns_of(where, list(table.columns), layout, year)
    row = _row(table, columns, where, code)
    words = {one: _word(table, row, columns.get(one)) for one in _TEXTS}
    cells, problems = {}, []
    for concept, column in columns.items():
        if concept in _TEXTS:
            continue
        cell = str(table.at[row, column])
        try:
            cells[concept] = Cell(column, cell.strip(), number(cell))
        except ValueError:
            line = at + 2 + row
            problems.append(Problem(where, column, f"{cell.strip()}: is not a number", line))
    if problems:
        raise ScenarioError(problems)
    return Region(where, words["code"], words["name"], words["municipality"], known, cells)


def number(text: str) -> float | None:
    """Return the number in a cell; None where the table keeps it back.

    Decimals stand behind a comma or a point; groups of three digits behind points or spaces are
    thousands.

    Raises
    ------
    ValueError
        When it is neither.
    """
    plain = " ".join(text.split())
    if plain.lower() in _KEPT_BACK:
        return None
    if _THOUSANDS.fullmatch(plain):
        return float(plain.replace(".", "").replace(" ", ""))
    value = float(plain.replace(",", "."))
    if not math.isfinite(value):
        raise ValueError(text)
    return value


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


def _header(lines: list[str]) -> tuple[int, str, str] | None:
    """Return which line names the columns, what separates them, and how it was downloaded."""
    for at, line in enumerate(lines):
        for separator in (";", "\t", ","):
            names = next(csv.reader([line], delimiter=separator), [])
            if len(names) > 1 and (layout := layout_of(names)):
                return at, separator, layout
    return None


def _table(text: str, where: str, at: int, separator: str) -> pd.DataFrame:
    try:
        with warnings.catch_warnings():
            # Lines that are longer than the names would lose their last cells.
            warnings.simplefilter("error", pd.errors.ParserWarning)
            return pd.read_csv(
                io.StringIO(text),
                sep=separator,
                skiprows=at,
                dtype=str,
                keep_default_na=False,
                index_col=False,
                skip_blank_lines=False,
            ).fillna("")
    except (pd.errors.ParserError, pd.errors.EmptyDataError, pd.errors.ParserWarning) as error:
        reason = " ".join(str(error).split())
        raise ScenarioError([Problem(where, "", f"cannot be read: {reason}")]) from None


def _row(table: pd.DataFrame, columns: Mapping[str, str], where: str, asked: str) -> int:
    """Return which row is of a region; raise `ScenarioError` with what comes near."""
    codes = [str(one).strip().upper() for one in table[columns["code"]]]
    code = asked.strip().upper()
    rows = [at for at, one in enumerate(codes) if one == code]
    if len(rows) == 1:
        return rows[0]
    if rows:
        message = f"region {code} is there {len(rows)} times"
        raise ScenarioError([Problem(where, "", message)])
    named = columns.get("name")
    names = [" ".join(str(one).split()) for one in table[named]] if named else [""] * len(codes)
    near = _near(dict(zip(codes, names, strict=True)), asked.strip())
    raise ScenarioError([Problem(where, "", f"there is no region {asked!r}", nearest=near)])


def _near(names: Mapping[str, str], asked: str) -> str:
    """Return the codes that come nearest, with their names; those of a name, where one was asked."""
    found = [code for code, name in names.items() if asked and asked.lower() in name.lower()]
    kind = [code for code in names if code[:2] == asked[:2].upper()]
    found = found or get_close_matches(asked.upper(), kind or names, n=_NEAREST, cutoff=0.55)
    return ", ".join(
        f"{code} ({names[code]})" if names[code] else code for code in found[:_NEAREST]
    )


def _word(table: pd.DataFrame, row: int, column: str | None) -> str:
    return " ".join(str(table.at[row, column]).split()) if column else ""
