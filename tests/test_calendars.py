"""Funding calendars: when money flows, what is known of its end, and equal money to the cent."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from itertools import permutations
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from langeadem.agents.account import dues
from langeadem.scenarios import (
    BEGINNINGS,
    PAYERS,
    CalendarSpec,
    FundedProgramme,
    ProgrammeSpec,
    Schedule,
    Stretch,
    catalogue_names,
    load_calendar,
    load_policy,
    load_programme,
    present_value,
)

from .funding import calendar, lived, months, on, programme

PAYS = st.sampled_from(["fund", "landlord"])

CALENDARS = {name: load_calendar(name) for name in catalogue_names("calendars")}
WITH_MONEY = tuple(name for name in CALENDARS if name != "none")
RATE = 0.0225

#: An amount a month that no number of months divides evenly.
SPEC = programme(places=7, staff__salary_eur_per_month=4123.45, money__fixed_eur_per_month=0.01)


def _levels(paid: CalendarSpec, length: int) -> list[float]:
    """Return the level of every month, laid out by hand."""
    once = [one.level for one in paid.stretches for _ in range(one.months)]
    if paid.then == "repeat":
        once *= -(-length // len(once))
    else:
        once += [once[-1] if paid.then == "last" else 0.0] * length
    return once[:length]


def _laid_out(paid: CalendarSpec, length: int, first: int = 0) -> np.ndarray:
    """Return the level of every month, as the calendar lays it out."""
    return np.array(Schedule(paid, length, first).level)


def _begins(paid: CalendarSpec, length: int) -> list[str]:
    return [BEGINNINGS[code] for code in Schedule(paid, length).begins]


def _ends_in(paid: CalendarSpec, length: int) -> list[int | None]:
    """Return the months to the known end of the money, None where it is secure."""
    ends = Schedule(paid, length).ends_in
    return [None if end >= Schedule.FAR else int(end) for end in ends]


def _grants(
    paid: CalendarSpec, length: int, like: CalendarSpec | None = None, **more: Any
) -> np.ndarray:
    return np.array(on(SPEC, paid, equal_money_to=like, **more).grants_cents(length, RATE))


@st.composite
def calendars(draw: st.DrawFn) -> CalendarSpec:
    """Return any calendar of up to five stretches."""
    levels = st.floats(0.0, 30.0).map(lambda level: round(level, 3)) | st.just(0.0)
    stretch = st.fixed_dictionaries(
        {
            "months": st.integers(1, 40),
            "level": levels,
            "begins": st.sampled_from(BEGINNINGS),
            "secure": st.booleans(),
        }
    )
    stretches = draw(st.lists(stretch, min_size=1, max_size=5))
    return calendar(*stretches, then=draw(st.sampled_from(["repeat", "last", "nothing"])))


# -- months -----------------------------------------------------------------------------------------


@given(calendars(), st.integers(1, 200))
def test_months_are_laid_out_as_the_calendar_says(paid: CalendarSpec, length: int) -> None:
    """Protects when money flows: stretch by stretch, and then again, on, or never again."""
    assert _laid_out(paid, length).tolist() == _levels(paid, length)


@pytest.mark.parametrize(
    ("then", "expected"),
    [
        ("repeat", [1.0, 1.0, 0.0, 1.0, 1.0, 0.0, 1.0]),
        ("last", [1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0]),
        ("nothing", [1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0]),
    ],
)
def test_what_follows_the_last_stretch(then: str, expected: list[float]) -> None:
    """Protects the three ways to go on, written out."""
    assert _laid_out(months((2, 1.0), (1, 0.0), then=then), 7).tolist() == expected


def test_the_last_level_goes_on_and_everybody_knows() -> None:
    """Protects ``last``: no new beginning, the same money, and no end in sight."""
    paid = calendar({"months": 2, "level": 0.5}, {"months": 3, "level": 0.25})
    assert _laid_out(paid, 8).tolist() == [0.5, 0.5] + [0.25] * 6
    assert _begins(paid, 8) == ["fresh"] + ["goes_on"] * 7
    assert _ends_in(paid, 8) == [2, 1, 3, 2, 1, None, None, None]


@given(calendars(), st.integers(1, 200))
def test_the_first_paid_month_is_a_beginning(paid: CalendarSpec, length: int) -> None:
    """Protects start-up: whatever a calendar says, money that comes for the first time begins it."""
    with_money = np.flatnonzero(_laid_out(paid, length) > 0)
    if len(with_money):
        assert _begins(paid, length)[with_money[0]] in ("fresh", "new_name")


def test_each_round_begins_anew() -> None:
    """Protects the fresh start: every round of a carousel is one, under a new name, and no other month."""
    begins = _begins(CALENDARS["carousel"], 100)
    assert [month for month, kind in enumerate(begins) if kind == "new_name"] == [0, 33, 66, 99]
    assert begins.count("goes_on") == 96
    same = _begins(CALENDARS["carousel-same-name"], 100)
    assert [month for month, kind in enumerate(same) if kind == "fresh"] == [0, 33, 66, 99]


def test_the_end_is_in_sight_unless_more_is_promised() -> None:
    """Protects insecurity: months to the end of a stretch are counted down, of a secure one they are not."""
    paid = calendar({"months": 3}, {"months": 2, "secure": True}, {"months": 2}, then="nothing")
    assert _ends_in(paid, 9) == [3, 2, 1, None, None, 2, 1, None, None]


# -- equal money ------------------------------------------------------------------------------------


@pytest.mark.parametrize("years", [7, 30])
def test_every_pair_of_the_catalogue_has_equal_money_to_the_cent(years: int) -> None:
    """Protects the comparison at equal money: in total to the cent, whatever the two calendars."""
    length = 12 * years
    for one, other in permutations(WITH_MONEY, 2):
        scaled = _grants(CALENDARS[one], length, CALENDARS[other])
        assert scaled.sum() == _grants(CALENDARS[other], length).sum(), (one, other)
        gaps = _laid_out(CALENDARS[one], length) == 0
        assert not scaled[gaps].any(), (one, other)
        assert (scaled >= 0).all(), (one, other)


@pytest.mark.parametrize("years", [7, 30])
def test_every_pair_of_the_catalogue_has_equal_present_value(years: int) -> None:
    """Protects the comparison at equal present value: to the cent, whatever the two calendars."""
    length = 12 * years
    for one, other in permutations(WITH_MONEY, 2):
        scaled = _grants(CALENDARS[one], length, CALENDARS[other], equal_in="present_value")
        meant = present_value(_grants(CALENDARS[other], length), RATE)
        assert present_value(scaled, RATE) == pytest.approx(meant, rel=0, abs=1.0), (one, other)
        assert not scaled[_laid_out(CALENDARS[one], length) == 0].any(), (one, other)


@given(calendars(), calendars(), st.integers(1, 150), st.integers(0, 5))
def test_any_two_calendars_can_have_equal_money(
    one: CalendarSpec, other: CalendarSpec, length: int, starts: int
) -> None:
    """Protects equal money for calendars of one's own, and that scaling keeps their shape."""
    level = np.array([0.0] * 12 * starts + _levels(one, length))[:length]
    assume(level.any())
    scaled = _grants(one, length, other, starts_year=float(starts))
    meant = _grants(other, length, starts_year=float(starts)).sum()
    assert scaled.sum() == meant
    # No month is more than a cent from its share.
    shares = [Fraction(x).limit_denominator(10**9) for x in level.tolist()]
    whole = sum(shares)
    for share, cents in zip(shares, scaled.tolist(), strict=True):
        assert abs(int(meant) * share / whole - cents) < 1


