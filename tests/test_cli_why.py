"""``langeadem why`` and ``langeadem visible``: every number said is one that was computed."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pandas as pd
import pytest
from langeadem.experiments.ledger import TERMS
from langeadem.viz.text import texts

from .asking import call

SMALL = ("--set", "figures.households=160", "--set", "figures.residents=340")


@pytest.fixture(scope="module")
def answered(tmp_path_factory) -> tuple[Path, str, dict]:
    """One answer, as text and as JSON."""
    folder = tmp_path_factory.mktemp("why")
    words = ["why", "average", "--policy", "continuous", "--year", "4", "--lang", "en", *SMALL]
    text = call(*words, "--out", str(folder / "a"))
    assert text.exit_code == 0, text.stderr
    data = call(*words, "--out", str(folder / "b"), "--json")
    assert data.exit_code == 0, data.stderr
    return folder / "a", text.stdout, json.loads(data.stdout)


def test_the_answer_comes_first_and_the_folder_last(answered) -> None:
    folder, text, data = answered
    flat = " ".join(text.split())
    assert flat.startswith(data["answer"])
    assert text.splitlines()[-1].endswith(str(folder.name))
    assert max(len(line) for line in text.splitlines() if str(folder) not in line) <= 100


def test_every_number_of_the_sentence_is_computed(answered) -> None:
    folder, _, data = answered
    pairs = pd.read_csv(folder / "pairs.csv")
    verdicts = pd.read_csv(folder / "verdicts.csv").set_index("verdict")
    seen = verdicts.loc["difference_in_differences"]
    numbers = re.findall(r"[+-]?\d[\d,]*(?:\.\d+)?", data["answer"])
    known = [
        4,
        pairs["started"].mean(),
        pairs["gain_in_support"].mean(),
        pairs["gain_now"].mean(),
        pairs["compared"].mean(),
        pairs["supported"].mean(),
        pairs["living_here"].mean(),
        pd.read_csv(folder / "staircase.csv").set_index("name").loc["neighbourhood", "people"],
        data["gap"]["value"],
        300,
        round(100 * seen["detection"]),
        100,
        round(100 * seen["false_alarms"]),
        100,
        20,
    ]
    assert len(numbers) == len(known), numbers
    for number, value in zip(numbers, known, strict=True):
        # Two digits are told of a mean, and one decimal of a number of people.
        assert float(number.replace(",", "")) == pytest.approx(value, rel=0.051), known


def test_the_ledger_that_is_shown_adds_up(answered) -> None:
    folder, text, data = answered
    terms = [row["term"] for row in data["ledger"]]
    assert terms == list(TERMS)
    assert sum(row["value"] for row in data["ledger"]) == pytest.approx(
        data["gap"]["value"], abs=1e-9
    )
    ledger = pd.read_csv(folder / "ledger.csv")
    pairs = pd.read_csv(folder / "pairs.csv")
    own = ledger[ledger["indicator"] == data["question"]["indicator"]].set_index("term")
    for term in TERMS:
        assert own.loc[term, "value"] == pytest.approx(pairs[term].mean())
    assert pairs["gap"].mean() == pytest.approx(data["gap"]["value"])
    assert "What the figure of the neighbourhood shows" in text


def test_everything_is_saved_with_the_command_that_does_it_again(answered) -> None:
    folder = answered[0]
    record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    assert sorted(path.name for path in folder.iterdir()) == sorted([*record["files"], "run.json"])
    assert {"ledger.png", "staircase.png", "map.png", "lives.png"} <= set(record["files"])
    assert record["command"].startswith("langeadem why average --policy continuous --year 4")
    assert record["seeds"] == list(range(1, 21))
    baseline = json.loads((folder / "baseline.json").read_text(encoding="utf-8"))
    assert not baseline["policy"]["programmes"]


def test_the_same_question_has_the_same_answer(answered) -> None:
    folder = answered[0]
    for name in ("ledger.csv", "staircase.csv", "evaluations.csv", "pairs.csv"):
        other = folder.parent / "b" / name
        assert (folder / name).read_text(encoding="utf-8") == other.read_text(encoding="utf-8")


def test_nobody_who_takes_part_is_told(tmp_path) -> None:
    words = ["why", "average", "--policy", "none", "--year", "2", "--lang", "nl", *SMALL]
    asked = call(*words, "--out", str(tmp_path / "none"))
    assert asked.exit_code == 0, asked.stderr
    assert "niemand deed mee" in " ".join(asked.stdout.split())
    assert not (tmp_path / "none" / "lives.png").exists()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["why", "wielwijk", "--policy", "watch-aut"], "watch-out"),
        (["why", "wielwijk", "--indicator", "wurking"], "working"),
        (["why", "wielwijk", "--replicates", "5"], "20"),
        (["why", "wielwijk", "--year", "31"], "30"),
        (["why", "wielwijk", "--respondents", "1"], "respondents"),
        (["why", "wielwijk", "--workers", "0"], "workers"),
        (["why", "wielwijk", "--seed", "-1"], "2^63"),
        (["why", "wielwik"], "wielwijk"),
        (["visible", "watch-aut"], "watch-out"),
        (["visible", "watch-out", "wielwik"], "wielwijk"),
        (["visible", "watch-out", "wielwijk", "--years", "3"], "2"),
        (["visible", "watch-out", "wielwijk", "--years", "two"], "2,10,30"),
        (["visible", "watch-out", "wielwijk", "--workers", "0"], "workers"),
    ],
)
def test_bad_input_is_told_at_once(words, says, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    for lang in ("nl", "en"):
        asked = call(*words, "--lang", lang)
        assert asked.exit_code == 2
        assert says in asked.stderr
        assert not asked.stdout
        assert not list(tmp_path.iterdir())


def test_visible_says_what_it_found(tmp_path) -> None:
    words = ["visible", "watch-out", "average", "--years", "2,4", *SMALL, "--lang", "en"]
    asked = call(*words, "--out", str(tmp_path / "v"), "--json")
    assert asked.exit_code == 0, asked.stderr
    data = json.loads(asked.stdout)
    table = pd.read_csv(tmp_path / "v" / "visibility.csv")
    for row, places in enumerate(data["places"]):
        for column, years in enumerate(data["years"]):
            own = table[(table["places"] == places) & (table["years"] == years)]
            own = own.set_index("scale")["detection"]
            for scale, rate in data["detection"].items():
                assert own[scale] == pytest.approx(rate[row][column])
    assert (tmp_path / "v" / "visibility.png").exists()
    needed = data["threshold"]["neighbourhood"]["0.5"][-1]
    known = needed if needed is not None else data["places"][-1]
    assert texts("en").number(known) in data["answer"]
