"""A plan of a group: a name, and when over the years there is money.

A plan is edited by whole years and can begin as a preset, month for month a calendar of the
catalogue. What it is called is never part of what is computed: equal plans are equal runs.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise

from ...scenarios import CalendarSpec, Schedule, Stretch, load_calendar
from ...scenarios.calendar import Beginning, laid_out
from ...scenarios.programme import Payer

#: What a group can begin with, in the order in which it is offered.
PRESETS = ("marathon", "carousel", "cliff", "sprint", "relay", "anchored")
#: How much a year can weigh in the division of the purse, besides nothing.
WEIGHTS = (1, 2, 3)
LONGEST_NAME = 40
MOST_YEARS = 100

_MOST_PIECES = 160
_LONGEST_TEXT = 2_000
_BEGINS: dict[str, Beginning] = {"": "goes_on", "f": "fresh", "n": "new_name", "r": "relay"}
_PAYERS: dict[str, Payer] = {"m": "municipality"}
_PIECE = re.compile(
    r"(?P<months>[1-9]\d{0,3})x(?P<level>\d{1,3}(?:\.\d{1,6})?)(?P<begins>[fnr]?)(?P<secure>s?)"
    r"(?:p(?P<payer>[a-z]))?(?:h(?P<handover>\d{1,3}))?"
)


def clean_name(text: str) -> str:
    """Return a name as it can be shown: one line, no invisible characters, not too long."""
    plain = unicodedata.normalize("NFC", text)
    seen = "".join(" " if unicodedata.category(one)[0] in "CZ" else one for one in plain)
    return " ".join(seen.split())[:LONGEST_NAME].rstrip()


@dataclass(frozen=True)
class Plan:
    """When there is money, from the first month of a run.

    Attributes
    ----------
    stretches : tuple of Stretch
        Months and levels of money in order; levels are weights, the purse says how many euros.
    years : int
        How many years the plan speaks of.
    name : str
        What the group calls it; empty: not named yet.
    preset : str
        One of `PRESETS` while the plan is still that; empty otherwise.
    """

    stretches: tuple[Stretch, ...]
    years: int
    name: str = ""
    preset: str = ""

    # -- what it is ---------------------------------------------------------------------------

    def calendar(self, key: str = "plan", name: str = "plan") -> CalendarSpec:
        """Return the plan as a funding calendar."""
        return CalendarSpec(
            key=key,
            name=name or "plan",
            about="made on a timeline in the workshop",
            source="judgement of those who made it",
            stretches=self.stretches,
            then="nothing",
        )

    def schedule(self) -> Schedule:
        """Return the plan month by month."""
        return Schedule(self.calendar(), 12 * self.years)

    @property
    def levels(self) -> list[float]:
        """Weight of every month."""
        return self.schedule().level

    def level_of(self, year: int) -> float:
        """Return the highest weight in a year, counted from 1; 0 without money."""
        return max(self.levels[12 * (year - 1) : 12 * year])

    @property
    def unit(self) -> float:
        """The least money of a month with any, as a level: a year of weight 1."""
        return min((level for level in self.levels if level > 0), default=1.0)

    @property
    def has_money(self) -> bool:
        """Whether there is a month with money at all."""
        return any(self.levels)

    @property
    def has_gaps(self) -> bool:
        """Whether money stops and comes back."""
        return any(a.level == 0 and b.level > 0 for a, b in pairwise(self.stretches))

    @property
    def promised(self) -> bool:
        """Whether staff know beforehand of all money that follows."""
        followed = [a for a, b in pairwise(self.stretches) if a.level > 0 and b.level > 0]
        last = self.stretches[-1]
        own = [*followed, last] if last.level > 0 else followed
        return bool(own) and all(one.secure for one in own)

    @property
    def renamed(self) -> bool:
        """Whether every start after a gap is a new project under a new name."""
        restarts = [b.begins for a, b in pairwise(self.stretches) if a.level == 0 and b.level > 0]
        return bool(restarts) and set(restarts) == {"new_name"}

    # -- changing it --------------------------------------------------------------------------

    def with_years(self, years: Iterable[int], weight: int) -> Plan:
        """Return the plan with so much money in some years, counted from 1; 0 takes it away.

        A year weighs as many times the year with least money. One with money after one without is
        a fresh start, under a new name where all others are; one after one with money goes on.
        """
        level = weight * self.unit
        wanted = {year for year in years if 1 <= year <= self.years}
        pieces: list[Stretch] = []
        for year, own in enumerate(self._by_year(), start=1):
            if year in wanted and {one.level for one in own} != {level}:
                pieces.append(Stretch(months=12, level=level))
            else:
                pieces += own
        if not self.promised:
            return replace(self, stretches=_joined(pieces, self.renamed), preset="")
        joined = _joined(_promised(pieces, False), self.renamed)
        return replace(self, stretches=tuple(_promised(joined, True)), preset="")

    def with_promise(self, promised: bool) -> Plan:
        """Return the plan in which staff do, or do not, know beforehand of money that follows."""
        return replace(self, stretches=tuple(_promised(self.stretches, promised)), preset="")

    def with_new_names(self, renamed: bool) -> Plan:
        """Return the plan in which starts after a gap are, or are not, under a new name."""
        stretches = list(self.stretches)
        for at, (before, one) in enumerate(pairwise(self.stretches), start=1):
            if before.level == 0 and one.level > 0:
                begins = "new_name" if renamed else "fresh"
                stretches[at] = one.model_copy(update={"begins": begins})
        return replace(self, stretches=tuple(stretches), preset="")

    def named(self, name: str) -> Plan:
        """Return the plan under another name."""
        return replace(self, name=clean_name(name))

    def _by_year(self) -> list[list[Stretch]]:
        """Return the pieces of every year; what lies after the last year is cut off."""
        years: list[list[Stretch]] = [[] for _ in range(self.years)]
        at = 0
        for one in laid_out(self.calendar(), 12 * self.years):
            left, first = min(one.months, 12 * self.years - at), True
            while left > 0:
                here = min(left, 12 - at % 12)
                begins = one.begins if first else "goes_on"
                piece = {"months": here, "begins": begins}
                years[at // 12].append(one.model_copy(update=piece))
                at, left, first = at + here, left - here, False
        for own in years:
            missing = 12 - sum(one.months for one in own)
            if missing:
                own.append(Stretch(months=missing, level=0.0))
        return years

    # -- a link -------------------------------------------------------------------------------

    def to_text(self) -> str:
        """Return the plan as a short text, for a link: ``carousel`` or ``24x1n-9x0-...``."""
        return self.preset or "-".join(_piece_text(one) for one in self.stretches)


def _promised(pieces: Iterable[Stretch], promised: bool) -> list[Stretch]:
    """Return pieces of which money that is followed by money, or by the end, is promised or not."""
    found = list(pieces)
    for at, one in enumerate(found):
        goes_on = at + 1 == len(found) or found[at + 1].level > 0
        if one.level > 0:
            found[at] = one.model_copy(update={"secure": promised and goes_on})
    return found


def _joined(pieces: list[Stretch], new_name: bool) -> tuple[Stretch, ...]:
    """Return pieces with beginnings that fit what is before them; those that go on made one."""
    found: list[Stretch] = []
    for one in pieces:
        before = found[-1] if found else None
        paid_before = before is not None and before.level > 0
        begins = one.begins
        if one.level == 0 or (paid_before and begins in ("fresh", "new_name")):
            begins = "goes_on"
        elif not paid_before and begins == "goes_on":
            begins = "new_name" if new_name and before is not None else "fresh"
        # No promise reaches across a gap.
        if one.level == 0 and before is not None and before.secure:
            found[-1] = before.model_copy(update={"secure": False})
        one = one.model_copy(update={"begins": begins})
        alike = {"months": 1, "begins": "goes_on"}
        if (
            begins == "goes_on"
            and before is not None
            and before.model_copy(update={**alike, "handover": 0.0})
            == one.model_copy(update={**alike, "handover": 0.0})
        ):
            found[-1] = before.model_copy(update={"months": before.months + one.months})
        else:
            found.append(one)
    return tuple(found)


# -- making one -------------------------------------------------------------------------------


def preset(key: str, years: int, purse_years: int) -> Plan:
    """Return one of `PRESETS` laid out over some years.

    Each is the calendar of the catalogue month for month, but for the cliff: it pays in full for
    as long as the purse lasts (``purse_years`` of full money), and then nothing.

    Raises
    ------
    ValueError
        For an unknown preset.
    """
    if key not in PRESETS:
        raise ValueError(f"unknown preset {key!r}; allowed: {', '.join(PRESETS)}")
    calendar = load_calendar(key)
    if key == "cliff":
        months = 12 * min(purse_years, years)
        first = calendar.stretches[0].model_copy(update={"months": months})
        stretches = (first, Stretch(months=12, level=0.0))[: 1 if months == 12 * years else 2]
        return Plan(stretches, years, preset=key)
    return Plan(tuple(laid_out(calendar, 12 * years)), years, preset=key)


def plan_from_text(text: str, years: int, purse_years: int) -> Plan:
    """Return the plan that a link speaks of.

    Raises
    ------
    ValueError
        For anything that `Plan.to_text` does not write.
    """
    if text in PRESETS:
        return preset(text, years, purse_years)
    parts = text.split("-")
    if len(text) > _LONGEST_TEXT or len(parts) > _MOST_PIECES:
        raise ValueError("a plan in a link is too long")
    if not 1 <= years <= MOST_YEARS:
        raise ValueError(f"a plan has 1 to {MOST_YEARS} years")
    return Plan(tuple(_piece(part) for part in parts), years)


def _piece_text(one: Stretch) -> str:
    begins = next(sign for sign, word in _BEGINS.items() if word == one.begins)
    payer = next((f"p{sign}" for sign, word in _PAYERS.items() if word == one.payer), "")
    handover = f"h{round(100 * one.handover)}" if one.handover else ""
    return f"{one.months}x{one.level:g}{begins}{'s' if one.secure else ''}{payer}{handover}"


def _piece(text: str) -> Stretch:
    found = _PIECE.fullmatch(text)
    if found is None:
        raise ValueError(f"{text[:20]!r} is no part of a plan")
    payer = found["payer"]
    if payer and payer not in _PAYERS:
        raise ValueError(f"nobody pays as {payer!r}")
    # A stretch out of its range is refused by its own checks: that error is a ValueError.
    return Stretch(
        months=int(found["months"]),
        level=float(found["level"]),
        begins=_BEGINS[found["begins"]],
        secure=bool(found["secure"]),
        payer=_PAYERS[payer] if payer else None,
        handover=int(found["handover"] or 0) / 100,
    )