@given(calendars(), calendars(), st.integers(1, 150), st.floats(0.0, 0.2))
def test_any_two_calendars_can_have_equal_present_value(
    one: CalendarSpec, other: CalendarSpec, length: int, rate: float
) -> None:
    """Protects equal present value at any rate: to the cent of a month with money."""
    assume(any(_levels(one, length)))
    funded = on(SPEC, one, equal_money_to=other, equal_in="present_value")
    scaled = np.array(funded.grants_cents(length, rate))
    meant = np.array(on(SPEC, other).grants_cents(length, rate))
    assert present_value(scaled, rate) == pytest.approx(present_value(meant, rate), rel=0, abs=1.0)
    assert not scaled[np.array(_levels(one, length)) == 0].any()


def test_discounting_counts_later_euros_for_less() -> None:
    """Protects the present value: a euro in twelve months is worth a year's discount less."""
    assert present_value(np.array([100.0] + [0.0] * 11 + [100.0]), 0.25) == pytest.approx(180.0)
    late = months((60, 0.0), (12, 1.0))
    early = months((12, 1.0))
    in_total = _grants(late, 120, early)
    in_value = _grants(late, 120, early, equal_in="present_value")
    assert in_total.sum() == _grants(early, 120).sum()
    assert in_value.sum() / in_total.sum() == pytest.approx((1 + RATE) ** 5, rel=1e-6)


