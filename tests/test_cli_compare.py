"""``langeadem compare``: the answer first, every number computed, bad input refused at once."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from langeadem.experiments import runs
from langeadem.experiments.arms import MAIN
from langeadem.experiments.cli import compare_outcome
from langeadem.experiments.comparing import Comparing
from langeadem.viz.report.blocks import Summary
from langeadem.viz.text import texts

from .asking import call, flat

SMALL = ("--set", "figures.households=160", "--set", "figures.residents=340")
WORDS = (
    "compare", "average", "--policy", "continuous", "--policy", "carousel", "--horizons", "1,3",
    "--replicates", "3", "--workers", "1", *SMALL,
)  # fmt: skip


@pytest.fixture(scope="module")
def answered(tmp_path_factory) -> tuple[Path, str, dict]:
    """One answer, as text and as JSON, from one folder."""
    folder = tmp_path_factory.mktemp("compare") / "out"
    data = call(*WORDS, "--lang", "en", "--out", str(folder), "--json")
    assert data.exit_code == 0, data.stderr
    text = call(*WORDS, "--lang", "en", "--out", str(folder))
    assert text.exit_code == 0, text.stderr
    return folder, text.stdout, json.loads(data.stdout)


def test_the_answer_comes_first_and_the_folder_last(answered) -> None:
    folder, text, data = answered
    assert flat(text).startswith(data["answer"])
    assert text.splitlines()[-1].endswith(str(folder.name))
    assert max(len(line) for line in text.splitlines() if str(folder) not in line) <= 100


def test_every_number_of_the_answer_is_computed(answered) -> None:
    folder, _, data = answered
    cells = pd.read_parquet(folder / "replicates.parquet")
    last = cells[cells["horizon"] == 3].pivot_table(index="seed", columns="policy", values=MAIN)
    first = data["first"][0]
    gap = last[first] - last[data["second"]] if data["second"] else last[first] * 0
    numbers = re.findall(r"[+-]?\d[\d,]*(?:\.\d+)?", data["answer"])
    assert str(round(float(gap.mean()))) in numbers or data["second"] is None
    assert any(f"{round(float(last[first].mean())):+,}" == number for number in numbers)
    assert f"{((gap > 0) + 0.5 * (gap == 0)).sum():g} of 3 replicates" in data["answer"]


def test_everything_is_saved_and_says_how_to_make_it_again(answered) -> None:
    folder, _, data = answered
    names = {path.name for path in folder.iterdir()}
    wanted = {
        "study.json", "summary.json", "comparison.png", "comparison.nl.png", "comparison.svg",
        "calendars.png", "calendars.nl.png", "comparison.csv", "comparison.parquet",
        "replicates.csv", "replicates.parquet", "courses.parquet", "baseline.json",
        "scenario-continuous.json", "scenario-carousel.json",
    }  # fmt: skip
    assert wanted <= names
    assert not [name for name in names if name.endswith(".part")]
    summary = Summary.model_validate_json((folder / "summary.json").read_text(encoding="utf-8"))
    assert summary.en.answer == data["answer"]
    assert summary.en.command.startswith("langeadem compare average --policy continuous")
    assert [one.file for one in summary.en.figures] == ["comparison.png", "calendars.png"]
    assert [one.file for one in summary.nl.figures] == ["comparison.nl.png", "calendars.nl.png"]
    assert str(folder) not in (folder / "summary.json").read_text(encoding="utf-8")
    table = pd.read_csv(folder / "comparison.csv")
    kept = pd.read_parquet(folder / "comparison.parquet")
    names = [name for name in kept.columns if name != "identical"]
    pd.testing.assert_frame_equal(table[names], kept[names], check_dtype=False)


def test_both_languages_fit_the_page(answered) -> None:
    folder, _, _ = answered
    done = call(*WORDS, "--out", str(folder))
    assert done.exit_code == 0
    lines = done.stdout.splitlines()
    assert max(len(line) for line in lines if str(folder) not in line) <= 100
    assert "Meer of minder dan doorlopend geld" in done.stdout
    quiet = call(*WORDS, "--out", str(folder), "--quiet")
    assert quiet.stdout.strip().endswith(folder.name)


def test_only_what_failed_is_lived_again(tmp_path: Path, monkeypatch) -> None:
    """Protects the others: a run that failed is told of, and ``--retry-failed`` lives only that."""
    live, lived = runs.live, []
    broken = True

    def failing(some, asked):
        rows = live(some, asked)
        lived.extend(run.key for run in some)
        if broken and some[0].seed == 2 and len(lived) < 9:
            rows = [{**rows[0], "status": "failed", "origin": "step", "message": "a bad month"}]
        return rows

    monkeypatch.setattr(runs, "live", failing)
    words = (*WORDS, "--horizons", "1", "--lang", "en", "--out", str(tmp_path / "out"))
    done = call(*words)
    assert done.exit_code == 1
    assert "--retry-failed" in flat(done.stdout)
    failed = json.loads(call("results", str(tmp_path / "out"), "--failed", "--json").stdout)
    broken = False
    lived.clear()
    again = call(*words, "--retry-failed")
    assert again.exit_code == 0, again.stderr
    assert sorted(lived) == sorted(one["key"] for one in failed)


def test_ctrl_c_keeps_what_is_done_and_says_how_to_go_on(tmp_path: Path, monkeypatch) -> None:
    """Protects promise 6: what is done is kept, shown, and gone on with by the same command."""
    words = (*WORDS, "--lang", "en", "--out", str(tmp_path / "out"))
    whole = Comparing.live

    def stopped(self, store, *, told=None, **more):
        def tell(done, failed, total, found):
            if done >= 8:
                raise KeyboardInterrupt

        return whole(self, store, told=tell, **more)

    monkeypatch.setattr(Comparing, "live", stopped)
    done = call(*words)
    assert done.exit_code == 1
    assert "comes first" in flat(done.stdout) or "no telling" in flat(done.stdout)
    assert "are kept in" in done.stderr
    assert "langeadem compare average --policy continuous" in done.stderr
    kept = set((tmp_path / "out" / "runs").iterdir())
    assert kept
    monkeypatch.setattr(Comparing, "live", whole)
    again = call(*words)
    assert again.exit_code == 0, again.stderr
    assert kept <= set((tmp_path / "out" / "runs").iterdir())


def test_without_arguments_it_is_the_shipped_study() -> None:
    from langeadem.experiments.arms import CONTINUITY, HORIZONS, arms_of

    arms = arms_of()
    assert arms.policies == CONTINUITY
    assert arms.horizons == HORIZONS
    assert arms.baseline.place.key == "average"
    assert arms.money == "total"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--policy", "continuous", "--policy", "carrousel"), "did you mean carousel"),
        (("--policy", "continuous"), "only continuous"),
        (("--policy", "sprint", "--policy", "sprint"), "compared with itself"),
        (("--policy", "sprint", "--policy", "cliff", "--policy", "cliff"), "there twice"),
        (("--horizons", "5,101"), "1 to 100"),
        (("--horizons", "10,5"), "do not ascend"),
        (("--horizons", "five"), "whole years with commas"),
        (("--replicates", "-3"), "2 or more"),
        (("--replicates", "1"), "2 or more"),
        (("--precision", "5"), "such as 5%"),
        (("--precision", "0%"), "such as 5%"),
        (("--precision", "120%"), "such as 5%"),
        (("--money", "totaal"), "allowed: total, present-value, as-is"),
        (("--ensemble", "nowhere.csv"), "nowhere.csv"),
        (("--workers", "0"), "1 or more"),
        (("--seed", "-1"), "-1"),
        (("--executor", "dask"), "--scheduler"),
        (("--set", "moving.local_wsh=0.2"), "local_wish"),
        (("--baseline", "nothing-known"), "unknown policy"),
    ],
)
def test_bad_input_is_refused_before_anything_is_lived(
    words: tuple[str, ...], says: str, tmp_path: Path, monkeypatch
) -> None:
    """Protects promise 5: one clear line, exit code 2, nothing lived and nothing made."""
    monkeypatch.setattr(Comparing, "live", lambda *_, **__: pytest.fail("lived"))
    done = call("compare", *words, "--lang", "en", "--out", str(tmp_path / "out"))
    assert done.exit_code == 2, done.output
    assert says in flat(done.stderr)
    assert "Traceback" not in done.output
    assert not (tmp_path / "out").exists()
    dutch = call("compare", *words, "--out", str(tmp_path / "out"))
    assert dutch.exit_code == 2


def test_a_folder_that_cannot_be_used_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    done = call(*WORDS, "--lang", "en", "--out", str(tmp_path / "file"))
    assert done.exit_code == 2
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "mine.txt").write_text("mine")
    done = call(*WORDS, "--lang", "en", "--out", str(tmp_path / "other"))
    assert done.exit_code == 2
    assert "mine.txt" in done.stderr
    assert (tmp_path / "other" / "mine.txt").read_text() == "mine"


def test_an_ensemble_is_told_of(tmp_path: Path) -> None:
    path = tmp_path / "worlds.toml"
    path.write_text("[worlds.a.moving]\nlocal_wish = 0.2\n[worlds.b.moving]\nlocal_wish = 0.5\n")
    words = [*WORDS, "--lang", "en", "--ensemble", str(path), "--out", str(tmp_path / "out")]
    words[words.index("3")] = "2"
    done = call(*words)
    assert done.exit_code == 0, done.stderr
    assert "of the 2 plausible worlds the whole order" in flat(done.stdout)


def test_a_precision_is_told_of(tmp_path: Path) -> None:
    words = [*WORDS, "--lang", "en", "--precision", "2%", "--out", str(tmp_path / "out")]
    done = call(*words)
    assert done.exit_code == 0, done.stderr
    assert "Not as precise as 2% with 3 replicates" in flat(done.stdout)


def test_help_shows_an_example() -> None:
    for lang in ("nl", "en"):
        shown = call("compare", "--help", "--lang", lang).stdout
        assert flat(texts(lang)("help.compare_example")) in flat(shown)


def test_policies_of_the_catalogue_have_names_of_the_street() -> None:
    from langeadem.viz.text.policy_names import policy_name

    for lang in ("nl", "en"):
        assert policy_name("relay-handover", texts(lang)) != "relay-handover"
        assert policy_name("my-policy", texts(lang)) == "my-policy"
    assert compare_outcome.baseline_words is not None


def test_its_folder_is_a_store_and_a_result(answered, tmp_path: Path) -> None:
    """Protects what opens it elsewhere: `results` reads the runs, `report` the summary."""
    folder, _, data = answered
    results = call("results", str(folder), "--lang", "en")
    assert results.exit_code == 0, results.output
    # Continuous money over one year begins that over three: three runs for each luck.
    assert results.stdout.startswith("compare-average: 9 of the 9 runs are done")
    page = tmp_path / "report.html"
    done = call("report", str(folder), "--lang", "en", "--out", str(page))
    assert done.exit_code == 0, done.output
    assert data["answer"][:60] in page.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def by_mechanism(tmp_path_factory) -> Iterator[tuple[Path, list[dict]]]:
    """Two mechanisms switched off in turn: the folder, and what it says to machines."""
    folder = tmp_path_factory.mktemp("mechanisms") / "out"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("langeadem.experiments.contributions.MECHANISMS", ("start_up", "drift"))
        data = call(*WORDS, "--by-mechanism", "--out", str(folder), "--json")
        assert data.exit_code == 0, data.stderr
        yield folder, json.loads(data.stdout)["contributions"]


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_what_each_mechanism_adds_is_told(by_mechanism, lang: str) -> None:
    """Protects promise 7: the contribution of each mechanism is on the screen and in the files."""
    folder, rows = by_mechanism
    assert {one["mechanism"] for one in rows} == {"start_up", "drift"}
    shown = call(*WORDS, "--by-mechanism", "--lang", lang, "--out", str(folder))
    assert shown.exit_code == 0, shown.stderr
    assert texts(lang)("compare.title_mechanisms", years="3") in flat(shown.stdout)
    table = pd.read_csv(folder / "contributions.csv")
    assert len(table) == len(rows)
    assert json.loads((folder / "summary.json").read_text(encoding="utf-8"))
