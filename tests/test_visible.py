"""The inverse question: from what size, and after how many years, evaluations see a programme."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from langeadem.experiments import visible
from langeadem.experiments.detection import rates
from langeadem.experiments.lived import SCALES, Lived
from langeadem.experiments.monitor import Monitor, wave_of
from langeadem.experiments.visibility import (
    LEVELS,
    Search,
    Visibility,
    next_size,
    search,
    searched,
    sized,
)
from langeadem.experiments.yardstick import Yardstick
from langeadem.scenarios import load, load_programme
from langeadem.scenarios.errors import ScenarioError

from .funding import programme

SMALL = {"figures.households": 160, "figures.residents": 340, "years": 4}


def asked(**more: object) -> Search:
    given = {"years": [2, 4], "replicates": 20, "surveys": 3, "workers": 1, **more}
    return search("watch-out", load("average", overrides=SMALL), **given)


def found(rate: dict[str, list[list[float]]], places: tuple[int, ...]) -> Visibility:
    table = {scale: np.array(values) for scale, values in rate.items()}
    shape = next(iter(table.values())).shape
    return Visibility(
        "help", "average", "working", (2, 4), places, table, table, np.zeros(shape), 20, 3
    )


# -- reading the border off -------------------------------------------------------------------


def test_the_border_is_read_off_between_the_sizes() -> None:
    one = found({"neighbourhood": [[0.1, 0.2], [0.5, 0.9], [1.0, 1.0]]}, (10, 40, 160))
    assert one.threshold("neighbourhood", 0.5) == pytest.approx(
        [40.0, 10 * 4 ** ((0.5 - 0.2) / 0.7)]
    )
    assert one.threshold("neighbourhood", 0.8)[0] == pytest.approx(40 * 4**0.6)


def test_a_border_out_of_reach_is_unknown_and_one_below_all_is_the_smallest_size() -> None:
    one = found({"street": [[0.1, 0.6], [0.3, 0.7]]}, (10, 40))
    needed = one.threshold("street", 0.5)
    assert np.isnan(needed[0])
    assert needed[1] == 10.0
    assert np.isnan(one.threshold("street", 0.8)).all()


def test_rates_that_fall_by_chance_are_levelled() -> None:
    one = found({"street": [[0.2, 0.2], [0.6, 0.2], [0.4, 0.2], [0.9, 0.2]]}, (10, 20, 40, 80))
    assert one.smooth("street")[:, 0] == pytest.approx([0.2, 0.5, 0.5, 0.9])
    assert one.threshold("street", 0.5)[0] == pytest.approx(20.0)


# -- the search -------------------------------------------------------------------------------


def lived(size: int, half_at: float) -> np.ndarray:
    rate = 1.0 / (1.0 + (half_at / size) ** 2)
    return np.full((len(SCALES), 2), rate)


@pytest.mark.parametrize("half_at", [3.0, 15.0, 60.0, 110.0])
def test_the_search_encloses_the_border_as_closely_as_asked(half_at: float) -> None:
    question = asked(most_sizes=30, precision=0.5, most_places=170)
    rate: dict[int, np.ndarray] = {}
    while (size := next_size(rate, question)) is not None:
        assert size not in rate
        assert 1 <= size <= 170
        rate[size] = lived(size, half_at)
        assert len(rate) < 30
    sizes = sorted(rate)
    assert sizes[0] < half_at
    for level in LEVELS:
        truth = half_at * np.sqrt(level / (1 - level))
        if truth > 170:
            assert sizes[-1] == 170
            continue
        low = max(size for size in sizes if size < truth)
        high = min(size for size in sizes if size >= truth)
        assert high <= 1.5 * low or high - low <= 1
    assert len(rate) < 14


def test_the_search_stops_at_the_largest_size() -> None:
    question = asked(most_places=100)
    rate = {}
    while (size := next_size(rate, question)) is not None:
        rate[size] = np.full((len(SCALES), 2), 0.05)
    assert sorted(rate) == [20, 80, 100]


def test_the_search_stops_growing_where_nobody_is_left_to_reach() -> None:
    question = asked(most_places=10_000, workers=1)
    nothing = np.full((len(SCALES), 2), 0.05)
    assert next_size({20: nothing, 80: nothing}, question) == 320
    assert next_size({20: nothing, 80: nothing}, question, full=True) is None
    sizes = searched(asked(most_sizes=9, replicates=20, surveys=1)).places
    # 340 residents hold some dozens of young people; most_places is 170.
    assert sizes[-1] < 170


def test_what_grows_with_the_places() -> None:
    spec = load_programme("watch-out")
    policy = sized(spec, 3 * spec.places)
    large = policy.programmes["watch-out"].programme
    assert large.places == 60
    assert large.offers.work_places == 3 * spec.offers.work_places
    assert large.eligibility.households == 0
    assert large.funnel == spec.funnel
    assert sized(spec, spec.places).programmes["watch-out"].programme == spec


# -- on real worlds ---------------------------------------------------------------------------


def test_the_yardstick_gives_the_rates() -> None:
    scenario = load("average", overrides=SMALL)
    monitor = Monitor(respondents=40)
    seeds = range(60, 80)
    waves = []
    for seed in seeds:
        world = Lived(scenario, seed, paths=False)
        waves.append(tuple(wave_of(world, "working", year, "street") for year in (0, 4)))
    shifted = [
        (before, replace(after, score=after.score + 0.4 * (number % 2)))
        for number, (before, after) in enumerate(waves)
    ]
    units = [number % 2 for number in range(20)]
    known = rates(shifted, waves, np.full(20, 0.4), monitor, units=units, surveys=4)
    yardstick = Yardstick(waves, monitor, 4, 0.05)
    assert yardstick.detection(shifted, units) == pytest.approx(
        known.loc["difference_in_differences", "detection"]
    )


def test_a_programme_that_everybody_feels_is_found() -> None:
    given = programme(
        key="strong", places=4, nudges__agency=0.25, ladder="working", eligibility__age_from=18
    )
    question = search(
        given,
        load("average", overrides=SMALL),
        name="agency",
        years=[2, 4],
        monitor=Monitor(response=0.9, respondents=200),
        surveys=3,
        most_sizes=6,
        workers=1,
    )
    told: list[tuple[int, int, int]] = []
    one = searched(question, lambda *numbers: told.append(numbers))
    needed = one.threshold("neighbourhood", 0.5)
    assert np.isfinite(needed[-1])
    assert one.places[0] < needed[-1] <= one.places[-1] <= 170
    assert list(one.places) == sorted(set(one.places))
    assert set(one.rate) == set(SCALES)
    for scale in SCALES:
        assert one.rate[scale].shape == (len(one.places), 2)
        assert ((one.rate[scale] >= 0) & (one.rate[scale] <= 1)).all()
    assert (np.diff(one.effect["neighbourhood"][:, -1]) > 0).all()
    assert (np.diff(one.reached[:, -1]) >= 0).all()
    # Every size, and the worlds without programme, are lived in every replicate.
    assert len(told) == 20 * (1 + len(one.places))


# -- what is asked wrongly --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"years": [2, 3]}, "allowed: multiples of 2"),
        ({"years": [2, 6]}, "to 4, ascending"),
        ({"years": [4, 2]}, "ascending"),
        ({"years": []}, "ascending"),
        ({"replicates": 19}, "20 or more"),
        ({"surveys": 0}, "surveys 0; allowed: 1 or more"),
        ({"most_places": 0}, "most_places 0; allowed: 1 or more"),
        ({"most_sizes": 1}, "most_sizes 1; allowed: 2 or more"),
        ({"precision": 0.0}, "precision 0.0; allowed: more than 0"),
        ({"name": "wurk"}, "unknown indicator 'wurk'"),
        ({"monitor": Monitor(comparisons=20)}, "fewer than the 20 replicates"),
    ],
)
def test_bad_searches_are_told_before_anything_is_lived(more, says) -> None:
    with pytest.raises(ValueError, match=says):
        asked(**more)


def test_an_unknown_programme_is_told() -> None:
    with pytest.raises(ScenarioError, match="watch-out"):
        visible("watch-aut", load("average", overrides=SMALL))
