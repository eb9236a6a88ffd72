"""Looking things up, help, languages and terminals: the rest of the front door.

What is protected here: every name can be explained with what it rests on, help can be followed to
the letter, and opening the door is quick and plain wherever it is opened.
"""

from __future__ import annotations

import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from langeadem.experiments.cli.app import build_app, language_of
from langeadem.experiments.cli.progress import Progress
from langeadem.model import PHASES
from langeadem.scenarios import (
    DEFAULT_PLACE,
    catalogue_names,
    load,
    mechanism_descriptions,
    parameter_cards,
)
from langeadem.viz.text import texts
from typer.testing import CliRunner

FRONT_DOOR = "from langeadem.experiments.cli import main; main()"
COMMANDS = ("run", "list", "explain", "place")


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
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", FRONT_DOOR, *words],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONUTF8": "1", **environment},
        timeout=300,
        check=False,
    )


# -- looking things up ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "what",
    [
        "places",
        "programmes",
        "calendars",
        "policies",
        "risks",
        "parameters",
        "mechanisms",
        "phases",
        "events",
    ],
)
@pytest.mark.parametrize("lang", ["nl", "en"])
def test_lists_fit_the_page(what: str, lang: str) -> None:
    """Every list is a table of at most 100 columns without colour when it is piped."""
    done = call("list", what, "--lang", lang)
    assert done.exit_code == 0, done.output
    assert max(len(line) for line in done.stdout.splitlines()) <= 100
    assert "\x1b" not in done.stdout


def test_lists_are_complete() -> None:
    """Nothing that exists is missing from its list."""
    for what, names in (
        ("places", catalogue_names("places")),
        ("parameters", list(parameter_cards())),
        ("mechanisms", list(mechanism_descriptions())),
    ):
        first = {line.split(" ")[0] for line in call("list", what).stdout.splitlines()}
        assert set(names) <= first


def test_every_parameter_is_explained() -> None:
    """Value, unit, range, default, source and meaning of every parameter (DESIGN promise 8)."""
    for key, card in parameter_cards().items():
        done = call("explain", key, "--lang", "en")
        assert done.exit_code == 0, key
        shown = " ".join(done.stdout.split())
        for part in (card.doc, card.unit, card.source):
            assert " ".join(part.split()) in shown, key


def test_explained_value_is_that_of_the_scenario(folder: Path) -> None:
    """The value is what the scenario says; the default stands beside it."""
    (folder / "own.toml").write_text(
        "place = 'wielwijk'\n[parameters.moving]\nlocal_wish = 0.25\n", encoding="utf-8"
    )
    done = call("explain", "moving.local_wish", "--scenario", "own.toml")
    shown = {line.split()[0]: line.split()[1] for line in done.stdout.splitlines()[2:]}
    default = parameter_cards()["moving.local_wish"].default
    assert shown["waarde"] == "0,25"
    assert shown["standaard"] == texts("nl").value(default)


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_every_place_shows_what_its_figures_rest_on(lang: str) -> None:
    """A place card has every figure, for context too, and the whole text of every source."""
    for name in catalogue_names("places"):
        done = call("place", name, "--lang", lang)
        assert done.exit_code == 0, name
        shown = " ".join(done.stdout.split())
        place = load(name).place
        for figure in ("households", "share_debts", "turnover_social_rent"):
            why = getattr(place.figures, figure).why
            assert " ".join(why.split()) in shown, (name, figure)
        for figure in place.context.values():
            assert " ".join(figure.why.split()) in shown, name
        assert max(len(line) for line in done.stdout.splitlines()) <= 100
        assert call("explain", name, "--lang", lang).stdout == done.stdout


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("crowding", "--set mechanisms.crowding=false"),
        ("mechanisms.crowding", "Mechanisme crowding"),
        ("month", "Een maand, in deze volgorde"),
        ("working", "5  vaste baan of eigen zaak"),
        ("moving", "moving.local_wish"),
        ("illness", "of iemand ziek wordt"),
        ("record", f"fase {len(PHASES)} van {len(PHASES)}"),
        ("none", "zonder extra hulp"),
        ("watch-out", "Het gedocumenteerde risico"),
        ("carousel", "Elk teken is een maand"),
    ],
)
def test_names_of_every_kind_are_explained(key: str, said: str) -> None:
    """A reader need not know of which kind a name is."""
    done = call("explain", key)
    assert done.exit_code == 0
    assert said in done.stdout


# -- help, language, start ------------------------------------------------------------------------


