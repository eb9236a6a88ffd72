"""Every programme of the catalogue meets what documents counted of it, or its card says why not.

Each runs alone, in its own place, at its documented scale and over its documented period. The
tolerance of a figure stands on the card, was stated before any run, and is not widened. A figure
with a reason why a run cannot meet it must indeed not be met: a reason that is not true is an error.
"""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from langeadem.experiments import documented
from langeadem.model.cashbook import KINDS, PAID_OUT
from langeadem.scenarios import MEASURES, Documented, catalogue_names, load_programme

SPECS = {name: load_programme(name) for name in catalogue_names("programmes")}
WITHOUT_FIGURES = tuple(name for name, spec in SPECS.items() if not spec.documented)


def _case(name: str, number: int, one: Documented) -> Any:
    return pytest.param(name, number, id=f"{name}-{number}-{one.measure}")


FIGURES = [
    _case(name, number, one)
    for name, spec in SPECS.items()
    for number, one in enumerate(spec.documented)
]


def _told(row: pd.Series) -> str:
    return (
        f"{row['programme']} {row['measure']}: documented {row['documented']:g}"
        f" within {row['tolerance']:.0%}, simulated {row['simulated']:.4g}"
        f" ({row['low']:.4g} to {row['high']:.4g})"
    )


@pytest.mark.parametrize(("name", "number"), FIGURES)
def test_a_documented_figure(name: str, number: int) -> None:
    """Protects the catalogue: a run counts what the document counted, or the card says why not."""
    row = documented.compare_documented(name).iloc[number]
    if not row["unmet"]:
        assert row["met"], _told(row)
    else:
        assert not row["met"], f"{_told(row)}; met, so take the reason away: {row['unmet']}"


@pytest.mark.parametrize("name", WITHOUT_FIGURES)
def test_a_programme_without_figures_runs_its_months_and_supports_somebody(name: str) -> None:
    """Protects what the project asks for: every programme works, also where nothing was counted.

    The comment under ``setting`` in its file says why there is no figure.
    """
    period = documented.documented_period(name, documented.SEEDS[0])
    assert period.months["month"].max() == period.opened + SPECS[name].setting.months - 1
    assert period.counted("supported_months") > 0


def test_every_measure_is_read_from_the_tables() -> None:
    """Protects the catalogue: a card can state no figure that no run is held against."""
    assert list(documented.MEASURED) == list(MEASURES)
    assert set(KINDS) >= set(PAID_OUT)


def test_none_at_all_is_not_some() -> None:
    """Protects honesty: a wide tolerance of a small count is not met by nothing."""
    base = {"measure": "moved_on", "source": "digest", "why": "counting 2"}
    two = Documented.model_validate({**base, "value": 2.0, "tolerance": 1.0})
    none = Documented.model_validate({**base, "value": 0.0, "tolerance": 1.0})
    assert not documented.within(two, 0.0)
    assert documented.within(two, 0.5)
    assert documented.within(two, 4.0)
    assert not documented.within(two, 4.1)
    assert documented.within(none, 0.0)
    assert not documented.within(two, float("nan"))


def test_the_documented_period_begins_when_the_programme_opens() -> None:
    """Protects what is compared: the start-up comes before, costs money and supports nobody."""
    name = "restylen-huishoudens"
    period = documented.documented_period(name, documented.SEEDS[0])
    before = period.months[period.months["month"] < period.opened]
    assert len(before) == SPECS[name].staff.start_up_months
    assert not before[["working", "aimed_at", "starts", "in_support"]].to_numpy().any()
    assert before["spent_eur"].iloc[-1] > 0
    assert period.months["working"].iloc[len(before)] == 1
    assert period.spent() == pytest.approx(period.months["spent_eur"].iloc[-1], abs=0.005)


def test_the_scale_is_the_documented_one() -> None:
    """Protects what is compared: the place has the households that the card asks, in proportion."""
    place = documented.documented_scenario("boot").place
    assert place.figure("households") == SPECS["boot"].setting.households
    own = documented.documented_scenario("vooruit").place
    size = own.figure("residents") / own.figure("households")
    assert place.figure("residents") == pytest.approx(place.figure("households") * size, abs=1)
