"""What page 4 says: the answer, what a plan comes to, and its numbers in a table."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ..text import Texts
from ..text.outcome_words import OutcomeWords
from ..text.policy_names import policy_name
from .plan import Plan
from .plan_drawing import LETTERS
from .plan_results import Outcome, Verdict, moments, verdict
from .purse import Funded

#: What is told of a plan in the table, after its rung-years: outcome and decimals.
TOLD = (
    ("months_without_service", 0),
    ("relations_broken", 0),
    ("trust_participants", 2),
    ("supported_months", 0),
    ("start_up_eur", 0),
)
#: What of a plan stands on the board.
ON_BOARD = (
    "rung_years.participants",
    "rung_years.neighbourhood",
    "months_without_service",
    "relations_broken",
)


def plan_name(plan: Plan, at: int, t: Texts) -> str:
    """Return what a sentence calls a plan: its name, that of its preset, or its letter."""
    if plan.name:
        return plan.name
    if plan.preset:
        return policy_name(plan.preset, t)
    return t("workshop_money.plan_letter", letter=LETTERS[at])


def headed(name: str) -> str:
    """Return a name as it stands by itself."""
    return name[:1].upper() + name[1:]


def euros(cents: int, t: Texts) -> str:
    """Return an amount to the cent."""
    return t("workshop_money.euros", amount=t.number(cents / 100, 2))


def millions(cents: int, t: Texts) -> str:
    """Return an amount as it is said aloud."""
    amount = cents / 100
    if amount >= 1e6:
        return t("workshop_money.millions", amount=t.number(amount / 1e6, 1))
    return t("workshop_money.thousands", amount=t.number(amount / 1e3))


def facts(one: Funded, t: Texts) -> str:
    """Return what a plan comes to before anything is lived."""
    if not one.plan.has_money:
        return t("workshop_money.no_money")
    starts = one.fresh_starts
    begun = t("workshop_money.start" if starts == 1 else "workshop_money.starts", count=starts)
    return t("workshop_money.facts", months=one.months_without_money, starts=begun)


# -- the answer -------------------------------------------------------------------------------


def answer(outcomes: Sequence[Outcome], names: Sequence[str], cents: int, t: Texts) -> str:
    """Return the answer of the page in one sentence."""
    year = min((one.years for one in outcomes), default=0)
    purse = millions(cents, t)
    found = verdict(outcomes, "rung_years.participants", year) if year else None
    if found is None:
        if len(outcomes) == 1 and year:
            gain = t.signed(outcomes[0].at("rung_years.participants", year)[0])
            return t("workshop_money.answer_one", purse=purse, plan=names[0], gain=gain, year=year)
        return t("workshop_money.answer_none", purse=purse)
    said = {
        "purse": purse,
        "year": year,
        "best": names[found.best],
        "other": names[found.other],
        "more": t.number(abs(found.difference)),
    }
    if found.clear:
        return t("workshop_money.answer_clear", gain=t.signed(found.gain), **said)
    return t("workshop_money.answer_open", **said)


def under(outcomes: Sequence[Outcome], names: Sequence[str], t: Texts) -> str:
    """Return what stands under the answer: the neighbourhood, and on what this rests."""
    year = min((one.years for one in outcomes), default=0)
    if not year:
        return t("workshop_money.under_none")
    count = min(sum(life.years >= year for life in one.lives.values()) for one in outcomes)
    found = verdict(outcomes, "rung_years.neighbourhood", year)
    rests = t("workshop_money.under_once") if count == 1 else t("workshop_money.under", count=count)
    return " ".join(part for part in (_of_neighbourhood(found, names, year, t), rests) if part)


def _of_neighbourhood(found: Verdict | None, names: Sequence[str], year: int, t: Texts) -> str:
    if found is None:
        return ""
    best = names[found.best]
    if found.clear:
        return t("workshop_money.neighbourhood_clear", best=best, year=year)
    return t("workshop_money.neighbourhood_open", best=best, other=names[found.other], year=year)


# -- the numbers ------------------------------------------------------------------------------


def table_head(years: int, t: Texts) -> list[str]:
    """Return the heads of the table of plans."""
    heads = [t("workshop_money.head_plan"), t("workshop_money.head_purse")]
    heads += [t(f"workshop_money.head_{name}") for name, _ in TOLD]
    for group in ("participants", "people", "neighbourhood"):
        for year in moments(years):
            heads.append(t(f"workshop_money.head_{group}", year=year))
    return heads


def table_row(one: Outcome, name: str, t: Texts) -> list[str]:
    """Return a plan as a row of the table: means, gains with their interval."""
    year = one.years or one.funded.plan.years
    row = [headed(name), euros(one.funded.total_cents, t)]
    row += [t.number(one.at(outcome, year)[0], decimals) for outcome, decimals in TOLD]
    for group in ("participants", "people", "neighbourhood"):
        for moment in moments(one.funded.plan.years):
            row.append(_interval(one.at(f"rung_years.{group}", moment), t))
    return row


def _interval(of: tuple[float, float, float], t: Texts) -> str:
    mean, low, high = of
    if not math.isfinite(low):
        return t.signed(mean)
    return t("workshop_money.interval", mean=t.signed(mean), low=t.signed(low), high=t.signed(high))


def board_number(outcome: str, value: float, t: Texts) -> str:
    """Return a number on the board."""
    words = OutcomeWords(outcome, t)
    gained = outcome.startswith("rung_years")
    return words.signed(value, 0) if gained else words.number(value, 0)
