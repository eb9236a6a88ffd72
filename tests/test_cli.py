"""The command line as people and scripts meet it.

What is protected here: the main job ends with files that can be read, bad input ends with one clear
line, exit code 2 and nothing written, and output that is piped is plain.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from langeadem.experiments.cli.app import build_app, language_of
from langeadem.experiments.cli.folder import RunFolder
from langeadem.experiments.cli.screen import InputError
from langeadem.experiments.cli.settings import overrides
from langeadem.model import Neighbourhood
from langeadem.scenarios import load
from langeadem.viz.text import texts
from matplotlib.image import imread
from typer.testing import CliRunner

SMALL = ["--set", "figures.households=120", "--set", "figures.residents=250", "--years", "2"]
FRONT_DOOR = "from langeadem.experiments.cli import main; main()"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty current folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def call(*words: str) -> Any:
    """Run a command in this process and return its result."""
    return CliRunner().invoke(build_app(language_of(words)), list(words))


def in_shell(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command as a shell would, with its output piped."""
    kept = {
        key: value for key, value in os.environ.items() if key not in ("FORCE_COLOR", "COLUMNS")
    }
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", FRONT_DOOR, *words],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**kept, "PYTHONUTF8": "1", **environment},
        timeout=300,
        check=False,
    )


def everything(folder: Path) -> list[str]:
    """Return what is in a folder, hidden things too."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


# -- the main job ---------------------------------------------------------------------------------


def test_run_saves_what_can_be_read(folder: Path) -> None:
    """The main job: tables, figures, the scenario and how to do it again, in the usual place."""
    done = call("run", *SMALL, "--seed", "3", "--persons")
    assert done.exit_code == 0, done.output
    saved = folder / "results" / "average-none-seed3"
    record = json.loads((saved / "run.json").read_text(encoding="utf-8"))
    assert set(record["files"]) | {"run.json"} == {path.name for path in saved.iterdir()}
    months = pd.read_parquet(saved / "neighbourhood.parquet")
    assert len(months) == 25
    assert len(pd.read_parquet(saved / "person.parquet")) > 200
    assert imread(saved / "ladders.png").shape[1] == 2000
    assert imread(saved / "map.png").shape[1] == 2400
    scenario = json.loads((saved / "scenario.json").read_text(encoding="utf-8"))
    assert scenario["place"]["figures"]["households"]["value"] == 120
    assert record["info"]["seed"] == 3
    assert record["info"]["scenario_key"] == load("average", overrides=_small()).key()
    assert "--seed 3" in record["command"]
    assert "figures.households=120" in record["command"]
    assert everything(folder / "results")[0] == "average-none-seed3"
    assert not [name for name in everything(folder) if name.endswith((".part", ".old"))]


def _small() -> dict[str, Any]:
    return {"figures.households": 120, "figures.residents": 250, "years": 2}


def test_the_record_makes_the_run_again(folder: Path) -> None:
    """The command in run.json gives the same numbers, bit for bit."""
    assert call("run", *SMALL, "--seed", "5", "--format", "csv", "--out", "first").exit_code == 0
    record = json.loads((folder / "first" / "run.json").read_text(encoding="utf-8"))
    import shlex

    words = shlex.split(record["command"])
    assert words[0] == "langeadem"
    assert call(*words[1:], "--out", "second").exit_code == 0
    for name in record["files"]:
        if name.endswith(".csv"):
            assert (folder / "first" / name).read_bytes() == (folder / "second" / name).read_bytes()


def test_first_line_is_the_answer_and_last_where_it_is(folder: Path) -> None:
    """Who reads one line reads the finding, computed from the tables; piped output is plain."""
    done = in_shell("run", "average", *SMALL, "--out", str(folder / "here"), "--lang", "en")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    months = pd.read_parquet(folder / "here" / "neighbourhood.parquet").set_index("month")
    means = months[["learning", "working", "housing", "leisure"]].mean(axis=1)
    answer = " ".join(lines[:3])
    assert lines[0].startswith("In Modelwijk the mean rung ")
    assert f"{means[24]:.2f}" in answer
    assert f"{months['share_at_work'][0]:.0%}" in answer
    assert f"{months['residents'][24]}" in answer
    assert "One run of the model, no programme." in answer
    assert lines[-1].startswith("Saved in ")
    assert "\x1b" not in done.stdout + done.stderr
    # The last line is a path, which is never broken.
    assert max(len(line) for line in lines[:-1]) <= 100
    assert not any(line != line.rstrip() for line in lines)


def test_tables_show_years_units_and_change(folder: Path) -> None:
    """The table has the years that fit the horizon; a change is the difference of what is shown."""
    done = call("run", *SMALL[:4], "--years", "7", "--out", "x")
    assert done.exit_code == 0, done.output
    header = next(line for line in done.stdout.splitlines() if "eenheid" in line)
    assert header.split()[-6:] == ["start", "jaar", "5", "jaar", "7", "verandering"]
    row = next(line for line in done.stdout.splitlines() if line.startswith("bewoners"))
    start, _, end, change = (int(word.replace(".", "")) for word in row.split()[2:])
    assert end - start == change
    flows = next(line for line in done.stdout.splitlines() if line.startswith("wat er gebeurt"))
    assert "jaar 1-5" in flows
    assert "jaar 6-7" in flows


def test_json_is_for_machines(folder: Path) -> None:
    """With --json there is one JSON document on stdout and nothing else anywhere."""
    done = call("run", *SMALL, "--json", "--format", "csv")
    assert done.exit_code == 0
    data = json.loads(done.stdout)
    assert done.stderr == ""
    months = pd.read_csv(folder / data["saved"] / "neighbourhood.csv")
    by_year = data["levels"]["residents"]["by_year"]
    assert by_year == {"0": months["residents"][0], "2": months["residents"][24]}
    hired = data["flows"]["hired"]["per_year"]["1-2"]
    assert hired == months["hired"][1:].sum() / 2
    assert data["info"]["place"] == "average"


def test_quiet_says_only_where(folder: Path) -> None:
    """With --quiet a script gets the folder and nothing else."""
    done = call("run", *SMALL, "--quiet")
    assert done.exit_code == 0
    assert done.stdout == os.path.join("results", "average-none-seed1") + "\n"  # noqa: PTH118
    assert done.stderr == ""


def test_earlier_run_is_replaced_and_other_files_are_kept(folder: Path) -> None:
    """A run in the folder of an earlier run leaves no file of it, and no stranger's file is lost."""
    assert call("run", *SMALL, "--out", "x", "--persons", "--format", "csv").exit_code == 0
    (folder / "x" / "notes.txt").write_text("mine")
    assert call("run", *SMALL, "--out", "x", "--seed", "2").exit_code == 0
    names = {path.name for path in (folder / "x").iterdir()}
    assert "person.csv" not in names
    assert "neighbourhood.parquet" in names
    assert (folder / "x" / "notes.txt").read_text() == "mine"
    assert everything(folder)[0] == "x"
    assert json.loads((folder / "x" / "run.json").read_text())["info"]["seed"] == 2


