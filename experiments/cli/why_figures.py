"""The figures of ``langeadem why``: waterfall, staircase, lives and map."""

from __future__ import annotations

import math
from dataclasses import replace
from importlib.metadata import version
from typing import TYPE_CHECKING

import numpy as np

from ...viz.figures import Facts, lives_figure, staircase_figure, twin_map_figure, waterfall_figure
from ...viz.text import texts
from .why_outcome import programme_words

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from ..reasons import Why


def facts_of(found: Why, lang: str) -> Facts:
    """Return which worlds the figures are about."""
    asked = found.question
    scenario = asked.policy
    return Facts(
        place=scenario.place.name,
        programme=programme_words(found, texts(lang)),
        year=asked.year,
        participants=found.mean(lambda one: one.fate.started).value,
        residents=found.mean(lambda one: one.groups["neighbourhood"].people).value,
        gain=found.mean(lambda one: one.fate.gained).value,
        pairs=len(found.replicas),
        policy=scenario.policy.key,
        baseline=asked.baseline.policy.key,
        scenario=scenario.name,
        key=scenario.key(),
        seed=found.replicas[0].seed,
        version=version("langeadem"),
    )


def figures_of(found: Why, lang: str) -> dict[str, Figure]:
    """Return the figures by name; without participants there is nothing to draw but the ledger."""
    asked, facts = found.question, facts_of(found, lang)
    gap = found.gap()
    figures = {
        "ledger": waterfall_figure(
            found.ledger(), (gap.value, gap.low, gap.high), facts, asked.indicator, lang
        )
    }
    steps = [step for step in found.steps if math.isfinite(step.effect)]
    if facts.participants > 0 and len(steps) > 1:
        figures["staircase"] = staircase_figure(steps, facts, asked.indicator, lang)
    portrait = found.portrait
    # Maps and lives are those of one pair.
    own = replace(facts, pairs=1)
    figures["map"] = twin_map_figure(
        portrait.buildings,
        portrait.before,
        portrait.after,
        portrait.after - portrait.twin,
        own,
        asked.indicator,
        lang,
        participants=portrait.began.astype(np.float64),
    )
    if portrait.lives:
        programmes = asked.policy.policy.programmes
        figures["lives"] = lives_figure(
            portrait.lives,
            portrait.mean,
            portrait.twin_mean,
            own,
            lang,
            names={key: one.programme.name for key, one in programmes.items()},
        )
    return figures
