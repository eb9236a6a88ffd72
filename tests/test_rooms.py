"""Rooms of programmes: they are open as long as somebody pays for them, and nobody is left nowhere."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from langeadem.experiments.programme_summary import summarise_programmes
from langeadem.model.neighbourhood import Neighbourhood
from langeadem.model.state import DEAD, ELSEWHERE, HERE
from langeadem.scenarios import CalendarSpec

from .funding import CLOSED, calendar, months, off, on, programme, rows_of, step, told, world

ROOMS = 8
LOST = "people who lose their room"


def _house(paid: CalendarSpec, overrides: dict[str, Any] | None = None) -> Neighbourhood:
    """Return a town with a programme of eight rooms, two of which a key worker looks after."""
    spec = programme(
        **{
            "offers.rooms": ROOMS,
            "places": ROOMS,
            "staff.caseload": 2.0,
            "support.duration_months": 60,
        }
    )
    return world(on(spec, paid), {"moving.vacancy_months": 1, **(overrides or {})})


def _rooms(town: Neighbourhood) -> np.ndarray:
    """Return the numbers of the rooms: the dwellings that were not there at the start."""
    return np.arange(town.setup.place.figure("households"), town.dwellings.count, dtype=int)


def _open(town: Neighbourhood) -> int:
    return int((town.dwellings.rows["closed"][_rooms(town)] == 0).sum())


def _lodgers(town: Neighbourhood) -> np.ndarray:
    """Return the rows of everybody who lives in a room."""
    people = town.people.rows[: town.people.count]
    home = town.households.rows["dwelling"][people["household"]]
    return np.flatnonzero((people["status"] == HERE) & np.isin(home, _rooms(town)))


def _lost(town: Neighbourhood) -> dict[int, float]:
    book = town.chronicle.frame("cashbook")
    own = book[(book["kind"] == "gap") & (book["unit"] == LOST)]
    assert set(own["payer"]) <= {"participants"}
    assert not own["cents"].any()
    return dict(zip(own["month"].tolist(), own["quantity"].tolist(), strict=True))


def _lives_on(town: Neighbourhood, count: int) -> Iterator[int]:
    """Let a town live on; every month everybody here has a home, and no closed room a household."""
    for _ in range(count):
        step(town)
        people, dwellings = town.people.rows[: town.people.count], town.dwellings.rows
        at_home = people["household"][people["status"] == HERE]
        home = town.households.rows["dwelling"][at_home]
        assert (home >= 0).all()
        assert (dwellings["household"][home] == at_home).all()
        rooms = _rooms(town)
        assert (dwellings["household"][rooms][dwellings["closed"][rooms] == 1] < 0).all()
        yield town.month


def test_rooms_close_when_the_money_stops_and_open_when_it_comes_back() -> None:
    """Protects rooms: nobody lives on in one that nobody pays for, and the same ones open again."""
    town = _house(months((12, 1.0), (6, 0.0), then="repeat"))
    lived_in = {}
    for month in _lives_on(town, 48):
        paid = (month - 1) % 18 < 12
        assert len(_rooms(town)) == ROOMS
        assert _open(town) == (ROOMS if paid else 0)
        lived_in[month] = len(_lodgers(town))
        assert (lived_in[month] > 0) == paid
    assert _lost(town) == {13: lived_in[12], 31: lived_in[30]}
    rows = rows_of(town)
    assert rows["abandoned"].loc[13] == rows["in_support"].loc[12] > 0
    assert rows["in_support"].loc[21] > 0


@pytest.mark.parametrize("inside", [True, False])
def test_who_loses_a_room_goes_where_who_completes_goes(inside: bool) -> None:
    """Protects people: to a better dwelling here where there is one to be had, else elsewhere."""
    busy = {"moving.tenure_rate": [0.05] * 4, **({} if inside else off("local_moves"))}
    town = _house(months((12, 1.0)), busy)
    step(town, months=12)
    before = _lodgers(town)
    assert len(before) >= ROOMS - 2
    step(town)
    people = town.people.rows
    here = before[people["status"][before] == HERE]
    assert np.isin(people["status"][before], (HERE, ELSEWHERE, DEAD)).all()
    assert (people["ended"][before][people["status"][before] == ELSEWHERE] == 13).all()
    assert (len(here) > 0) == inside
    home = town.households.rows["dwelling"][people["household"][here]]
    assert (town.dwellings.rows["rung"][home] > 2).all()
    assert not np.isin(home, _rooms(town)).any()


def test_half_of_the_money_keeps_half_of_the_rooms() -> None:
    """Protects who is in support: it is others who lose their room where there are fewer."""
    paid = calendar({"months": 12}, {"months": 24, "level": 0.5})
    town = _house(paid, {**off("turnover"), **CLOSED})
    for month in _lives_on(town, 30):
        assert _open(town) == (ROOMS if month <= 12 else ROOMS // 2)
        supported = {one.row for one in town.programmes["help"].participants}
        assert len(supported) <= ROOMS // (1 if month <= 12 else 2)
        assert supported <= set(_lodgers(town).tolist())
    assert set(_lost(town)) == {13}
    assert _lost(town)[13] >= rows_of(town)["abandoned"].loc[13] > 0


@pytest.mark.parametrize(
    "paid",
    [
        calendar({"months": 12}, {"months": 12, "begins": "relay"}),
        calendar({"months": 12}, {"months": 12, "begins": "fresh"}),
        calendar({"months": 12}, {"months": 12, "level": 0.0, "bridged_by": "fund"}),
    ],
    ids=["relay", "fresh", "bridged"],
)
def test_rooms_stay_open_while_somebody_pays(paid: CalendarSpec) -> None:
    """Protects rooms: another party, a new start and a bridge close none."""
    town = _house(paid)
    for _ in _lives_on(town, 24):
        assert _open(town) == ROOMS
    assert _lost(town) == {}


def test_a_lost_room_is_no_second_participant_cut_off() -> None:
    """Protects the summary: who is left without support counts once, with a room or without."""
    town = _house(months((12, 1.0), (6, 0.0), then="repeat"))
    step(town, months=36)
    summary = summarise_programmes(town.chronicle, town.setup.policy.programmes)
    assert summary is not None
    assert _lost(town)
    assert summary.money.cut_off == rows_of(town)["abandoned"].sum() > 0


def test_a_closed_room_is_no_vacancy() -> None:
    """Protects the landlord: what cannot be let is not counted as empty."""
    town = _house(months((12, 1.0)))
    step(town, months=24)
    empty = int((town.dwellings.column("household") < 0).sum())
    assert town.landlord.vacancies == empty - ROOMS


def test_rooms_that_are_always_paid_for_are_as_without_this() -> None:
    """Protects what there was: nothing is closed, and nobody has to leave, while money flows."""
    town, untouched = (_house(calendar({"months": 12, "secure": True})) for _ in range(2))
    untouched.programmes["help"].see_to_rooms = lambda: None  # type: ignore[method-assign]
    step(town, untouched, months=36)
    assert told(town) == told(untouched)
