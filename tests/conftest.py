"""What the tests share: small places that are quick to live in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import settings
from langeadem.scenarios import Scenario, load

# Compiling at the first call makes any deadline a matter of luck; the same examples every time make
# a failure reproducible and a pass final.
settings.register_profile("suite", deadline=None, derandomize=True)
settings.load_profile("suite")

SMALL = {"figures.households": 200, "figures.residents": 420, "years": 5}


@pytest.fixture
def small() -> Callable[..., Scenario]:
    """Return a maker of small scenarios of the default place; keywords are dotted overrides."""

    def make(
        overrides: dict[str, Any] | None = None, place: str = "average", policy: str = "none"
    ) -> Scenario:
        return load(place, policy=policy, overrides={**SMALL, **(overrides or {})})

    return make
