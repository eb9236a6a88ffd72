"""A funding calendar in words: what each stretch is, and what it comes to over the years."""

from __future__ import annotations

from ...scenarios import BEGINNINGS, Schedule, Stretch
from . import Texts
from .field_cards import shares_text


def stretch_words(one: Stretch, at: int, t: Texts) -> str:
    """Return what a stretch is for the organisation, its staff and who pays."""
    if one.level == 0:
        gap = t("calendar.gap")
        bridged = one.bridged_by
        return gap + (
            "; " + t("calendar.bridged", payer=t(f"payer_the.{bridged}")) if bridged else ""
        )
    # The first stretch of all is a fresh start, whatever it says.
    begins = "fresh" if at == 1 and one.begins == "goes_on" else one.begins
    parts = [t(f"begins.{begins}")]
    if one.handover:
        parts.append(t("calendar.handover", share=t.percent(one.handover)))
    if one.payer:
        parts.append(t("calendar.paid_by", payer=t(f"payer_the.{one.payer}")))
    if one.payers:
        parts.append(t("calendar.paid_by_all", shares=shares_text(one.payers, t)))
    parts.append(t("calendar.secure" if one.secure else "calendar.insecure"))
    return "; ".join(parts)


def schedule_words(schedule: Schedule, years: int, t: Texts) -> str:
    """Return the answer: months with money, gaps and fresh starts."""
    months = len(schedule.level)
    paid = sum(level > 0 for level in schedule.level)
    starts = sum(
        1
        for level, begins in zip(schedule.level, schedule.begins, strict=True)
        if level > 0 and BEGINNINGS[begins] != "goes_on"
    )
    period = t("run.in_year") if years == 1 else t("run.in_years", years=years)
    begun = t("calendar.start") if starts == 1 else t("calendar.starts", count=starts)
    return t("calendar.summary", period=period, paid=paid, months=months, starts=begun)
