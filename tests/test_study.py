"""Studies: what a file may say, which points a design has, and that all is checked before a run."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from langeadem.experiments import Study
from langeadem.experiments.composing import Composer, value_at
from langeadem.experiments.designs import Choice, Design, Span
from langeadem.experiments.ensemble import Ensemble
from langeadem.scenarios import ScenarioError, catalogue_names, load

from .asking import CALENDAR

RANGES = {
    "moving.local_wish": {"low": 0.2, "high": 0.5},
    "programmes.watch-out.places": {"low": 10, "high": 40},
    "mechanisms.crowding": [True, False],
}


def study(**stated: Any) -> Study:
    """Return a study of the default place."""
    return Study.of({"years": 2, "replicates": 2, **stated})


def varied(design: str = "grid", **more: Any) -> dict[str, Any]:
    """Return a table ``vary``; keyword ``parameters`` for other than `RANGES`."""
    return {"design": design, "parameters": RANGES, **more}


# -- designs ---------------------------------------------------------------------------------------


def test_a_grid_has_every_combination() -> None:
    """Protects the plainest design: all values of each key with all of the others, in order."""
    axes = {"moving.local_wish": [0.2, 0.5, 0.7], "mechanisms.crowding": [True, False]}
    points = study(vary={"parameters": axes}).points()
    assert [tuple(point.values()) for point in points] == list(itertools.product(*axes.values()))


@pytest.mark.parametrize(
    ("design", "samples", "count"),
    [("latin-hypercube", 7, 7), ("sobol", 8, 8), ("morris", 5, 20), ("saltelli", 8, 40)],
)
def test_sampled_designs_stay_within_their_ranges(design: str, samples: int, count: int) -> None:
    """Protects what is drawn: within the range, whole numbers whole, the same at every asking."""
    asked = study(policies=["watch-out"], vary=varied(design, samples=samples))
    points = asked.points()
    assert len(points) == len(asked.design) == count
    for point in points:
        assert 0.2 <= point["moving.local_wish"] <= 0.5
        assert isinstance(point["programmes.watch-out.places"], int)
        assert 10 <= point["programmes.watch-out.places"] <= 40
        assert point["mechanisms.crowding"] in (True, False)
    again = study(policies=["watch-out"], vary=varied(design, samples=samples))
    assert again.points() == points
    other = study(policies=["watch-out"], vary=varied(design, samples=samples, seed=2))
    assert other.points() != points


def test_a_latin_hypercube_has_one_point_in_each_slice() -> None:
    """Protects the design itself: that it is SALib's and turned into settings without loss."""
    drawn = Design("latin-hypercube", {"a": Span(0.0, 1.0), "b": Span(0.0, 2.0)}, samples=50)
    values = np.array([list(point.values()) for point in drawn.points()])
    for column, high in zip(values.T, (1.0, 2.0), strict=True):
        assert sorted(np.floor(column / high * 50)) == list(range(50))


def test_whole_numbers_and_choices_have_equal_shares() -> None:
    """Protects both ends of a range of whole numbers: no end is drawn half as often."""
    shares = (np.arange(3100) + 0.5) / 3100
    counts = np.unique([Span(10, 40, whole=True).at(one) for one in shares], return_counts=True)
    assert set(counts[1]) == {100}
    assert Span(10, 40, whole=True).at(1.0) == 40
    assert Span(0.1, 0.3).at(1.0) == 0.3
    assert [Choice(("a", "b")).at(one) for one in (0.0, 0.49, 0.5, 1.0)] == ["a", "a", "b", "b"]


# -- arms and runs ---------------------------------------------------------------------------------


def test_runs_come_replicate_by_replicate() -> None:
    """Protects results that sharpen evenly: every arm with one luck before any with the next."""
    asked = study(
        policies=["continuous", "carousel"],
        vary=varied("latin-hypercube", samples=3)
        | {"parameters": {"moving.local_wish": {"low": 0.2, "high": 0.5}}},
    )
    runs = list(asked.runs())
    assert len(runs) == asked.total == 12
    assert [run.seed for run in runs] == [1] * 6 + [2] * 6
    assert len({run.key for run in runs}) == 12
    assert [run.policy for run in runs[:2]] == ["continuous", "carousel"]
    assert all(run.baseline is None for run in runs)


