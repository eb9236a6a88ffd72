"""Money in words: what a policy states for all its programmes, and how much less later money counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import Texts

if TYPE_CHECKING:
    from ...experiments.arms import Arms
    from ...scenarios import Policy


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


def amount_words(policy: Policy, residents: float, t: Texts) -> str:
    """Return what a policy states that its programmes get together; nothing where it states none."""
    key = policy.amount
    if key is None:
        return ""
    eur = float(getattr(policy, key))
    amount = t("budget.eur", amount=t.number(eur, 0 if eur.is_integer() else 2))
    if key == "money_eur":
        return t("acts.money_eur", amount=amount)
    return t("acts.money_eur_per_resident_year", amount=amount, residents=t.number(residents))
