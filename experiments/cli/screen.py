"""Where things are shown: results on stdout, progress and errors on stderr."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import typer
from rich import box
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from ...scenarios import Problem, ScenarioError
from ...viz.text import Texts

WIDEST = 100


def console(to_stderr: bool = False) -> Console:
    """Return a console of at most 100 columns; without colour when piped or with NO_COLOR."""
    found = Console(stderr=to_stderr, highlight=False, emoji=False, markup=False)
    found.width = min(found.width, WIDEST) if found.is_terminal else WIDEST
    return found


@dataclass(frozen=True)
class Listing:
    """A table to show.

    Attributes
    ----------
    columns
        Headers; numbers are aligned right in the columns of ``numbers``.
    wide
        Columns whose words may break over lines; the others keep to one line.
    headings
        Rows, by their place, that head the rows below them: bold, with a blank line above.
    at_most
        Widest that a column may be, where the others need the room more.
    """

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    numbers: frozenset[int] = frozenset()
    wide: frozenset[int] = frozenset()
    title: str = ""
    headings: frozenset[int] = frozenset()
    at_most: Mapping[int, int] = field(default_factory=dict)


def show_listing(to: Console, listing: Listing) -> None:
    """Print a table: a header, a thin line, aligned rows."""
    if listing.title:
        print_plain(to, Text(listing.title, style="bold"))
    print_plain(to, table_of(listing))


def table_of(listing: Listing) -> Table:
    """Return a table as rich draws it, without its title."""
    table = Table(
        box=box.SIMPLE_HEAD,
        show_edge=False,
        pad_edge=False,
        padding=(0, 1, 0, 0),
        header_style="bold",
    )
    for at, header in enumerate(listing.columns):
        number = at in listing.numbers
        table.add_column(
            Text(header),
            justify="right" if number else "left",
            no_wrap=at not in listing.wide,
            overflow="fold",
            max_width=listing.at_most.get(at),
        )
    for at, row in enumerate(listing.rows):
        heading = at in listing.headings
        if heading and at:
            table.add_row()
        table.add_row(*(Text(cell) for cell in row), style="bold" if heading else None)
    return table


def show_facts(to: Console, title: str, facts: Mapping[str, str]) -> None:
    """Print a title and labelled lines; a line without label stands by itself."""
    if title:
        print_plain(to, Text(title, style="bold"))
    grid = Table.grid(padding=(0, 2))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for label, text in facts.items():
        if label:
            grid.add_row(Text(label), Text(text))
        else:
            print_plain(to, Text(text))
    if grid.row_count:
        print_plain(to, grid)


def as_sentence(text: str) -> str:
    """Return a text with a capital and a full stop."""
    stop = "" if not text or text.endswith((".", "!", "?")) else "."
    return text[:1].upper() + text[1:] + stop


def print_plain(to: Console, what: RenderableType) -> None:
    """Print without the spaces that rich puts at the ends of lines."""
    with to.capture() as captured:
        to.print(what)
    for line in captured.get().splitlines():
        typer.echo(line.rstrip())


def problem_line(problem: Problem, t: Texts) -> str:
    """Return one problem with what was asked, on one line, in the language of the reader."""
    if problem.where == "override":
        # A key is set by its own option, or by --set.
        option = (
            f"--{problem.key}" if problem.key in ("policy", "years") else f"--set {problem.key}"
        )
        parts = [option]
    else:
        where = problem.where
        if problem.line:
            where = t("problem.line", where=where, line=problem.line)
        parts = [where, problem.key] if problem.key else [where]
    text = ": ".join([*parts, t.of_problem(problem.message)])
    if problem.allowed:
        text += "; " + t("problem.allowed", allowed=_allowed(problem.allowed, t))
    if problem.nearest:
        text += "; " + t("problem.nearest", nearest=problem.nearest)
    return " ".join(text.split())


def _allowed(allowed: str, t: Texts) -> str:
    """Return what is allowed; a range with its numbers and unit in the language."""
    found = re.fullmatch(r"(-?[\d.e+-]+) to (-?[\d.e+-]+) (.+)", allowed)
    if not found:
        return allowed
    low, high = (t.value(float(number)) for number in found.group(1, 2))
    return t("problem.range", low=low, high=high, unit=t.of_model(found[3]))


class InputError(ValueError):
    """What was asked on the command line cannot be done; the message says why."""


@contextlib.contextmanager
def refusing(t: Texts) -> Iterator[None]:
    """Turn what a question is refused for, before anything is lived, into bad input."""
    try:
        yield
    except ValueError as error:
        # A scenario's problems, which are values too, have lines of their own.
        if type(error) is not ValueError:
            raise
        raise InputError(t.of_problem(str(error))) from None


class Doing:
    """What is being done now, for the line that says where it failed."""

    def __init__(self) -> None:
        self.what = ""


@contextlib.contextmanager
def answering(t: Texts, debug: bool = False) -> Iterator[Doing]:
    """Turn what goes wrong in a command into lines on stderr and an exit code.

    2 for bad input, 1 for a failure and for Ctrl-C; a traceback only with ``debug``.
    """
    doing = Doing()
    try:
        yield doing
    except ScenarioError as error:
        for problem in error.problems:
            typer.echo(problem_line(problem, t), err=True)
        raise typer.Exit(2) from None
    except InputError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None
    except (typer.Exit, typer.Abort, BrokenPipeError):
        raise
    except KeyboardInterrupt:
        typer.echo(t("error.interrupted"), err=True)
        raise typer.Exit(1) from None
    except Exception as error:
        if debug:
            raise
        reason = _shortened(" ".join(_reason(error).split()))
        what = doing.what or t("error.starting")
        kind = type(error).__name__
        typer.echo(t("error.failed", what=what, kind=kind, reason=reason), err=True)
        raise typer.Exit(1) from None


def _reason(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return f"{error.strerror}: {error.filename}" if error.filename else error.strerror
    return str(error) or "-"


def _shortened(reason: str, longest: int = 240) -> str:
    """Return the beginning of a reason that would fill the screen."""
    return reason if len(reason) <= longest else reason[:longest].rsplit(" ", 1)[0] + " ..."