def test_a_twin_is_there_only_where_an_outcome_needs_one() -> None:
    """Protects the time of a study: nothing is lived twice for a figure of one world."""
    alone = study(policies=["watch-out"])
    assert alone.arms()[0].baseline is None
    twin = study(policies=["watch-out"], outcomes=["gap.working"])
    assert twin.arms()[0].baseline == load("average", "none", {"years": 2})


def test_a_setting_of_a_programme_holds_where_the_programme_is() -> None:
    """Protects against a point that would change nothing: the policy none is lived once."""
    places = {"programmes.watch-out.places": [10, 20, 30]}
    asked = study(policies=["watch-out", "none"], vary={"parameters": places})
    labels = [(run.policy, dict(run.labels)) for run in asked.runs() if run.seed == 1]
    assert labels == [
        ("watch-out", {"programmes.watch-out.places": 10}),
        ("none", {"programmes.watch-out.places": None}),
        ("watch-out", {"programmes.watch-out.places": 20}),
        ("watch-out", {"programmes.watch-out.places": 30}),
    ]
    assert asked.total == 8
    assert asked.manifest().labels == {"programmes.watch-out.places": "int"}


def test_settings_for_all_hold_in_every_arm_and_in_the_twin() -> None:
    """Protects against arms that differ in more than was asked."""
    asked = study(
        policies=["watch-out"],
        outcomes=["gap.working"],
        set={"moving.local_wish": 0.7, "programmes.watch-out.places": 12},
    )
    (arm,) = asked.arms()
    assert arm.baseline is not None
    assert value_at(arm.scenario, "moving.local_wish") == 0.7
    assert value_at(arm.baseline, "moving.local_wish") == 0.7
    assert value_at(arm.scenario, "programmes.watch-out.places") == 12


def test_a_list_fills_in_what_a_point_does_not_say() -> None:
    """Protects tables: a column holds what was lived, also where the point left it as it was."""
    points = [{"moving.local_wish": 0.1}, {"mechanisms.crowding": False}]
    asked = study(vary={"design": "list", "points": points})
    usual = load("average").parameters.moving.local_wish
    assert [dict(arm.labels) for arm in asked.arms()] == [
        {"moving.local_wish": 0.1, "mechanisms.crowding": True},
        {"moving.local_wish": usual, "mechanisms.crowding": False},
    ]


def test_equal_points_are_lived_once() -> None:
    """Protects the number of runs where rounding to whole numbers makes two points the same."""
    places = {"programmes.watch-out.places": {"low": 10, "high": 12}}
    vary = {"design": "latin-hypercube", "samples": 9, "parameters": places}
    asked = study(policies=["watch-out"], vary=vary)
    assert len(asked.points()) == 9
    assert asked.total == 3 * 2


SETTINGS = [
    {"moving.local_wish": 0.31, "moving.up_and_out": 0.2, "counterforces.discount_rate": 0.01},
    {"mechanisms.crowding": False, "figures.share_benefit": 0.2},
    {"programmes.watch-out.places": 44, "programmes.watch-out.staff.caseload": 7},
    {"programmes.watch-out.calendar": "sprint", "landlord.housing_career": 0.3},
    {"programmes.watch-out.active": False, "parameters.moving.local_wish": 0.1},
    {"moving.local_wish": {"value": 0.4, "unit": "share"}},
]


@pytest.mark.parametrize("policy", ["continuous", "carousel", "none"])
@pytest.mark.parametrize("settings", SETTINGS, ids="+".join)
def test_what_is_composed_is_what_load_gives(policy: str, settings: dict[str, Any]) -> None:
    """Protects the shortcut of a study: the same scenario, to the key, as `load` makes of it."""
    composer = Composer("wielwijk", 20)
    holds = {key: one for key, one in settings.items() if composer.concerns(policy, key)}
    made = composer.scenario(policy, settings)
    known = load("wielwijk", policy, {"years": 20, **holds})
    assert made == known
    assert made.key() == known.key()


