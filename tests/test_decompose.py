"""What a panel shows between two dates: terms that add up, and panels that cannot be used."""

from __future__ import annotations

import doctest
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from langeadem.experiments.decomposition import TERMS, decompose, panel_frame
from langeadem.experiments.lived import SCALES, Lived
from langeadem.scenarios import load

from .conftest import SMALL

#: Person -> (unit, score), at a date.
Panel = dict[int, tuple[int, float]]

PANELS = st.dictionaries(
    st.integers(0, 30),
    st.tuples(st.integers(0, 3), st.floats(-10.0, 10.0, allow_nan=False)),
    min_size=1,
    max_size=25,
)


def frame(panel: Panel, place: str = "unit") -> pd.DataFrame:
    """Return a panel as a frame, in the order in which it is written down."""
    return pd.DataFrame(
        {
            "person": list(panel),
            place: [unit for unit, _ in panel.values()],
            "score": [score for _, score in panel.values()],
        }
    )


def people(**scores: float) -> pd.DataFrame:
    """Return a panel of one unit by name and score."""
    return pd.DataFrame({"person": list(scores), "unit": "A", "score": list(scores.values())})


# -- the identity -------------------------------------------------------------------------------------


@given(PANELS, PANELS)
def test_the_terms_add_up(before: Panel, after: Panel) -> None:
    """Protects the identity: within 1e-9 in every unit, whoever comes, goes, moves or changes."""
    found = decompose(frame(before), frame(after))
    units = {unit for panel in (before, after) for unit, _ in panel.values()}
    assert found["unit"].tolist() == sorted(units)
    both = (found["n_before"] > 0) & (found["n_after"] > 0)
    residual = found["change"] - found[list(TERMS)].sum(axis=1)
    assert (residual[both].abs() < 1e-9).all()
    assert found.loc[~both, ["change", *TERMS]].isna().all(axis=None)


@given(PANELS, PANELS)
def test_every_term_is_what_its_formula_says(before: Panel, after: Panel) -> None:
    """Protects each term by itself: person by person, with sets and sums and no table."""
    found = decompose(frame(before), frame(after)).set_index("unit")
    for unit, row in found.iterrows():
        was = {who: score for who, (where, score) in before.items() if where == unit}
        now = {who: score for who, (where, score) in after.items() if where == unit}
        stay, leave, come = (
            was.keys() & now.keys(),
            was.keys() - now.keys(),
            now.keys() - was.keys(),
        )
        counts = [row[f"n_{name}"] for name in ("before", "after", *TERMS)]
        assert counts == [len(was), len(now), len(stay), len(leave), len(come)]
        if not (was and now):
            continue
        mean = sum(was.values()) / len(was)
        expected = {
            "mean_before": mean,
            "mean_after": sum(now.values()) / len(now),
            "stayers": sum(now[who] - was[who] for who in stay) / len(now),
            "leavers": -sum(was[who] - mean for who in leave) / len(now),
            "newcomers": sum(now[who] - mean for who in come) / len(now),
        }
        assert {name: row[name] for name in expected} == pytest.approx(expected, abs=1e-9)


