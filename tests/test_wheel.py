"""The wheel runs elsewhere: in a fresh environment, outside the checkout."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from langeadem.scenarios import catalogue_names

ROOT = Path(__file__).parent.parent


def run(*command: str | Path, cwd: Path, **environment: str) -> str:
    """Run a command, return what it printed, fail with it when it fails."""
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("COV_")}
    inherited.pop("PYTHONPATH", None)
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env={**inherited, **environment},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def build_wheel(folder: Path) -> Path:
    """Build the wheel from a copy of the files that git knows or would add; return it."""
    copy, out = folder / "source", folder / "wheel"
    listed = run("git", "ls-files", "--cached", "--others", "--exclude-standard", cwd=ROOT)
    for name in listed.splitlines():
        source = ROOT / name
        if source.is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, copy / name)
    run(sys.executable, "-m", "build", "--wheel", "--outdir", out, copy, cwd=copy)
    return next(out.glob("*.whl"))


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_wheel(tmp_path_factory.mktemp("wheel"))


def test_the_wheel_holds_all_rooms_and_data_and_nothing_generic(wheel: Path) -> None:
    """Protects site-packages and the data: nothing but langeadem lands there, nothing is left out."""
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"langeadem"}
    kinds = ("*.py", "*.toml", "*.j2", "*.css", "*.parquet")
    for name in run("git", "ls-files", *kinds, cwd=ROOT).splitlines():
        if name.split("/")[0] in {"scenarios", "agents", "model", "experiments", "viz"}:
            assert f"langeadem/{name}" in names, name
    for part in ("places", "programmes", "calendars", "policies"):
        folder = f"langeadem/scenarios/catalogue/{part}/"
        held = {name for name in names if name.startswith(folder)}
        assert held == {f"{folder}{name}.toml" for name in catalogue_names(part)}
        assert len(held) > 5
    assert "langeadem/scenarios/programme/__init__.py" in names


def installed(wheel: Path, folder: Path) -> Path:
    """Install the wheel in a fresh environment and return its folder of commands."""
    environment = folder / "environment"
    commands = environment / "bin"
    uv = os.environ.get("UV") or shutil.which("uv")
    if uv:
        run(uv, "venv", "--python", sys.executable, environment, cwd=folder)
        run(uv, "pip", "install", "--python", commands / "python", wheel, cwd=folder)
    else:
        run(sys.executable, "-m", "venv", environment, cwd=folder)
        run(commands / "python", "-m", "pip", "install", "--quiet", wheel, cwd=folder)
    return commands


#: A loop is compiled, and a second process finds its machine code beside the package.
COMPILING = """
from langeadem.model import luck
luck.Luck(1).one("illness")
kept = luck._draw_many.stats
print(sum(kept.cache_hits.values()), sum(kept.cache_misses.values()))
"""


def test_the_command_runs_from_the_wheel(wheel: Path, tmp_path: Path) -> None:
    """Protects installation: a fresh environment, no checkout in sight, the main command.

    Rules run as plain Python, which compiles nothing, and one loop compiled: to compile them all
    takes a minute, and is for ``python -m tests.load.load_wheel``.
    """
    commands = installed(wheel, tmp_path)
    python, command = commands / "python", commands / "langeadem"
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    place = run(python, "-c", "import langeadem.model as m; print(m.__file__)", cwd=elsewhere)
    assert str(tmp_path) in place
    compiled = [run(python, "-c", COMPILING, cwd=elsewhere).split() for _ in range(2)]
    assert compiled == [["0", "1"], ["1", "0"]]
    small = ("--set", "figures.households=100", "--set", "figures.residents=210", "--years", "1")
    asked = ("run", "staalmanpleinbuurt", "--policy", "carousel", *small, "--out", "result")
    check_run(run(command, *asked, cwd=elsewhere, NUMBA_DISABLE_JIT="1"), elsewhere / "result")
    for words, said in (
        (("list", "programmes"), "watch-out"),
        (("explain", "policy", "carousel"), "carousel"),
        (("explain", "programme", "watch-out"), "Watch Out"),
    ):
        assert said in run(command, *words, cwd=elsewhere)


def check_run(printed: str, folder: Path) -> None:
    """Assert that a run said something and left its files."""
    assert printed.strip()
    files = {path.name for path in folder.iterdir()}
    assert {"ladders.png", "map.png", "neighbourhood.parquet"} <= files
    assert {"programme.parquet", "trajectory.parquet", "cashbook.parquet"} <= files