@pytest.mark.parametrize(
    ("key", "value"),
    [("moving.local_wish", 1.5), ("moving.locl_wish", 0.5), ("programmes.watch-out.places", -1)],
)
def test_what_is_composed_is_refused_as_load_refuses_it(key: str, value: float) -> None:
    """Protects errors: the shortcut says what `load` says, and takes nothing that it refuses."""
    with pytest.raises(ScenarioError) as composed:
        Composer("wielwijk").scenario("continuous", {key: value})
    with pytest.raises(ScenarioError) as loaded:
        load("wielwijk", "continuous", {key: value})
    assert str(composed.value) == str(loaded.value)


def test_ten_thousand_points_share_what_they_can() -> None:
    """Protects time and memory of large designs: what arms share is one object."""
    parameters = {"moving.local_wish": {"low": 0.2, "high": 0.5}}
    vary = {"design": "latin-hypercube", "samples": 200, "parameters": parameters}
    arms = study(policies=["continuous", "carousel"], vary=vary).arms()
    assert len(arms) == 400
    assert len({id(arm.scenario.place) for arm in arms}) == 1
    assert len({id(arm.scenario.policy) for arm in arms}) == 2
    assert len({id(arm.scenario.parameters.labour) for arm in arms}) == 1
    assert len({id(arm.scenario.parameters.moving) for arm in arms}) == 200


# -- the record ------------------------------------------------------------------------------------


def test_the_manifest_knows_what_changed(tmp_path: Path) -> None:
    """Protects a folder from another study: content counts, and names and replicates do not."""
    place = tmp_path / "scenario.toml"
    place.write_text('place = "wielwijk"\npolicy = "watch-out"\n', encoding="utf-8")
    stated = {"scenario": "scenario.toml", "years": 2}
    first = Study.of(stated, tmp_path).manifest("langeadem sweep x")
    assert Study.of(stated, tmp_path).with_replicates(50).manifest().study_key == first.study_key
    place.write_text('place = "wielwijk"\npolicy = "none"\n', encoding="utf-8")
    assert Study.of(stated, tmp_path).manifest().study_key != first.study_key
    assert str(tmp_path) not in first.to_json()


def test_shipped_studies_can_be_lived() -> None:
    """Protects the catalogue: every study in it is checked as a sweep checks it."""
    for name in catalogue_names("studies"):
        asked = Study.read(name)
        asked.check()
        assert asked.total
        assert asked.written.file.about


# -- plausible worlds ------------------------------------------------------------------------------


WORLDS = {"calm": {"moving.local_wish": 0.3}, "restless": {"moving.local_wish": 0.6}}


def _write_worlds(folder: Path, suffix: str) -> Path:
    import pandas as pd

    path = folder / f"worlds{suffix}"
    table = pd.DataFrame([{"world": name, **world} for name, world in WORLDS.items()])
    if suffix == ".csv":
        table.to_csv(path, index=False)
    elif suffix == ".parquet":
        table.to_parquet(path)
    else:
        text = "".join(
            f"[worlds.{name}]\nmoving.local_wish = {world['moving.local_wish']}\n"
            for name, world in WORLDS.items()
        )
        path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("suffix", [".csv", ".parquet", ".toml"])
def test_worlds_are_read_alike_from_every_kind_of_file(tmp_path: Path, suffix: str) -> None:
    """Protects the ensemble: the same worlds, and the same key, whatever they were kept in."""
    found = Ensemble.read(_write_worlds(tmp_path, suffix))
    assert found.worlds == WORLDS
    assert found.content == Ensemble(WORLDS).content
    asked = study(policies=["watch-out"], outcomes=["gap.working"]).with_ensemble(found)
    arms = asked.arms()
    assert [arm.world for arm in arms] == ["calm", "restless"]
    for arm, world in zip(arms, WORLDS.values(), strict=True):
        assert arm.baseline is not None
        for one in (arm.scenario, arm.baseline):
            assert value_at(one, "moving.local_wish") == world["moving.local_wish"]


