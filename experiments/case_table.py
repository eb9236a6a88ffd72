"""The sixteen projects in words and tables: the part of the README that `cases` writes."""

from __future__ import annotations

import argparse
import math
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from ..scenarios import load_programme
from .case_words import answer_line, explained, label, of_100, said
from .cases import (
    COMMAND,
    EARLIEST_YEAR,
    EXPERIENCED,
    LEVEL,
    REPLICATES,
    SEED,
    SEEN,
    SURVEY,
    SWITCHES,
    Case,
    Sight,
    case,
    case_question,
    fingerprint,
    judge,
    keys,
)
from .lived import SCALES
from .statements import SCALE_STATEMENT

README = Path(__file__).with_name("README.md")
BEGIN, END = "<!-- cases -->", "<!-- /cases -->"

#: From one participant to all residents.
STEPS = ("participants", *SCALES)
_SHORT = ("participant", *SCALES)
CASE_HEAD = (
    "project",
    "place",
    "ladder",
    "year",
    "took part",
    "compared",
    "live here",
)
EFFECT_HEAD = ("effect, in rungs", *_SHORT)
NEEDED_HEAD = ("needed, in rungs", *SCALES)
SEEN_HEAD = ("seen, of 100", *_SHORT, "false alarms")
WORDS_HEAD = ("project", "the report", "survey", "register", "what makes the difference")
_TABLES = 5
_INPUTS = re.compile(r"<!-- inputs: (.*) -->")


@dataclass(frozen=True)
class Rows:
    """One project in the five tables, and what it was computed from."""

    about: tuple[str, ...]
    effects: tuple[str, ...]
    needed: tuple[str, ...]
    seen: tuple[str, ...]
    words: tuple[str, ...]
    inputs: str


def rows_of(found: Case) -> Rows:
    """Return the rows of a project."""
    name, asked = label(found.key), found.why.question
    survey, register = found.survey, found.register
    there = {step: found.steps[step].people >= 1 for step in STEPS}
    seen = [
        f"{of_100(survey[step].detection)} / {of_100(register[step].detection)}"
        if there[step]
        else _NOBODY
        for step in STEPS
    ]
    false = max(register[scale].false_alarms for scale in SCALES)
    return Rows(
        about=(name, *_about(found)),
        effects=(name, *(_effect(found, step) if there[step] else _NOBODY for step in STEPS)),
        needed=(name, *(_needed(register[scale]) for scale in SCALES)),
        seen=(name, *seen, of_100(false)),
        words=(name, said(found.key), judge(survey), judge(register), explained(found)),
        inputs=fingerprint(asked),
    )


#: No participant lives in both worlds.
_NOBODY = "-"


def _about(found: Case) -> tuple[str, ...]:
    fates = [one.fate for one in found.why.replicas]
    asked = found.why.question
    counts = ([getattr(one, name) for one in fates] for name in ("started", "compared", "here"))
    place = load_programme(found.key).setting.place
    means = (f"{sum(those) / len(those):.0f}" for those in counts)
    return (place, asked.indicator, f"{asked.year}", *means)


def _effect(found: Case, step: str) -> str:
    one = found.steps[step]
    half = (one.high - one.low) / 2
    if one.effect == half == 0.0:
        return "0"
    digits = 4 if step == "neighbourhood" else 3
    # Without the sign of a nought.
    return f"{round(one.effect, digits) + 0.0:+.{digits}f} ±{half:.{digits}f}"


def _needed(one: Sight) -> str:
    return "-" if math.isnan(one.needed) else f"{one.needed:.2f}"


def padded(head: Sequence[str], rows: Iterable[Sequence[str]], texts: int = 1) -> str:
    """Return a Markdown table whose columns stand under each other.

    The first ``texts`` columns are to the left, the others, numbers, to the right.
    """
    rows = [tuple(row) for row in rows]
    widths = [max(len(line[at]) for line in (head, *rows)) for at in range(len(head))]

    def line(cells: Sequence[str]) -> str:
        placed = [
            cell.ljust(width) if at < texts else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(cells, widths, strict=True))
        ]
        return f"| {' | '.join(placed)} |"

    rule = ["-" * w if at < texts else f"{'-' * (w - 1)}:" for at, w in enumerate(widths)]
    return "\n".join(map(line, (head, rule, *rows)))


