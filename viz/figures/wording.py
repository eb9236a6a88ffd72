"""Words that figures share: names of places, of the moment, and the source line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..text import Texts, policy_words


def moment(t: Texts, month: int) -> str:
    """Return when: "bij de start", "na 30 jaar", "na 7 maanden"."""
    if month == 0:
        return t("drawing.at_start")
    if month % 12 == 0:
        years = month // 12
        return t("drawing.after_year") if years == 1 else t("drawing.after_years", years=years)
    return t("drawing.after_month") if month == 1 else t("drawing.after_months", months=month)


def source_line(t: Texts, info: Mapping[str, Any]) -> str:
    """Return what was run, for the foot of a figure."""
    return t(
        "drawing.source",
        scenario=str(info["scenario"]),
        policy=policy_words(str(info["policy"]), t),
        seed=str(info["seed"]),
        version=str(info["version"]),
        key=str(info["scenario_key"]),
    )