@pytest.mark.parametrize(
    ("name", "text", "wrong"),
    [
        (
            "w.csv",
            "world,moving.local_wish\na,0.3\na,0.4\n",
            "line 3.*world.*'a' stands there twice",
        ),
        ("w.csv", "world,moving.local_wish\na,\n", "line 2.*local_wish.*no value in world 'a'"),
        ("w.csv", "moving.local_wish\n0.3\n", "world: is missing"),
        ("w.csv", "world,moving.local_wish\n", "holds no worlds"),
        (
            "w.toml",
            "[worlds.a]\nmoving.local_wish = 1\n[worlds.b]\nmoving.up_and_out = 1\n",
            "not every world has it",
        ),
        ("w.toml", "[worlds.a]\nyears = 3\n", "years: is a key of the study itself"),
        ("w.toml", "[worlds.a]\nmovin.local_wish = 1\n", "unknown key.*did you mean 'moving'"),
        ("w.toml", "[wrlds.a]\n", "line 1.*unknown key"),
        ("w.xlsx", "", "allowed: .csv, .parquet, .toml"),
    ],
)
def test_a_file_of_worlds_that_is_wrong_is_refused(
    tmp_path: Path, name: str, text: str, wrong: str
) -> None:
    """Protects against a world that is half there."""
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError, match=wrong):
        Ensemble.read(path)


def test_a_world_that_changes_nothing_is_refused() -> None:
    """Protects against a column that no arm listens to, and one that varies already."""
    places = Ensemble({"a": {"programmes.boot.places": 3}}, "w.csv")
    with pytest.raises(ScenarioError, match=r"w\.csv: programmes\.boot\.places: no policy"):
        study().with_ensemble(places).check()
    wishes = Ensemble({"a": {"moving.local_wish": 0.3}}, "w.csv")
    with pytest.raises(ScenarioError, match="the file of worlds sets it too"):
        study(**_vary()).with_ensemble(wishes).check()


def test_a_world_that_cannot_be_is_refused_by_name() -> None:
    """Protects the analyst: the message says which world, and which value."""
    worlds = Ensemble({"a": {"moving.local_wish": 0.3}, "b": {"moving.local_wish": 3.0}}, "w.csv")
    with pytest.raises(ScenarioError, match=r"w\.csv: moving\.local_wish \(b\): 3\.0"):
        study().with_ensemble(worlds).check()


# -- what is refused -------------------------------------------------------------------------------


def _vary(**more: Any) -> dict[str, Any]:
    return {"vary": {"parameters": {"moving.local_wish": [0.2, 0.5]}, **more}}


