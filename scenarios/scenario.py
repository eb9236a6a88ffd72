"""A scenario: everything that is asked of one run, validated and frozen."""

from __future__ import annotations

import hashlib
import json

from pydantic import BaseModel, ConfigDict, Field

from .mechanisms import Mechanisms
from .parameters import Parameters
from .place import Place
from .policy import Policy


class Scenario(BaseModel):
    """What is asked: a place, a policy, a horizon, parameters and mechanisms.

    Parameters
    ----------
    name
        Name of the scenario; of the place unless a file says otherwise.
    place
        The neighbourhood and its figures.
    policy
        What is done in it; by default nothing.
    years
        Horizon, 1 to 100 years.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    name: str
    place: Place
    policy: Policy = Field(default_factory=Policy)
    years: int = Field(default=30, ge=1, le=100)
    parameters: Parameters = Field(default_factory=Parameters)
    mechanisms: Mechanisms = Field(default_factory=Mechanisms)

    @property
    def months(self) -> int:
        """Horizon in months."""
        return 12 * self.years

    def grants_cents(self) -> dict[str, list[int]]:
        """Return what each programme is paid in every month of the run, in cents.

        Raises
        ------
        ValueError
            When there is no money in these months and some is to be paid.
        """
        rate = self.parameters.counterforces.discount_rate
        return self.policy.grants_cents(self.months, rate, self.place.figure("residents"))

    def key(self) -> str:
        """Return a short content key: equal for equal scenarios, whatever file they came from."""
        names = {"name": True, "place": {"key"}, "policy": {"key", "about", "source"}}
        text = json.dumps(self.model_dump(exclude=names), sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]