# -- what goes wrong ------------------------------------------------------------------------------

BAD: list[tuple[list[str], str]] = [
    (["run", "wielwjk"], "bedoelt u wielwijk?"),
    (["run", "wielwijk", "--set", "moving.local_wis=0.5"], "bedoelt u local_wish?"),
    (["run", "wielwijk", "--set", "moving.local_wish=2"], "moet 1 of minder zijn"),
    (["run", "wielwijk", "--set", "moving.local_wish='x'"], "moet een getal zijn"),
    (["run", "wielwijk", "--set", "moving.local_wish"], "schrijf SLEUTEL=WAARDE"),
    (["run", "wielwijk", "--set", "=3"], "schrijf SLEUTEL=WAARDE"),
    (["run", "wielwijk", "--set", "name=kaal"], "geen waarde in TOML"),
    (["run", "wielwijk", "--set", "years=3\nname='x'"], "geen waarde in TOML"),
    (["run", "wielwijk", "--set", "years=3", "--years", "4"], "staat er twee keer"),
    (["run", "wielwijk", "--set", "mechanisms.crowding=1"], "moet true of false zijn"),
    (["run", "wielwijk", "--set", "figures.share_social_rent=0.2"], "en niet 1"),
    (["run", "wielwijk", "--set", "figures.residents=10"], "huishoudens kunnen 1 tot 5"),
    (["run", "wielwijk", "--set", "families.birth_rate=[0.1]"], "een rij van 5 getallen"),
    (["run", "wielwijk", "--policy", "carousell"], "bedoelt u carousel?"),
    (["run", "wielwijk", "--years", "0"], "moet 1 of meer zijn"),
    (["run", "wielwijk", "--years", "101"], "moet 100 of minder zijn"),
    (["run", "wielwijk", "--years", "veel"], "heel getal"),
    (["run", "wielwijk", "--seed", "-1"], "van 0 tot 2^63"),
    (["run", "wielwijk", "--seed", str(2**63)], "van 0 tot 2^63"),
    (["run", "wielwijk", "--format", "xls"], "'parquet', 'csv'"),
    (["run", "wielwijk", "--lang", "fr"], "'nl', 'en'"),
    (["run", "wielwijk", "--vaart"], "geen optie --vaart"),
    (["run", "wielwijk", "crabbehof"], "crabbehof"),
    (["run", "nergens.toml"], "het bestand bestaat niet"),
    (["run", "kapot.toml"], "kapot.toml, regel 2: is geen geldige TOML"),
    (["run", "fout.toml"], "fout.toml, regel 3: parameters.moving.local_wish: 7"),
    (["run", "wielwijk", "--out", "kapot.toml"], "een bestand en geen map"),
    (["run", "wielwijk", "--out", "vol"], "andere bestanden"),
    (["run", "wielwijk", "--out", "kapot.toml/x"], "niet geschreven worden"),
    (["explain", "moving.local_wihs"], "Bedoelt u moving.local_wish?"),
    (["explain", "qqqqqqqq"], "langeadem list parameters"),
    (["explain", "crowding", "--scenario", "nergens"], "onbekende wijk"),
    (["place", "wielwyk"], "bedoelt u wielwijk?"),
    (["list", "plaatsen"], "'places'"),
    (["list"], "Er mist een woord"),
    (["vergelijk"], "Er is: run, why, visible, compare, sweep, results"),
    (["rum"], "Bedoelt u run?"),
]


