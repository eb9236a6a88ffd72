"""The pages of the workshop, a file each; a page is a Solara component that is given the session."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..session import Session
from .assumptions import Assumptions
from .inside import Inside
from .money import Money
from .neighbourhood import Neighbourhood
from .programme import Programme
from .why import WhyPage

#: Page -> what draws it, in the order of `state.PAGES`.
PAGE_OF: dict[str, Callable[[Session], Any]] = {
    "neighbourhood": Neighbourhood,
    "programme": Programme,
    "why": WhyPage,
    "money": Money,
    "assumptions": Assumptions,
    "inside": Inside,
}