@given(PANELS, PANELS, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(before: Panel, after: Panel, luck: Any) -> None:
    """Protects the user: a panel that comes sorted otherwise gives the same."""
    shuffled = []
    for panel in (before, after):
        rows = list(panel)
        luck.shuffle(rows)
        shuffled.append(frame({who: panel[who] for who in rows}))
    pd.testing.assert_frame_equal(
        decompose(*shuffled), decompose(frame(before), frame(after)), rtol=0.0, atol=1e-9
    )


@given(PANELS, PANELS)
def test_labels_are_only_labels(before: Panel, after: Panel) -> None:
    """Protects the user: persons by name or by number, units as place or as unit, give the same."""
    expected = decompose(frame(before), frame(after))
    named = [frame(panel, "place") for panel in (before, after)]
    for one in named:
        one["person"] = [f"person {label}" for label in one["person"]]
        one["place"] = one["place"].astype(str)
    found = decompose(*named)
    assert found["unit"].tolist() == [str(unit) for unit in expected["unit"]]
    pd.testing.assert_frame_equal(
        found.drop(columns="unit"), expected.drop(columns="unit"), rtol=0.0, atol=1e-9
    )


def test_who_moves_within_the_area_leaves_one_unit_and_comes_to_the_other() -> None:
    """Protects the meaning of a unit: a mover is a leaver and a newcomer, and a stayer of the whole."""
    before = frame({1: (0, 2.0), 2: (0, 4.0), 3: (1, 1.0)})
    after = frame({1: (0, 2.0), 2: (1, 5.0), 3: (1, 1.0)})
    found = decompose(before, after)
    assert found["n_leavers"].tolist() == [1, 0]
    assert found["n_newcomers"].tolist() == [0, 1]
    assert found["leavers"].tolist() == [-1.0, 0.0]
    assert found["newcomers"].tolist() == [0.0, 2.0]
    whole = decompose(before.assign(unit=0), after.assign(unit=0))
    assert whole["n_stayers"].tolist() == [3]
    assert whole[["change", "stayers"]].iloc[0].tolist() == pytest.approx([1 / 3, 1 / 3])


def test_a_unit_that_is_empty_at_a_date_is_kept() -> None:
    """Protects what is shown: a unit that was built or emptied has people and no change."""
    found = decompose(frame({1: (0, 2.0)}), frame({2: (1, 4.0), 3: (1, 2.0)})).set_index("unit")
    assert found["n_before"].tolist() == [1, 0]
    assert found["n_leavers"].tolist() == [1, 0]
    assert found["n_newcomers"].tolist() == [0, 2]
    assert found["mean_before"].tolist() == pytest.approx([2.0, np.nan], nan_ok=True)
    assert found["mean_after"].tolist() == pytest.approx([np.nan, 3.0], nan_ok=True)
    assert found[["change", *TERMS]].isna().all(axis=None)


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        (lambda one: one.assign(score=one["score"] > 0), [0.0, 0.0, -0.5]),
        (lambda one: one.assign(score=one["score"].astype("Int64")), [1.0, -1.0, -1.5]),
        (lambda one: one.assign(score=one["score"].astype(object)), [1.0, -1.0, -1.5]),
        (lambda one: one.assign(person=one["person"].astype("category")), [1.0, -1.0, -1.5]),
        (lambda one: one.assign(unit=pd.Categorical(one["unit"], ["Z", "A"])), [1.0, -1.0, -1.5]),
        (lambda one: one.assign(more="set aside"), [1.0, -1.0, -1.5]),
        (lambda one: one.set_index(pd.Index([9] * len(one))), [1.0, -1.0, -1.5]),
    ],
)
def test_a_column_may_come_in_any_usual_form(
    form: Callable[[pd.DataFrame], pd.DataFrame], expected: list[float]
) -> None:
    """Protects the user: yes-or-no scores, categories, odd indexes and further columns all work."""
    before, after = people(ann=1, bo=5), people(ann=3, cas=0)
    found = decompose(form(before), form(after))
    assert found["unit"].tolist() == ["A"]
    assert found[list(TERMS)].iloc[0].tolist() == expected


def test_the_panels_are_left_as_they_were() -> None:
    """Protects the user's own data: nothing is written into the frames."""
    before, after = people(ann=1, bo=5), people(ann=3, cas=0)
    kept = before.copy(), after.copy()
    decompose(before, after)
    pd.testing.assert_frame_equal(before, kept[0])
    pd.testing.assert_frame_equal(after, kept[1])


def test_the_worked_example_is_true() -> None:
    """Protects the documentation: the example in the docstring gives what it shows."""
    module = sys.modules["langeadem.experiments.decomposition"]
    done = doctest.testmod(module)
    assert done.attempted >= 5
    assert done.failed == 0


# -- panels that cannot be used -----------------------------------------------------------------------

