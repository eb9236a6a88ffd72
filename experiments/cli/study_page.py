"""A page of a study: an answer, and sections of sentences and tables; on a screen or as Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from rich.text import Text

from ...viz.text import Texts
from .screen import Listing, console, print_plain, show_listing
from .summary_file import as_table


@dataclass(frozen=True)
class Section:
    """A part of a page.

    Attributes
    ----------
    title
        Its head.
    before
        Paragraphs.
    tables
        Tables, each with its own title, or none where the section has only one.
    points
        What is listed above them, one a line.
    """

    title: str
    before: Sequence[str] = ()
    tables: Sequence[Listing] = ()
    points: Sequence[str] = ()


@dataclass(frozen=True)
class StudyPage:
    """What a study says, in one language.

    Attributes
    ----------
    title, question, answer
        In words, every number in them computed.
    facts
        Label and text of what was asked.
    sections
        In order.
    unknown
        What may not be concluded, one a line; a section of its own at the end.
    made
        How it was made.
    assumptions
        Keys on which it leans most.
    """

    title: str
    question: str
    answer: Sequence[str]
    facts: Sequence[tuple[str, str]]
    sections: Sequence[Section]
    unknown: Sequence[str]
    made: str
    assumptions: Sequence[str] = field(default=())


def show(page: StudyPage, t: Texts) -> None:
    """Print a page."""
    out = console()
    for line in page.answer:
        print_plain(out, Text(line))
    out.print()
    for section in page.sections:
        print_plain(out, Text(section.title, style="bold"))
        for line in section.before:
            print_plain(out, Text(line))
        for line in section.points:
            print_plain(out, Text(f"- {line}"))
        for table in section.tables:
            out.print()
            show_listing(out, table)
        out.print()
    print_plain(out, Text(t("study.unknown"), style="bold"))
    for line in page.unknown:
        print_plain(out, Text(f"- {line}"))
    out.print()


def markdown(page: StudyPage, figures: Sequence[Mapping[str, str]], t: Texts) -> str:
    """Return a page as Markdown; ``figures`` are those that lie beside it."""
    lines = [f"# {page.title}", "", f"*{page.question}*", ""]
    for sentence in page.answer:
        lines += [sentence, ""]
    lines += [f"- {label}: {text}" for label, text in page.facts] + [""]
    for one in figures:
        lines += [f"![{one['title']}]({one['file']})", ""]
    for section in page.sections:
        lines += [f"## {section.title}", ""]
        for sentence in section.before:
            lines += [sentence, ""]
        if section.points:
            lines += [*(f"- {one}" for one in section.points), ""]
        for table in section.tables:
            lines += [*_table(table), ""]
    lines += [f"## {t('study.unknown')}", "", *(f"- {one}" for one in page.unknown), ""]
    lines += [f"## {t('study.how')}", "", page.made]
    return "\n".join(lines) + "\n"


def _table(listing: Listing) -> list[str]:
    head = [" ".join(one.split()) for one in listing.columns]
    rule = ["---:" if at in listing.numbers else "---" for at in range(len(head))]
    title = [f"**{listing.title}**", ""] if listing.title else []
    return title + [f"| {' | '.join(cells)} |" for cells in (head, rule, *listing.rows)]


def block(
    page: StudyPage,
    command: str,
    figures: Sequence[Mapping[str, str]],
    scenarios: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    """Return the block of a report, made of what the screen shows."""
    tables = []
    for section in page.sections:
        # The sentences of a section stand with its first table.
        words = " ".join([*section.before, *section.points])
        for number, table in enumerate(section.tables):
            title = f"{section.title}: {table.title}" if table.title else section.title
            tables.append(as_table(table, title, note="" if number else words))
    without = [
        f"{section.title}. {' '.join([*section.before, *section.points])}"
        for section in page.sections
        if not section.tables
    ]
    return {
        "command": command,
        "question": page.question,
        "answer": " ".join(page.answer),
        "facts": list(page.facts),
        "figures": list(figures),
        "tables": tables,
        "caveats": [*without, *page.unknown],
        "assumptions": list(page.assumptions),
        "scenarios": list(scenarios),
    }
