"""Where the preferred calendar changes: boxes with known limits, honest answers without, our wiring."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from langeadem.experiments.discovery import MissingExtra, check_installed, search_box
from langeadem.experiments.frontier import Frontier, Question, answer, question
from langeadem.experiments.points import Crew
from langeadem.experiments.store import Store
from langeadem.scenarios import ScenarioError

from .analysing import a_study, fake
from .asking import call

__all__ = ["fake"]

HERE = Crew(workers=1)
RANGES = {
    "moving.local_wish": {"low": 0.2, "high": 0.4},
    "wellbeing.trust_base": {"low": 0.3, "high": 0.7},
    "quality.friction": {"around": 0.5},
}


def cases(count: int, seed: int = 1) -> pd.DataFrame:
    draw = np.random.default_rng(seed)
    return pd.DataFrame(draw.random((count, 6)), columns=[*"abcde", "scenario"])


# -- boxes ----------------------------------------------------------------------------------------


def test_a_box_with_known_limits_is_found() -> None:
    """Cases with a above 0.6 and b below 0.5: both limits within 0.05, and no other one."""
    found = cases(400)
    box = search_box(found, (found["a"] > 0.6) & (found["b"] < 0.5))
    assert box is not None
    limits = {one.key: one for one in box.limits}
    assert set(limits) == {"a", "b"}
    assert limits["a"].low == pytest.approx(0.6, abs=0.05)
    assert limits["b"].high == pytest.approx(0.5, abs=0.05)
    assert np.isnan(limits["a"].high)
    assert np.isnan(limits["b"].low)
    assert box.coverage > 0.9
    assert box.density > 0.9
    assert box.elsewhere > 0.8
    assert all(one.chance < 0.001 for one in box.limits)


def test_a_box_is_found_through_noise() -> None:
    """One case in twenty the other way does not hide the box."""
    found = cases(400, 2)
    kind = ((found["a"] > 0.6) & (found["b"] < 0.5)).to_numpy()
    kind = kind ^ (np.random.default_rng(3).random(400) < 0.05)
    box = search_box(found, kind)
    assert box is not None
    assert {"a", "b"} <= {one.key for one in box.limits}
    assert box.density > 0.7


def test_chance_is_called_a_box_seldom() -> None:
    """Of 30 sets without any rule, at most 2 may be told to have a box."""
    told = 0
    for seed in range(30):
        found = cases(120, 100 + seed)
        told += search_box(found, np.random.default_rng(seed).random(120) < 0.3) is not None
    assert told <= 2


@pytest.mark.parametrize("count", [0, 9, 191, 200])
def test_too_few_cases_have_no_box(count: int) -> None:
    """Under ten of either kind, nothing can be said."""
    assert search_box(cases(200), np.arange(200) < count) is None


def test_without_the_workbench_the_command_to_install_is_told(monkeypatch) -> None:
    """No traceback, and before any run: what to type."""
    for name in [one for one in sys.modules if one.split(".")[0] == "ema_workbench"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "ema_workbench", None)
    with pytest.raises(MissingExtra, match=r"langeadem\[frontier\]"):
        check_installed()
    asked = call("frontier", "where-it-turns", "--lang", "en")
    assert asked.exit_code == 2
    assert 'pip install "langeadem[frontier]"' in asked.stderr
    assert "Traceback" not in asked.stderr


# -- our wiring -----------------------------------------------------------------------------------


def turning(x, policy, luck) -> float:
    """Continuous is best, unless the wish is high and trust low."""
    high = x["moving.local_wish"] > 0.3 and x["wellbeing.trust_base"] < 0.5
    best = "carousel" if high else "continuous"
    return (10.0 if policy == best else 8.0) + luck.normal(0, 0.2)


def ask(samples: int = 120, **more) -> Question:
    return question(a_study("latin-hypercube", samples, RANGES), **more)


def lived(asked: Question, folder: Path) -> Frontier:
    with Store.open(folder, asked.ground.manifest()) as store:
        return answer(asked, store, HERE)


def test_where_another_policy_wins_is_found(fake, tmp_path) -> None:
    """The rule that was put in comes out, through designs, scenarios, runs, store and search."""
    made = fake(turning)
    asked = ask(prefer="most")
    found = lived(asked, tmp_path / "s")
    assert asked.policies[found.usual_best] == "continuous"
    assert found.changed.mean() == pytest.approx(0.25, abs=0.06)
    assert found.clear.mean() > 0.9
    assert found.box is not None
    limits = {one.key: one for one in found.box.limits}
    assert set(limits) == {"moving.local_wish", "wellbeing.trust_base"}
    assert limits["moving.local_wish"].low == pytest.approx(0.3, abs=0.02)
    assert limits["wellbeing.trust_base"].high == pytest.approx(0.5, abs=0.04)
    assert asked.policies[found.winner] == "carousel"
    assert set(found.telling) == set(limits)
    assert len(made.lived) == asked.runs()
    table = found.table()
    assert (table["changed"] == found.changed).all()
    assert (table.loc[table["in_box"], "best"] == "carousel").mean() == pytest.approx(
        found.box.density
    )


def test_the_least_can_be_best(fake, tmp_path) -> None:
    fake(turning)
    found = lived(ask(30, prefer="least"), tmp_path / "s")
    assert found.question.policies[found.usual_best] == "carousel"


def test_a_policy_that_is_always_best_is_told(fake, tmp_path) -> None:
    """Nothing turns: no box, and the reason is that it never changes."""
    fake(lambda x, policy, luck: 1.0 if policy == "continuous" else 0.5)
    found = lived(ask(30), tmp_path / "s")
    assert (found.box, found.without, int(found.changed.sum())) == (None, "never", 0)


def test_too_few_changes_are_told(fake, tmp_path) -> None:
    """A handful of combinations is no area."""
    fake(lambda x, policy, luck: float((policy == "carousel") == (x["quality.friction"] > 0.35)))
    found = lived(ask(60), tmp_path / "s")
    assert 0 < found.changed.sum() < 10
    assert (found.box, found.without) == (None, "few")


def test_changes_by_luck_alone_have_no_box(fake, tmp_path) -> None:
    """Policies that differ by nothing but luck change place everywhere, and nowhere in particular."""
    fake(lambda x, policy, luck: luck.normal())
    found = lived(ask(100), tmp_path / "s")
    assert (found.box, found.without) == (None, "no_box")
    assert found.clear.mean() < 0.2


def test_policies_that_come_to_the_same_are_one(fake, tmp_path) -> None:
    """Of two policies with the same lives the first counts, and the second is no close second."""
    fake(lambda x, policy, luck: 1.0 if policy in ("continuous", "marathon") else 0.5)
    asked = question(
        a_study("latin-hypercube", 30, RANGES, policies=["continuous", "carousel", "marathon"])
    )
    found = lived(asked, tmp_path / "s")
    assert found.distinct == (0, 1)
    assert found.clear.all()


def test_the_outcome_is_rung_years_unless_said(fake) -> None:
    study = a_study("latin-hypercube", 30, RANGES)
    from dataclasses import replace

    from langeadem.experiments.study_file import StudyFile

    names = {n: getattr(study.file, n) for n in study.file.model_fields_set - {"outcomes"}}
    asked = question(replace(study, file=StudyFile.model_validate(names)))
    assert asked.outcome == "rung_years.participants"


@pytest.mark.parametrize(
    ("more", "options", "says"),
    [
        ({"policies": ["continuous"]}, {}, "at least two"),
        ({"policies": ["continuous", "carousal"]}, {}, "carousel"),
        ({"replicates": 1}, {}, "2 or more"),
        ({}, {"samples": 5}, "20 or more"),
        ({}, {"samples": -5}, "20 or more"),
        ({}, {"outcome": "trust_participants"}, "not kept"),
        ({}, {"year": 7}, "not kept"),
        ({}, {"prefer": "best"}, "most, least"),
        ({"vary": {"design": "morris", "samples": 5, "parameters": RANGES}}, {}, "latin"),
        ({"vary": {"design": "latin-hypercube", "samples": 30, "parameters": {}}}, {}, "empty"),
        ({"vary": {"design": "sobol", "samples": 30, "parameters": RANGES}}, {}, "power of two"),
    ],
)
def test_bad_questions_are_refused_before_any_run(more, options, says) -> None:
    with pytest.raises((ValueError, ScenarioError), match=says):
        question(a_study("latin-hypercube", 30, RANGES, **more), **options)


# -- the commands ---------------------------------------------------------------------------------

STUDY = """
name = "fake"
scenario = "average"
policies = ["continuous", "carousel"]
years = 2
replicates = 3
outcomes = ["trust"]
[set]
"figures.households" = 100
"figures.residents" = 220
[vary]
design = "DESIGN"
samples = SAMPLES
[vary.parameters]
"moving.local_wish" = { low = 0.2, high = 0.4 }
"wellbeing.trust_base" = { low = 0.3, high = 0.7 }
"quality.friction" = { around = 0.5 }
"""


def write_study(folder: Path, design: str, samples: int) -> str:
    path = folder / "study.toml"
    text = STUDY.replace("DESIGN", design).replace("SAMPLES", str(samples))
    path.write_text(text, encoding="utf-8")
    return str(path)


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_frontier_says_and_saves_what_it_found(fake, tmp_path, lang) -> None:
    """The answer first, the folder last, 100 columns, figures and a summary in both languages."""
    fake(turning)
    words = ["frontier", write_study(tmp_path, "latin-hypercube", 120), "--workers", "1"]
    words += ["--out", str(tmp_path / "o"), "--lang", lang]
    asked = call(*words)
    assert asked.exit_code == 0, asked.stderr
    lines = asked.stdout.splitlines()
    assert lines[-1].endswith("/o")
    assert max(map(len, lines[:-1])) <= 100
    summary = json.loads((tmp_path / "o" / "summary.json").read_text(encoding="utf-8"))
    assert " ".join(asked.stdout.split()).startswith(" ".join(summary[lang]["answer"].split()))
    for one in summary[lang]["figures"] + summary[lang]["scenarios"]:
        assert (tmp_path / "o" / one["file"]).is_file()
    assert summary[lang]["assumptions"][0] in ("moving.local_wish", "wellbeing.trust_base")
    assert str(tmp_path) not in summary[lang]["command"]
    if lang == "en":
        data = json.loads(call(*words, "--json").stdout)
        assert data["box"]["coverage"] > 0.8
        assert data["usual_best"] == "continuous"
    else:
        assert call(*words, "--quiet").stdout.strip() == str(tmp_path / "o")


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_sensitivity_says_and_saves_what_it_found(fake, tmp_path, lang) -> None:
    """The same of the other command; every number of the answer is one that was computed."""
    fake(lambda x, policy, luck: 9 * x["moving.local_wish"] * (policy == "continuous"))
    words = ["sensitivity", write_study(tmp_path, "saltelli", 64), "--workers", "1"]
    words += ["--keep", "2", "--trajectories", "4", "--out", str(tmp_path / "o"), "--lang", lang]
    asked = call(*words)
    assert asked.exit_code == 0, asked.stderr
    lines = asked.stdout.splitlines()
    assert max(map(len, lines[:-1])) <= 100
    summary = json.loads((tmp_path / "o" / "summary.json").read_text(encoding="utf-8"))
    assert " ".join(asked.stdout.split()).startswith(" ".join(summary[lang]["answer"].split()))
    assert len(summary[lang]["figures"]) == 4
    for one in summary[lang]["figures"] + summary[lang]["scenarios"]:
        assert (tmp_path / "o" / one["file"]).is_file()
    data = json.loads(call(*words, "--json").stdout)
    assert data["screening"][0]["key"] == "moving.local_wish"
    assert data["screening"][0]["effect"] == pytest.approx(1.8)
    assert data["indices"][0]["total"] == pytest.approx(1, abs=0.05)
    assert "100%" in data["answer"]


@pytest.mark.parametrize("command", ["frontier", "sensitivity"])
def test_plausible_worlds_are_told_of(fake, tmp_path, command) -> None:
    """``--ensemble`` reaches the runs, the manifest, the caveats and the command that does it again."""
    made = fake(turning)
    (tmp_path / "worlds.csv").write_text(
        "world,moving.up_and_out\na,0.2\nb,0.5\n", encoding="utf-8"
    )
    design = ("latin-hypercube", 20) if command == "frontier" else ("saltelli", 64)
    words = [command, write_study(tmp_path, *design), "--workers", "1", "--lang", "en"]
    words += ["--ensemble", str(tmp_path / "worlds.csv"), "--out", str(tmp_path / "o")]
    asked = call(*words)
    assert asked.exit_code == 0, asked.stderr
    assert {run.world for run in made.lived} == {"a", "b"}
    told = "All is lived in 2 plausible worlds; outcomes are the mean over them."
    assert told in " ".join(asked.stdout.split())
    summary = json.loads((tmp_path / "o" / "summary.json").read_text(encoding="utf-8"))
    assert told in summary["en"]["caveats"]
    assert summary["nl"]["command"].endswith("--ensemble worlds.csv")


def test_ctrl_c_keeps_what_is_done_and_says_how_to_go_on(fake, tmp_path) -> None:
    made = fake(turning)
    made.stop_after = 60
    words = ["frontier", write_study(tmp_path, "latin-hypercube", 30), "--workers", "1"]
    words += ["--out", str(tmp_path / "o"), "--lang", "en"]
    asked = call(*words)
    assert asked.exit_code == 1
    assert "The same command goes on" in asked.stderr
    assert "langeadem frontier" in asked.stderr
    assert not (tmp_path / "o" / "summary.json").exists()
    made.stop_after = np.inf
    assert call(*words).exit_code == 0


def test_runs_that_fail_are_a_failure_and_not_bad_input(fake, tmp_path) -> None:
    def broken(x, policy, luck) -> float:
        raise RuntimeError("no luck")

    fake(broken)
    words = ["frontier", write_study(tmp_path, "latin-hypercube", 20), "--workers", "1"]
    asked = call(*words, "--out", str(tmp_path / "o"), "--lang", "en")
    assert asked.exit_code == 1
    assert "no luck" in asked.stderr
    assert "Traceback" not in asked.stderr


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["sensitivity", "what-mattres"], "what-matters"),
        (["sensitivity", "STUDY", "--samples", "65"], "64"),
        (["sensitivity", "STUDY", "--keep", "0"], "keep"),
        (["sensitivity", "STUDY", "--replicates", "-1"], "replicates"),
        (["sensitivity", "STUDY", "--outcome", "working"], "trust"),
        (["sensitivity", "STUDY", "--workers", "0"], "workers"),
        (["sensitivity", "STUDY", "--seed", "-1"], "2^63"),
        (["sensitivity", "STUDY", "--money", "some"], "as-is"),
        (["frontier", "STUDY"], "latin-hypercube"),
        (["frontier", "where-it-turns", "--samples", "3"], "20"),
        (["frontier", "where-it-turns", "--prefer", "best"], "most"),
        (["frontier", "no/such/file.toml"], "file.toml"),
    ],
)
def test_bad_input_is_refused_at_once(words, says, tmp_path) -> None:
    """Exit code 2, one line that helps, nothing lived and nothing written."""
    own = write_study(tmp_path, "saltelli", 64)
    words = [own if word == "STUDY" else word for word in words]
    asked = call(*words, "--out", str(tmp_path / "o"), "--lang", "en")
    assert asked.exit_code == 2, asked.output
    assert says in asked.stderr
    assert "Traceback" not in asked.stderr
    assert not (tmp_path / "o").exists()


def test_a_folder_of_another_study_is_refused(fake, tmp_path) -> None:
    fake(turning)
    words = ["--workers", "1", "--out", str(tmp_path / "o"), "--lang", "en"]
    study = write_study(tmp_path, "latin-hypercube", 20)
    assert call("frontier", study, *words).exit_code == 0
    other = call("frontier", study, "--money", "as-is", *words)
    assert other.exit_code == 2
    assert "money" in other.stderr
