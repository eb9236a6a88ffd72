"""The card of a funding calendar: its stretches in words, and its months as a picture."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.text import Text

from ...scenarios import BEGINNINGS, CalendarSpec, Schedule, Stretch, catalogue_names, load_calendar
from ...viz.text import Texts
from ...viz.text.calendar_words import schedule_words, stretch_words
from .screen import Listing, as_sentence, print_plain, show_facts, show_listing

_YEARS_A_LINE = 5
_BLOCKS = "▁▂▃▄▅▆▇█"
#: From the least money to full money, where a terminal has no blocks.
_PLAIN = "123456789#"
#: A month that somebody else pays.
_CARRIED = "o"


def show_calendar(asked: str, calendar: CalendarSpec, years: int, t: Texts, out: Console) -> None:
    """Print what a calendar does in words, then month by month over a number of years.

    ``asked`` is the name or the file that it was asked by.
    """
    schedule = Schedule(calendar, 12 * years)
    facts = {
        "": as_sentence(t.of_model(calendar.about)),
        t("calendar.name"): _name(calendar, t),
        t("explain.source"): calendar.source,
        t("calendar.change"): f"--set programmes.{t('calendar.any')}.calendar={asked}",
    }
    show_facts(out, t("calendar.title", name=calendar.key), facts)
    out.print()
    show_listing(out, _stretches(calendar, t))
    print_plain(out, Text(t(f"calendar.then_{calendar.then}")))
    out.print()
    print_plain(out, Text(as_sentence(schedule_words(schedule, years, t)), style="bold"))
    if carried := _carried(schedule, t):
        print_plain(out, Text(carried))
    plain = out.options.ascii_only
    for line in _picture(schedule, years, plain, t):
        print_plain(out, Text(line))
    print_plain(out, Text(_legend(schedule, plain, t)))


def _name(calendar: CalendarSpec, t: Texts) -> str:
    """Return what people call a calendar: one of the catalogue in their language."""
    key = calendar.key
    if key in catalogue_names("calendars") and load_calendar(key) == calendar:
        return t(f"calendar_name.{key.replace('-', '_')}")
    return calendar.name


def payers_of(names: Sequence[str], t: Texts) -> str:
    """Return payers as one enumeration, each once: ``de gemeente en het fonds``."""
    return t.listing([t(f"payer_the.{name}") for name in dict.fromkeys(names)])


def _carried(schedule: Schedule, t: Texts) -> str:
    """Return what those who carry gaps add to the money of the calendar; nothing where nobody does."""
    payers = [one for one in schedule.carried_by() if one is not None]
    if not payers:
        return ""
    share = t.percent(len(payers) / sum(schedule.level))
    return t("calendar.carried", payers=payers_of(payers, t), count=len(payers), share=share)


def _words(one: Stretch, at: int, t: Texts) -> str:
    """Return what a stretch is; also of a gap that is carried, in which another party takes over."""
    words = stretch_words(one, at, t)
    if one.level > 0 or one.begins != "relay":
        return words
    more = [t("begins.relay")]
    if one.handover:
        more.append(t("calendar.handover", share=t.percent(one.handover)))
    return "; ".join([words, *more])


def _stretches(calendar: CalendarSpec, t: Texts) -> Listing:
    rows = [
        [
            str(at),
            str(one.months),
            f"{t.value(round(100 * one.level, 6))}%",
            _words(one, at, t),
        ]
        for at, one in enumerate(calendar.stretches, start=1)
    ]
    columns = [t(f"calendar.{one}") for one in ("stretch", "months", "money", "what")]
    return Listing(columns, rows, frozenset({0, 1, 2}), frozenset({3}))


def _picture(schedule: Schedule, years: int, plain: bool, t: Texts) -> Iterator[str]:
    """Yield lines of five years, a sign a month."""
    signs = month_signs(schedule, plain)
    for first in range(0, years, _YEARS_A_LINE):
        last = min(years, first + _YEARS_A_LINE)
        label = t("run.year", year=first + 1)
        if last > first + 1:
            label = t("run.period", first=first + 1, last=last)
        rows = [signs[12 * year : 12 * year + 12] for year in range(first, last)]
        yield f"{label:<11} {' '.join(rows)}"


def month_signs(schedule: Schedule, plain: bool) -> str:
    """Return one sign for each month: its money, a gap, or the first month after a fresh start."""
    most = _most(schedule)
    none, start = (".", "S") if plain else ("·", "▒")
    signs = []
    months = zip(schedule.level, schedule.begins, schedule.carried_by(), strict=True)
    for level, begins, carried_by in months:
        if level == 0:
            signs.append(none if carried_by is None else _CARRIED)
        elif BEGINNINGS[begins] != "goes_on":
            signs.append(start)
        else:
            signs.append(height_sign(float(level) / most, plain))
    return "".join(signs)


def _most(schedule: Schedule) -> float:
    """Return the money that the highest sign stands for: full money, or more where there is more."""
    return max(1.0, *schedule.level)


def height_sign(share: float, plain: bool) -> str:
    """Return a sign as high as a share of the most; a dot where there is nothing."""
    if share <= 0:
        return "." if plain else "·"
    signs = _PLAIN if plain else _BLOCKS
    return signs[min(len(signs), max(1, round(len(signs) * share))) - 1]


def _legend(schedule: Schedule, plain: bool, t: Texts) -> str:
    most = _most(schedule)
    full, none, start = ("#", ".", "S") if plain else ("█", "·", "▒")
    parts = []
    paid = [level for level in schedule.level if level > 0]
    if paid:
        parts = [t("calendar.sign_full", sign=full, share=t.percent(most))]
        parts.append(t("calendar.sign_start", sign=start))
    carried = schedule.carried_by()
    gaps = [payer for level, payer in zip(schedule.level, carried, strict=True) if level == 0]
    if any(gaps):
        parts.append(t("calendar.sign_carried", sign=_CARRIED))
    if None in gaps:
        parts.append(t("calendar.sign_none", sign=none))
    if any(level < most for level in paid):
        parts.append(t("calendar.sign_lower"))
    return t("calendar.legend", signs="   ".join(parts))


def year_signs(schedule: Schedule, plain: bool) -> str:
    """Return one sign for each year, as high as its money; for a table with a line a calendar."""
    yearly = [sum(schedule.level[at : at + 12]) / 12 for at in range(0, len(schedule.level), 12)]
    most = _most(schedule)
    return "".join(height_sign(float(level) / most, plain) for level in yearly)
