"""Plausible worlds: those that ship can be lived, and ``why`` lives in them in turn."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from langeadem.experiments import reasons
from langeadem.experiments.cli import why_figures
from langeadem.experiments.ensemble import Ensemble, ensemble_names, in_world
from langeadem.experiments.priors import read_priors
from langeadem.scenarios import ScenarioError, load

from .asking import call, flat, shown

SMALL = {"figures.households": 60, "figures.residents": 125, "years": 2}
WORLDS = Ensemble({f"w{at}": {"moving.local_wish": 0.1 * at} for at in (1, 2, 3)}, "own.csv")


# -- those that ship --------------------------------------------------------------------------


@pytest.mark.parametrize("name", ensemble_names())
def test_a_shipped_ensemble_can_be_lived_and_says_how_it_was_made(name: str) -> None:
    """Protects what ships: every world is allowed and within the priors that it was drawn from."""
    found = Ensemble.read(name)
    assert len(found.worlds) == 200
    priors = {one.key: one for one in read_priors().each}
    assert set(found.keys) == set(priors)
    for key in found.keys:
        values = [float(world[key]) for world in found.worlds.values()]
        assert min(values) >= priors[key].low
        assert max(values) <= priors[key].high
        assert len(set(values)) == len(values)
    for world in found.worlds.values():
        load("average", overrides=dict(world))
    about = found.about
    assert about["command"].startswith("langeadem calibrate")
    assert about["priors_key"] == read_priors().content
    for key in ("made", "package", "model_version", "claims_key", "seed", "targets"):
        assert about[key], key


def test_ensembles_ship_and_are_listed() -> None:
    """Protects the name that studies and commands use."""
    assert "plausible-1" in ensemble_names()
    for lang in ("nl", "en"):
        text = shown("list", "ensembles", "--lang", lang)
        assert "plausible-1" in text
        assert "200" in text


def test_an_unknown_name_says_which_is_near() -> None:
    """Protects who mistypes a name."""
    with pytest.raises(ScenarioError, match="did you mean 'plausible-1'"):
        Ensemble.read("plausibel-1")


def test_more_worlds_than_there_are_is_refused_in_the_own_language() -> None:
    """Protects a Dutch reader: how many there are, without words of another language."""
    done = call("study", "continuity", "--ensemble", "plausible-1:300", "--lang", "nl")
    assert done.exit_code == 2
    assert flat(done.output) == "plausible-1:300: 300 werelden; wat mag: 1-200"


def test_a_name_goes_with_compare() -> None:
    """Protects the other commands: a shipped name is no missing file."""
    from langeadem.experiments.arms import arms_of

    arms = arms_of("average", ["continuous", "cliff"], horizons=(1,), ensemble="plausible-1:2")
    assert arms.worlds == ("w001", "w002")


# -- a scenario in a world --------------------------------------------------------------------


def test_a_world_changes_parameters_but_not_what_somebody_chose() -> None:
    """Protects the workshop: an assumption that a group has set is the same in every world."""
    chosen = load("average", overrides={"ties.lifetime": 9.0})
    found = in_world(chosen, {"moving.local_wish": 0.6, "ties.lifetime": 20.0})
    assert found.parameters.moving.local_wish == 0.6
    assert found.parameters.ties.lifetime == 9.0
    assert found == load("average", overrides={"ties.lifetime": 9.0, "moving.local_wish": 0.6})
    with pytest.raises(ScenarioError, match=r"did you mean 'moving\.local_wish'"):
        in_world(chosen, {"moving.local_wihs": 0.6})


# -- why --------------------------------------------------------------------------------------


def test_why_asks_the_same_in_every_world() -> None:
    """Protects the question: only the parameters of the world differ, as far as replicates go."""
    asked: dict[str, Any] = {"policy": "continuous", "year": 2}
    found = reasons.in_worlds(WORLDS, 2, "average", SMALL, **asked)
    assert list(found) == ["w1", "w2"]
    for name, one in found.items():
        own = {**SMALL, **WORLDS.worlds[name]}
        assert one == reasons.question(load("average", overrides=own), **asked)
    with pytest.raises(ScenarioError, match="the file of worlds sets it too"):
        reasons.in_worlds(WORLDS, 2, "average", {"moving.local_wish": 0.2}, **asked)
    wrong = Ensemble({"odd": {"moving.local_wish": 7.0}}, "own.csv")
    with pytest.raises(ScenarioError, match=r"own\.csv, odd: moving\.local_wish"):
        reasons.in_worlds(wrong, 2, "average", SMALL, **asked)


def test_replicates_take_turns_in_worlds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Protects the pairing: each luck in the next world, round again after the last."""
    lived = []

    def measured(asked: Any, seed: int, portrait: bool) -> str:
        lived.append((seed, asked.policy.parameters.moving.local_wish, portrait))
        return "replica"

    monkeypatch.setattr(reasons, "measure", measured)
    asked = reasons.question(load("average", overrides=SMALL), "continuous", year=2)
    worlds = reasons.in_worlds(WORLDS, 20, "average", SMALL, policy="continuous", year=2)
    found = reasons.answer(asked, replicates=20, seed=5, workers=1, worlds=worlds)
    assert found.worlds[:4] == ("w1", "w2", "w3", "w1")
    assert [one[0] for one in lived] == list(range(5, 25))
    assert [one[1] for one in lived[:4]] == pytest.approx([0.1, 0.2, 0.3, 0.1])
    assert [one[2] for one in lived] == [True] + [False] * 19


def test_why_tells_of_its_worlds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Protects who reads intervals: what they hold is said, and which world each pair had."""
    # Figures have tests of their own, and take most of the time.
    monkeypatch.setattr(why_figures, "figures_of", lambda found, lang: {})
    path = tmp_path / "own.csv"
    rows = "".join(f"w{at},{0.1 * at}\n" for at in (1, 2, 3))
    path.write_text(f"world,moving.local_wish\n{rows}", encoding="utf-8")
    small = ("--set", "figures.households=60", "--set", "figures.residents=125")
    words = ("why", "average", "--year", "2", *small, "--workers", "1", "--lang", "en")
    done = call(*words, "--ensemble", str(path), "--out", str(tmp_path / "out"))
    assert done.exit_code == 0, done.output
    assert "The 20 pairs take turns in 3 plausible worlds" in flat(done.stdout)
    pairs = (tmp_path / "out" / "pairs.csv").read_text(encoding="utf-8").splitlines()
    assert pairs[0].startswith("seed,world,")
    assert [row.split(",")[1] for row in pairs[1:5]] == ["w1", "w2", "w3", "w1"]
    record = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))
    assert "--ensemble own.csv" in record["command"]
    assert len(record["worlds"]) == 20
    twice = call(*words, "--set", "moving.local_wish=0.2", "--ensemble", str(path))
    assert twice.exit_code == 2
    assert "moving.local_wish" in flat(twice.stderr)
