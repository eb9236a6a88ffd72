"""Calibration: known parameters come back, conflicts are told, a stop loses nothing.

What is calibrated here is a function of a few numbers and luck, lived in no time; one test fits
the neighbourhood itself, to small claims.
"""

from __future__ import annotations

import json
import math
import shutil
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from langeadem.experiments import calibration, fitting, posterior, soundness
from langeadem.experiments.calibrated import Calibrated, calibrate
from langeadem.experiments.calibration import Budget, Question, Sieve, shares
from langeadem.experiments.claims import claim
from langeadem.experiments.cli import calibrate_outcome
from langeadem.experiments.cli.screen import problem_line
from langeadem.experiments.emulator import MissingExtra, fit
from langeadem.experiments.ensemble import Ensemble
from langeadem.experiments.fitting import CalibrationError, Target, content_of
from langeadem.experiments.priors import Prior, Priors, read_priors
from langeadem.scenarios import ScenarioError, parameter_cards
from langeadem.viz.text import texts

from .asking import call, flat

TRUTH = {"a.x": 0.6, "a.y": 0.3, "a.z": 0.8}
PRIORS = Priors(
    (
        Prior("a.x", 0.0, 1.0, 0.5),
        Prior("a.y", 0.0, 1.0),
        Prior("a.z", 0.0, 1.0),
        *(Prior(f"a.idle{number}", 1.0, 9.0, log=True) for number in range(3)),
    )
)
SIZE = 0.04


def expected(settings: Mapping[str, float]) -> dict[str, float]:
    """Return what a parameter set comes to without luck."""
    x, y, z = (settings[key] for key in ("a.x", "a.y", "a.z"))
    return {"sum": x + 0.5 * y**2, "product": x * y, "wave": math.sin(2.0 * x) + 0.5 * z}


def live(settings: Mapping[str, float], seed: int) -> dict[str, float]:
    """Return what a parameter set comes to with luck."""
    found = expected(settings)
    # Luck of one life: any even deviate does.
    turns = np.modf(np.sin(seed * np.array([12.9898, 78.233, 37.719])) * 43758.5453)[0]
    return {
        key: value + SIZE * math.sqrt(3.0) * float(turn)
        for (key, value), turn in zip(found.items(), turns, strict=True)
    }


def targets(half: float = 0.06) -> tuple[Target, ...]:
    """Return targets around what the truth comes to."""
    return tuple(Target(key, v - half, v + half, 10) for key, v in expected(TRUTH).items())


def question(**changes: object) -> Question:
    """Return what is asked of the function."""
    plain = Question(PRIORS, targets(), live, Budget.of(260, 40), 40, 3)
    return replace(plain, **changes)


