"""Policies compared in pairs: what the statistics claim, and what a comparison keeps."""

from __future__ import annotations

import itertools
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from langeadem.experiments import Comparison, compare
from langeadem.experiments.arms import KEPT, MAIN, Cell, arms_of
from langeadem.experiments.comparing import Comparing, live_to_horizon
from langeadem.experiments.ensemble import Ensemble
from langeadem.experiments.leading import lead
from langeadem.experiments.paired import Paired, ranking, wilson
from langeadem.experiments.store import Store
from langeadem.scenarios import ScenarioError, load

from .comparing import SMALL, frame_of, made_up, made_up_comparison

TWO = ("continuous", "carousel")
FOUR = ("continuous", "carousel", "sprint", "marathon")


def _samples(trials: int, pairs: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return two arms that share most of their luck; A is 1.5 higher on average."""
    made = np.random.default_rng(seed)
    luck = made.normal(scale=3, size=(trials, pairs))
    a = 1.5 + luck + made.normal(scale=1, size=(trials, pairs))
    return a, luck + made.normal(scale=1, size=(trials, pairs))


# -- what the statistics claim ----------------------------------------------------------------


@pytest.mark.parametrize("pairs", [5, 12, 50])
def test_the_paired_interval_covers_as_often_as_it_says(pairs: int) -> None:
    """Protects the intervals: 95% of 4,000 hold the truth; beyond 4 standard errors 1 in 15,000."""
    a, b = _samples(4000, pairs, 11)
    found = [Paired.of(x, y) for x, y in zip(a, b, strict=True)]
    share = np.mean([one.low <= 1.5 <= one.high for one in found])
    assert abs(share - 0.95) <= 4 * math.sqrt(0.95 * 0.05 / 4000)


def test_wilsons_interval_covers_a_chance_to_win() -> None:
    """Protects "wins in so many": at least 93% of intervals hold the true chance, at 20 pairs."""
    from scipy.special import ndtr

    a, b = _samples(4000, 20, 12)
    truth = ndtr(1.5 / math.sqrt(2))
    inside = []
    for x, y in zip(a, b, strict=True):
        low, high = Paired.of(x, y).wins_interval
        inside.append(low <= truth <= high)
    assert np.mean(inside) >= 0.93


def test_stopping_at_a_precision_keeps_the_interval_honest() -> None:
    """Protects `--precision`: looked at from 10 pairs on, 2,000 intervals still cover 91% at least.

    Stopping at a narrow moment costs some of the 95%; the README says how much. With a true 91.9%
    fewer than 1 in 10 such tests fails by chance, and this one always draws the same luck.
    """
    a, b = _samples(2000, 400, 13)
    covered = []
    for x, y in zip(a, b, strict=True):
        n = next((n for n in range(10, 400) if Paired.of(x[:n], y[:n]).within(0.25)), 400)
        one = Paired.of(x[:n], y[:n])
        covered.append(one.low <= 1.5 <= one.high)
    assert np.mean(covered) >= 0.91


def test_an_interval_over_worlds_holds_the_next_world() -> None:
    """Protects ensembles: 95% of intervals hold the difference of one more plausible world."""
    made = np.random.default_rng(14)
    held = []
    for _ in range(3000):
        truth = made.normal(2.0, 1.0, size=9)
        gap = truth[:8, None] + made.normal(scale=0.3, size=(8, 4))
        found = Paired.of(gap.ravel(), np.zeros(32), np.repeat(np.arange(8), 4))
        held.append(found.low <= truth[8] <= found.high)
    assert abs(np.mean(held) - 0.95) <= 0.02


def test_the_interval_over_worlds_does_not_shrink_below_their_spread() -> None:
    made = np.random.default_rng(15)
    truth = made.normal(2.0, 1.0, size=200)
    gap = truth[:, None] + made.normal(scale=0.3, size=(200, 4))
    found = Paired.of(gap.ravel(), np.zeros(800), np.repeat(np.arange(200), 4))
    assert found.half > 1.8
    assert found.noise < 0.1
    assert found.worlds_agreeing == int((found.world_means > 0).sum())


def test_a_difference_turned_round_is_the_same_difference() -> None:
    a, b = _samples(1, 15, 16)
    one, other = Paired.of(a[0], b[0]), Paired.of(b[0], a[0])
    assert (one.mean, one.low, one.high) == (-other.mean, -other.high, -other.low)
    assert one.wins == pytest.approx(1 - other.wins)
    assert one.sign_flips == other.sign_flips
    assert one.variance_removed == other.variance_removed


def test_identical_arms_are_said_to_be_identical() -> None:
    """Protects promise 2: nothing differs, nothing wins, nothing more is needed."""
    a = _samples(1, 9, 17)[0][0]
    found = Paired.of(a, a)
    assert found.identical
    assert (found.mean, found.half, found.noise) == (0, 0, 0)
    assert (found.wins, found.wins_interval, found.ties) == (0.5, (0.5, 0.5), 9)
    assert (found.sign_flips, found.variance_removed) == (0, 1)
    assert found.needed(0.05) == 1
    assert found.within(0.01)


def test_a_tie_counts_for_half_and_is_no_flip() -> None:
    found = Paired.of([1.0, 2.0, 3.0, 0.0], [0.0, 2.0, 3.0, 1.5])
    assert (found.wins, found.ties, found.mean) == (0.5, 2, -0.125)
    assert found.sign_flips == 0.25
    assert not found.identical


def test_known_numbers_of_wilson() -> None:
    """Against the published formula: 0 of 10, and 15 of 20 (Newcombe 1998 method 3)."""
    assert wilson(0.0, 10) == (0.0, pytest.approx(0.27753, abs=1e-5))
    assert wilson(0.75, 20) == (pytest.approx(0.53128, abs=1e-4), pytest.approx(0.88814, abs=1e-4))
    assert all(math.isnan(end) for end in wilson(0.5, 0))


def test_variance_that_shared_luck_removes() -> None:
    """Protects the health check: 0 with separate luck, near 1 with all luck shared."""
    made = np.random.default_rng(18)
    luck = made.normal(scale=3, size=4000)
    shared = Paired.of(luck + made.normal(size=4000), luck + made.normal(size=4000))
    assert shared.variance_removed == pytest.approx(0.9, abs=0.01)
    apart = Paired.of(made.normal(size=4000), made.normal(size=4000))
    assert abs(apart.variance_removed) < 0.06
    assert math.isnan(Paired.of([1.0, 1.0], [2.0, 2.0]).variance_removed)


@pytest.mark.parametrize("precision", [0.02, 0.05, 0.3])
def test_the_replicates_needed_are_the_fewest(precision: float) -> None:
    from scipy.special import stdtrit

    a, b = _samples(1, 30, 19)
    found = Paired.of(a[0], b[0])
    needed = found.needed(precision)
    spread = (a[0] - b[0]).std(ddof=1)

    def half(n: float) -> float:
        return float(stdtrit(n - 1, 0.975)) * spread / math.sqrt(n)

    assert half(needed) <= precision * abs(found.mean) < half(needed - 1)


def test_what_cannot_be_known_is_no_number() -> None:
    one = Paired.of([2.0], [1.0])
    assert math.isnan(one.half)
    assert math.isnan(one.needed(0.05))
    assert not one.within(0.5)
    none = Paired.of([], [])
    assert math.isnan(none.mean)
    assert math.isnan(none.wins)
    assert Paired.of([1.0, -1.0], [0.0, 0.0]).needed(0.05) == math.inf
    assert Paired.of([1.0, math.nan, 4.0], [0.0, 1.0, 2.0]).pairs == 2
    with pytest.raises(ValueError, match="no pairs"):
        Paired.of([1.0, 2.0], [1.0])


def test_the_order_and_who_wins_are_counted() -> None:
    values = np.array([[3.0, 2.0, 3.0, 1.0], [3.0, 2.0, 3.0, 1.0], [1.0, 2.0, 1.0, 0.0],
                       [3.0, 1.0, 3.0, 2.0], [math.nan, 1.0, 1.0, 1.0]])  # fmt: skip
    found = ranking(values)
    assert found.order == (0, 2, 1, 3)
    # Columns 0 and 2 are one in the order: the second row of luck 3 breaks it, and luck 4 the tail.
    assert found.same_order == 0.5
    assert found.same_winner == 0.75
    assert found.wins.tolist() == [0.375, 0.25, 0.375, 0.0]


# -- what a comparison keeps ------------------------------------------------------------------


@pytest.fixture(scope="module")
def arms():
    return arms_of("average", FOUR, horizons=(5, 30))


@pytest.fixture(scope="module")
def made(arms) -> Comparison:
    return made_up_comparison(arms)


def test_pairs_have_the_same_luck_and_the_same_length(made: Comparison) -> None:
    for horizon, policy in itertools.product((5, 30), FOUR):
        wanted = [made_up(Cell("", policy, horizon), seed, MAIN) for seed in range(1, 13)]
        if policy != "marathon":
            assert made.values(MAIN, policy, horizon).tolist() == wanted
    assert made.paired("marathon").identical
    assert made.same_as("continuous") == ["marathon"]


def test_the_table_says_what_the_pairs_say(made: Comparison) -> None:
    table = made.table().set_index(["horizon", "policy", "outcome"])
    assert set(table.index.get_level_values("outcome")) == set(KEPT)
    one = made.paired("sprint", "continuous", MAIN, 5)
    row = table.loc[(5, "sprint", MAIN)]
    assert row["difference"] == one.mean
    assert (row["difference_low"], row["difference_high"]) == (one.low, one.high)
    assert (row["wins"], row["wins_low"], row["wins_high"]) == (one.wins, *one.wins_interval)
    assert math.isnan(table.loc[(5, "continuous", MAIN)]["difference"])


def test_who_leads(made: Comparison) -> None:
    front = lead(made, horizon=30)
    assert (front.first, front.second) == (("continuous", "marathon"), "carousel")
    assert made.best() == "continuous"
    assert front.sure
    assert front.hardly_shows
    assert made.rank_stability()["horizon"].tolist() == [5, 30]
    assert len(made.sign_flips()) == len(made.variance_removed()) == 6
    assert made.replicates_needed(0.05)["needed"].min() == 1


def test_a_replicate_without_its_pair_does_not_count(arms) -> None:
    """Protects pairing: where one policy is missing, the others wait."""
    frame = frame_of(arms, range(1, 5))
    lost = (frame["seed"] == 3) & (frame["policy"] == "sprint") & (frame["horizon"] == 30)
    found = Comparison(arms, frame[~lost], range(1, 5))
    assert (found.replicates(5), found.replicates(30)) == (4, 3)
    assert 3 not in set(found.units(30)["seed"])
    assert Comparison(arms, frame, (1, 2)).replicates(5) == 2


def test_a_price_is_money_for_gain_and_none_where_the_gain_may_be_zero(arms) -> None:
    def value(cell: Cell, seed: int, outcome: str) -> float:
        gain = {"participants": 50.0 + seed, "people": 40.0, "neighbourhood": (-1) ** seed * 30.0}
        kind, _, group = outcome.partition(".")
        if kind == "rung_years":
            return gain[group]
        return 6000.0 if kind == "extra_eur" else 1.0

    found = made_up_comparison(arms, 12, value)
    assert found.cost("sprint", "participants") == pytest.approx(6000 / 56.5)
    assert found.cost("sprint", "people") == pytest.approx(150)
    assert math.isnan(found.cost("sprint", "neighbourhood"))


def test_unknown_names_are_refused(made: Comparison) -> None:
    with pytest.raises(ValueError, match="unknown outcome"):
        made.values("rung_yers", "sprint")
    with pytest.raises(ValueError, match="was not compared; allowed: continuous"):
        made.values(MAIN, "cliff")
    with pytest.raises(ValueError, match="horizon 7"):
        made.values(MAIN, "sprint", 7)


# -- precision --------------------------------------------------------------------------------


class _Shelf:
    """A store of numbers that are there already."""

    def __init__(self, frame: pd.DataFrame) -> None:
        self._frame = frame

    def frame(self) -> pd.DataFrame:
        return self._frame

    def failed(self) -> pd.DataFrame:
        return pd.DataFrame({"seed": []})


def test_a_precision_is_reached_at_the_same_replicate_whoever_came_first(arms) -> None:
    """Protects sameness: what comes in early or late does not change how many replicates count."""
    frame = frame_of(arms, range(1, 41))
    comparing = Comparing(arms, 1, 40, precision=0.05)
    whole = comparing.look(_Shelf(frame))  # type: ignore[arg-type]
    assert whole.reached
    number = len(set(whole.cells["seed"]))
    assert 10 <= number < 40
    for order in ([*range(20, 41), *range(1, 20)], list(range(40, 0, -1))):
        other, found = Comparing(arms, 1, 40, precision=0.05), None
        for step in range(5, 41, 5):
            seen = frame[frame["seed"].isin(order[:step])]
            found = other.look(_Shelf(seen))  # type: ignore[arg-type]
        assert found is not None
        assert sorted(set(found.cells["seed"])) == list(range(1, number + 1))
    pairs = [whole.paired(p, horizon=h) for p in FOUR[1:] for h in (5, 30)]
    assert all(one.within(0.05) for one in pairs)


def test_a_precision_that_is_out_of_reach_is_said_not_to_be_reached(arms) -> None:
    found = Comparing(arms, 1, 12, precision=0.0001).look(_Shelf(frame_of(arms, range(1, 13))))  # type: ignore[arg-type]
    assert found.reached is False
    assert found.replicates() == 12


# -- lived ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def lived(tmp_path_factory) -> tuple[Path, Comparison]:
    folder = tmp_path_factory.mktemp("compare") / "store"
    found = compare(
        "average", TWO, horizons=(1, 3), replicates=3, overrides=SMALL, workers=1, out=folder
    )
    return folder, found


def test_a_comparison_is_the_same_with_more_workers(lived) -> None:
    """Protects promise 1: bit for bit, whoever does the work."""
    other = compare("average", TWO, horizons=(1, 3), replicates=3, overrides=SMALL, workers=2)
    pd.testing.assert_frame_equal(lived[1].cells, other.cells, check_exact=True)


def test_the_same_call_lives_nothing_again_and_more_replicates_go_on(lived, monkeypatch) -> None:
    """Protects promise 6: what is there is read, what is asked more is added."""
    import langeadem.experiments.comparing as module

    folder, first = lived
    before = {path.name for path in (folder / "runs").iterdir()}
    lived_now = []

    def count(runs, asked):
        lived_now.extend(runs)
        return live_to_horizon(runs, asked)

    monkeypatch.setattr(module, "live_to_horizon", count)
    words = {"horizons": (1, 3), "overrides": SMALL, "workers": 1, "out": folder}
    again = compare("average", TWO, replicates=3, **words)
    assert lived_now == []
    pd.testing.assert_frame_equal(first.cells, again.cells, check_exact=True)
    more = compare("average", TWO, replicates=4, **words)
    assert {run.seed for run in lived_now} == {4}
    assert more.replicates() == 4
    assert before < {path.name for path in (folder / "runs").iterdir()}


def test_another_question_is_not_mixed_into_a_folder(lived) -> None:
    with pytest.raises(ValueError, match="another study"):
        compare(
            "average", TWO, horizons=(1, 3), replicates=3, money="as-is", overrides=SMALL,
            workers=1, out=lived[0],
        )  # fmt: skip


def test_a_policy_that_does_nothing_equals_the_twin(tmp_path: Path) -> None:
    """Protects promise 2: no money, no landlord's rule: no gain, in any replicate."""
    found = compare(
        "average", ("none", "continuous"), horizons=(2,), replicates=2, overrides=SMALL, workers=1
    )
    for group in ("participants", "people", "neighbourhood"):
        assert found.values(f"rung_years.{group}", "none").tolist() == [0.0, 0.0]
    assert math.isnan(found.cost("none", "people"))


def test_an_ensemble_is_paired_by_luck_and_world(tmp_path: Path) -> None:
    path = tmp_path / "worlds.csv"
    path.write_text("world,moving.local_wish\nlow,0.2\nhigh,0.6\n", encoding="utf-8")
    found = compare(
        "average", TWO, horizons=(2,), replicates=2, overrides=SMALL, workers=1, ensemble=path
    )
    assert found.arms.worlds == ("low", "high")
    wishes = [found.arms.baselines[w, 2].parameters.moving.local_wish for w in ("low", "high")]
    assert wishes == [0.2, 0.6]
    assert found.units(2)[["world", "seed"]].to_numpy().tolist() == [
        ["low", 1], ["low", 3], ["high", 2], ["high", 4]
    ]  # fmt: skip
    pair = found.paired("carousel")
    assert (pair.worlds, pair.pairs) == (2, 4)
    assert found.worlds_agreeing()[1] == 2
    in_hand = load("average", "none", {**SMALL, "years": 9})
    other = arms_of(in_hand, TWO, horizons=(2,), ensemble=path)
    assert {cell: one.key() for cell, one in other.scenarios.items()} == {
        cell: one.key() for cell, one in found.arms.scenarios.items()
    }


# -- bad input --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"policies": ("continuous", "carrousel")}, "unknown policy"),
        ({"policies": ("continuous",)}, "two policies or more"),
        ({"policies": ("continuous", "continuous")}, "compared with itself"),
        ({"policies": (*FOUR, "sprint")}, "there twice"),
        ({"horizons": ()}, "no horizons"),
        ({"horizons": (5, 5)}, "do not ascend"),
        ({"horizons": (10, 5)}, "do not ascend"),
        ({"horizons": (5, 101)}, "1 to 100"),
        ({"horizons": (0, 5)}, "1 to 100"),
        ({"money": "totaal"}, "allowed: total"),
        ({"replicates": 1}, "2 or more"),
        ({"replicates": -3}, "2 or more"),
        ({"precision": 0.0}, "more than 0"),
        ({"precision": 5.0}, "less than 1"),
        ({"overrides": {"moving.local_wsh": 0.2}}, "unknown key"),
        ({"scenario": "wielwik"}, "unknown place"),
        ({"baseline": "nothing"}, "unknown policy"),
        ({"ensemble": "no-such-file.csv"}, "no-such-file"),
    ],
)
def test_bad_input_is_refused_before_anything_is_lived(more, says: str, monkeypatch) -> None:
    """Protects promise 5, from Python."""
    monkeypatch.setattr("langeadem.experiments.runs.live", lambda *_: pytest.fail("lived"))
    with pytest.raises((ValueError, ScenarioError), match=says):
        compare(**more)


def test_a_world_that_cannot_be_is_named(tmp_path: Path) -> None:
    path = tmp_path / "worlds.csv"
    path.write_text("world,moving.local_wish\ngood,0.2\nbad,7\n", encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        arms_of("average", TWO, ensemble=path)
    assert "bad" in caught.value.problems[0].where
    assert Ensemble.read(path).keys == ("moving.local_wish",)


def test_a_store_can_be_read_while_it_is_compared(lived) -> None:
    assert len(Store.read(lived[0]).frame()) > 0


def test_scenarios_that_differ_in_more_than_policy_are_not_compared() -> None:
    """Protects comparisons: what else differs is told, whatever is given for an arm."""
    one, other = (load("average", name, SMALL) for name in TWO)
    found = arms_of(one, [one, other], horizons=(2,))
    assert found.policies == TWO
    changed = load("average", "carousel", {**SMALL, "moving.local_wish": 0.9})
    for place in (one, "average"):
        with pytest.raises(ScenarioError, match=r"parameters\.moving\.local_wish"):
            arms_of(place, [one, changed], horizons=(2,), **given(place))


def given(place: object) -> dict[str, object]:
    """Return the differences that go with a place by name."""
    return {"overrides": SMALL} if isinstance(place, str) else {}
