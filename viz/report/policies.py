"""What is done: the programmes, the calendars that pay them, and the money, by policy."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ...scenarios import (
    BEGINNINGS,
    CalendarSpec,
    FundedProgramme,
    LandlordRules,
    ProgrammeSpec,
    Scenario,
    Schedule,
)
from ..text import Texts
from ..text.calendar_words import schedule_words, stretch_words
from ..text.field_cards import field_cards, shares_text, value_text
from .blocks import TableBlock
from .saved import Arm

#: Years between the marks under a strip, and in a column of money.
_PERIOD = 5


@dataclass(frozen=True)
class Piece:
    """A part of a strip: months of one kind, ``"on"``, ``"start"`` or ``"off"``.

    ``x`` and ``width`` are percentages of the strip, ``height`` is the share of the most money.
    """

    kind: str
    x: float
    width: float
    height: float


@dataclass(frozen=True)
class Strip:
    """A calendar laid out over the years of a run, for one programme or for all that share it."""

    label: str
    calendar: str
    words: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class CalendarWords:
    """What a calendar is: its name, what it does stretch by stretch, and what it rests on."""

    name: str
    about: str
    stretches: tuple[str, ...]
    then: str
    source: str


@dataclass(frozen=True)
class PolicyPart:
    """One policy as a reader sees it.

    Attributes
    ----------
    title, about, source
        What it was in the question, what it does, and what it rests on.
    years
        Years of the strips.
    marks
        Years under the strips with their place, in percentages.
    strips
        The calendars.
    money
        Thousands of euros a year by programme and period; None where there is no money.
    total
        The total, in words; over the years that were lived too, where those are fewer.
    looked
        Where in the strips the question looks, in percentages; None at the end.
    rules
        Rules of letting that differ from the usual; None where none do.
    """

    title: str
    about: str
    source: str
    years: int
    marks: tuple[tuple[int, float], ...]
    strips: tuple[Strip, ...]
    money: TableBlock | None
    total: str
    looked: float | None
    rules: TableBlock | None


@dataclass(frozen=True)
class Policies:
    """All policies of a result, their programmes and calendars told once, and their totals."""

    parts: tuple[PolicyPart, ...]
    programmes: TableBlock | None
    calendars: tuple[CalendarWords, ...]
    totals: TableBlock | None


def policies_of(arms: Sequence[Arm], t: Texts) -> Policies:
    """Return what is done in the arms of a result.

    Arms with the same policy over another number of years are told once, over the most years; the
    totals name them all.
    """
    leads: dict[str, Arm] = {}
    for arm in arms:
        key = f"{arm.scenario.policy.key} {sorted(arm.scenario.policy.programmes)}"
        if key not in leads or arm.scenario.years > leads[key].scenario.years:
            leads[key] = arm
    parts = tuple(_part(arm, t) for arm in leads.values())
    return Policies(parts, _programmes(arms, t), tuple(_calendars(arms, t)), _totals(arms, t))


def _part(arm: Arm, t: Texts) -> PolicyPart:
    setup = arm.scenario
    policy, years = setup.policy, setup.years
    yearly = _yearly_cents(setup)
    total = sum(sum(cents) for cents in yearly.values())
    words = [_total_words(total, years, t)] if policy.programmes else []
    if words and arm.years < years:
        until = sum(sum(cents[: arm.years]) for cents in yearly.values())
        amount = t("budget.eur", amount=t.number(until / 100))
        words.append(t("report.until", year=str(arm.years), amount=amount))
    about = t.of_model(policy.about) if policy.about else ""
    if policy.is_null:
        about = t("report.nothing_done")
    return PolicyPart(
        title=arm.title,
        about=about[:1].upper() + about[1:],
        source=policy.source,
        years=years,
        marks=tuple((year, 100 * year / years) for year in _marked(years)),
        strips=tuple(_strips(setup, t)),
        money=_money(yearly, t) if total else None,
        total=" ".join(words),
        looked=100 * arm.years / years if arm.years < years else None,
        rules=_rules(policy.landlord, t),
    )


def _marked(years: int) -> list[int]:
    """Return the years under a strip: every one of a few, or every fifth, the last always."""
    step = 1 if years <= 6 else _PERIOD if years <= 40 else 10
    marks = list(range(0, years, step))
    # The last year stands alone where it would run into the one before it.
    if years - marks[-1] < 0.4 * step:
        marks.pop()
    return [*marks, years]


# -- calendars ------------------------------------------------------------------------------------


def _strips(setup: Scenario, t: Texts) -> Iterator[Strip]:
    """Yield a strip for all programmes that have the same months with money."""
    groups: dict[str, list[FundedProgramme]] = {}
    for funded in setup.policy.programmes.values():
        key = f"{funded.calendar.model_dump_json()} {funded.first_month}"
        key += f" {funded.programme.staff.start_up_months}"
        groups.setdefault(key, []).append(funded)
    whole = len(setup.policy.programmes)
    for group in groups.values():
        first = group[0]
        schedule = first.schedule(setup.months)
        label = t.listing([one.programme.name for one in group])
        if len(group) == whole > 1:
            label = t("report.all_programmes", count=whole)
        yield Strip(
            label=label,
            calendar=first.calendar.name,
            words=schedule_words(schedule, setup.years, t),
            pieces=tuple(_pieces(schedule, first.programme.staff.start_up_months)),
        )


def _pieces(schedule: Schedule, start_up: int) -> Iterator[Piece]:
    """Yield the months of a strip, those of one kind and height together."""
    months = list(_months(schedule, start_up))
    most = max(1.0, *schedule.level)
    at = 0
    for (kind, level), same in itertools.groupby(months):
        count = len(list(same))
        x, width = 100 * at / len(months), 100 * count / len(months)
        yield Piece(kind, x, width, level / most)
        at += count


def _months(schedule: Schedule, start_up: int) -> Iterator[tuple[str, float]]:
    """Yield for every month whether there is money, none, or a fresh start that takes months."""
    starting = 0
    for level, begins in zip(schedule.level, schedule.begins, strict=True):
        if level <= 0:
            starting = 0
            yield "off", 0.0
            continue
        if BEGINNINGS[begins] != "goes_on":
            starting = start_up
        yield ("start" if starting > 0 else "on"), float(level)
        starting -= 1


def _calendars(arms: Sequence[Arm], t: Texts) -> Iterator[CalendarWords]:
    """Yield every calendar once, those that others' money is measured by included."""
    known: set[str] = set()
    for one in _funded(arms):
        for calendar in (one.calendar, one.equal_money_to):
            if calendar is not None and calendar.model_dump_json() not in known:
                known.add(calendar.model_dump_json())
                yield _words(calendar, t)


