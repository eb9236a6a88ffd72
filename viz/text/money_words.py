"""What is equal between the policies of a comparison, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import Texts

if TYPE_CHECKING:
    from ...experiments.arms import Arms


def money_words(arms: Arms, start: str, t: Texts) -> str:
    """Return what is equal: the text ``{start}_{money}``, with the discount rate where one counts."""
    key = f"{start}_{arms.money.replace('-', '_')}"
    return t(key, rate=rate_words(arms, t)) if arms.money == "present-value" else t(key)


def rate_words(arms: Arms, t: Texts) -> str:
    """Return how much less a euro of next year counts, the lowest and highest of the worlds."""
    rates = sorted({one.parameters.counterforces.discount_rate for one in arms.baselines.values()})
    words = list(dict.fromkeys(t.percent(one, 2) for one in (rates[0], rates[-1])))
    return t("compare.from_to", low=words[0], high=words[1]) if len(words) > 1 else words[0]
