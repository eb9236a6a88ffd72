"""What ``langeadem evidence`` shows and writes: an answer, tables, and why claims fail."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ...viz.text import Texts
from ..claims import Claim, Ground
from ..evidence_table import Finding
from .screen import Listing

#: Shares and figures by unit: decimals that are shown.
_DECIMALS = {"points": 1, "rungs": 2, "score": 3, "ratio": 2, "months": 1}


def answer(findings: Sequence[Finding], t: Texts) -> str:
    """Return the answer in a sentence, every number in it counted."""

    def count(verdict: str, use: str | None = None) -> str:
        own = [one for one in findings if one.verdict == verdict]
        return str(sum(1 for one in own if use in (None, one.claim.use)))

    uses = [one.claim.use for one in findings]
    return t(
        "evidence.answer",
        total=str(len(findings)),
        holds=count("holds"),
        fails=count("fails"),
        unknown=count("unknown"),
        fitted=str(uses.count("fitting")),
        fitted_holds=count("holds", "fitting"),
        checked=str(uses.count("checking")),
        checked_holds=count("holds", "checking"),
    )


def figure(value: float, unit: str, t: Texts) -> str:
    """Return a number of a claim in its unit."""
    if not math.isfinite(value):
        return "-"
    if unit == "share":
        return t.percent(value, 1)
    text = t.number(value, _DECIMALS[unit])
    return t(f"evidence.{unit}", number=text) if unit in ("points", "months") else text


def expected(claim: Claim, t: Texts) -> str:
    """Return the accepted range in words."""
    low, high = claim.accepted
    if math.isinf(high):
        return t("evidence.at_least", low=figure(low, claim.unit, t))
    if math.isinf(low):
        return t("evidence.at_most", high=figure(high, claim.unit, t))
    return t("evidence.between", low=_bare(low, claim.unit, t), high=figure(high, claim.unit, t))


def simulated(one: Finding, t: Texts) -> str:
    """Return the mean with its interval."""
    mean, low, high = one.interval
    unit = one.claim.unit
    if math.isnan(low):
        return figure(mean, unit, t)
    return t(
        "evidence.with_interval",
        mean=figure(mean, unit, t),
        low=_bare(low, unit, t),
        high=_bare(high, unit, t),
    )


def _bare(value: float, unit: str, t: Texts) -> str:
    """Return a number without its unit, where the next one has it."""
    return t.number(100 * value, 1) if unit == "share" else t.number(value, _DECIMALS[unit])


def verdict(one: Finding, t: Texts) -> str:
    """Return the verdict in a word or two."""
    word = t(f"evidence.{one.verdict}")
    return t("evidence.close", verdict=word) if one.close else word


def by_theme(findings: Sequence[Finding]) -> dict[str, list[Finding]]:
    """Return the findings by theme, in their order."""
    found: dict[str, list[Finding]] = {}
    for one in findings:
        found.setdefault(one.claim.theme, []).append(one)
    return found


def listing(findings: Sequence[Finding], title: str, t: Texts) -> Listing:
    """Return a row a claim, for a screen of 100 columns."""
    rows = [
        [
            one.claim.text("statement", t.lang),
            expected(one.claim, t),
            simulated(one, t),
            verdict(one, t),
            t(f"evidence.{one.claim.use}"),
        ]
        for one in findings
    ]
    columns = [t(f"evidence.{name}") for name in ("claim", *_COLUMNS)]
    return Listing(columns, rows, wide=frozenset({0, 1, 2, 3}), title=title, at_most=_WIDEST)


_COLUMNS = ("expected", "simulated", "verdict", "use")
_WIDEST = {0: 38, 1: 16, 2: 22, 3: 11}


def explained(findings: Sequence[Finding], t: Texts) -> list[tuple[str, str]]:
    """Return statement and explanation of every claim that does not hold."""
    failing = [one.claim for one in findings if one.verdict != "holds"]
    return [
        (
            one.text("statement", t.lang),
            one.text("explanation", t.lang) or t("evidence.unexplained"),
        )
        for one in failing
    ]


def as_data(findings: Sequence[Finding], t: Texts) -> list[dict[str, object]]:
    """Return a row a claim for machines; None where there is no number or no limit."""

    def number(value: float) -> float | None:
        return value if math.isfinite(value) else None

    return [
        {
            "key": one.claim.key,
            "theme": one.claim.theme,
            "statement": one.claim.text("statement", t.lang),
            "source": list(one.claim.source),
            "unit": one.claim.unit,
            "accepted": [number(end) for end in one.claim.accepted],
            "mean": number(one.interval[0]),
            "low": number(one.interval[1]),
            "high": number(one.interval[2]),
            "replicates": len(one.values),
            "known": one.known,
            "verdict": one.verdict,
            "close": one.close,
            "use": one.claim.use,
            "explanation": one.claim.text("explanation", t.lang),
        }
        for one in findings
    ]


def markdown(findings: Sequence[Finding], made: str, t: Texts) -> str:
    """Return the whole file: answer, tables by theme, what fails and why, how it is measured."""
    lines = [f"# {t('evidence.title')}", "", answer(findings, t), ""]
    lines += [t("evidence.note"), "", t("evidence.note_use"), "", made, ""]
    for theme, own in by_theme(findings).items():
        lines += [f"## {t(f'evidence.theme_{theme}')}", "", *_table(own, t), ""]
    failing = explained(findings, t)
    if failing:
        lines += [f"## {t('evidence.why_not')}", ""]
        lines += [f"- *{statement}* {why}" for statement, why in failing] + [""]
    lines += [f"## {t('evidence.how')}", ""]
    lines += [f"- {_how(one, t)}" for one in findings]
    return "\n".join(lines) + "\n"


def _table(findings: Sequence[Finding], t: Texts) -> list[str]:
    head = [t(f"evidence.{name}") for name in ("claim", "source", *_COLUMNS)]
    rows = [
        [
            one.claim.text("statement", t.lang),
            ", ".join(one.claim.source),
            expected(one.claim, t),
            simulated(one, t),
            f"**{verdict(one, t)}**" if one.verdict == "fails" else verdict(one, t),
            t(f"evidence.{one.claim.use}"),
        ]
        for one in findings
    ]
    return [f"| {' | '.join(cells)} |" for cells in (head, ["---"] * len(head), *rows)]


def _how(one: Finding, t: Texts) -> str:
    claim = one.claim
    return t(
        "evidence.how_line",
        key=claim.key,
        population=claim.text("population", t.lang),
        measured=claim.text("measured", t.lang),
        range=claim.text("range", t.lang),
        ground=ground_words(claim.ground, t),
        known=one.known,
        replicates=len(one.values),
    )


def ground_words(ground: Ground, t: Texts) -> str:
    """Return where a claim is measured, with everything that differs from the place and policy."""
    words = t(
        "evidence.ground",
        place=f"`{ground.place}`",
        years=ground.years,
        policy=f"`{ground.policy}`",
    )
    if ground.overrides:
        words = t("evidence.ground_set", ground=words, settings=_settings(ground.overrides))
    if not ground.twin:
        return words
    other = f"`{ground.baseline}`"
    words = t("evidence.ground_twin", ground=words, baseline=other)
    if ground.baseline_overrides:
        settings = _settings(ground.baseline_overrides)
        words = t("evidence.ground_set", ground=words, settings=settings)
    return words


def _settings(overrides: Sequence[tuple[str, object]]) -> str:
    return ", ".join(f"`{key} = {value}`" for key, value in overrides)