def _words(calendar: CalendarSpec, t: Texts) -> CalendarWords:
    stretches = tuple(
        t(
            "report.stretch",
            months=one.months,
            share=f"{t.value(round(100 * one.level, 6))}%",
            words=stretch_words(one, at, t),
        )
        for at, one in enumerate(calendar.stretches, start=1)
    )
    about = t.of_model(calendar.about)
    then = t(f"calendar.then_{calendar.then}")
    name = (
        calendar.name
        if calendar.name.lower() == calendar.key
        else f"{calendar.name} ({calendar.key})"
    )
    return CalendarWords(name, about[:1].upper() + about[1:], stretches, then, calendar.source)


def _funded(arms: Sequence[Arm]) -> Iterator[FundedProgramme]:
    for arm in arms:
        yield from arm.scenario.policy.programmes.values()


# -- programmes -----------------------------------------------------------------------------------


def _programmes(arms: Sequence[Arm], t: Texts) -> TableBlock | None:
    """Return a row a programme; once, or once for each way in which arms have it."""
    found: dict[str, tuple[ProgrammeSpec, list[str]]] = {}
    for arm in arms:
        for funded in arm.scenario.policy.programmes.values():
            spec = funded.programme
            titles = found.setdefault(spec.model_dump_json(), (spec, []))[1]
            if arm.title not in titles:
                titles.append(arm.title)
    specs = [spec.key for spec, _ in found.values()]
    rows = []
    for spec, titles in found.values():
        name = spec.name
        if specs.count(spec.key) > 1:
            name = t("report.in_arm", name=name, arms=t.listing(titles))
        rows.append(_programme(name, spec, t))
    if not rows:
        return None
    names = ("programme", "does", "ladder", "places", "months", "month_eur", "payers", "rests_on")
    return TableBlock(
        title=t("report.programmes"),
        headers=[t(f"report.of_{name}") for name in names],
        rows=rows,
        note=t("report.programmes_note"),
    )


