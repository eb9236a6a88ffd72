"""Funding calendars through the years: money, service, relations, trust and gain, on shared axes."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from ..text import DEFAULT_LANGUAGE, Texts, texts
from ..text.policy_names import policy_name
from .comparison import POLICY_COLOURS, names_of, source_of
from .effects import nice_ticks, page_for, tick_words
from .style import BODY, FAINT, INK, MARGIN, PAPER, SMALL, SOFT, Page, font

if TYPE_CHECKING:
    from ...experiments.comparison import Comparison
    from ...experiments.courses import Course

_WIDTH = 9.0
_LABEL, _END = 2.1, 0.75
_TITLE, _GAP, _FOOT, _KEY = 0.27, 0.22, 0.26, 0.34
_STRIP, _APART, _SPACE = 0.1, 0.025, 0.06
#: Room in inches for the numbers at both ends of an axis.
_SCALE, _TINY = 0.36, 6.0
#: Longest page by its width, that of A4; inches of it that titles and source line take; and how
#: small the parts of a block may become to keep to it.
_LONGEST, _AROUND, _SMALLEST = 1.41, 3.0, 0.7
_LEADING = "rung_years.participants"
_HUES = len(POLICY_COLOURS)


@dataclass(frozen=True)
class _Panel:
    """One line of a block: what it shows, how high it is, and the numbers by replicate.

    Attributes
    ----------
    name
        Key of its texts.
    height
        In inches.
    values
        Returns a row a replicate and a column a month or year.
    decimals
        With which the last number is written.
    floor
        Whether the axis begins at zero.
    """

    name: str
    height: float
    values: Callable[[Course], np.ndarray]
    decimals: int = 0
    floor: bool = True


_PANELS = (
    _Panel("workers", 0.22, lambda one: one.monthly["key_workers"]),
    _Panel("relations", 0.28, lambda one: one.monthly["supported_months"]),
    _Panel("trust", 0.28, lambda one: one.yearly["trust_participants"], 2, floor=False),
    _Panel("outcome", 0.38, lambda one: one.yearly[_LEADING]),
)
_PURSE = 0.3


def calendars_figure(
    found: Comparison, courses: Sequence[Course], lang: str = DEFAULT_LANGUAGE
) -> Figure:
    """Draw the calendars under each other on one page, all axes shared.

    Each block has, from above: the money a month, a strip a programme (solid: the programme works;
    hatched: money, but no work yet; white with an outline: no money), key workers, participants
    with support, trust of participants, and rung-years gained. Lines are means, bands run from the
    lowest to the highest replicate that was followed.

    Parameters
    ----------
    found
        What was compared.
    courses
        From `experiments.courses`; one block each.
    lang
        ``"nl"`` or ``"en"``.

    Raises
    ------
    ValueError
        Without courses.
    """
    if not courses:
        raise ValueError("there is no calendar with money to draw")
    t = texts(lang)
    years = courses[0].grants_eur.shape[1] // 12
    followed = len(courses[0].yearly[_LEADING])
    return courses_figure(
        courses,
        title=_title(found, courses, years, t),
        below=t("calendars.below", count=t.number(followed)),
        source=source_of(found, t),
        names=[_name(one, t) for one in courses],
        colours=[POLICY_COLOURS[found.policies.index(one.policies[0]) % _HUES] for one in courses],
        lang=lang,
    )


def courses_figure(
    courses: Sequence[Course],
    *,
    title: str,
    below: str,
    source: str,
    names: Sequence[str],
    colours: Sequence[str],
    lang: str = DEFAULT_LANGUAGE,
) -> Figure:
    """Draw courses under each other, all axes shared, under a title of one's own.

    Parameters
    ----------
    courses
        One block each; of equally many months.
    title, below, source
        The finding, what is shown, and where it comes from.
    names, colours
        Of each block.
    lang
        ``"nl"`` or ``"en"``.
    """
    t = texts(lang)
    size = _size(courses)
    heights = [_block_height(one, size) for one in courses]
    room = _KEY + sum(heights) + (len(courses) - 1) * _GAP + _FOOT
    page = page_for(_WIDTH, room, title, below, source)
    _write_key(page, t)
    scales = _scales(courses)
    top = page.top - _KEY
    blocks = zip(courses, heights, names, colours, strict=True)
    for number, (course, height, name, colour) in enumerate(blocks):
        _draw_block(page, course, top, name, colour, scales, size, t)
        if number == len(courses) - 1:
            _write_years(page, top - height, courses[0].grants_eur.shape[1] // 12, t)
        top -= height + _GAP
    return page.figure


def _name(course: Course, t: Texts) -> str:
    """Return what the block of a course is called."""
    name = names_of(course.policies, t)
    key = "calendars.same" if len(course.policies) > 1 else "calendars.name"
    return t(key, name=name[:1].upper() + name[1:])


def _title(found: Comparison, courses: Sequence[Course], years: int, t: Texts) -> str:
    """Return the finding: which calendar is the longest without service, and which breaks most."""
    without = {
        one.policies[0]: found.mean("months_without_service", one.policies[0])[0] for one in courses
    }
    most, least = max(without, key=without.__getitem__), min(without, key=without.__getitem__)
    broken = {one: found.mean("relations_broken", one)[0] for one in (most, least)}
    place = found.arms.baseline.place.name
    if len(courses) == 1 or without[most] == without[least]:
        return t("calendars.title_one", place=place, years=years)
    worst = max(courses, key=lambda one: found.mean("relations_broken", one.policies[0])[0])
    broken_by = found.mean("relations_broken", worst.policies[0])[0]
    return t(
        "calendars.title",
        place=place,
        years=years,
        most=policy_name(most, t),
        months=t.number(without[most]),
        worst=policy_name(worst.policies[0], t),
        broken=t.number(broken_by),
        least=policy_name(least, t),
        kept=t.number(broken[least]),
    )


def _size(courses: Sequence[Course]) -> float:
    """Return how large the parts of blocks are drawn, 1 where that fits on a page of A4."""
    fixed = _AROUND + len(courses) * _TITLE + (len(courses) - 1) * _GAP
    parts = sum(_block_height(one, 1.0) - _TITLE for one in courses)
    return min(1.0, max(_SMALLEST, (_LONGEST * _WIDTH - fixed) / parts))


def _block_height(course: Course, size: float) -> float:
    strips = len(course.programmes) * (_STRIP + _APART)
    parts = _PURSE + strips + sum(one.height for one in _PANELS) + 5 * _SPACE
    return _TITLE + size * parts


def _scales(courses: Sequence[Course]) -> dict[str, tuple[float, float]]:
    """Return the ends of the axis of every panel, the same for all blocks."""
    found = {"purse": (0.0, 1.08 * max(float(one.grants_eur.sum(axis=0).max()) for one in courses))}
    for panel in _PANELS:
        ends = [panel.values(one) for one in courses]
        low = min(float(np.nanmin(one)) for one in ends)
        high = max(float(np.nanmax(one)) for one in ends)
        if panel.floor:
            low, high = min(0.0, low), max(0.0, high)
        spare = 0.08 * ((high - low) or 1.0)
        found[panel.name] = (low if panel.floor and low == 0 else low - spare, high + spare)
    return found


# -- blocks -----------------------------------------------------------------------------------


def _draw_block(
    page: Page,
    course: Course,
    top: float,
    name: str,
    colour: str,
    scales: dict[str, tuple[float, float]],
    size: float,
    t: Texts,
) -> None:
    months = course.grants_eur.shape[1]
    y = top - BODY / 72
    page.write(MARGIN, y, name, BODY, bold=True)
    y = top - _TITLE - size * _PURSE
    axes = _axes(page, y, size * _PURSE, months, scales["purse"])
    purse = course.grants_eur.sum(axis=0)
    axes.stairs(purse, np.arange(months + 1), fill=True, color=colour, alpha=0.85)
    _label(page, "purse", y, size * _PURSE, t)
    _mark_scale(page, y, size * _PURSE, [limit / 1000 for limit in scales["purse"]], 0, t)
    most = t("calendars.most", amount=_thousands(float(purse.max()), t))
    _write_end(page, y, size * _PURSE, most)
    for number, programme in enumerate(course.programmes.values()):
        y -= size * (_STRIP + (_SPACE if number == 0 else _APART))
        _draw_strip(page, course, number, (y, size * _STRIP), colour)
        page.write(MARGIN, y + 0.01, _short(page, programme), SMALL - 1.5, color=SOFT)
    for panel in _PANELS:
        y -= size * (panel.height + _SPACE)
        _draw_panel(page, course, panel, (y, size * panel.height), colour, scales[panel.name], t)


def _axes(page: Page, y: float, height: float, months: int, limits: tuple[float, float]) -> Axes:
    """Return axes with months across, and thin lines every five years."""
    left = MARGIN + _LABEL
    axes = page.axes(left, y, page.width - MARGIN - _END - left, height)
    axes.set(xlim=(0, months), ylim=limits, xticks=[], yticks=[])
    for month in range(0, months + 1, 60):
        axes.axvline(month, color=FAINT, linewidth=0.6, zorder=0)
    axes.axhline(max(0.0, limits[0]), color="#9aa4ae", linewidth=0.6, zorder=1)
    return axes


def _draw_strip(
    page: Page, course: Course, number: int, place: tuple[float, float], colour: str
) -> None:
    """Draw a programme: solid where it works, hatched where it starts up, outlined without money."""
    paid = course.grants_eur[number] > 0
    state = np.where(~paid, 0, np.where(course.starting[number], 1, 2))
    axes = _axes(page, *place, len(state), (0.0, 1.0))
    edges = [0, *(np.flatnonzero(np.diff(state)) + 1).tolist(), len(state)]
    for first, last in pairwise(edges):
        axes.add_patch(_piece(int(state[first]), first, last - first, colour))


def _piece(state: int, first: float, wide: float, colour: str) -> Rectangle:
    looks = {
        0: {"facecolor": PAPER, "edgecolor": "#9aa4ae", "linewidth": 0.6},
        1: {"facecolor": PAPER, "edgecolor": colour, "linewidth": 0.6, "hatch": "//////"},
        2: {"facecolor": colour, "edgecolor": colour, "linewidth": 0.6},
    }
    return Rectangle((first, 0.04), wide, 0.92, **looks[state])  # type: ignore[arg-type]


def _draw_panel(
    page: Page,
    course: Course,
    panel: _Panel,
    place: tuple[float, float],
    colour: str,
    limits: tuple[float, float],
    t: Texts,
) -> None:
    """Draw a line with its band, and its last number at its end."""
    months = course.grants_eur.shape[1]
    axes = _axes(page, *place, months, limits)
    values = panel.values(course)
    at = np.linspace(0, months, values.shape[1] + 1)[1:]
    known = np.isfinite(values).any(axis=0)
    mean = np.full(values.shape[1], np.nan)
    low, high = mean.copy(), mean.copy()
    mean[known] = np.nanmean(values[:, known], axis=0)
    low[known] = np.nanmin(values[:, known], axis=0)
    high[known] = np.nanmax(values[:, known], axis=0)
    axes.fill_between(at, low, high, color=colour, alpha=0.25, linewidth=0, zorder=2)
    axes.plot(at, mean, color=colour, linewidth=1.3, zorder=3)
    _label(page, panel.name, *place, t)
    if math.isfinite(float(mean[-1])):
        _write_end(page, *place, _number_of(panel, mean, t))
    _mark_scale(page, *place, limits, panel.decimals, t)


def _number_of(panel: _Panel, mean: np.ndarray, t: Texts) -> str:
    """Return the number beside a panel: where it ends, or the mean of all months."""
    if panel.name == "outcome":
        return t.signed(float(mean[-1]))
    if panel.name == "trust":
        return t.number(float(mean[-1]), panel.decimals)
    return t("calendars.mean", number=t.number(float(np.nanmean(mean))))


def _mark_scale(
    page: Page, y: float, height: float, limits: Sequence[float], decimals: int, t: Texts
) -> None:
    """Write at both ends of an axis which number is there."""
    x = MARGIN + _LABEL - 0.05
    for place, limit in ((y - 0.01, limits[0]), (y + height - 0.75 * _TINY / 72, limits[1])):
        page.write(x, place, t.number(limit, decimals), _TINY, color=SOFT, ha="right")


def _label(page: Page, name: str, y: float, height: float, t: Texts) -> None:
    """Write beside a panel what it shows, in at most two lines."""
    lines = page.wrapped(t(f"calendars.{name}"), _LABEL - _SCALE, SMALL)[:2]
    base = y + height / 2 - 0.35 * SMALL / 72 + (len(lines) - 1) * 0.6 * SMALL / 72
    for line in lines:
        page.write(MARGIN, base, line, SMALL, color=SOFT)
        base -= 1.2 * SMALL / 72


def _write_end(page: Page, y: float, height: float, words: str) -> None:
    base = y + height / 2 - 0.35 * SMALL / 72
    page.write(page.width - MARGIN - _END + 0.08, base, words, SMALL)


def _short(page: Page, name: str) -> str:
    """Return a name that fits beside its strip."""
    room = _LABEL - _SCALE
    if page.text_width(name, SMALL - 1.5) <= room:
        return name
    while name and page.text_width(name + "...", SMALL - 1.5) > room:
        name = name[:-1]
    return name.rstrip() + "..."


def _thousands(amount: float, t: Texts) -> str:
    return t.number(amount / 1000)


def _write_years(page: Page, y: float, years: int, t: Texts) -> None:
    """Write the years under the last block."""
    left = MARGIN + _LABEL
    wide = page.width - MARGIN - _END - left
    axes = page.axes(left, y - 0.02, wide, 0.02)
    axes.set(xlim=(0, years), yticks=[])
    ticks = nice_ticks(0, years, 7)
    axes.set_xticks(ticks.tolist(), tick_words(t, ticks), fontproperties=font(SMALL), color=SOFT)
    page.write(MARGIN, y - 0.17, t("calendars.years"), SMALL, color=SOFT)


def _write_key(page: Page, t: Texts) -> None:
    """Say above the blocks what solid, hatched and outlined are."""
    x, y = MARGIN, page.top - SMALL / 72
    for state, name in ((2, "on"), (1, "starting"), (0, "off")):
        box = _piece(state, 0, 1, SOFT)
        box.set_bounds(
            x / page.width, (y - 0.02) / page.height, 0.3 / page.width, 0.12 / page.height
        )
        page.figure.add_artist(box)
        words = t(f"calendars.key_{name}")
        page.write(x + 0.38, y, words, SMALL, color=INK)
        x += 0.38 + page.text_width(words, SMALL) + 0.3