REFUSED = [
    ({"scenaro": "wielwijk"}, "scenaro: unknown key.*did you mean 'scenario'"),
    ({"scenario": "wielwjk"}, "scenario: unknown place 'wielwjk'.*did you mean 'wielwijk'"),
    ({"policies": ["carousl"]}, "policies: unknown policy 'carousl'.*did you mean 'carousel'"),
    ({"policies": []}, "policies"),
    ({"policies": ["none", "none"]}, "'none' stands there twice"),
    ({"baseline": "nne", "outcomes": ["gap.working"]}, "baseline: unknown policy 'nne'"),
    ({"outcomes": ["wrking"]}, "outcomes: unknown outcome 'wrking'.*did you mean 'working'"),
    ({"outcomes": []}, "outcomes"),
    ({"years": 0}, "years: 0.*allowed: 1 to 100 years"),
    ({"at": [3]}, "at: year 3 is not within the 2 years; allowed: 1 to 2 years"),
    ({"at": [0]}, "at: year 0"),
    ({"replicates": 0}, "replicates: 0.*allowed: 1 to 100000 replicates"),
    ({"replicates": -5}, "replicates: -5"),
    ({"replicates": 2.5}, "replicates: 2.5"),
    ({"set": {"moving.local_wish": 0.1}} | _vary(), "set.*local_wish: also varies"),
    ({"set": {"years": 3}}, "set.years: is a key of the study itself: years"),
    ({"set": {"movin.local_wish": 0.1}}, "unknown key.*did you mean 'moving'"),
    ({"set": {"moving.locl_wish": 0.1}}, "set.*unknown key.*did you mean 'local_wish'"),
    ({"set": {"programmes.boot.places": 3}}, "no policy of the study has a programme 'boot'"),
    ({"vary": {}}, "empty design: no parameters"),
    ({"vary": {"parameters": {"moving.local_wish": []}}}, "empty design: no values"),
    ({"vary": {"design": "list"}}, "empty design: no points"),
    ({"vary": {"design": "list", "points": [{}]}}, "empty design: no points"),
    (_vary(design="gird"), "unknown value 'gird'.*did you mean 'grid'"),
    (_vary(desing="grid"), "vary.desing: unknown key.*did you mean 'design'"),
    (_vary(design="list"), "stands beside design 'list'"),
    (_vary(points=[{"moving.local_wish": 0.1}]), "stands beside design 'grid'"),
    (_vary(samples=8), "samples: has no meaning in design 'grid'"),
    (_vary(design="sobol"), "samples: is missing; design 'sobol' needs it"),
    (_vary(design="sobol", samples=0), "samples: 0.*allowed: 1"),
    (
        _vary(design="sobol", samples=12),
        "12: design 'sobol' needs a power of two; allowed: 8 or 16",
    ),
    (_vary(design="morris", samples=4, levels=3), "levels: 3: must be even"),
    ({"vary": {"parameters": {"moving.local_wish": [0.2, 0.2]}}}, "0.2 stands there twice"),
    ({"vary": {"parameters": {"moving.local_wish": 0.2}}}, "must be of the form"),
    ({"vary": {"parameters": {"moving.local_wish": {"low": 0, "high": 1}}}}, "must be of the form"),
    ({"vary": {"parameters": {"moving.local_wish": [0.2, 1.5]}}}, "point 2 .*1.5.*allowed: 0 to 1"),
    (
        {"vary": {"parameters": {"moving.nonsense": [0.2]}}},
        "moving.nonsense: point 1 .*unknown key",
    ),
    ({"vary": {"parameters": {"quality.relation_start": ["a"]}}}, "valid number"),
]
SPANS = [
    ({"low": 0.5, "high": 0.2}, "low 0.5 is above high 0.2"),
    ({"low": 0.5, "high": 0.5}, "put it in the table set"),
    ({"low": 0.5}, "must have the keys low and high"),
    ({"low": 0.1, "high": "x"}, "'x': must be a number"),
    ({"low": 0.1, "high": 2.0}, "point 1 .*allowed: 0 to 1|point 2 .*allowed: 0 to 1"),
]


@pytest.mark.parametrize(("stated", "wrong"), REFUSED, ids=[str(one)[:60] for one, _ in REFUSED])
def test_a_study_that_is_wrong_is_refused(stated: dict[str, Any], wrong: str) -> None:
    """Protects the analyst: what is wrong, where, what is allowed, and the nearest name."""
    with pytest.raises(ScenarioError, match=wrong):
        study(**stated).check()


@pytest.mark.parametrize(("span", "wrong"), SPANS, ids=[str(one) for one, _ in SPANS])
def test_a_range_that_is_wrong_is_refused(span: dict[str, Any], wrong: str) -> None:
    """Protects sampled designs: a range has two ends, in order, within what the parameter takes."""
    vary = {"design": "latin-hypercube", "samples": 8, "parameters": {"moving.local_wish": span}}
    with pytest.raises(ScenarioError, match=wrong):
        study(vary=vary).check()


@pytest.mark.parametrize(
    ("key", "span", "wrong"),
    [
        ("programmes.watch-out.places", {"low": 10.5, "high": 20}, "must be whole numbers"),
        ("mechanisms.crowding", {"low": 0, "high": 1}, "has no range; write a list"),
        ("programmes.watch-out.calendar", {"low": 0, "high": 1}, "has no range; write a list"),
    ],
)
def test_only_numbers_have_a_range(key: str, span: dict[str, Any], wrong: str) -> None:
    """Protects switches and calendars from being read as numbers."""
    vary = {"design": "latin-hypercube", "samples": 8, "parameters": {key: span}}
    with pytest.raises(ScenarioError, match=wrong):
        study(policies=["watch-out"], vary=vary).check()