def plain(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table of sentences."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def section(rows: Mapping[str, Rows]) -> str:
    """Return the part of the README, marks included, projects in the order of the report."""
    rows = {key: rows[key] for key in keys() if key in rows}
    inputs = " ".join(f"{key}={one.inputs}" for key, one in rows.items())
    return "\n".join(
        (
            BEGIN,
            "## The sixteen projects of the report",
            "",
            answer_line(
                [one.words for one in rows.values()],
                [one.seen[1] for one in rows.values() if one.seen[1] != _NOBODY],
            ),
            "",
            padded(CASE_HEAD, [one.about for one in rows.values()], texts=3),
            "",
            padded(EFFECT_HEAD, [one.effects for one in rows.values()]),
            "",
            padded(NEEDED_HEAD, [one.needed for one in rows.values()]),
            "",
            padded(SEEN_HEAD, [one.seen for one in rows.values()]),
            "",
            plain(WORDS_HEAD, [one.words for one in rows.values()]),
            "",
            *caption(),
            "",
            f"<!-- inputs: {inputs} -->",
            END,
        )
    )


def caption() -> tuple[str, ...]:
    """Return how the tables were made, a paragraph each."""
    return (
        f"*How: `{COMMAND}`, langeadem {version('langeadem')}; {REPLICATES} pairs of worlds, seeds"
        f" {SEED} to {SEED + REPLICATES - 1}, each project alone in its own place at its documented"
        " scale, against no policy. The indicator is the programme's ladder, at the end of the year"
        " in which the documented period is over, start-up included, and not before year"
        f" {EARLIEST_YEAR}; support goes on until then. Compared are participants who live, and are"
        " old enough for the ladder, in both worlds: children are not on the learning ladder, and a"
        " room brings somebody who otherwise never came.*",
        "",
        "*Effect: mean difference with the twin over replicates, ± half its 95% interval; 0: none in"
        " any replicate. Stairwell, complex and street are those where most participants began. Needed: the effect"
        " that 80 of 100 evaluations with a complete register would call.*",
        "",
        "*Seen: how many of 100 evaluations call an effect, survey / complete register, by a"
        f" difference in differences with {SURVEY.comparisons} comparison neighbourhoods, held"
        f" against placebos at {100 * LEVEL:.0f}% false alarms; participants are held against"
        f" neighbours who resembled them. The survey stops at {SURVEY.respondents} answers an area,"
        " and rings at every door below the neighbourhood; the register counts everybody, as a"
        " professional who knows every door. One look is before the start, one at the end. False"
        " alarms: the register where there is no policy, the worst of the four scales; more than"
        f" {100 * LEVEL:.0f} where a place was chosen for what it is.*",
        "",
        f"*Agreement: of all sixteen the report says that {SCALE_STATEMENT.said}"
        f" ({SCALE_STATEMENT.reference}). The simulation agrees where at least {of_100(SEEN)} of"
        " 100 evaluations call a gain at the stairwell, complex or street, and fewer call anything"
        " at the neighbourhood. Where a register does not, the worlds were lived again on the same"
        f" luck with {', '.join(f'`{name}`' for name in SWITCHES)} (where a programme has work of"
        f" its own) off, one at a time, and `{EXPERIENCED}` was looked at instead of the ladder,"
        " because the report puts experienced gains first (L51). Named is what brings agreement or,"
        " failing that, the largest part of the effect needed. All in one"
        " street is arithmetic: had the participants been neighbours, gain times reach.*",
    )


def section_in(text: str) -> str:
    """Return the part as it stands in a text, marks included.

    Raises
    ------
    LookupError
        When the marks are not there exactly once.
    """
    if (text.count(BEGIN), text.count(END)) != (1, 1):
        raise LookupError(f"the marks {BEGIN} and {END} are not there exactly once")
    return text[text.index(BEGIN) : text.index(END) + len(END)]


def rows_in(text: str) -> dict[str, Rows]:
    """Return the rows as they stand in a text; of nothing where no project was computed."""
    found = _INPUTS.search(text)
    inputs = dict(one.split("=") for one in found[1].split()) if found else {}
    by_label: dict[str, list[tuple[str, ...]]] = {}
    for line in text.splitlines():
        if line.startswith("|"):
            cells = tuple(cell.strip() for cell in line.strip("|").split(" | "))
            by_label.setdefault(cells[0], []).append(cells)
    tables = {key: by_label.get(label(key), []) for key in inputs}
    return {
        key: Rows(about, effects, needed, seen, words, inputs[key])
        for key in inputs
        if len(tables[key]) == _TABLES
        for about, effects, needed, seen, words in [tables[key]]
    }


def stale(text: str) -> list[str]:
    """Return the projects whose row in a text is missing or rests on other inputs."""
    rows = rows_in(section_in(text))
    return [
        key
        for key in keys()
        if key not in rows or rows[key].inputs != fingerprint(case_question(key)[0])
    ]


def renewed(text: str, rows: Mapping[str, Rows]) -> str:
    """Return the text with these rows in place of the old ones."""
    old = section_in(text)
    return text.replace(old, section({**rows_in(old), **rows}))


def command(arguments: Sequence[str] | None = None) -> None:
    """Live the projects asked for and rewrite their part of the README, one by one."""
    asked = _parser().parse_args(arguments)
    wanted = asked.only or (stale(README.read_text(encoding="utf-8")) if asked.stale else keys())
    rows: dict[str, Rows] = {}
    for number, key in enumerate(wanted, start=1):

        def told(what: str, key: str = key, number: int = number) -> None:
            sys.stderr.write(f"{number}/{len(wanted)} {key}: {what}\n")
            sys.stderr.flush()

        found = case(key, replicates=asked.replicates, workers=asked.workers, told=told)
        rows[key] = rows_of(found)
        if asked.replicates == REPLICATES:
            # Read again, as it may have been edited meanwhile; what is done is not lost.
            text = renewed(README.read_text(encoding="utf-8"), {key: rows[key]})
            README.write_text(text, encoding="utf-8")
    if asked.replicates != REPLICATES:
        # What the caption says would not hold.
        sys.stdout.write(section(rows) + "\n")
        return
    sys.stdout.write(f"experiments/README.md: {', '.join(rows) or 'nothing'} renewed\n")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=COMMAND, description=__doc__)
    some = parser.add_mutually_exclusive_group()
    some.add_argument("--only", nargs="+", choices=keys(), metavar="KEY", help="these projects")
    some.add_argument(
        "--stale", action="store_true", help="projects whose inputs differ from those of their row"
    )
    parser.add_argument(
        "--replicates",
        type=int,
        default=REPLICATES,
        help=f"pairs of worlds; other than {REPLICATES} is printed and not written",
    )
    parser.add_argument("--workers", type=int, default=None, help="processes; default all cores")
    return parser