def test_a_calendar_without_money_cannot_equal_one_that_has() -> None:
    """Protects promise 5: what cannot be scaled is refused and not paid out as nothing."""
    with pytest.raises(ValueError, match="without money"):
        _grants(CALENDARS["none"], 120, CALENDARS["continuous"])
    assert _grants(CALENDARS["none"], 120, CALENDARS["none"]).tolist() == [0] * 120


@pytest.mark.parametrize(
    "name", [name for name in catalogue_names("policies") if load_policy(name).programmes]
)
def test_policies_that_say_equal_money_have_it(name: str) -> None:
    """Protects the catalogue: a policy that is scaled pays what its measure pays, programme by programme."""
    for funded in load_policy(name).programmes.values():
        if funded.equal_money_to is not None:
            measure = FundedProgramme(programme=funded.programme, calendar=funded.equal_money_to)
            for years in (5, 30):
                own, other = (sum(one.grants_cents(12 * years, RATE)) for one in (funded, measure))
                assert own == other > 0


# -- gaps that somebody carries, and keys that do nothing ------------------------------------------


@given(calendars(), st.data(), st.integers(1, 120))
def test_a_gap_is_carried_in_the_months_in_which_the_account_says_so(
    plain: CalendarSpec, data: st.DataObject, length: int
) -> None:
    """Protects what is told of gaps: who carries which month is what the account lets them pay."""
    stretches = [
        {**one.model_dump(), "bridged_by": data.draw(st.none() | PAYS) if one.level == 0 else None}
        for one in plain.stretches
    ]
    funded = on(SPEC, calendar(*stretches, then=plain.then))
    schedule = funded.schedule(length)
    assume(all(level == 0 or level > 1e-6 for level in schedule.level))
    due = dues(funded, schedule, funded.grants_cents(length, RATE))
    paid = [next((who for who, (kind, _) in one.items() if kind == "bridge"), None) for one in due]
    assert schedule.carried_by() == paid
    full = SPEC.full_month_cents()
    assert all(cents == full for one in due for kind, cents in one.values() if kind == "bridge")


def _noticed(funded: FundedProgramme, length: int) -> list[Any]:
    """Return of each month what a programme notices of it: who pays, and what begins with what."""
    schedule = funded.schedule(length)
    found, before = [], {}
    for at, due in enumerate(dues(funded, schedule, funded.grants_cents(length, RATE))):
        begins = BEGINNINGS[schedule.begins[at]]
        relay = begins == "relay" and before
        granted = schedule.level[at] > 0 or relay
        starts = begins if due and granted else ""
        found.append((due, starts, schedule.handover[at] if starts and relay else 0.0))
        before = due
    return found


MONEY: dict[str, Any] = {"months": 6}
GAP: dict[str, Any] = {"months": 6, "level": 0.0}
RELAY: dict[str, Any] = {"months": 6, "begins": "relay"}


