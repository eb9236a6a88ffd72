"""Editions of the table "Kerncijfers wijken en buurten", and which column of a file says what.

The names are in ``catalogue/cbs/editions.toml``. An edition is never guessed from its columns: those
of one year are found in the files of the next, and a figure of the wrong year would go unnoticed.
"""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from .errors import Problem, ScenarioError
from .shipped import catalogue_folder

#: The option with which an edition is named.
OPTION = "--edition"
#: What a file may lack: the raw table names no regions.
_NOT_NEEDED = ("name",)
_NUMBER_BEHIND = re.compile(r"_\d+$")
_TABLE = re.compile(r"(?<!\d)\d{5}NED(?![a-z])", re.IGNORECASE)
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


@dataclass(frozen=True)
class Edition:
    """One year of the table.

    Attributes
    ----------
    year
        The year of most figures.
    table
        Its number at StatLine.
    names
        By layout: concept -> name of the column, as `plain_name` gives it.
    """

    year: int
    table: str
    names: Mapping[str, Mapping[str, str]]

    @property
    def title(self) -> str:
        """How figures cite it."""
        return f"CBS, Kerncijfers wijken en buurten {self.year} ({self.table})"


@functools.cache
def editions() -> dict[int, Edition]:
    """Return the known editions by year."""
    text = catalogue_folder("cbs").joinpath("editions.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    found = {}
    for year, stated in data["editions"].items():
        without = stated.get("without", ())
        names = {
            layout: {
                concept: name
                for concept, name in {**usual, **stated.get(layout, {})}.items()
                if concept not in without
            }
            for layout, usual in data["layouts"].items()
        }
        found[int(year)] = Edition(int(year), stated["table"], names)
    return found


def plain_name(layout: str, column: str) -> str:
    """Return a column's name without what changes from one release of the table to the next."""
    name = " ".join(column.split())
    if layout == "raw":
        return _NUMBER_BEHIND.sub("", name)
    if layout == "shown":
        return name.rpartition("/")[2]
    return name.lower()


def layout_of(columns: Sequence[str]) -> str | None:
    """Return how the file was downloaded, or None where no column holds codes of regions."""
    for layout, names in next(iter(editions().values())).names.items():
        if names["code"] in {plain_name(layout, column) for column in columns}:
            return layout
    return None


def asked_edition(where: str, file_name: str, asked: int | None) -> int:
    """Return the year that was asked for, or that the name of the file says.

    Raises
    ------
    ScenarioError
        When neither says which edition it is.
    """
    if asked is not None:
        return asked
    tables = {edition.table: year for year, edition in editions().items()}
    if found := _TABLE.search(file_name):
        table = found.group().upper()
        if table not in tables:
            message = f"table {table} is of no edition that is known; say which with {OPTION}"
            known = ", ".join(f"{year} ({name})" for name, year in tables.items())
            raise ScenarioError([Problem(where, "", message, allowed=known)])
        return tables[table]
    years = set(_YEAR.findall(file_name))
    if len(years) == 1:
        return int(years.pop())
    message = f"the name of the file does not say of which edition it is; say so with {OPTION}"
    raise ScenarioError([Problem(where, "", message, allowed=_years())])


def columns_of(
    where: str, columns: Sequence[str], layout: str, year: int
) -> tuple[Edition, dict[str, str]]:
    """Return the edition of a year and which column of a file holds each concept.

    Raises
    ------
    ScenarioError
        When the edition is not known, or the file lacks or repeats a column of it; every column
        that is missing is named.
    """
    known = editions()
    edition = known.get(year) or known[min(known, key=lambda one: abs(one - year))]
    has: dict[str, list[str]] = {}
    for column in columns:
        has.setdefault(plain_name(layout, column), []).append(column)
    problems = []
    if year not in known:
        message = (
            f"edition {year} is not known; its columns are held against those of {edition.year}"
        )
        problems.append(Problem(where, "", message, allowed=_years()))
    names = edition.names[layout]
    for concept, name in names.items():
        if name not in has and concept not in _NOT_NEEDED:
            message = f"column {name} is missing; edition {edition.year} has it"
            near = get_close_matches(name, has, n=1, cutoff=0.7)
            problems.append(Problem(where, "", message, nearest=has[near[0]][0] if near else ""))
        elif len(has.get(name, ())) > 1:
            message = f"column {name} is there more than once"
            problems.append(Problem(where, "", message, allowed=", ".join(has[name])))
    if problems:
        raise ScenarioError(problems)
    return edition, {concept: has[name][0] for concept, name in names.items() if name in has}


def _years() -> str:
    return ", ".join(str(year) for year in editions())