@pytest.mark.parametrize(("words", "said"), BAD, ids=[" ".join(words)[:60] for words, _ in BAD])
def test_bad_input_is_one_clear_line(folder: Path, words: list[str], said: str) -> None:
    """Bad input ends with exit code 2, one line on stderr that says what to do, and no files."""
    (folder / "kapot.toml").write_text("place = 'wielwijk'\nyears == 3\n")
    (folder / "fout.toml").write_text("place = 'wielwijk'\n[parameters.moving]\nlocal_wish = 7\n")
    (folder / "vol").mkdir()
    (folder / "vol" / "brief.txt").write_text("van iemand anders")
    before = everything(folder)
    done = call(*words)
    assert done.exit_code == 2, done.output
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert said in done.stderr
    assert everything(folder) == before


def test_every_problem_gets_its_own_line(folder: Path) -> None:
    """All that is wrong is said at once, so that it can be mended at once."""
    (folder / "two.toml").write_text(
        "place = 'wielwijk'\nyears = 0\n[parameters.ties]\nspread = 3\nlifetme = 2\n"
    )
    done = call("run", "two.toml", "--lang", "en")
    assert done.exit_code == 2
    assert len(done.stderr.splitlines()) == 3
    assert "two.toml, line 5: parameters.ties.lifetme: unknown key" in done.stderr
    assert "did you mean lifetime?" in done.stderr
    assert everything(folder) == ["two.toml"]


@given(st.text(max_size=60), st.text(max_size=60))
def test_settings_never_end_in_a_traceback(key: str, value: str) -> None:
    """Whatever is written after --set is a value or a clear refusal."""
    found = {"refused": True}
    with contextlib.suppress(InputError):
        found = overrides([f"{key}={value}"], None, texts("nl"))
    assert len(found) == 1


def _failing(error: BaseException) -> Callable[..., None]:
    def fail(*_: object, **__: object) -> None:
        raise error

    return fail


def test_failure_says_what_and_where(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A failure while running is one line with the month, exit code 1, and nothing saved."""
    real = Neighbourhood.step

    def step(world: Neighbourhood) -> None:
        if world.month == 6:
            raise RuntimeError("month 7 does not balance")
        real(world)

    monkeypatch.setattr(Neighbourhood, "step", step)
    done = call("run", *SMALL)
    assert done.exit_code == 1
    assert done.stderr.splitlines() == [
        "Mislukt bij maand 7 van 24: RuntimeError: month 7 does not balance (meer met --debug)"
    ]
    assert done.stdout == ""
    assert everything(folder) == []
    done = call("run", *SMALL, "--debug")
    assert isinstance(done.exception, RuntimeError)


def test_failure_while_saving_leaves_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk leaves no half folder, and an earlier run as it was."""
    assert call("run", *SMALL, "--out", "x").exit_code == 0
    before = {path.name: path.read_bytes() for path in (folder / "x").iterdir()}
    import langeadem.viz.figures.style as style

    monkeypatch.setattr(style.Figure, "savefig", _failing(OSError(28, "No space left on device")))
    done = call("run", *SMALL, "--out", "x", "--seed", "9")
    assert done.exit_code == 1
    assert "het bewaren in x: OSError: No space left on device" in done.stderr
    assert {path.name: path.read_bytes() for path in (folder / "x").iterdir()} == before
    assert {name.split("/")[0] for name in everything(folder)} == {"x"}


def test_ctrl_c_stops_cleanly(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who stops a run is told that nothing was half saved, and nothing is."""
    monkeypatch.setattr(Neighbourhood, "step", _failing(KeyboardInterrupt()))
    done = call("run", *SMALL, "--lang", "en")
    assert done.exit_code == 1
    assert done.stderr.strip() == "Stopped. Nothing was half saved."
    assert everything(folder) == []


def test_killed_swap_loses_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If the new folder cannot take its place, the earlier one stands where it stood."""
    assert call("run", *SMALL, "--out", "x").exit_code == 0
    before = {path.name for path in (folder / "x").iterdir()}
    real = Path.rename

    def rename(path: Path, target: Path) -> Path:
        if path.name.endswith(".part"):
            raise PermissionError(13, "Permission denied", str(path))
        return real(path, target)

    monkeypatch.setattr(Path, "rename", rename)
    with pytest.raises(PermissionError), RunFolder(folder / "x").filling() as new:
        (new / "run.json").write_text("{}")
    assert {path.name for path in (folder / "x").iterdir()} == before
    assert {name.split("/")[0] for name in everything(folder)} == {"x"}