GOOD = people(ann=1, bo=5)


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (GOOD.drop(columns="score"), "no columns named score.*found: person, unit"),
        (GOOD.drop(columns="person"), "no columns named person"),
        (GOOD.drop(columns="unit"), r"no columns named unit.*unit \(or place\)"),
        (GOOD.assign(place="A"), "both unit and place"),
        (GOOD.rename(columns={"unit": "place"}), "both unit and place"),
        (pd.concat([GOOD, GOOD[["score"]]], axis=1), "2 columns named score"),
        (GOOD.iloc[:0], "no rows"),
        (pd.DataFrame(), "no columns named person.*found: none"),
        (pd.concat([GOOD, GOOD]), "'ann' more than once .2 rows too many"),
        (pd.concat([GOOD, GOOD.assign(unit="B")]), "'ann' more than once"),
        (GOOD.assign(score=[1.0, np.nan]), "1 of 2 rows without a score; leave those people out"),
        (GOOD.assign(score=pd.array([1, None], "Int64")), "1 of 2 rows without a score"),
        (GOOD.assign(person=["ann", None]), "1 of 2 rows without a person"),
        (GOOD.assign(unit=[None, None]), "2 of 2 rows without a unit"),
        (GOOD.assign(score=["1", "5"]), "a score of '1'; allowed: numbers"),
        (GOOD.assign(score=pd.Timestamp("2020-01-01")), "allowed: numbers"),
        (GOOD.assign(score=[1.0, np.inf]), "infinite"),
        (GOOD.assign(person=[1, 2]), "person is of several kinds: numbers, str"),
        (GOOD.assign(unit=1), "unit is of several kinds: numbers, str"),
    ],
)
def test_a_panel_that_cannot_be_used_is_refused(bad: pd.DataFrame, message: str) -> None:
    """Protects the user: at either date, with what is wrong and what is needed."""
    with pytest.raises(ValueError, match=message):
        decompose(bad, GOOD)
    with pytest.raises(ValueError, match=message):
        decompose(GOOD, bad)


def test_an_error_says_at_which_date() -> None:
    """Protects the user: two panels that look alike are told apart."""
    bad = GOOD.assign(score=[1.0, np.nan])
    with pytest.raises(ValueError, match=r"^before has 1 of 2"):
        decompose(bad, GOOD)
    with pytest.raises(ValueError, match=r"^after has 1 of 2"):
        decompose(GOOD, bad)
    with pytest.raises(TypeError, match="after is a list; allowed: a pandas DataFrame"):
        decompose(GOOD, [1, 2])  # type: ignore[arg-type]


# -- panels of a lived world --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def world() -> Lived:
    return Lived(load("average", policy="none", overrides=SMALL), 3, paths=False)


@pytest.mark.parametrize("indicator", ["learning", "working", "leisure", "agency", "share_at_work"])
def test_a_run_decomposes_into_its_published_change(world: Lived, indicator: str) -> None:
    """Protects the bridge to the chronicle: the terms add up to the change of the published mean."""
    published = world.chronicle.frame("neighbourhood").set_index("month")[indicator]
    found = decompose(panel_frame(world, indicator, 1), panel_frame(world, indicator, 5))
    (row,) = found.to_dict("records")
    change = published[60] - published[12]
    assert sum(row[term] for term in TERMS) == pytest.approx(change, abs=1e-9)
    assert row["mean_after"] == pytest.approx(published[60], abs=1e-9)
    assert change != 0
    assert min(row[f"n_{term}"] for term in TERMS) > 0


@pytest.mark.parametrize("scale", SCALES[:3])
def test_a_run_decomposes_by_unit(world: Lived, scale: Any) -> None:
    """Protects the scales: each unit has the change that the chronicle publishes for it."""
    published = world.chronicle.frame(scale).set_index(["year", "unit"])["working"]
    panels = [panel_frame(world, "working", year, scale) for year in (0, 5)]
    found = decompose(*panels).set_index("unit")
    expected = (published[5] - published[0]).reindex(found.index)
    assert found["change"].to_numpy() == pytest.approx(expected.to_numpy(), abs=1e-6, nan_ok=True)
    assert found["change"].notna().any()
    assert found["n_after"].sum() == len(panels[1])


def test_a_panel_of_a_run_refuses_what_there_is_not(world: Lived) -> None:
    """Protects the user: an unknown indicator, scale or year is named."""
    with pytest.raises(ValueError, match="did you mean 'working'"):
        panel_frame(world, "workin", 1)
    with pytest.raises(ValueError, match="unknown scale 'block'"):
        panel_frame(world, "working", 1, "block")
    with pytest.raises(ValueError, match="year 6 was not lived"):
        panel_frame(world, "working", 6)


def test_a_panel_of_a_run_holds_who_is_counted_and_lives_here(world: Lived) -> None:
    """Protects who is counted: adults below the pension age who live here, each once."""
    persons = world.persons(5)
    panel = panel_frame(world, "working", 5)
    counted = (persons.age_years >= 18) & (persons.age_years < world.ages.pension)
    here = persons.status == 0
    assert len(panel) == np.count_nonzero(counted & here)
    assert np.count_nonzero(counted & ~here) > 0
    assert panel["person"].is_unique
