"""What the tests share: small places that are quick to live in."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import settings
from langeadem.scenarios import Scenario, load

# Compiling at the first call makes any deadline a matter of luck; the same examples every time make
# a failure reproducible and a pass final.
settings.register_profile("suite", deadline=None, derandomize=True)
settings.load_profile("suite")


def pytest_configure(config: pytest.Config) -> None:
    """Give each process of the suite a core of its own, and bytecode that they share.

    What works with as many processes as there are cores then starts one: two times two would be in
    each other's way.
    """
    worker = getattr(config, "workerinput", None)
    if worker is None and sys.dont_write_bytecode:
        # Where nothing is kept beside sources, every process that a test starts would compile
        # pandas and the rest anew.
        os.environ["PYTHONPYCACHEPREFIX"] = str(config.cache.mkdir("bytecode"))
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    if worker is not None and hasattr(os, "sched_setaffinity"):
        free = sorted(os.sched_getaffinity(0))
        number = int(worker["workerid"].removeprefix("gw"))
        os.sched_setaffinity(0, {free[number % len(free)]})


#: Files that take long: the two processes of the suite begin with them and end together. Where
#: nothing is compiled yet the second file compiles all loops, while the first and the third need none.
LONG = (
    "test_wheel.py",
    "test_report.py",
    "test_frontier.py",
    "test_workshop_room.py",
    "test_calibration.py",
    "test_cli_compare.py",
    "test_runner.py",
    "test_documented.py",
    "test_cli_why.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the files that take long first; within a file nothing changes."""
    items.sort(key=lambda item: LONG.index(item.path.name) if item.path.name in LONG else len(LONG))


SMALL = {"figures.households": 200, "figures.residents": 420, "years": 5}


@pytest.fixture
def small() -> Callable[..., Scenario]:
    """Return a maker of small scenarios of the default place; keywords are dotted overrides."""

    def make(
        overrides: dict[str, Any] | None = None, place: str = "average", policy: str = "none"
    ) -> Scenario:
        return load(place, policy=policy, overrides={**SMALL, **(overrides or {})})

    return make