@pytest.mark.parametrize(
    ("stretches", "then", "found"),
    [
        ([MONEY, {**MONEY, "handover": 0.5}], "last", [(1, "handover")]),
        ([{**MONEY, "begins": "fresh", "handover": 0.5}], "repeat", [(0, "handover")]),
        ([MONEY, {**RELAY, "handover": 0.5}], "last", []),
        ([{**RELAY, "handover": 0.5}], "repeat", []),
        ([{**RELAY, "handover": 0.5}], "last", [(0, "begins")]),
        ([GAP, RELAY], "nothing", [(1, "begins")]),
        ([MONEY, GAP, RELAY], "nothing", []),
        ([MONEY, GAP, {**RELAY, "handover": 0.5}], "nothing", [(2, "handover")]),
        ([MONEY, {**GAP, "bridged_by": "fund"}, {**RELAY, "handover": 0.5}], "nothing", []),
        ([MONEY, {**GAP, "payer": "fund"}], "repeat", [(1, "payer")]),
        ([MONEY, {**GAP, "payer": "fund", "bridged_by": "fund"}], "repeat", [(1, "payer")]),
        ([MONEY, {**GAP, "payers": {"fund": 1.0}}], "repeat", [(1, "payers")]),
        ([MONEY, {**GAP, "begins": "relay"}], "repeat", [(1, "begins")]),
        ([MONEY, {**GAP, "begins": "fresh"}], "repeat", [(1, "begins")]),
        ([MONEY, {**GAP, "begins": "relay", "bridged_by": "fund"}], "repeat", []),
        ([{**GAP, "bridged_by": "fund"}, MONEY], "nothing", [(0, "bridged_by")]),
        ([{**GAP, "bridged_by": "fund"}, MONEY], "repeat", []),
        ([MONEY, GAP, {**GAP, "bridged_by": "fund"}], "repeat", [(2, "bridged_by")]),
    ],
)
def test_keys_that_do_nothing_are_found(
    stretches: list[dict[str, Any]], then: str, found: list[tuple[int, str]]
) -> None:
    """Protects promise 5: what a calendar says and no month does is told, and nothing else is."""
    paid = calendar(*stretches, then=then)
    assert [(at, key) for at, key, _ in paid.without_effect()] == found
    # What is found makes no difference to any month.
    plain = [dict(one) for one in stretches]
    for at, key in found:
        del plain[at][key]
    spec = programme(places=3)
    for length in (6, 40):
        own, other = (
            _noticed(on(spec, one), length) for one in (paid, calendar(*plain, then=then))
        )
        assert own == other


def test_the_catalogue_says_nothing_that_does_nothing() -> None:
    """Protects the catalogue: every key of a shipped calendar is noticed in some month."""
    assert {name: list(one.without_effect()) for name, one in CALENDARS.items()} == {
        name: [] for name in CALENDARS
    }


# -- later starts -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", CALENDARS)
@pytest.mark.parametrize("starts", [0.5, 3.0, 9.0])
def test_a_later_start_shifts_the_months(name: str, starts: float) -> None:
    """Protects ``starts_year``: the same months, later, and nothing before."""
    first = round(12 * starts)
    usual, later = _grants(CALENDARS[name], 120), _grants(CALENDARS[name], 120, starts_year=starts)
    assert not later[:first].any()
    assert later[first:].tolist() == usual[: 120 - first].tolist()
    begins = np.array(Schedule(CALENDARS[name], 120, first).begins)
    assert not begins[:first].any()
    assert begins[first:].tolist() == list(Schedule(CALENDARS[name], 120 - first).begins)


def test_a_start_after_the_horizon_is_no_money() -> None:
    """Protects a late start: nothing is paid, scaled or not."""
    paid = CALENDARS["continuous"]
    assert not _grants(paid, 24, starts_year=2.0).any()
    assert not _grants(paid, 24, CALENDARS["sprint"], starts_year=50.0).any()


# -- real histories and named shapes ----------------------------------------------------------------


def _with_money(name: str, length: int = 600) -> list[int]:
    """Return the months, counted from 0, in which a calendar pays."""
    return np.flatnonzero(_laid_out(CALENDARS[name], length) > 0).tolist()