@pytest.fixture(autouse=True)
def _coarse(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seek among fewer points: the function is simple."""
    monkeypatch.setattr(calibration, "_BATCH", 2**11)
    monkeypatch.setattr(posterior, "BATCH", 2**11)
    monkeypatch.setattr(soundness, "_BANK", 2**12)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the calibration that most tests look at."""
    return tmp_path_factory.mktemp("calibration")


@pytest.fixture(scope="module")
def found(folder: Path) -> Calibrated:
    """Return that calibration."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(calibration, "_BATCH", 2**11)
        patch.setattr(posterior, "BATCH", 2**11)
        patch.setattr(soundness, "_BANK", 2**12)
        return calibrate(question(), folder, workers=1)


# -- priors -----------------------------------------------------------------------------------


def test_shipped_priors_hold_the_default_and_say_where_they_come_from() -> None:
    """Protects the priors: every default is held possible, every range is allowed and sourced."""
    cards = parameter_cards()
    for one in read_priors().each:
        card = cards[one.key]
        assert card.low <= one.low < one.high <= card.high
        assert one.low <= card.default <= one.high, one.key
        assert one.source.startswith(("EVIDENCE", "digest", "judgement"))


@pytest.mark.parametrize(("log", "middle"), [(False, 5.0), (True, 3.0)])
def test_a_prior_is_a_pert_distribution(log: bool, middle: float) -> None:
    """Protects the shape: ends, the middle of a symmetric one, and shares that come back."""
    one = Prior("a.b", 1.0, 9.0, middle, log)
    assert one.at([0.0, 0.5, 1.0]) == pytest.approx([1.0, middle, 9.0])
    # A symmetric PERT is the beta distribution (3, 3): its first decile is at 0.2466.
    assert float(one.place_of_share(0.1)) == pytest.approx(0.2466, abs=1e-4)
    assert one.share_of_place(one.place(one.at([0.2, 0.7]))) == pytest.approx([0.2, 0.7])
    flat_one = Prior("a.b", 1.0, 9.0, None, log)
    assert flat_one.place_of_share([0.3]) == pytest.approx([0.3])


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[moving.local_wihs]\nlow = 0.1\nhigh = 0.2\nsource = 'x'", ["line 1", "local_wish"]),
        ("[moving.local_wish]\nlow = 0.1\nhigh = 1.2\nsource = 'x'", ["line 3", "0 to 1"]),
        ("[moving.local_wish]\nlow = 0.3\nhigh = 0.2\nsource = 'x'", ["line 3", "above low"]),
        ("[moving.local_wish]\nlow = 0.1\nmid = 0.3\nhigh = 0.2\nsource = 'x'", ["between low"]),
        ("[moving.local_wish]\nlow = 0.0\nhigh = 0.2\nlog = true\nsource = 'x'", ["above 0"]),
        ("[moving.local_wish]\nlow = 0.1\nhigh = 0.2\nsource = ' '", ["line 4", "says nothing"]),
        ("[moving.tenure_rate]\nlow = 0.1\nhigh = 0.2\nsource = 'x'", ["single number"]),
        ("[moving.local_wish]\nlow = 0.1\nhigh = 0.2", ["source", "is missing"]),
        ("", ["holds no priors"]),
    ],
)
def test_a_wrong_prior_is_refused(tmp_path: Path, text: str, told: list[str]) -> None:
    """Protects who writes priors: what is wrong, at which line, and what is near."""
    path = tmp_path / "priors.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError) as error:
        read_priors(path)
    for words in told:
        assert words in str(error.value)


# -- emulator ---------------------------------------------------------------------------------


def test_an_emulator_finds_what_moves_a_target() -> None:
    """Protects the emulator: what it expects, the noise it leaves, and what it calls idle."""
    places = PRIORS.places(shares(question(), 160, 1))
    values = np.array(
        [live(PRIORS.settings(row), at)["product"] for at, row in enumerate(PRIORS.values(places))]
    )
    found = fit(places, values)
    new = PRIORS.places(shares(question(), 64, 2))
    truth = [expected(PRIORS.settings(row))["product"] for row in PRIORS.values(new)]
    guess = found.guess(new)
    assert {0, 1} <= set(found.active.tolist())
    assert np.sqrt(np.mean((guess.mean - truth) ** 2)) < 0.6 * SIZE
    assert np.sqrt(found.noise) == pytest.approx(SIZE, rel=0.3)
    # Its own doubt is of the size of its errors.
    scores = (guess.mean - truth) / np.sqrt(guess.variance)
    assert 0.4 < np.sqrt(np.mean(scores**2)) < 2.0


def test_without_scikit_learn_the_command_that_brings_it_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Protects who installs the plain package: not a traceback but a command."""
    monkeypatch.setitem(sys.modules, "sklearn.linear_model", None)
    with pytest.raises(MissingExtra, match=r"langeadem\[calibration\]"):
        fit(np.full((30, 2), 0.5), np.arange(30.0))


def test_too_few_lives_that_tell_are_refused() -> None:
    """Protects the emulator of a target that can hardly ever be told."""
    values = np.full(40, np.nan)
    values[:10] = 1.0
    with pytest.raises(ValueError, match="10 lives tell"):
        fit(np.tile(np.linspace(0, 1, 40), (2, 1)).T, values, ["rare"])


# -- the whole --------------------------------------------------------------------------------


def test_a_budget_is_divided_and_never_passed(found: Calibrated) -> None:
    """Protects the compute budget that is stated before."""
    own = Budget.of(2000, 200)
    assert own.total == 2000
    assert own.check >= 200
    assert found.lives <= question().budget.total
    with pytest.raises(CalibrationError, match="allowed: "):
        Budget.of(100, 200)


def test_known_parameters_are_recovered(found: Calibrated) -> None:
    """Protects the fit: intervals hold the truth, are much narrower, and idle parameters stay idle."""
    learned = {one.key: one for one in found.learned}
    for key, truth in TRUTH.items():
        low, _, high = learned[key].posterior
        assert low <= truth <= high, key
    for key in ("a.x", "a.y"):
        assert learned[key].narrower > 0.4
    assert {"a.x", "a.y"} <= {one.key for one in found.told} <= set(TRUTH)
    assert all(one.low <= one.middle <= one.high for one in found.met)
    assert all(one.after > one.before + 0.2 for one in found.met)
    assert found.conflicts == []
    assert found.together.most == 3


def test_intervals_hold_known_truths_as_often_as_they_promise(found: Calibrated) -> None:
    """Protects coverage: neither too sure nor too wide, of parameters that something is learned of."""
    half, most = found.coverage
    assert (half.level, most.level) == (0.5, 0.9)
    assert half.truths >= 30
    # Two standard errors of 3 x 30 and more truths that depend on each other within a truth.
    told = [np.mean([one.by_key[key] for key in TRUTH]) for one in (half, most)]
    assert told[0] == pytest.approx(0.5, abs=0.13)
    assert told[1] == pytest.approx(0.9, abs=0.08)
    assert half.low < half.held < half.high


def test_coverage_sees_an_emulator_that_is_too_sure(
    found: Calibrated, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Protects the check itself: biased emulators do not hold the truths."""
    plain = soundness.fit

    def biased(places: np.ndarray, values: np.ndarray, *names: object) -> object:
        return plain(places, values + 0.25)

    monkeypatch.setattr(soundness, "fit", biased)
    most = soundness.coverage(question(), found.waves)[1]
    assert np.mean([most.by_key[key] for key in ("a.x", "a.y")]) < 0.75


def test_data_that_are_simulated_give_their_parameters_back(tmp_path: Path) -> None:
    """Protects ``--synthetic``: the truth is drawn, lived, fitted to, and told."""
    found = calibrate(
        question(budget=Budget.of(200, 20), sets=20), tmp_path, synthetic=True, workers=1
    )
    assert set(found.truth) == set(PRIORS.keys)
    own = expected(found.truth)
    for one in found.question.targets:
        assert (one.low + one.high) / 2 == pytest.approx(own[one.key], abs=3 * SIZE)
    held = [one for one in found.recovered() if one.key in TRUTH]
    assert sum(one.held for one in held) >= 2
    assert found.ensemble().keys == PRIORS.keys


def test_targets_in_conflict_and_out_of_reach_are_told(tmp_path: Path) -> None:
    """Protects honesty: what cannot be met together is named, and what nobody reaches set aside."""

    def torn(settings: Mapping[str, float], seed: int) -> dict[str, float]:
        lived = live(settings, seed)
        return {"one": lived["sum"], "other": lived["sum"] + SIZE / 4, "far": lived["product"]}

    asked = question(
        live=torn,
        targets=(
            Target("one", 0.25, 0.35, 10),
            Target("other", 0.95, 1.05, 10),
            Target("far", 4.0, 4.2, 10),
        ),
        budget=Budget.of(130, 10),
        sets=10,
    )
    told: list[Sieve] = []
    plain = calibration._sieve

    def kept(*args: object) -> Sieve:
        told.append(plain(*args))  # type: ignore[arg-type]
        return told[-1]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(calibration, "_sieve", kept)
        with pytest.raises(CalibrationError, match="parameter sets come near all targets"):
            calibrate(asked, tmp_path, workers=1)
    assert told[-1].aside == ("far",)
    with_waves = calibration.match(asked, tmp_path, _crew())
    found, together = soundness.conflicts(asked, with_waves)
    assert [one.keys for one in found] == [("one", "other")]
    assert found[0].least > calibration.CUTOFF
    assert (together.most, together.of) == (1, 3)
    assert "far" in together.missed


def _crew() -> object:
    from langeadem.experiments.crew import Crew
    from langeadem.experiments.executors import Here

    return Crew(Here(), own=False)


def test_ranges_with_one_end_only_refuse_what_passes_it() -> None:
    """Protects claims such as "at most": no middle, and no distance inside."""
    one = Target("few", -math.inf, 0.2, 5)
    values = np.array([-9.0, 0.2, 0.3])
    assert one.distance(values, 0.05) == pytest.approx([0.0, 0.0, 3.0])
    assert one.beyond(values) == pytest.approx([0.0, 0.0, 0.1])
    assert one.holds(values).tolist() == [True, True, False]


# -- what is said of it -----------------------------------------------------------------------


def test_a_prior_that_binds_is_told(found: Calibrated) -> None:
    """Protects who believes an answer that the ends of a prior gave: which, which end, how much."""
    free = replace(found, posterior=replace(found.posterior, places=_spread(found)))
    assert calibrate_outcome.bounds(free) == []
    t = texts("en")
    assert any("binds nowhere" in note for note in calibrate_outcome.notes(free, t))
    places = _spread(found)
    places[:, 0] = 0.97
    places[: len(places) // 2, 5] = 0.001
    piled = replace(found, posterior=replace(found.posterior, places=places))
    high, low = calibrate_outcome.bounds(piled)
    assert (high.key, high.high, high.end, high.share) == ("a.x", True, 1.0, 1.0)
    # Half of them, and the few that lay there anyhow.
    assert (low.key, low.high, low.end) == ("a.idle2", False, 1.0)
    assert low.share == pytest.approx(0.525, abs=0.03)
    told = " ".join(calibrate_outcome.notes(piled, t))
    assert "The prior binds at `a.x`: 100% of the sets lie in the highest 5%" in told
    assert "(up to 1)" in told
    assert "De begintabel knelt bij `a.idle2`" in " ".join(
        calibrate_outcome.notes(piled, texts("nl"))
    )
    frame = calibrate_outcome.tables_of(piled)["parameters"].set_index("key")
    assert frame["binds"][["a.x", "a.idle2", "a.y"]].tolist() == ["high", "low", ""]


def _spread(found: Calibrated) -> np.ndarray:
    """Return parameter sets as the priors have them: of any share as many."""
    count = len(found.posterior.places)
    shares_ = np.tile((np.arange(count) + 0.5) / count, (len(PRIORS.each), 1)).T
    return PRIORS.places(shares_)


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_what_became_wider_is_not_called_narrower(found: Calibrated, lang: str) -> None:
    """Protects the table: of a parameter that became wider it is said by how much."""
    t = texts(lang)
    first, second, *others = found.learned
    shown = [replace(first, narrower=-0.034), replace(second, narrower=-0.001), *others]
    rows = calibrate_outcome.parameters_listing(replace(found, learned=shown), t).rows
    assert rows[0][4] == ("3% breder" if lang == "nl" else "3% wider")
    assert rows[1][4] == "0%"
    assert rows[2][4] == t.percent(others[0].narrower)


def test_the_page_says_what_its_words_mean(found: Calibrated) -> None:
    """Protects who reads "learned", "wider" and a stamp of the model without the code beside it."""
    about = {
        "command": "langeadem calibrate",
        "model_version": "0.1.0+abc",
        "made": "2026-01-01",
        "claims_key": "c",
        "priors_key": "p",
    }
    for lang in ("nl", "en"):
        page = calibrate_outcome.page(found, (), about, [], texts(lang))
        for key in ("page_version", "page_parameters"):
            assert texts(lang)(f"calibrate.{key}") in page
    assert "Learned: the sets lie further" in page
    assert "risk of 5% to be mistaken over all 6 parameters together (0.83% each;" in page


# -- going on ---------------------------------------------------------------------------------


def test_what_was_lived_is_not_lived_again(found: Calibrated, folder: Path, tmp_path: Path) -> None:
    """Protects a stop: the same command goes on where it was, and comes to the same."""
    shutil.copytree(folder, tmp_path / "again")
    last = tmp_path / "again" / "wave-3.parquet"
    last.unlink()
    lived: list[int] = []

    def counted(settings: Mapping[str, float], seed: int) -> dict[str, float]:
        lived.append(seed)
        return live(settings, seed)

    again = calibrate(question(live=counted), tmp_path / "again", workers=1)
    assert len(lived) == question().budget.waves[2]
    assert np.array_equal(again.posterior.places, found.posterior.places)
    assert again.ensemble().content == found.ensemble().content


def test_a_stop_within_a_wave_keeps_what_was_lived(tmp_path: Path) -> None:
    """Protects Ctrl-C: lives before it are there, and the rest is lived by the same command."""
    lived: list[int] = []

    def stopping(settings: Mapping[str, float], seed: int) -> dict[str, float]:
        lived.append(seed)
        if len(lived) == 30:
            raise KeyboardInterrupt
        return live(settings, seed)

    with pytest.raises(KeyboardInterrupt):
        calibration.match(question(live=stopping), tmp_path, _crew())
    before = len(lived) - 1
    calibration.match(question(live=stopping), tmp_path, _crew())
    budget = question().budget
    assert len(lived) - 1 - before == budget.luck + sum(budget.waves) - before


def test_a_folder_of_other_points_is_refused(folder: Path, found: Calibrated) -> None:
    """Protects lives of another calibration from being mixed in."""
    with pytest.raises(CalibrationError, match="another calibration"):
        calibration.match(question(seed=4), folder, _crew())


def test_a_life_that_fails_says_which_and_why(tmp_path: Path) -> None:
    """Protects who debugs: the wave, the number and the reason."""

    def failing(settings: Mapping[str, float], seed: int) -> dict[str, float]:
        raise ArithmeticError("no such luck")

    with pytest.raises(CalibrationError, match=r"life 1 of luck failed .*no such luck"):
        calibration.match(question(live=failing), tmp_path, _crew())


# -- the ensemble -----------------------------------------------------------------------------


def test_an_ensemble_comes_back_with_what_it_was_made_of(found: Calibrated, tmp_path: Path) -> None:
    """Protects the file: the same worlds to the last digit, and command, claims and priors."""
    own = found.ensemble()
    renamed = Ensemble(
        {world: {"moving.local_wish": row["a.x"]} for world, row in own.worlds.items()}
    )
    about = found.about("langeadem calibrate", made="2026-01-01")
    path = renamed.write(tmp_path / "own.parquet", about)
    again = Ensemble.read(path)
    assert again.worlds == renamed.worlds
    assert again.about["command"] == "langeadem calibrate"
    assert again.about["priors"]["a.x"]["mid"] == 0.5
    assert list(Ensemble.read(f"{path}:2").worlds) == ["w001", "w002"]
    with pytest.raises(ScenarioError, match=r"0 worlds; allowed: 1-\d"):
        Ensemble.read(f"{path}:0")


def test_claims_that_are_fitted_to_have_a_key_of_their_content() -> None:
    """Protects the record: another range is another key, another explanation is not."""
    own = claim("turnover_social_rent")
    said = own.model_copy(update={"explanation_nl": "omdat", "explanation_en": "because"})
    wider = own.model_copy(update={"accepted": (0.04, 0.10)})
    assert content_of([own]) == content_of([said]) != content_of([wider])


def test_an_unknown_claim_is_told_in_the_own_language() -> None:
    """Protects a Dutch reader: in words that have a translation."""
    with pytest.raises(ScenarioError) as error:
        claim("job_findin")
    line = problem_line(error.value.problems[0], texts("nl"))
    assert line.startswith("claims: onbekende waarde 'job_findin'; wat mag: ")
    assert line.endswith("bedoelt u job_finding?")


# -- the command ------------------------------------------------------------------------------

WORDS = ("calibrate", "--budget", "110", "--sets", "10", "--workers", "1", "--lang", "en")


@pytest.fixture
def _small_claims(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fit to two claims on a neighbourhood that is lived in no time."""
    ground = claim("turnover_social_rent").ground
    overrides = {"figures.households": 60, "figures.residents": 125}
    small = ground.model_copy(update={"years": 1, "overrides": tuple(overrides.items())})
    changes = {
        "turnover_social_rent": (0.0, 0.25),
        "job_finding": (0.0, 0.5),
    }
    own = tuple(
        claim(key).model_copy(update={"ground": small, "accepted": accepted})
        for key, accepted in changes.items()
    )
    monkeypatch.setattr(fitting, "claims", lambda: own)


def _own_priors(folder: Path) -> Path:
    path = folder / "own.toml"
    path.write_text(
        "[society.outflow_pressure]\nlow = 0.5\nhigh = 3.0\nsource = 'a test'\n"
        "[working.find_rate]\nlow = 0.1\nhigh = 0.4\nlog = true\nsource = 'a test'\n",
        encoding="utf-8",
    )
    return path


@pytest.mark.usefixtures("_small_claims")
def test_the_command_fits_to_simulated_figures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Protects ``--synthetic``: it tells what came back, in a file that says so."""
    # The figure is drawn in the test below.
    monkeypatch.setattr(calibrate_outcome, "figures_of", lambda found, lang: {})
    out = tmp_path / "out"
    words = ("--priors", str(_own_priors(tmp_path)), "--synthetic", "--out", str(out), "--json")
    done = call(*WORDS, *words)
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert told["answer"].startswith("Of the 2 known parameters")
    truth = {one["key"]: one["truth"] for one in told["parameters"]}
    assert 0.5 <= truth["society.outflow_pressure"] <= 3.0
    assert Ensemble.read(out / "ensemble.parquet").about["truth"] == truth
    assert "--synthetic" in Ensemble.read(out / "ensemble.parquet").about["command"]


@pytest.mark.usefixtures("_small_claims")
def test_the_command_calibrates_and_goes_on(tmp_path: Path) -> None:
    """Protects the whole way: budget told first, files, metadata, and no life lived twice."""
    path = _own_priors(tmp_path)
    out = tmp_path / "out"
    words = (*WORDS, "--priors", str(path), "--out", str(out))
    done = call(*words)
    assert done.exit_code == 0, done.output
    assert "110 lives of 1 neighbourhoods each" in flat(done.stderr)
    assert "plausible worlds, from" in flat(done.stdout)
    worlds = Ensemble.read(out / "ensemble.parquet")
    assert worlds.keys == ("society.outflow_pressure", "working.find_rate")
    assert len(worlds.worlds) <= 10
    assert worlds.about["command"].startswith("langeadem calibrate --budget 110 --sets 10")
    assert "own.toml" in worlds.about["command"]
    assert str(tmp_path) not in worlds.about["command"]
    page = (out / "page.md").read_text(encoding="utf-8")
    assert "turnover_social_rent" in page
    assert "| --- |" in page
    record = json.loads((out / "run.json").read_text(encoding="utf-8"))
    assert set(record["files"]) <= {one.name for one in out.iterdir()}
    before = {one: one.stat().st_mtime_ns for one in (out / "waves").iterdir()}
    again = call(*words, "--json")
    assert again.exit_code == 0, again.output
    assert json.loads(again.stdout)["sets"] == len(worlds.worlds)
    assert before == {one: one.stat().st_mtime_ns for one in (out / "waves").iterdir()}
    other = call(*words, "--seed", "2")
    assert other.exit_code == 2
    assert "seed" in flat(other.stderr)


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    """Protects results of another command: they have a record too, and are not written among."""
    out = tmp_path / "out"
    out.mkdir()
    (out / "run.json").write_text('{"command": "langeadem run", "files": []}', encoding="utf-8")
    done = call("calibrate", "--out", str(out), "--lang", "en")
    assert done.exit_code == 2
    assert "there are other files in this folder" in flat(done.stderr)
    assert [one.name for one in out.iterdir()] == ["run.json"]


@pytest.mark.usefixtures("_small_claims")
def test_a_stop_while_a_calibration_is_saved_leaves_nothing_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Protects the word that nothing is half saved; what was lived stays."""

    def stop(found: Calibrated, lang: str) -> dict[str, object]:
        raise KeyboardInterrupt

    monkeypatch.setattr(calibrate_outcome, "figures_of", stop)
    out = tmp_path / "out"
    done = call(*WORDS, "--priors", str(_own_priors(tmp_path)), "--out", str(out))
    assert done.exit_code == 1
    assert "Nothing was half saved" in done.output
    assert sorted(one.name for one in out.iterdir()) == ["calibration.json", "waves"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--budget", "50"), "allowed: "),
        (("--sets", "5"), "10 or more"),
        (("--priors", "nowhere.toml"), "nowhere.toml"),
        (("--workers", "0"), "1 or more"),
        (("--seed", "-1"), "seed"),
    ],
)
def test_bad_input_is_refused_and_nothing_written(
    tmp_path: Path, words: tuple[str, ...], told: str
) -> None:
    """Protects exit code 2: one line, and no folder."""
    out = tmp_path / "out"
    done = call("calibrate", *words, "--out", str(out), "--lang", "en")
    assert done.exit_code == 2
    assert told in flat(done.stderr)
    assert not out.exists()
