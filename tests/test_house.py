"""The house: rooms open one way, luck is made in one place, and looking costs nothing."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import langeadem.model
import pytest

ROOT = Path(langeadem.model.__file__ or "").parent.parent

#: From the cellar to the roof: a room may open those before it, and itself.
ROOMS = ("scenarios", "agents", "model", "experiments", "viz")
#: The front door may open every room, and nobody opens it.
FRONT_DOOR = ("experiments", "cli")
#: Where luck is made.
LUCK = ROOT / "model" / "luck.py"
#: Sobol sequences of a study, with a seed of their own: plans of what is asked, and no luck.
PLANS = {ROOT / "experiments" / "designs.py": ["scipy.stats.qmc", "scipy.stats.qmc.Sobol"]}
LONGEST = 500

FILES = sorted(
    path
    for room in ROOMS
    for path in (ROOT / room).rglob("*.py")
    if "__pycache__" not in path.parts
)
IDS = [str(path.relative_to(ROOT)) for path in FILES]


def _at_run_time(node: ast.AST) -> Iterator[ast.AST]:
    """Walk through a tree without what stands under ``if TYPE_CHECKING``."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.dump(child.test):
            for other in child.orelse:
                yield other
                yield from _at_run_time(other)
            continue
        yield child
        yield from _at_run_time(child)


def _opened(tree: ast.AST, path: Path) -> list[tuple[str, ...]]:
    """Return what a file imports by relative imports, as paths from the root of the house."""
    package = path.relative_to(ROOT).parent.parts
    found = []
    for node in _at_run_time(tree):
        if not (isinstance(node, ast.ImportFrom) and node.level):
            continue
        base = (*package[: len(package) - node.level + 1], *(node.module or "").split("."))
        base = tuple(part for part in base if part)
        found += [(*base, alias.name) for alias in node.names]
    return found


def _imported(tree: ast.AST) -> set[str]:
    """Return the dotted names that a file imports by absolute imports, modules and their parts."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found |= {f"{node.module}.{alias.name}" for alias in node.names} | {str(node.module)}
    return found


def _upward(tree: ast.AST, path: Path) -> list[str]:
    """Return what a file imports from rooms above its own."""
    parts = path.relative_to(ROOT).parts
    if parts[:2] == FRONT_DOOR:
        return []
    own = ROOMS.index(parts[0])
    return [
        ".".join(opened)
        for opened in _opened(tree, path)
        if opened[0] not in ROOMS[: own + 1] or opened[:2] == FRONT_DOOR
    ]


@pytest.mark.parametrize("path", FILES, ids=IDS)
def test_rooms_open_one_way(path: Path) -> None:
    """Protects the dependence viz -> experiments -> model -> agents -> scenarios, front door apart."""
    assert _upward(ast.parse(path.read_text(encoding="utf-8")), path) == []


@pytest.mark.parametrize(
    ("place", "code", "wrong"),
    [
        ("scenarios/x.py", "from ..agents.climbing import ready", ["agents.climbing.ready"]),
        ("agents/x.py", "from ..model import luck", ["model.luck"]),
        ("agents/x.py", "from .. import experiments", ["experiments"]),
        ("model/x.py", "def f():\n    from ..viz import text", ["viz.text"]),
        ("model/x.py", "from ..agents.climbing import ready\nfrom .luck import draw", []),
        ("experiments/x.py", "from .cli import app", ["experiments.cli.app"]),
        ("experiments/x.py", "from .cli.run import main", ["experiments.cli.run.main"]),
        ("viz/figures/x.py", "from ...experiments import cli", ["experiments.cli"]),
        ("viz/figures/x.py", "from ...model import Chronicle\nfrom ..text import texts", []),
        ("experiments/cli/x.py", "from ...viz.text import texts", []),
        ("agents/x.py", "if TYPE_CHECKING:\n    from ..model import Neighbourhood", []),
        (
            "agents/x.py",
            "if TYPE_CHECKING:\n    pass\nelse:\n    from ..model import m",
            ["model.m"],
        ),
    ],
)
def test_an_import_upward_is_seen(place: str, code: str, wrong: list[str]) -> None:
    """Shows that the test above can fail: on each way to write an import, and not on annotations."""
    assert _upward(ast.parse(code), ROOT / place) == wrong


@pytest.mark.parametrize("path", FILES, ids=IDS)
def test_imports_inside_the_package_are_relative(path: Path) -> None:
    """Protects the layout: the folders have no own name on anyone's path, nor need the installed one."""
    names = _imported(ast.parse(path.read_text(encoding="utf-8")))
    assert not {name for name in names if name.split(".")[0] in ("langeadem", *ROOMS)}


_CHANCE = ("random", "secrets", "uuid", "numpy.random", "scipy.stats", "torch")


def _chances(tree: ast.AST) -> list[str]:
    """Return where a file makes luck of its own: by import, or by a name reached through numpy."""
    found = [
        name
        for name in sorted(_imported(tree))
        if any(name == source or name.startswith(source + ".") for source in _CHANCE)
    ]
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            text = ast.unparse(node)
            if text.startswith(("np.random", "numpy.random", "os.urandom", "os.getrandom")):
                found.append(text)
    return found


_CLOCK = (
    "time",
    "datetime",
    "perf_counter",
    "monotonic",
    "now",
    "today",
    "getpid",
    "urandom",
    "id",
)


def _clocked_seeds(tree: ast.AST) -> list[str]:
    """Return calls whose seed comes from a clock, a process number or an address in memory."""
    found = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        seeds = [k.value for k in node.keywords if k.arg in ("rng", "seed", "random_state", "key")]
        if ast.unparse(node.func).split(".")[-1] in (
            "Luck",
            "Neighbourhood",
            "draw",
            "default_rng",
        ):
            seeds += node.args
        for seed in seeds:
            calls = [one for one in ast.walk(seed) if isinstance(one, ast.Call)]
            if any(ast.unparse(call.func).split(".")[-1] in _CLOCK for call in calls):
                found.append(ast.unparse(node))
    return found


