"""What ``langeadem why`` leaves behind for a report."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ...viz.report.relevant import relevant_keys
from ...viz.text import Texts, policy_words
from . import why_outcome
from .summary_file import as_table

if TYPE_CHECKING:
    from ...viz.figures.effects import Measure
    from ..reasons import Why


def why_block(
    found: Why, command: str, figures: Mapping[str, list[dict[str, str]]], t: Texts
) -> dict[str, Any]:
    """Return the block of an answer in a language, made of what its screen shows."""
    from ...viz.figures.effects import Measure

    asked, seeds = found.question, [one.seed for one in found.replicas]
    measure = Measure(asked.indicator, t)
    place, programme = asked.policy.place.name, why_outcome.programme_words(found, t)
    baseline = policy_words(asked.baseline.policy.key, t)
    worlds = [why_outcome.worlds_words(found, t)] if found.worlds else []
    seen = t("report.seeds", first=str(seeds[0]), last=str(seeds[-1]))
    return {
        "command": command,
        "question": t("report.why_question", place=place, programme=programme),
        "answer": why_outcome.answer(found, t),
        "facts": [
            [t("report.fact_years"), t.number(asked.year)],
            [t("report.fact_beside"), baseline],
            [t("report.fact_difference"), measure.words],
            [t("report.fact_pairs"), t.number(len(seeds))],
            [t("report.fact_respondents"), t.number(asked.monitor.respondents)],
            [t("report.fact_seeds"), seen],
        ],
        "figures": _staircase_first(figures[t.lang]),
        "tables": _tables(found, measure, t),
        "caveats": [
            *worlds,
            t("report.why_pictures"),
            t("report.why_judged"),
            t("report.evaluation"),
        ],
        "assumptions": relevant_keys(asked.policy),
        "scenarios": [
            {
                "file": "scenario.json",
                "title": t("report.arm", policy=asked.policy.policy.key),
                "years": asked.year,
            },
            {
                "file": "baseline.json",
                "title": t("report.beside", policy=baseline),
                "years": asked.year,
            },
        ],
    }


def _staircase_first(figures: list[dict[str, str]]) -> list[dict[str, str]]:
    """Return the figures with the one that answers the question before the others."""
    return sorted(figures, key=lambda one: not one["file"].startswith("staircase"))


def _tables(found: Why, measure: Measure, t: Texts) -> list[dict[str, Any]]:
    pairs = t.number(len(found.replicas))
    return [
        as_table(
            why_outcome.staircase_listing(found, measure, t),
            t("report.why_staircase"),
            note=t("why.units"),
        ),
        as_table(
            why_outcome.verdict_listing(found, measure, t),
            t("report.why_verdicts"),
            note=t("why.placebo", pairs=pairs),
        ),
        as_table(
            why_outcome.ledger_listing(found, measure, t),
            t("report.why_ledger"),
            note=t("why.adds_up"),
            section="ledger",
        ),
    ]
