"""Editions of the table "Kerncijfers wijken en buurten", and which column of a file says what.

The names are in ``catalogue/cbs/editions.toml``. An edition is never guessed from its columns: those
of one year are found in the files of the next, and a figure of the wrong year would go unnoticed.
"""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
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

#: What is wrong with a table, by kind; `TableProblem.values` fills the names.
WRONG = {
    "not_number": "{text}: is not a number",
    "not_whole": "{text}: is not a whole number",
    "negative": "{text}: is less than 0",
    "over_100": "{text}: is more than 100",
    "ages": "{text}: the residents by age ({columns}) add up to {total}",
    "kinds": "{text}: the households by kind ({columns}) add up to {total}",
    "tenures": "the percentages of homes by owner ({columns}) add up to {total}",
    "cut_short": "this row has been cut short: it has {cells} cells for {columns} columns, and none"
    " for this one",
    "too_long": "this row is too long: it has {cells} cells for {columns} columns, and this one is"
    " the last",
    "quotes": "this cell begins with a quotation mark and does not end with one",
    "edition": "the name of the file says {named} and {option} says {year}, and the columns do not"
    " fit {year}",
}
#: What is allowed instead, by kind.
ALLOWED = {
    "count": "a whole number, 0 or more; thousands behind a point or a space (8.455); a comma, or"
    " a point without three digits behind it, is a decimal mark, and decimals do not belong here",
    "percentage": "a number from 0 to 100; decimals behind a comma or a point (52,5)",
    "sum": "a sum from {low} to {high}, as far as rounding to fives explains",
    "percent_sum": "a sum of at most {high}, as far as rounding to whole percentages explains",
    "semicolons": "{columns} cells with semicolons between them; decimals behind a comma or a point",
    "tabs": "{columns} cells with tabs between them; decimals behind a comma or a point",
    "commas": "{columns} cells with commas between them; decimals behind a point",
}


@dataclass(frozen=True)
class TableProblem(Problem):
    """A problem with a table, with what another language needs to say it.

    Attributes
    ----------
    kind, allowed_kind
        Which of `WRONG`, and of `ALLOWED` (empty where nothing else is allowed).
    values
        What the names in both stand for.
    """

    kind: str = ""
    allowed_kind: str = ""
    values: Mapping[str, str | float] = field(default_factory=dict, hash=False)


def table_problem(
    where: str,
    column: str,
    line: int | None,
    kind: str,
    allowed: str = "",
    **values: str | float,
) -> TableProblem:
    """Return a problem with a table, in English; ``kind`` of `WRONG`, ``allowed`` of `ALLOWED`."""
    shown = {
        name: value if isinstance(value, str) else f"{value:,.10g}"
        for name, value in values.items()
    }
    message = WRONG[kind].format(**shown)
    instead = ALLOWED[allowed].format(**shown) if allowed else ""
    key = " ".join(column.split())
    return TableProblem(where, key, message, line, instead, "", kind, allowed, values)


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


def asked_edition(where: str, file_name: str, asked: int | None) -> tuple[int, str]:
    """Return the year that was asked for, or that the name of the file says.

    The second is what the name of the file says, where another year was asked for than that; else
    it is empty.

    Raises
    ------
    ScenarioError
        When neither says which edition it is.
    """
    years, named = _named(file_name)
    if asked is not None:
        return asked, "" if asked in years else named
    if len(years) == 1:
        return years[0], ""
    if named and not years:
        message = f"table {named} is of no edition that is known; say which with {OPTION}"
        known = ", ".join(f"{year} ({one.table})" for year, one in editions().items())
        raise ScenarioError([Problem(where, "", message, allowed=known)])
    message = f"the name of the file does not say of which edition it is; say so with {OPTION}"
    raise ScenarioError([Problem(where, "", message, allowed=_years())])


def _named(file_name: str) -> tuple[list[int], str]:
    """Return the years that the name of a file speaks of, and what it says: a table or the years."""
    if found := _TABLE.search(file_name):
        table = found.group().upper()
        years = [year for year, edition in editions().items() if edition.table == table]
        return years, f"{years[0]} ({table})" if years else table
    years = sorted({int(year) for year in _YEAR.findall(file_name)})
    return years, ", ".join(str(year) for year in years)


def columns_of(
    where: str, columns: Sequence[str], layout: str, year: int, named: str = ""
) -> tuple[Edition, dict[str, str]]:
    """Return the edition of a year and which column of a file holds each concept.

    Parameters
    ----------
    where, columns, layout
        A file, the names of its columns, and how it was downloaded.
    year
        The edition by whose names it is read.
    named
        What the name of the file says, where that is another edition.

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
    names = edition.names[layout]
    problems = _unfit(where, has, names, edition.year)
    if year not in known:
        message = (
            f"edition {year} is not known; its columns are held against those of {edition.year}"
        )
        problems.insert(0, Problem(where, "", message, allowed=_years()))
    elif problems and named:
        told = {"named": named, "option": OPTION, "year": str(year)}
        problems.insert(0, table_problem(where, "", None, "edition", **told))
    if problems:
        raise ScenarioError(problems)
    return edition, {concept: has[name][0] for concept, name in names.items() if name in has}


def _unfit(
    where: str, has: Mapping[str, list[str]], names: Mapping[str, str], year: int
) -> list[Problem]:
    """Return what a file lacks or repeats; ``has`` is plain name -> columns of that name."""
    problems = []
    for concept, name in names.items():
        if name not in has and concept not in _NOT_NEEDED:
            message = f"column {name} is missing; edition {year} has it"
            near = get_close_matches(name, has, n=1, cutoff=0.7)
            problems.append(Problem(where, "", message, nearest=has[near[0]][0] if near else ""))
        elif len(has.get(name, ())) > 1:
            message = f"column {name} is there more than once"
            problems.append(Problem(where, "", message, allowed=", ".join(has[name])))
    return problems


def _years() -> str:
    return ", ".join(str(year) for year in editions())