RULED = [path for path in FILES if path.relative_to(ROOT).parts[0] != "viz"]
RULED_IDS = [str(path.relative_to(ROOT)) for path in RULED]


@pytest.mark.parametrize("path", RULED, ids=RULED_IDS)
def test_luck_is_made_in_one_place(path: Path) -> None:
    """Protects sameness: no generator, no drawn identity, no clock as a seed outside model/luck.py."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert path == LUCK or _chances(tree) == PLANS.get(path, [])
    assert _clocked_seeds(tree) == []
    if path.relative_to(ROOT).parts[0] in ("scenarios", "agents", "model"):
        assert not {name.split(".")[0] for name in _imported(tree)} & {"time", "datetime"}


def test_mesas_generator_draws_a_seed_and_nothing_else() -> None:
    """Protects sameness: `self.rng` and `self.random` of Mesa are asked once, for a missing seed."""
    asked = []
    for path in RULED:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and node.attr in ("rng", "random"):
                where = ast.unparse(node)
                if where.split(".")[0] in ("self", "model", "world"):
                    asked.append((path.relative_to(ROOT).as_posix(), where))
    assert asked == [("model/neighbourhood.py", "self.rng")]


@pytest.mark.parametrize(
    "code",
    [
        "import random",
        "from random import random",
        "import numpy.random as r",
        "from numpy import random",
        "from numpy.random import default_rng",
        "import numpy as np\nx = np.random.rand()",
        "from uuid import uuid4",
        "import secrets",
        "from scipy import stats\nfrom scipy.stats import norm",
        "import os\nos.urandom(8)",
    ],
)
def test_luck_of_ones_own_is_seen(code: str) -> None:
    """Shows that the test of luck can fail, on each way to come by it."""
    assert _chances(ast.parse(code))


@pytest.mark.parametrize(
    "code",
    [
        "Neighbourhood(scenario, rng=int(time.time()))",
        "Luck(time.time_ns() if False else datetime.now())",
        "draw(os.getpid(), 1, 2, 3)",
        "compare(seed=id(object()))",
    ],
)
def test_a_seed_from_a_clock_is_seen(code: str) -> None:
    """Shows that the test of seeds can fail, and that a plain seed passes."""
    assert _clocked_seeds(ast.parse(code))
    assert not _clocked_seeds(ast.parse("Neighbourhood(scenario, rng=seed)\nprint(time.time())"))


@pytest.mark.parametrize("path", FILES, ids=IDS)
def test_no_file_is_too_long(path: Path) -> None:
    """Protects the reader: a file of one subject fits in a head."""
    lines = path.read_text(encoding="utf-8").count("\n")
    assert lines <= LONGEST, f"{lines} lines"


# -- what importing costs -------------------------------------------------------------------------


def _python(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


HEAVY = ("mesa", "numba", "pandas", "matplotlib", "networkx", "pyarrow", "solara")


@pytest.mark.parametrize("room", ["langeadem.scenarios", "langeadem.agents", "langeadem.model"])
def test_opening_a_room_loads_nothing_heavy(room: str) -> None:
    """Protects the first second: what takes its time to load is loaded when a name is asked."""
    heavy = f"[name for name in {HEAVY} if name in sys.modules]"
    assert _python(f"import sys, {room}; print(*{heavy})") == ""


def test_a_name_that_is_asked_is_loaded() -> None:
    """Shows that the test above can fail: asking for the world does load Mesa and numba."""
    program = (
        "import sys, langeadem.model, langeadem.agents\n"
        "langeadem.model.Neighbourhood, langeadem.agents.Resident\n"
        f"print(*[name for name in {HEAVY} if name in sys.modules])"
    )
    assert {"mesa", "numba"} <= set(_python(program).split())


@pytest.mark.parametrize("room", ["model", "agents"])
def test_a_room_refuses_a_name_it_does_not_have(room: str) -> None:
    """Protects lazy loading: a misspelt name is an AttributeError, as in any module."""
    module = sys.modules.get(f"langeadem.{room}") or __import__(f"langeadem.{room}").__dict__[room]
    for name in module.__all__:
        assert getattr(module, name) is not None
    with pytest.raises(AttributeError, match="Nieghbourhood"):
        _ = module.Nieghbourhood


def test_importing_compiles_nothing() -> None:
    """Protects the first second: rules are compiled at their first call and at no import."""
    program = (
        "import sys\n"
        "from numba.core import event\n"
        "compiled = []\n"
        "class Listener(event.Listener):\n"
        "    def on_start(self, one): compiled.append(one)\n"
        "    def on_end(self, one): pass\n"
        "event.register('numba:compile', Listener())\n"
        "import langeadem.model.neighbourhood, langeadem.agents.resident\n"
        "import langeadem.experiments\n"
        "from numba.core.dispatcher import Dispatcher\n"
        "rules = [v for name, m in list(sys.modules.items()) if name.startswith('langeadem.')\n"
        "         for v in vars(m).values() if isinstance(v, Dispatcher)]\n"
        "called = [rule.py_func.__name__ for rule in rules if rule.signatures]\n"
        "print(len(rules) > 50, len(compiled), called)\n"
        "from langeadem.agents.climbing import ready\n"
        "ready(1.0, 2.0, 3.0)\n"
        "print(len(compiled) > 0)\n"
    )
    assert _python(program).splitlines() == ["True 0 []", "True"]
