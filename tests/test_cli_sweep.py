"""``langeadem sweep`` and ``results``: what they say, what they refuse, and that nothing is lost."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from langeadem.experiments import Study, Sweep, runs, sweep
from langeadem.experiments.cli import sweep_block
from langeadem.experiments.shipped_study import shipped_names
from langeadem.experiments.store import Store
from langeadem.viz.report.blocks import Summary

from .asking import call, flat, shown

SMALL = """
[set]
"figures.households" = 60
"figures.residents" = 130
"""
STUDY = f"""
name = "small"
policies = ["watch-out", "none"]
years = 2
at = [1, 2]
replicates = 2
outcomes = ["working", "starts"]
{SMALL}
[vary.parameters]
"moving.local_wish" = [0.2, 0.5]
"""
#: 2 policies, 2 points, 2 replicates.
RUNS = 8


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """Return the file of a small study."""
    path = tmp_path / "small.toml"
    path.write_text(STUDY, encoding="utf-8")
    return path


@pytest.fixture
def lived(study: Path, tmp_path: Path) -> Path:
    """Return the folder of the small study, lived."""
    out = tmp_path / "out"
    done = call("sweep", str(study), "--out", str(out), "--workers", "1", "--quiet")
    assert done.exit_code == 0, done.output
    return out


def _sweep(study: Path, out: Path, *more: str) -> Any:
    return call("sweep", str(study), "--out", str(out), "--workers", "1", *more)


# -- what it says ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lang", "first", "last"),
    [
        ("en", "All 8 runs are done: 2 policies, 2 points and 2 replicates.", "Saved in "),
        ("nl", "Alle 8 runs zijn klaar: 2 aanpakken, 2 punten en 2 herhalingen.", "Bewaard in "),
    ],
)
def test_a_sweep_answers_first_and_says_last_where(
    study: Path, tmp_path: Path, lang: str, first: str, last: str
) -> None:
    """Protects the shape of the answer, and its width, in both languages."""
    out = tmp_path / "out"
    text = shown("sweep", str(study), "--out", str(out), "--workers", "1", "--lang", lang)
    lines = text.splitlines()
    assert lines[0] == first
    assert lines[-1].startswith(last)
    assert "working" in text
    assert "watch-out" in text
    kept = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    told = Summary.model_validate(kept).en
    assert told.answer.endswith("All 8 runs are done: 2 policies, 2 points and 2 replicates.")
    assert [one.file for one in told.figures] == [f"sweep{'' if lang == 'en' else '.en'}.png"]
    assert (out / told.figures[0].file).is_file()
    for file in ("scenario-watch-out.json", "scenario-none.json", "study.json"):
        assert (out / file).is_file()
    assert str(tmp_path) not in (out / "study.json").read_text(encoding="utf-8")
    assert str(tmp_path) not in (out / "summary.json").read_text(encoding="utf-8")


def test_a_sweep_speaks_to_machines(study: Path, tmp_path: Path) -> None:
    """Protects ``--json`` and ``--quiet``: nothing else on stdout, and the numbers of the table."""
    out = tmp_path / "out"
    done = _sweep(study, out, "--json", "--lang", "en")
    data = json.loads(done.stdout)
    assert data["status"]["done"] == RUNS
    assert data["failed"] == []
    (mean,) = (
        one["mean"]
        for one in data["outcomes"]
        if (one["policy"], one["outcome"]) == ("none", "working")
    )
    frame = pd.concat(map(pd.read_parquet, (out / "runs").glob("*.parquet")))
    of_none = frame[(frame["policy"] == "none") & (frame["year"] == 2)]
    assert mean == pytest.approx(of_none["working"].mean())
    assert _sweep(study, out, "--quiet").stdout.strip().endswith("out")


def test_python_gives_what_the_command_gives(study: Path, lived: Path, tmp_path: Path) -> None:
    """Protects the one way in: the same rows, whoever asked."""
    found = sweep(study, tmp_path / "other", workers=1)
    assert isinstance(found, Sweep)
    assert found.status().done == RUNS
    again = sweep(study, lived, workers=1)
    pd.testing.assert_frame_equal(found.frame(), again.frame())
    assert again.finished.done == 0 or again.finished.earlier == RUNS


# -- nothing is lost -------------------------------------------------------------------------------


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[runs.Run]:
    """Return a list that hears of every run that is lived."""
    heard: list[runs.Run] = []
    live = runs.live

    def hearing(some: Any, asked: Any) -> Any:
        heard.extend(some)
        return live(some, asked)

    monkeypatch.setattr(runs, "live", hearing)
    return heard


def test_starting_again_lives_nothing_twice(
    study: Path, lived: Path, counted: list[runs.Run]
) -> None:
    """Protects hours of work: the same command goes on, and says the same."""
    done = _sweep(study, lived, "--lang", "en")
    assert done.exit_code == 0
    assert done.stdout.startswith("All 8 runs are done")
    assert counted == []


def test_replicates_are_added(study: Path, lived: Path, counted: list[runs.Run]) -> None:
    """Protects ``--add-replicates``: only new luck is lived, and later calls keep all."""
    done = _sweep(study, lived, "--add-replicates", "1", "--lang", "en")
    assert done.stdout.startswith("All 12 runs are done: 2 policies, 2 points and 3 replicates.")
    assert {run.seed for run in counted} == {3}
    assert _sweep(study, lived, "--lang", "en").stdout.startswith("All 12 runs are done")
    again = _sweep(study, lived, "--add-replicates", "1", "--lang", "en")
    assert again.stdout.startswith("All 16 runs are done")


def _stopping(monkeypatch: pytest.MonkeyPatch, after: int) -> Callable[[], None]:
    """Let the living stop as by Ctrl-C after so many runs; return what undoes that."""
    live, lived = runs.live, [0]

    def stopping(some: Any, asked: Any) -> Any:
        lived[0] += len(some)
        if lived[0] > after:
            raise KeyboardInterrupt
        return live(some, asked)

    monkeypatch.setattr(runs, "live", stopping)
    return lambda: monkeypatch.setattr(runs, "live", live)


def test_ctrl_c_keeps_what_is_done_and_says_how_to_go_on(
    study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Protects who has to go: what is done is kept, and the command to go on works."""
    out = tmp_path / "out"
    undo = _stopping(monkeypatch, after=3)
    done = _sweep(study, out, "--lang", "en")
    assert done.exit_code == 1
    told = flat(done.stderr)
    kept = int(told.split("Stopped. ")[1].split()[0])
    assert 0 < kept <= 3
    assert f"To go on: langeadem sweep {study} --out {out}" in told
    undo()
    assert json.loads(_sweep(study, out, "--status", "--json").stdout)["done"] == kept
    assert _sweep(study, out, "--lang", "en").stdout.startswith("All 8 runs are done")


