"""The store: whole or not at all, of one study and one version, and readable by anybody."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from langeadem.experiments.manifest import Manifest, differences, kind_of, make_manifest
from langeadem.experiments.store import Store, StoreError
from pandas.testing import assert_frame_equal

from .sweeping import (
    ASKED,
    FAILS,
    content,
    filled_store,
    manifest_of,
    row,
    rows_of,
    runs_of,
)

POINTS, SEEDS = range(4), (1, 2, 3)
#: Chance in the tests below is drawn once and for all.
SAME = {"check_exact": True}


@pytest.fixture
def filled(tmp_path: Path) -> Path:
    """Return a store of twelve runs in three chunks."""
    return filled_store(tmp_path / "store")


# -- what is kept ---------------------------------------------------------------------------------


def test_what_was_kept_is_given_back_in_an_order_of_its_own(filled: Path, tmp_path: Path) -> None:
    """Protects sameness: the frame is the same whatever the order and the chunks were."""
    frame = Store.read(filled).frame()
    assert list(frame.columns) == [
        "key", "policy", "world", "seed", "point", "year", "working", "trust",
    ]  # fmt: skip
    assert len(frame) == 24
    assert frame[["point", "seed", "year"]].to_numpy().tolist() == [
        [point, seed, year] for point in POINTS for seed in SEEDS for year in ASKED.years
    ]
    with Store.open(tmp_path / "other", manifest_of(POINTS, SEEDS)) as store:
        for run in reversed(runs_of(POINTS, SEEDS)):
            store.append(reversed(rows_of([run])))
    assert_frame_equal(Store.read(tmp_path / "other").frame(), frame, **SAME)


def test_kinds_of_columns_come_from_the_manifest_and_never_from_the_values(tmp_path: Path) -> None:
    """Protects readers: whole numbers in a broken column, or none at all, change no kind."""
    labels = {"share": "float", "places": "int", "where": "str", "open": "bool"}
    manifest = make_manifest(
        {}, outcomes=["working"], years=[1], seeds=[1], labels=labels, model_version="1"
    )
    with Store.open(tmp_path / "s", manifest) as store:
        assert [str(kind) for kind in store.frame().dtypes][3:] == [
            "int64", "float64", "int64", store.frame()["key"].dtype, "bool", "int64", "float64",
        ]  # fmt: skip
        values = {"share": 1, "places": 20, "where": "here", "open": True, "year": 1}
        store.append([{**row(runs_of([1], [1])[0]), **values, "working": 1}])
        empty, one = Store.read(tmp_path / "s").frame(), store.frame()
    assert one.loc[0, "share"] == 1.0
    assert empty.empty
    assert (one.dtypes == empty.dtypes).all()


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"point": "x"}, "point"),
        ({"point": 1.5}, "point"),
        ({"point": True}, "point"),
        ({"working": "x"}, "working"),
        ({"working": None}, "working"),
        ({"working": True}, "working"),
        ({"world": 1}, "world"),
    ],
)
def test_a_value_that_does_not_fit_its_column_is_refused(
    tmp_path: Path, wrong: dict[str, object], told: str
) -> None:
    """Protects the store: nothing is turned into something else to make it fit."""
    with Store.open(tmp_path / "s", manifest_of([1], [1])) as store:
        with pytest.raises(ValueError, match=f"column '{told}'"):
            store.append([{**one, **wrong} for one in rows_of(runs_of([1], [1]))])
        rows = rows_of(runs_of([1], [2]))
        del rows[1]["trust"]
        with pytest.raises(ValueError, match="column 'trust'"):
            store.append(rows)
        store.append(rows_of(runs_of([1], [3])))
        assert store.frame()["seed"].tolist() == [3, 3]


def test_a_run_is_kept_once_and_whole(filled: Path) -> None:
    """Protects counts: a run given again is not kept twice; one with a wrong year is refused."""
    before = Store.read(filled).frame()
    with Store.open(filled, manifest_of(POINTS, SEEDS)) as store:
        store.append(rows_of(runs_of([0], [1])))
        rows = rows_of(runs_of([9], [1]))
        with pytest.raises(ValueError, match="years"):
            store.append([rows[0], rows[0]])
        with pytest.raises(ValueError, match="years"):
            store.append([{**rows[0], "year": 7}])
    assert_frame_equal(Store.read(filled).frame(), before, **SAME)


def test_columns_and_filters(filled: Path) -> None:
    """Protects answers: filters are exact, and a misspelt column is an error with the nearest name."""
    store = Store.read(filled)
    some = store.frame(columns=["seed", "working"], where={"point": 2, "seed": [1, 3], "year": 2})
    assert list(some.columns) == ["seed", "working"]
    assert some["seed"].tolist() == [1, 3]
    assert "seconds" in store.frame(columns=["key", "seconds"])
    with pytest.raises(ValueError, match="nearest: working"):
        store.frame(columns=["workin"])
    with pytest.raises(ValueError, match="no column 'pont'"):
        store.frame(where={"pont": 1})


def test_anybody_reads_it(filled: Path) -> None:
    """Protects openness: pandas alone reads the folder of chunks, whatever failed or was damaged."""
    with Store.open(filled, manifest_of(POINTS, SEEDS)) as store:
        store.append([row(runs_of([77], [1])[0], year=-1, status="failed", origin="step")])
    frame = Store.read(filled).frame()
    plain = pd.read_parquet(filled / "runs")
    assert len(plain) == len(frame) == 24
    assert set(plain["key"]) == Store.read(filled).done()
    assert pd.read_parquet(filled / "failed")["origin"].tolist() == ["step"]


# -- failures -------------------------------------------------------------------------------------


def test_a_failure_is_kept_until_the_run_is_done(tmp_path: Path) -> None:
    """Protects the count of failures: the last attempt counts, and a done run is no failure."""
    run = runs_of([FAILS], [1])[0]
    for attempt in (1, 2):
        with Store.open(tmp_path, manifest_of([FAILS], [1])) as store:
            store.append([row(run, year=-1, status="failed", origin="step", message=f"{attempt}")])
        failed = Store.read(tmp_path).failed()
        assert failed[["origin", "message", "attempt"]].values.tolist() == [
            ["step", str(attempt), attempt]
        ]
        assert Store.read(tmp_path).status(1).failed == 1
    with Store.open(tmp_path, manifest_of([FAILS], [1])) as store:
        store.append(rows_of([run]))
        assert store.failed().empty
    store = Store.read(tmp_path)
    assert (len(store.frame()), len(store.failed()), store.status(1).failed) == (2, 0, 0)
    assert set(pd.read_parquet(tmp_path / "runs")["key"]) == {run.key}


# -- the manifest ---------------------------------------------------------------------------------


def test_a_manifest_is_read_back_and_names_no_machine(filled: Path) -> None:
    """Protects reproduction: study, version, seeds, packages and command are there, paths are not."""
    text = (filled / "study.json").read_text(encoding="utf-8")
    kept = json.loads(text)
    assert kept["seeds"] == [1, 2, 3]
    assert kept["command"] == "langeadem sweep fakes.toml"
    assert {"langeadem", "numpy", "mesa"} <= set(kept["packages"])
    assert Manifest.from_json(text) == Store.read(filled).manifest
    for machine in (str(filled), str(Path.home()), os.uname().nodename):
        assert machine not in text


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"labels": {"seed": "int"}}, "same name: seed"),
        ({"labels": {"working": "int"}}, "same name: working"),
        ({"labels": {"x": "number"}}, "kind 'number'"),
        ({"years": ()}, "no year"),
        ({"study": {"a": object()}}, "JSON"),
        ({"study": {"a": float("nan")}}, "JSON"),
    ],
)
def test_a_manifest_that_cannot_be_is_refused(change: dict[str, object], told: str) -> None:
    """Protects the columns: names are used once, and kinds are known."""
    with pytest.raises(ValueError, match=told):
        replace(manifest_of([1], [1]), **change)


def test_kinds_of_labels() -> None:
    """Protects labels: kinds come from all values, and do not mix."""
    assert [kind_of(values) for values in ([1, 2], [1, 2.5], ["a"], [True])] == [
        "int", "float", "str", "bool",
    ]  # fmt: skip
    for values in ([1, "a"], [True, 1], [], [None]):
        with pytest.raises(ValueError, match="one kind"):
            kind_of(values)


def test_differences_name_keys() -> None:
    """Protects the refusal of another study: it says in what it differs."""
    mine, other = {"a": {"b": 1, "c": [1]}, "d": 1}, {"a": {"b": 2, "c": [1, 2]}, "e": 1}
    assert differences(mine, other) == ["a.b", "a.c", "d", "e"]
    assert differences(mine, mine) == []


def test_more_replicates_extend_a_store(filled: Path) -> None:
    """Protects expansion: more seeds are the same study, and are added to what is asked."""
    with Store.open(filled, manifest_of(POINTS, [3, 4])) as store:
        assert store.manifest.seeds == (1, 2, 3, 4)
        store.extend(manifest_of(POINTS, [9]))
    assert Store.read(filled).manifest.seeds == (1, 2, 3, 4, 9)
    with pytest.raises(StoreError, match="opened to read"):
        Store.read(filled).extend(manifest_of(POINTS, [9]))


def test_going_on_with_other_packages_is_told(filled: Path) -> None:
    """Protects reproduction: a session with another command or other packages is on record."""
    with Store.open(filled, manifest_of(POINTS, SEEDS)) as store:
        assert store.manifest.resumed == ()
    newer = replace(manifest_of(POINTS, SEEDS), packages={"numpy": "9"})
    for _ in range(2):
        with Store.open(filled, newer) as store:
            assert [one["packages"] for one in store.manifest.resumed] == [{"numpy": "9"}]


# -- what is refused ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("manifest", "kind", "told"),
    [
        (manifest_of(POINTS, SEEDS, name="other"), "other-study", "different here: name"),
        (manifest_of(range(9), SEEDS), "other-study", "different here: points"),
        (replace(manifest_of(POINTS, SEEDS), years=(1,)), "other-study", "years"),
        (manifest_of(POINTS, SEEDS, version="2"), "other-version", "version 1, this is 2"),
    ],
)
def test_another_study_or_version_is_refused_and_nothing_is_touched(
    filled: Path, manifest: Manifest, kind: str, told: str
) -> None:
    """Protects the study: runs of two studies or versions are not mixed."""
    before = content(filled)
    with pytest.raises(StoreError, match=told) as refused:
        Store.open(filled, manifest)
    assert refused.value.kind == kind
    assert content(filled) == before


def test_a_folder_with_other_things_is_refused_and_nothing_is_touched(tmp_path: Path) -> None:
    """Protects what somebody put there."""
    (tmp_path / "thesis.docx").write_text("years of work")
    for call in (lambda: Store.open(tmp_path, manifest_of([1], [1])), lambda: Store.read(tmp_path)):
        with pytest.raises(StoreError, match=r"thesis\.docx|no store"):
            call()
    assert content(tmp_path) == {"thesis.docx": b"years of work"}
    with pytest.raises(StoreError, match="a file"):
        Store.open(tmp_path / "thesis.docx", manifest_of([1], [1]))
    with pytest.raises(StoreError, match="cannot be written"):
        Store.open(tmp_path / "thesis.docx" / "below", manifest_of([1], [1]))
    with pytest.raises(StoreError, match="no store"):
        Store.read(tmp_path / "nothing")


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"layout": 1}', "changed"])
def test_a_manifest_that_was_spoilt_is_refused(filled: Path, text: str) -> None:
    """Protects the study: what the runs are of is never guessed."""
    path = filled / "study.json"
    spoilt = path.read_text().replace('"fakes"', '"other"') if text == "changed" else text
    path.write_text(spoilt)
    for call in (
        lambda: Store.open(filled, manifest_of(POINTS, SEEDS)),
        lambda: Store.read(filled),
    ):
        with pytest.raises(StoreError, match=r"study\.json cannot be read"):
            call()
    path.write_text('{"layout": 2}')
    with pytest.raises(StoreError, match="layout 2"):
        Store.read(filled)


def test_two_sweeps_on_one_folder(filled: Path, tmp_path: Path) -> None:
    """Protects the store: the second is refused at once, and may look."""
    with Store.open(filled, manifest_of(POINTS, SEEDS)):
        with pytest.raises(StoreError, match="another sweep is writing"):
            Store.open(filled, manifest_of(POINTS, SEEDS))
        code = (
            f"import sys; sys.path.insert(0, {str(Path(__file__).parent.parent)!r})\n"
            "from pathlib import Path\n"
            "from tests.sweeping import manifest_of\n"
            "from langeadem.experiments.store import Store\n"
            f"Store.open(Path({str(filled)!r}), manifest_of(range(4), (1, 2, 3)))"
        )
        other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
        assert "another sweep is writing" in other.stderr
        assert len(Store.read(filled).frame()) == 24
    Store.open(filled, manifest_of(POINTS, SEEDS)).close()


def test_a_store_that_was_opened_to_read_takes_nothing(filled: Path) -> None:
    """Protects the store: only the one who holds the lock writes."""
    with pytest.raises(StoreError, match="opened to read"):
        Store.read(filled).append(rows_of(runs_of([9], [1])))