@pytest.mark.parametrize(
    ("name", "paid"),
    [("sociale-herovering", 16), ("nprz", 240), ("vogelaar", 48), ("cliff", 48), ("sprint", 48)],
)
def test_a_history_has_its_months_and_no_more(name: str, paid: int) -> None:
    """Protects the presets: sixteen months, twenty years, four years, and then never again."""
    assert _with_money(name) == list(range(paid))
    assert len(set(_levels(CALENDARS[name], paid))) == 1


def test_vogelaar_was_trusted_until_the_letter() -> None:
    """Protects the history: no end in sight for three years, then a year that counts down."""
    assert _ends_in(CALENDARS["vogelaar"], 48) == [None] * 36 + list(range(12, 0, -1))


def test_nprz_goes_on_in_tranches() -> None:
    """Protects the history: the end of a tranche is in sight, and the next begins without a break."""
    ends = _ends_in(CALENDARS["nprz"], 240)
    assert [month + 1 for month, end in enumerate(ends) if end == 1] == [48, 96, 144, 168, 240]
    assert _begins(CALENDARS["nprz"], 240).count("goes_on") == 239


def _paid_by(name: str, spec: ProgrammeSpec, first: int, months: int) -> dict[str, int]:
    """Return what each payer pays a programme on a calendar in some months, counted from 0."""
    funded = on(spec, CALENDARS[name])
    length = first + months
    due = dues(funded, funded.schedule(length), funded.grants_cents(length, RATE))
    found: Counter[str] = Counter()
    for month in due[first:]:
        found.update({who: cents for who, (_, cents) in month.items()})
    return dict(found)


def test_vogelaar_is_paid_by_state_and_landlords_and_then_by_nobody() -> None:
    """Protects the history: 300 million of the state beside 4 times 250 of landlords, then a cliff."""
    paid = _paid_by("vogelaar", SPEC, 0, 48)
    whole = 48 * SPEC.full_month_cents()
    assert set(paid) == {"state", "landlord"}
    assert sum(paid.values()) == whole
    # Rounded shares, and half a cent a month.
    assert paid["state"] == pytest.approx(whole * 300 / 1300, abs=24 + whole * 5e-5)
    assert paid["landlord"] == pytest.approx(whole * 1000 / 1300, abs=24 + whole * 5e-5)
    assert _paid_by("vogelaar", SPEC, 48, 312) == {}


def test_nprz_is_paid_by_the_state() -> None:
    assert _paid_by("nprz", SPEC, 0, 360) == {"state": 240 * SPEC.full_month_cents()}


#: The income of Wijk voor Wijk in 2017, digest 002 L1080: its public, private and incidental parts.
INCOME_2017 = {"municipality": 110_000, "state": 1_900, "fund": 6_000, "own_income": 32_000}
TENDER = 42_000


def test_the_income_of_wijk_voor_wijk_changes() -> None:
    """Protects the history: who pays most, stretch by stretch, and the known year of 2017."""
    spec = load_programme("wijk-voor-wijk")
    first, most = 0, []
    for one in CALENDARS["wijk-voor-wijk"].stretches:
        paid = _paid_by("wijk-voor-wijk", spec, first, one.months)
        cents = round(one.level * spec.full_month_cents())
        assert sum(paid.values()) == one.months * cents
        most.append(max(paid, key=lambda who: paid[who]))
        first += one.months
    assert most == ["state", "state", *["municipality"] * 5]
    known = _paid_by("wijk-voor-wijk", spec, 22 + 12 + 48 + 36, 12)
    whole = sum(known.values())
    for who, eur in INCOME_2017.items():
        assert known[who] / whole == pytest.approx(eur / 149_900, abs=1e-4), who


def test_where_the_tender_goes_only_the_municipality_pays_less() -> None:
    """Protects the what-if: 42,000 of the money of 2017 is gone, and the rest is what it was."""
    spec = load_programme("wijk-voor-wijk")
    before = _paid_by("wijk-voor-wijk", spec, 118, 12)
    after = _paid_by("wijk-voor-wijk", spec, 154, 12)
    whole = sum(before.values())
    assert before["municipality"] - after["municipality"] == pytest.approx(
        whole * TENDER / 149_900, rel=0.01
    )
    for who in ("state", "fund", "own_income"):
        assert after[who] == pytest.approx(before[who], rel=0.01)


