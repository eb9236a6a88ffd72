"""What each mechanism of continuity adds to the difference between calendars."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from langeadem.experiments import compare
from langeadem.experiments.arms import Arms, arms_of
from langeadem.experiments.contributions import (
    AGAINST_CONTINUITY,
    FOR_CONTINUITY,
    MECHANISMS,
    Contributions,
    contributions,
    mechanisms_on,
)
from langeadem.scenarios import load

from .comparing import SMALL

TWO = ("continuous", "carousel")
YEARS = 4


def build(off: str) -> Arms:
    return arms_of(
        "average", TWO, horizons=(YEARS,), overrides={**SMALL, f"mechanisms.{off}": False}
    )


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> tuple[Contributions, Path]:
    folder = tmp_path_factory.mktemp("parts")
    whole = compare("average", TWO, horizons=(2, YEARS), replicates=3, overrides=SMALL, workers=1)
    names = ("start_up", "freed_hands")
    return (
        contributions(whole, build, replicates=3, mechanisms=names, folder=folder, workers=1),
        folder,
    )


def test_a_contribution_is_the_difference_that_goes_with_the_mechanism(
    lived: tuple[Contributions, Path],
) -> None:
    """Protects promise 7: with, minus without, replicate by replicate, on the same lucks."""
    parts, _ = lived
    off = compare(
        "average",
        TWO,
        horizons=(YEARS,),
        replicates=3,
        overrides={**SMALL, "mechanisms.start_up": False},
        workers=1,
    )
    found = parts.of("start_up", "carousel")
    on = parts.whole.paired("carousel", horizon=YEARS).difference
    assert found.difference == pytest.approx(on - off.paired("carousel").difference)
    assert found.mean != 0
    row = parts.table().query("mechanism == 'start_up' and outcome == 'rung_years.participants'")
    assert row["contribution"].item() == pytest.approx(found.mean)
    assert row["difference"].item() - row["without"].item() == pytest.approx(found.mean)


def test_it_goes_on_where_it_stopped(
    lived: tuple[Contributions, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Protects long work: what is in the folder is not lived again."""
    parts, folder = lived
    monkeypatch.setattr("langeadem.experiments.runs.live", lambda *_: pytest.fail("lived"))
    again = contributions(
        parts.whole, build, replicates=3, mechanisms=tuple(parts.without), folder=folder, workers=1
    )
    for name in parts.without:
        for policy in parts.whole.policies[1:]:
            assert np.array_equal(
                again.of(name, policy).difference, parts.of(name, policy).difference
            )


def test_only_what_is_on_is_switched_off(lived: tuple[Contributions, Path]) -> None:
    """Protects time and sense: what somebody switched off already adds nothing."""
    assert mechanisms_on(lived[0].whole.arms) == MECHANISMS
    off = arms_of("average", TWO, overrides={"mechanisms.memory": False})
    assert set(MECHANISMS) - set(mechanisms_on(off)) == {"memory"}
    with pytest.raises(ValueError, match="allowed: start_up, freed_hands"):
        lived[0].of("memory", "carousel")


def test_every_mechanism_of_continuity_is_a_switch() -> None:
    """Protects the lists: nothing in both, and nothing that is no mechanism."""
    assert not set(FOR_CONTINUITY) & set(AGAINST_CONTINUITY)
    assert set(MECHANISMS) <= set(type(load("average").mechanisms).model_fields)