@pytest.mark.parametrize("command", COMMANDS)
def test_help_has_an_example_in_both_languages(command: str) -> None:
    """Help is in the language asked for and ends with a command that can be copied."""
    dutch, english = call(command, "--help"), call(command, "--help", "--lang", "en")
    assert dutch.exit_code == english.exit_code == 0
    assert "Voorbeeld:" in dutch.stdout
    assert "Gebruik:" in dutch.stdout
    assert "Toon deze hulp en stop." in dutch.stdout
    assert "Example:" in english.stdout
    assert f"langeadem {command} " in english.stdout.rsplit("Example:", 1)[1]


@pytest.mark.parametrize("command", COMMANDS)
def test_examples_in_help_work(command: str, folder: Path) -> None:
    """The example of a command does what it says (a run is made short)."""
    example = texts("en")(f"help.{command}_example").split("langeadem ", 1)[1].split()
    short = ["--set", "figures.households=120", "--set", "figures.residents=250"]
    # The run of the example is made short: one year in a small place.
    pairs = pairwise(["", *example])
    words = ["1" if before == "--years" else word for before, word in pairs]
    done = call(*words, *(short if command == "run" else ()))
    assert done.exit_code == 0, done.output


def test_no_command_shows_help_and_version_shows_version() -> None:
    """Who types only the name learns what there is."""
    alone = call()
    assert alone.exit_code == 0
    for command in COMMANDS:
        assert command in alone.stdout
    from importlib.metadata import version

    assert call("--version").stdout == f"langeadem {version('langeadem')}\n"


def test_default_place_of_run_is_the_catalogue_default() -> None:
    """The front door knows the default by name, to open without loading the rooms behind it."""
    assert f": {DEFAULT_PLACE}]" in call("run", "--help", "--lang", "en").stdout


def test_help_and_lists_open_without_the_heavy_rooms() -> None:
    """Help and the list of places do not wait for Mesa, numba, pandas or matplotlib."""
    check = (
        "import sys; from typer.testing import CliRunner;"
        "from langeadem.experiments.cli.app import build_app;"
        "app = build_app('nl');"
        "done = [CliRunner().invoke(app, words) for words in (['--help'], ['list', 'places'])];"
        "assert all(one.exit_code == 0 for one in done);"
        "heavy = {'mesa', 'numba', 'pandas', 'matplotlib', 'numpy'} & set(sys.modules);"
        "assert not heavy, heavy"
    )
    done = subprocess.run(
        [sys.executable, "-c", check], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr


def test_front_door_exits_with_the_code(folder: Path) -> None:
    """The installed command gives its exit code to the shell, without a traceback."""
    done = in_shell("run", "wielwjk")
    assert done.returncode == 2
    assert done.stderr.startswith("wielwjk: onbekende wijk")
    assert "Traceback" not in done.stderr


def test_narrow_character_sets_do_not_stop_it() -> None:
    """A terminal without accents or lines shows something else in their place."""
    done = in_shell("list", "policies", PYTHONUTF8="0", PYTHONIOENCODING="ascii")
    assert done.returncode == 0, done.stderr
    assert "none" in done.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_terminal_has_style_and_no_color_has_no_colour() -> None:
    """On a terminal the header is bold; with NO_COLOR nothing is coloured."""
    import pty

    shown = {}
    for setting in ("", "1"):
        ours, theirs = pty.openpty()
        environment = {**os.environ, "TERM": "xterm-256color", "NO_COLOR": setting}
        if not setting:
            del environment["NO_COLOR"]
        with subprocess.Popen(
            [sys.executable, "-c", FRONT_DOOR, "list", "policies"],
            stdout=theirs,
            stderr=theirs,
            env=environment,
        ) as process:
            os.close(theirs)
            output = b""
            while True:
                try:
                    part = os.read(ours, 4096)
                except OSError:
                    break
                if not part:
                    break
                output += part
            assert process.wait() == 0
        os.close(ours)
        shown[setting] = output
    assert b"\x1b[1m" in shown[""]
    assert b"\x1b[3" not in shown["1"]


def _some_loop(number: int) -> int:
    return number


def test_translation_of_the_rules_is_announced_once(capsys: pytest.CaptureFixture[str]) -> None:
    """Who waits for the compiler is told why, once; with --quiet nobody is."""
    import numba
    from numba.core import event

    loop = numba.njit(cache=True)(_some_loop)

    for silent in (False, True):
        progress = Progress(texts("nl"), silent)
        with progress, progress.telling_of_translation():
            for _ in range(2):
                with event.trigger_event("numba:compile", data={"dispatcher": loop}):
                    pass
        said = capsys.readouterr().err
        assert said.count("machinetaal") == (0 if silent else 1)