def test_a_design_too_large_is_refused_before_it_is_made() -> None:
    """Protects memory: the number of points is known without drawing them."""
    groups = ("local_wish", "up_and_out")
    axes = {f"moving.{name}": [at / 2000 for at in range(2000)] for name in groups}
    with pytest.raises(ScenarioError, match="4000000 points; allowed: at most 1000000 points"):
        study(vary={"parameters": axes}).check()


def test_replicates_are_checked_in_python_too() -> None:
    """Protects the same from Python."""
    for wrong in (0, -1, True):
        with pytest.raises(ValueError, match="replicates"):
            study().with_replicates(wrong)


FILE = """
scenario = "average"
policies = ["watch-out"]
years = 2
[vary.parameters]
moving.local_wish = [0.2, 0.5]
"programmes.watch-out.places" = [10, 20]
"""
POINTS = """
years = 2
[vary]
design = "list"
[[vary.points]]
"moving.local_wish" = 0.2
[[vary.points]]
"mechanisms.crowding" = true
"moving.local_wish" = 2.5
"""


def test_keys_may_be_quoted_or_tables(tmp_path: Path) -> None:
    """Protects who writes a study: TOML's two ways of a dotted key mean the same."""
    path = tmp_path / "s.toml"
    path.write_text(FILE, encoding="utf-8")
    asked = Study.read(path)
    assert list(asked.points()[0]) == ["moving.local_wish", "programmes.watch-out.places"]
    assert asked.name == "s"
    path.write_text(FILE.replace("0.5]", "5.0]"), encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"s\.toml, line 6: .*point 3 .*5\.0"):
        Study.read(path).check()


def test_a_wrong_point_of_a_list_is_found_on_its_line(tmp_path: Path) -> None:
    """Protects long lists: the line is that of the point, not of the first that has the key."""
    path = tmp_path / "s.toml"
    path.write_text(POINTS, encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"line 9: .*point 2 .*2\.5.*allowed: 0 to 1"):
        Study.read(path).check()


def test_paths_are_meant_from_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Protects studies that are moved together with their scenarios."""
    folder = tmp_path / "a"
    folder.mkdir()
    (folder / "place.toml").write_text('place = "wielwijk"\n', encoding="utf-8")
    (folder / "own.toml").write_text('base = "watch-out"\nabout = "own"\n', encoding="utf-8")
    text = 'scenario = "place.toml"\npolicies = ["own.toml"]\nyears = 1\n'
    (folder / "s.toml").write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    asked = Study.read("a/s.toml")
    (arm,) = asked.arms()
    assert arm.scenario.place.name == "Wielwijk"
    assert arm.scenario.policy.key.endswith("own")
    (folder / "mine.toml").write_text(CALENDAR, encoding="utf-8")
    more = '[vary.parameters]\n"programmes.watch-out.calendar" = ["sprint", "mine.toml"]\n'
    (folder / "s.toml").write_text(text + more, encoding="utf-8")
    asked = Study.read("a/s.toml")
    labels = [arm.labels["programmes.watch-out.calendar"] for arm in asked.arms()]
    assert labels == ["sprint", "mine"]
    kept = asked.manifest().study_key
    assert list(asked.content()["files"]) == ["mine.toml"]
    (folder / "mine.toml").write_text(CALENDAR.replace("6", "7"), encoding="utf-8")
    assert Study.read("a/s.toml").manifest().study_key != kept


def test_content_is_what_json_can_hold() -> None:
    """Protects the record: calendars written out, lists and switches survive it."""
    asked = study(policies=["watch-out"], vary=varied("latin-hypercube", samples=4))
    kept = asked.content()
    assert json.loads(json.dumps(kept)) == kept
    assert kept["vary"]["samples"] == 4
