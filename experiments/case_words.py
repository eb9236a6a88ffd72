"""What the sixteen projects come to, in words."""

from __future__ import annotations

from collections.abc import Sequence

from ..scenarios import mechanism_descriptions
from .cases import (
    AGREES,
    DECLINE,
    EXPERIENCED,
    SEEN,
    TOO_WIDE,
    UNSEEN,
    Case,
    difference,
    judge,
    nearest,
)
from .ledger import TERMS
from .lived import SCALES
from .statements import STATEMENTS

#: Share of the effect needed below which nothing comes near, and part of a decline worth naming.
_NEAR, _PART = 0.1, 0.2
#: How an explanation begins where no switch brings agreement.
NONE = "none of the"


def label(key: str) -> str:
    """Return number and short name of a project."""
    statement = STATEMENTS[key]
    return f"{statement.row} {statement.label}"


def of_100(share: float) -> str:
    """Return how many of a hundred a share is."""
    return f"{100 * share:.0f}"


def said(key: str) -> str:
    """Return what the report says of a project, and where."""
    statement = STATEMENTS[key]
    return f"{statement.said} ({statement.reference})"


def explained(found: Case) -> str:
    """Return what makes the difference between the simulation and the report, in words."""
    survey, register = judge(found.survey), judge(found.register)
    if survey == AGREES:
        return "none"
    if register == AGREES:
        scale = nearest(found.register)
        with_all, few = found.register[scale].detection, found.survey[scale].detection
        return (
            f"few respondents: {of_100(with_all)} of 100 at the {scale} when everybody is counted,"
            f" {of_100(few)} in a survey"
        )
    if register == DECLINE:
        return _ledger_term(found)
    return f"{_switch(found)}; {_together(found)}"


def _ledger_term(found: Case) -> str:
    """Return the terms of the ledger that make the decline, where it is called most."""
    scale = max(SCALES[:-1], key=lambda one: found.register[one].detection)
    effect = found.steps[scale].effect
    ledger = found.why.unit_ledger(scale)
    terms = sorted(zip(ledger["value"].tolist(), ledger["term"].tolist(), strict=True))
    told = [
        f"`{term}`, {TERMS[term]}: {value:+.2f}" for value, term in terms if value <= _PART * effect
    ]
    return f"of {effect:+.2f} at the {scale}: {'; '.join(told)}"


def _switch(found: Case) -> str:
    name, scale = difference(found)
    none = f"{NONE} {len(found.switched)} tried"
    if not name:
        return none
    without, before = found.switched[name][scale], found.register[scale]
    what = f"`{name}` off ({mechanism_descriptions().get(name)})"
    if name == EXPERIENCED:
        what = f"`{name}` for the ladder"
    if judge(found.switched[name]) == AGREES:
        return (
            f"{what}: seen by {of_100(without.detection)} of 100 at the {scale},"
            f" {of_100(before.detection)} as asked"
        )
    near = "nearest" if without.share >= _NEAR else "the most"
    return (
        f"{none}{'' if without.share >= _NEAR else ' comes near'}; {near}, with {what}, is"
        f" {_percent(without.share)} of the effect needed at the {scale}, {_percent(before.share)}"
        f" as asked"
    )


def _together(found: Case) -> str:
    """Return what it would be, had participants been neighbours."""
    scale, one = max(found.together.items(), key=lambda item: item[1].share)
    if one.share >= 1:
        return (
            f"with all participants in one {scale} seen: {one.effect:+.2f} where {one.needed:.2f} is"
            f" needed"
        )
    return f"with all participants in one {scale} {_percent(one.share)}"


def _percent(share: float) -> str:
    if share <= 0:
        return "0%"
    return f"{100 * share:.0f}%" if share >= 0.01 else "under 1%"


def answer_line(rows: Sequence[tuple[str, ...]], participants: Sequence[str]) -> str:
    """Return what the tables say.

    Parameters
    ----------
    rows
        A project each: its verdicts and what makes the difference.
    participants
        How many of 100 evaluations see the participants of those that have any to compare, by
        survey and register.
    """
    survey, register, why = ([row[at] for row in rows] for at in (2, 3, 4))
    gains = [one.count(AGREES) for one in (survey, register)]
    tried = [text for verdict, text in zip(register, why, strict=True) if verdict == UNSEEN]
    in_vain = sum(text.startswith(NONE) for text in tried)
    alone = sum(int(cell.split(" / ")[1]) >= 100 * SEEN for cell in participants)
    return (
        f"At the neighbourhood a survey sees {survey.count(TOO_WIDE)} of the {len(rows)} projects;"
        " the report says that nothing shows there. At the stairwell, complex or street, where the"
        f" report says that effects show, a survey sees a gain in {gains[0]} and a complete"
        f" register in {gains[1]}; in {register.count(DECLINE)} the register sees a decline. In"
        f" {len(tried) - in_vain} of the other {len(tried)} one mechanism makes the difference, and"
        f" in {in_vain} nothing that was tried does: participants themselves, beside neighbours who"
        f" resembled them, are seen in {alone} of {len(participants)}."
    )