# -- who pays a stretch -----------------------------------------------------------------------------


@st.composite
def shares(draw: st.DrawFn) -> dict[str, float]:
    """Return any division over payers."""
    parts = draw(st.dictionaries(st.sampled_from(PAYERS), st.integers(0, 99), min_size=1))
    whole = sum(parts.values())
    assume(whole > 0)
    return {who: part / whole for who, part in parts.items()}


@given(calendars(), st.data(), st.integers(1, 120))
def test_what_payers_pay_adds_up_to_the_grants(
    plain: CalendarSpec, data: st.DataObject, length: int
) -> None:
    """Protects the cent: whatever the mix of a stretch, each pays its share, together the grant."""
    mixes = [data.draw(st.none() | shares()) for _ in plain.stretches]
    stretches = [
        {**one.model_dump(), "payers": mix} for one, mix in zip(plain.stretches, mixes, strict=True)
    ]
    funded = on(SPEC, calendar(*stretches, then=plain.then))
    schedule = funded.schedule(length)
    grants = funded.grants_cents(length, RATE)
    for at, month in enumerate(dues(funded, schedule, grants)):
        assert sum(cents for _, cents in month.values()) == grants[at]
        asked = dict(schedule.shares[at] or SPEC.payers.items())
        for who, (_, cents) in month.items():
            assert abs(cents - asked[who] * grants[at]) < 1 + 1e-6 * grants[at]
    own = [one.shares for one in funded.calendar.stretches for _ in range(one.months)]
    assert schedule.shares[: len(own)] == own[:length]


def test_all_by_one_is_a_mix_of_one() -> None:
    """Protects ``payer``: it says what a mix with a single payer says, to the last cent."""
    one, mixed = (
        on(SPEC, calendar({"months": 12, **paid}))
        for paid in ({"payer": "state"}, {"payers": {"state": 1.0}})
    )
    assert _noticed(one, 40) == _noticed(mixed, 40)


def test_stretches_with_a_mix_are_known_again() -> None:
    """Protects what is kept by its calendar: equal stretches are one, whatever order a mix has."""
    mixes = {"fund": 0.25, "state": 0.75}, {"state": 0.75, "fund": 0.25}, {"state": 1.0}
    first, second, other = (Stretch(months=3, payers=mix) for mix in mixes)
    assert len({first, second, other}) == 2


def test_staged_money_is_40_40_20_of_every_year() -> None:
    """Protects the staged subsidy: the shares of each year's money."""
    years = _grants(CALENDARS["staged"], 60).reshape(5, 3, 4).sum(axis=2)
    assert years / years.sum(axis=1, keepdims=True) == pytest.approx(
        np.tile([0.4, 0.4, 0.2], (5, 1)), abs=1e-6
    )


def test_the_taper_goes_down_and_austerity_cuts_once() -> None:
    """Protects the shapes: down in steps to nothing; a cut that stays."""
    assert np.diff(_laid_out(CALENDARS["taper"], 100)).max() <= 0
    assert _levels(CALENDARS["taper"], 100)[72:] == [0.0] * 28
    assert _levels(CALENDARS["austerity"], 300) == [1.0] * 60 + [0.6] * 240


def test_a_run_pays_in_the_months_of_its_calendar() -> None:
    """Protects the way from a calendar to the world: months of a run count from 1."""
    town = lived("sociale-herovering", {"years": 3})
    book = town.chronicle.frame("cashbook")
    for _, own in book[book["kind"] == "grant"].groupby("programme"):
        by_state = own[own["payer"] == "state"]
        assert by_state["month"].tolist() == list(range(1, 17))
        # An investment is paid beside the calendar, at the first start.
        assert set(own.loc[own["payer"] != "state", "month"]) <= {1}