def _programme(name: str, spec: ProgrammeSpec, t: Texts) -> list[str | int | float | None]:
    about = t.of_model(spec.about)
    return [
        name,
        f"{about[:1].upper()}{about[1:]}",
        t(f"ladder.{spec.ladder}"),
        spec.places,
        spec.support.duration_months,
        t.number(spec.full_month_cents() / 100),
        shares_text(spec.payers, t),
        spec.source,
    ]


# -- money ----------------------------------------------------------------------------------------


def _yearly_cents(setup: Scenario) -> dict[str, list[int]]:
    """Return what every programme is paid in each year of a scenario, in cents."""
    return {
        setup.policy.programmes[name].programme.name: [
            sum(cents[at : at + 12]) for at in range(0, setup.months, 12)
        ]
        for name, cents in setup.grants_cents().items()
    }


def _total_words(total: int, years: int, t: Texts) -> str:
    whole = t("budget.eur", amount=t.number(total / 100))
    mean = t("budget.eur", amount=t.number(total / 100 / years))
    period = t("run.in_year") if years == 1 else t("run.in_years", years=years)
    words = t("acts.total", period=period, total=whole, mean=mean)
    return words[:1].upper() + words[1:]


def _money(yearly: Mapping[str, list[int]], t: Texts) -> TableBlock:
    """Return thousands of euros a year, by period of five years, and in all."""
    rows_of = dict(yearly)
    if len(yearly) > 1:
        rows_of[t("acts.together")] = [sum(year) for year in zip(*yearly.values(), strict=True)]
    years = len(next(iter(yearly.values())))
    starts = range(0, years, _PERIOD)
    rows: list[list[str | int | float | None]] = []
    for name, cents in rows_of.items():
        parts = [cents[at : at + _PERIOD] for at in starts]
        means = [t.number(sum(part) / len(part) / 100_000) for part in parts]
        rows.append([name, *means, t.number(sum(cents) / 100_000)])
    ends = [min(years, at + _PERIOD) for at in starts]
    columns = [
        str(end) if end == at + 1 else f"{at + 1}-{end}"
        for at, end in zip(starts, ends, strict=True)
    ]
    return TableBlock(
        title=t("acts.thousands"),
        headers=[t("list.programme"), *columns, t("acts.in_all")],
        rows=rows,
        strong=[len(rows) - 1] if len(yearly) > 1 else [],
    )


def _totals(arms: Sequence[Arm], t: Texts) -> TableBlock | None:
    """Return a row an arm: years, euros in all and a year, and whose money it was made equal to."""
    rows: list[list[str | int | float | None]] = []
    for arm in arms:
        setup = arm.scenario
        total = sum(sum(cents) for cents in _yearly_cents(setup).values())
        equal = {
            one.equal_money_to.name
            for one in setup.policy.programmes.values()
            if one.equal_money_to is not None and one.money_eur is None
        }
        own = (one.money_eur for one in setup.policy.programmes.values())
        if setup.policy.amount is not None or any(amount is not None for amount in own):
            equal.add(t("report.money_set"))
        row = [arm.title, str(setup.years), t.number(total / 100)]
        rows.append([*row, t.number(total / 100 / setup.years), ", ".join(sorted(equal)) or "-"])
    if len(rows) < 2:
        return None
    names = ["arm", "years", "total", "a_year", "equal"]
    if all(row[-1] == "-" for row in rows):
        names.pop()
    headers = [t(f"report.money_{name}") for name in names]
    rows = [row[: len(names)] for row in rows]
    return TableBlock(title=t("report.totals"), headers=headers, rows=rows)


def _rules(rules: LandlordRules, t: Texts) -> TableBlock | None:
    rows: list[list[str | int | float | None]] = []
    for name, field in LandlordRules.model_fields.items():
        value = getattr(rules, name)
        if value != field.default:
            card = field_cards()[f"landlord.{name}"]
            meaning, unit = t.of_model(card.doc), t.of_model(card.unit)
            usual = value_text(field.default, t)
            rows.append([meaning, value_text(value, t), usual, unit, card.source])
    if not rows:
        return None
    columns = [t("acts.rule"), t("list.value"), t("acts.usual"), t("place.unit")]
    return TableBlock(
        title=t("report.rules"), headers=[*columns, t("report.of_rests_on")], rows=rows
    )
