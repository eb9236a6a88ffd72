"""How much less later money counts in a comparison, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import Texts

if TYPE_CHECKING:
    from ...experiments.arms import Arms


def rate_words(arms: Arms, t: Texts) -> dict[str, str]:
    """Return ``rate``, the discount rate a year, for the text of present value; nothing for others.

    Where worlds differ in it, from the lowest to the highest.
    """
    if arms.money != "present-value":
        return {}
    rates = sorted({one.parameters.counterforces.discount_rate for one in arms.baselines.values()})
    words = list(dict.fromkeys(t.percent(one, 2) for one in (rates[0], rates[-1])))
    both = len(words) > 1
    return {"rate": t("compare.from_to", low=words[0], high=words[1]) if both else words[0]}