def test_ctrl_c_before_the_first_run_leaves_nothing(
    study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Protects who sees a mistake while scenarios are checked: no folder, and no wait."""

    def stopping(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Study, "check", stopping)
    done = _sweep(study, tmp_path / "out", "--lang", "en")
    assert done.exit_code == 1
    assert "Stopped." in done.stderr
    assert not (tmp_path / "out").exists()


def test_an_extension_that_was_stopped_is_not_made_twice(
    study: Path, lived: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Protects resuming: the same command goes on with its own replicates, and adds no others."""
    undo = _stopping(monkeypatch, after=2)
    assert _sweep(study, lived, "--add-replicates", "3").exit_code == 1
    undo()
    done = _sweep(study, lived, "--add-replicates", "3", "--lang", "en")
    assert done.stdout.startswith("All 20 runs are done: 2 policies, 2 points and 5 replicates.")


def test_an_extension_stopped_while_it_is_told_is_not_made_twice(
    study: Path, lived: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Protects resuming: Ctrl-C while the figure is drawn leaves nothing to live again."""

    def stopping(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(sweep_block, "save", stopping)
        assert _sweep(study, lived, "--add-replicates", "1").exit_code == 1
    done = _sweep(study, lived, "--add-replicates", "1", "--lang", "en")
    assert done.stdout.startswith("All 12 runs are done: 2 policies, 2 points and 3 replicates.")
    again = _sweep(study, lived, "--add-replicates", "1", "--lang", "en")
    assert again.stdout.startswith("All 16 runs are done: 2 policies, 2 points and 4 replicates.")


def _breaking(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Let runs with seed 2 of the policy ``none`` break; return what undoes that."""
    lived = runs.Lived

    def breaking(scenario: Any, seed: int, **more: Any) -> Any:
        if seed == 2 and scenario.policy.key == "none":
            raise RuntimeError("the roof came down")
        return lived(scenario, seed, **more)

    monkeypatch.setattr(runs, "Lived", breaking)
    return lambda: monkeypatch.setattr(runs, "Lived", lived)


def test_a_run_that_fails_is_told_of_and_the_others_go_on(
    study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, counted: list[runs.Run]
) -> None:
    """Protects the rest of a sweep: a table of what failed, exit code 1, and a second try."""
    out = tmp_path / "out"
    undo = _breaking(monkeypatch)
    done = _sweep(study, out, "--lang", "en")
    assert done.exit_code == 1
    assert done.stdout.startswith("6 of the 8 runs are done and 2 failed")
    assert max(map(len, done.stdout.splitlines())) <= 100
    for word in ("living", "none", "local_wish 0.2", "2", "RuntimeError: the roof came down"):
        assert word in flat(done.stdout)
    table = call("results", str(out), "--failed", "--json")
    failed = json.loads(table.stdout)
    assert {(one["origin"], one["seed"]) for one in failed} == {("step", 2)}
    undo()
    counted.clear()
    assert _sweep(study, out, "--lang", "en").exit_code == 1
    assert counted == []
    again = _sweep(study, out, "--retry-failed", "--lang", "en")
    assert again.exit_code == 0
    assert {run.seed for run in counted} == {2}
    assert again.stdout.startswith("All 8 runs are done")


def test_worlds_are_lived_apart(study: Path, tmp_path: Path) -> None:
    """Protects the ensemble: every arm in every world, under its name, with the same luck."""
    worlds = tmp_path / "worlds.csv"
    worlds.write_text("world,moving.up_and_out\ncalm,0.2\nrestless,0.6\n", encoding="utf-8")
    out = tmp_path / "out"
    done = _sweep(study, out, "--ensemble", str(worlds), "--lang", "en")
    assert done.stdout.startswith(
        "All 16 runs are done: 2 policies, 2 points, 2 plausible worlds and 2 replicates."
    )
    text = shown("results", str(out), "--columns", "world,working", "--lang", "en")
    assert "calm" in text
    assert "restless" in text
    other = _sweep(study, out)
    assert other.exit_code == 2
    assert "ensemble" in flat(other.stderr)


# -- results ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_results_are_means_by_policy_and_labels(lived: Path, lang: str) -> None:
    """Protects the table: a row a policy and point, with half intervals, within the page."""
    text = shown("results", str(lived), "--lang", lang)
    assert "±" in text
    assert "local_wish = moving.local_wish" in text
    data = json.loads(call("results", str(lived), "--json").stdout)
    frame = pd.concat(map(pd.read_parquet, (lived / "runs").glob("*.parquet")))
    frame = frame[frame["year"] == 2]
    of = frame.groupby(["policy", "moving.local_wish"])["working"].mean()
    found = {
        (one["policy"], one["moving.local_wish"]): one["mean"]
        for one in data["outcomes"]
        if one["outcome"] == "working"
    }
    assert found == pytest.approx(of.to_dict())


def test_many_outcomes_take_more_tables_and_none_is_cut(study: Path, tmp_path: Path) -> None:
    """Protects numbers: what does not fit beside the others goes below them, whole."""
    names = ["working", "starts", "money_eur", "supported_months", "months_without_service"]
    names += ["share_at_work", "relations_broken", "share_qualified"]
    study.write_text(STUDY.replace('["working", "starts"]', json.dumps(names)), encoding="utf-8")
    _sweep(study, tmp_path / "out", "--quiet")
    text = shown("results", str(tmp_path / "out"), "--lang", "en")
    assert all(text.count(name) == 1 for name in names)
    assert text.count("Policy") > 1
    rows = [line for line in text.splitlines() if line.startswith("watch-out")]
    assert sum(line.count("±") for line in rows) == 2 * len(names)
    assert not any(line.endswith(("±", ".", ",")) for line in rows)


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_results_are_filtered_and_taken_elsewhere(lived: Path, tmp_path: Path, suffix: str) -> None:
    """Protects what others open: the rows that were asked, every number whole."""
    path = tmp_path / f"runs{suffix}"
    words = ("--where", "policy=watch-out", "--where", "year=1,2", "--export", str(path))
    done = call("results", str(lived), *words, "--lang", "en")
    assert done.stdout.startswith("8 rows written to ")
    read = pd.read_csv if suffix == ".csv" else pd.read_parquet
    found = read(path)
    kept = pd.concat(map(pd.read_parquet, (lived / "runs").glob("*.parquet")))
    kept = kept[kept["policy"] == "watch-out"]
    assert sorted(found["working"]) == sorted(kept["working"])
    assert set(found["policy"]) == {"watch-out"}
    words = ("--columns", "seed,working", "--export", str(path))
    assert call("results", str(lived), *words).exit_code == 0
    assert list(read(path).columns) == ["seed", "working"]


def test_whole_numbers_stay_whole_where_others_have_none(study: Path, tmp_path: Path) -> None:
    """Protects who counts on: 5 places are 5 and not 5.0, beside a policy without places."""
    text = STUDY.partition("[vary.parameters]")[0].replace("replicates = 2", "replicates = 1")
    places = '[vary.parameters]\n"programmes.watch-out.places" = [5, 20]\n'
    study.write_text(text + places, encoding="utf-8")
    out, path = tmp_path / "out", tmp_path / "runs.csv"
    assert _sweep(study, out, "--lang", "en").exit_code == 0
    assert call("results", str(out), "--export", str(path)).exit_code == 0
    head, *rows = [line.split(",") for line in path.read_text(encoding="utf-8").splitlines()]
    at = head.index("programmes.watch-out.places")
    assert {row[at] for row in rows} == {"5", "20", ""}
    told = [line.split() for line in shown("results", str(out), "--lang", "en").splitlines()]
    assert [line[1] for line in told if line[:1] == ["watch-out"]] == ["5", "20"]
    assert [line[1] for line in told if line[:1] == ["none"]] == ["-"]
    data = json.loads(call("results", str(out), "--json").stdout)
    places = {one["policy"]: one["programmes.watch-out.places"] for one in data["outcomes"]}
    assert places == {"watch-out": 20, "none": None}


def test_results_stand_in_the_order_that_was_asked(lived: Path) -> None:
    """Protects reading down: rows go by the first column first."""
    words = ("--where", "year=1,2", "--columns", "year,moving.local_wish,working", "--lang", "en")
    rows = [line.split() for line in shown("results", str(lived), *words).splitlines()]
    assert [row[:2] for row in rows if row[:1] in (["1"], ["2"])] == [
        ["1", "0.2"],
        ["1", "0.5"],
        ["2", "0.2"],
        ["2", "0.5"],
    ]


def test_results_tell_of_damage(lived: Path) -> None:
    """Protects trust in the folder: a changed byte is found and the file is named."""
    assert call("results", str(lived), "--verify").exit_code == 0
    chunk = next((lived / "runs").glob("*.parquet"))
    content = bytearray(chunk.read_bytes())
    content[len(content) // 2] ^= 1
    chunk.write_bytes(bytes(content))
    done = call("results", str(lived), "--verify", "--lang", "en")
    assert done.exit_code == 1
    assert chunk.name in done.stdout
    assert call("results", str(lived)).exit_code == 2


def test_results_say_how_far_it_is(lived: Path) -> None:
    """Protects ``--status`` and ``--failed`` where all went well."""
    assert json.loads(call("results", str(lived), "--status", "--json").stdout)["left"] == 0
    assert shown("results", str(lived), "--status", "--lang", "en").startswith("8 of the 8 runs")
    assert shown("results", str(lived), "--failed", "--lang", "en") == "No run failed.\n"


@pytest.mark.parametrize(
    ("words", "wrong"),
    [
        (("--where", "policy"), "write COLUMN=VALUE"),
        (("--where", "polcy=none"), "did you mean policy"),
        (("--where", "policy=nne"), "did you mean none"),
        (("--where", "year=two"), "whole numbers"),
        (("--where", "year=7"), "allowed: 1, 2"),
        (("--where", "moving.local_wish=x"), "numbers"),
        (("--columns", "wrking"), "did you mean working"),
        (("--columns", ","), "no names"),
        (("--export", "runs.xlsx"), "allowed: .csv, .parquet"),
        (("--export", "no/such/folder/runs.csv"), "cannot be written"),
    ],
)
def test_results_refuse_what_is_not_there(lived: Path, words: tuple[str, ...], wrong: str) -> None:
    """Protects against an empty table where a name was misspelt."""
    done = call("results", str(lived), *words, "--lang", "en")
    assert done.exit_code == 2
    assert wrong in flat(done.stderr)


def test_results_of_something_else_are_refused(tmp_path: Path) -> None:
    """Protects against silence: a folder without runs is called that."""
    for folder in (tmp_path, tmp_path / "nothing"):
        done = call("results", str(folder), "--lang", "en")
        assert done.exit_code == 2
        assert "no store of runs" in flat(done.stderr)


# -- bad input -------------------------------------------------------------------------------------


BAD = [
    ("years = 2", "years = ", (), "line 4: is not valid TOML"),
    ('"moving.local_wish" = [0.2, 0.5]', '"moving.locl_wish" = [0.2]', (), "line 14"),
    ('"moving.local_wish" = [0.2, 0.5]', '"moving.locl_wish" = [0.2]', (), "mean local_wish"),
    ('"moving.local_wish" = [0.2, 0.5]', "", (), "empty design"),
    ("[0.2, 0.5]", "[]", (), "empty design: no values"),
    ("[0.2, 0.5]", "[0.2, 5.0]", (), "line 14: vary.parameters.moving.local_wish: point 2"),
    ("[0.2, 0.5]", "[0.2, 5.0]", (), "allowed: 0 to 1"),
    ("[0.2, 0.5]", "{low = 0.5, high = 0.2}", (), "must be of the form"),
    ("replicates = 2", "replicates = 0", (), "line 6: replicates: 0"),
    ("replicates = 2", "replicates = -3", (), "allowed: 1 to 100,000, replicates"),
    ('"watch-out", "none"', '"wtch-out"', (), "line 3: policies: unknown policy 'wtch-out'"),
    ('"watch-out", "none"', '"wtch-out"', (), "did you mean watch-out"),
    ('"working"', '"wrking"', (), "line 7: outcomes: unknown outcome 'wrking'"),
    ('"working"', '"wrking"', (), "did you mean working"),
    ("at = [1, 2]", "at = [1, 3]", (), "line 5: at: year 3 is not within the 2 years"),
    ("replicates = 2", "replicats = 2", (), "line 6: replicats: unknown key"),
    ("replicates = 2", "replicats = 2", (), "did you mean replicates"),
    ("", "", ("--add-replicates", "0"), "--add-replicates 0: allowed: 1 or more"),
    ("", "", ("--add-replicates", "-2"), "--add-replicates -2: allowed: 1 or more"),
    ("", "", ("--workers", "0"), "workers 0; allowed: 1 or more"),
    ("", "", ("--executor", "dask"), "--executor dask and --scheduler ADDRESS"),
    ("", "", ("--scheduler", "tcp://x:1"), "--executor dask and --scheduler ADDRESS"),
    ("", "", ("--ensemble", "nowhere.csv"), "nowhere.csv: cannot be read"),
]


@pytest.mark.parametrize(
    ("old", "new", "words", "wrong"), BAD, ids=[f"{one[1]} {one[2]} {one[3]}"[:70] for one in BAD]
)
def test_bad_input_is_refused_before_any_run(
    study: Path,
    tmp_path: Path,
    counted: list[runs.Run],
    old: str,
    new: str,
    words: tuple[str, ...],
    wrong: str,
) -> None:
    """Protects the analyst's time: at once, on one line each, with file, line, key and what may be."""
    assert old in STUDY
    study.write_text(STUDY.replace(old, new) if old else STUDY, encoding="utf-8")
    out = tmp_path / "out"
    done = call("sweep", str(study), "--out", str(out), *words, "--lang", "en")
    assert done.exit_code == 2
    assert wrong in flat(done.stderr)
    assert not done.stdout
    assert not counted
    assert not out.exists()
    dutch = call("sweep", str(study), "--out", str(out), *words)
    assert dutch.exit_code == 2
    for english in ("allowed", "did you mean", "is not within", "empty design", "must be of"):
        assert english not in flat(dutch.stderr)


def test_a_study_that_is_not_there_is_refused() -> None:
    """Protects names: the nearest study of the catalogue is offered."""
    done = call("sweep", "mentorin", "--lang", "en")
    assert done.exit_code == 2
    assert "did you mean mentoring?" in flat(done.stderr)
    assert call("sweep", "nowhere.toml", "--lang", "en").exit_code == 2


@pytest.mark.parametrize("kind", ["file", "foreign", "other-study", "unwritable", "version"])
def test_a_folder_that_cannot_be_used_is_refused(
    study: Path, tmp_path: Path, lived: Path, counted: list[runs.Run], kind: str
) -> None:
    """Protects what is in a folder: it is not touched, and the reason is said."""
    out = {"file": study, "unwritable": Path("/proc/nothing/out")}.get(kind, tmp_path / "there")
    wrong = {
        "file": "a file; give a folder",
        "foreign": "holds other things than a study (letter.txt)",
        "other-study": "holds the runs of another study",
        "unwritable": "cannot be written",
        "version": "holds runs of model version",
    }[kind]
    if kind == "foreign":
        out.mkdir()
        (out / "letter.txt").write_text("dear", encoding="utf-8")
    elif kind == "other-study":
        out = lived
        study.write_text(STUDY.replace("0.5]", "0.6]"), encoding="utf-8")
    elif kind == "version":
        out = lived
        manifest = out / "study.json"
        kept = json.loads(manifest.read_text(encoding="utf-8"))
        manifest.write_text(json.dumps({**kept, "model_version": "0.0.1+old"}), encoding="utf-8")
    counted.clear()
    done = _sweep(study, out, "--lang", "en")
    assert done.exit_code == 2
    assert wrong in flat(done.stderr)
    assert not counted


def test_a_scheduler_that_is_not_there_is_refused(
    study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Protects against waiting for nobody: the address is named, and no folder is made."""
    pytest.importorskip("distributed")
    from langeadem.experiments import executors

    monkeypatch.setattr(executors, "PATIENCE", 0.5)
    monkeypatch.setattr(executors.dask, "__defaults__", (0.5,))
    out = tmp_path / "out"
    words = ("--executor", "dask", "--scheduler", "tcp://127.0.0.1:9")
    done = call("sweep", str(study), "--out", str(out), *words, "--lang", "en")
    assert done.exit_code == 2
    assert "no Dask scheduler answers at tcp://127.0.0.1:9" in flat(done.stderr)
    assert not out.exists()


def test_a_cluster_does_the_work_of_a_sweep(study: Path, lived: Path, tmp_path: Path) -> None:
    """Protects ``--executor dask``: the same numbers to the bit, and the cluster is left running."""
    distributed = pytest.importorskip("distributed")
    out = tmp_path / "there"
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=1, processes=False, dashboard_address=":0", silence_logs=50
    ) as there:
        words = ("--executor", "dask", "--scheduler", there.scheduler_address, "--lang", "en")
        done = call("sweep", str(study), "--out", str(out), *words)
        assert done.exit_code == 0, done.output
        assert there.status.name == "running"
    assert done.stdout.startswith("All 8 runs are done")
    frames = [Store.read(folder).frame() for folder in (lived, out)]
    pd.testing.assert_frame_equal(*frames, check_exact=True)


@pytest.mark.parametrize("command", ["sweep", "sensitivity", "frontier", "compare"])
@pytest.mark.parametrize("words", [("--executor", "dask"), ("--scheduler", "tcp://127.0.0.1:9")])
def test_a_cluster_needs_its_address(command: str, words: tuple[str, ...], tmp_path: Path) -> None:
    """Protects every command alike: half an order for a cluster is refused before anything."""
    study = () if command == "compare" else ("where-it-turns",)
    out = tmp_path / "out"
    done = call(command, *study, *words, "--out", str(out), "--lang", "en")
    assert done.exit_code == 2
    assert "go together" in done.stderr
    assert not out.exists()


def test_status_lives_nothing(study: Path, tmp_path: Path, counted: list[runs.Run]) -> None:
    """Protects a look ahead: how many runs it would be, without a folder."""
    out = tmp_path / "out"
    text = shown("sweep", str(study), "--out", str(out), "--status", "--lang", "en")
    assert text == "0 of the 8 runs are done, 0 failed, 8 are left.\n"
    assert not counted
    assert not out.exists()


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_studies_are_listed(lang: str) -> None:
    """Protects finding them: every shipped study with what varies in it."""
    text = shown("list", "studies", "--lang", lang)
    assert "mentoring" in text
    assert "who-leaves" in text
    assert "programmes.vooruit.support.duration_months" in text
    for name in shipped_names():
        assert re.search(rf"^{name} ", text, re.MULTILINE)
    assert max(map(len, text.splitlines())) <= 100
