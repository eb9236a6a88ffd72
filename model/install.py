"""A policy becomes agents: funders and programmes; the null policy registers nothing."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from ..agents.funder import Funder
from ..agents.programme import Programme
from ..scenarios import LandlordRules
from .deliveries import Deliveries
from .delivery import check_identities
from .purses import Purses

if TYPE_CHECKING:
    from .neighbourhood import Neighbourhood


class Act(NamedTuple):
    """What a policy does in a phase of the month, after the phase's own part."""

    phase: str
    who: tuple[str, ...]
    what: str
    do: Callable[[], None]


#: What a programme does in which phase, for who asks: (phase, what).
PROGRAMME_ACTS: tuple[tuple[str, str], ...] = (
    ("organisations", "receives money, begins or stops, staffs its posts; key workers come and go"),
    ("outreach", "approaches people, keeps a list and lets them start"),
    ("support", "supports participants, ends trajectories, pays for starts and places"),
    ("record", "checks money and places, buys dwellings back, is written down"),
)
LANDLORD_ACT = ("calendar", "lets by the rules of the policy")


def acts_of(world: Neighbourhood, programmes: dict[str, Programme]) -> list[Act]:
    """Return what the policy of a world does, phase by phase; nothing for the null policy.

    In the phase "organisations" money goes round and posts are staffed for all programmes at once
    (`Purses.live_month`), and key workers take their step as the agents that they are.
    """
    acts = []
    rules = world.setup.policy.landlord
    if rules != LandlordRules():
        phase, what = LANDLORD_ACT
        acts.append(Act(phase, ("landlord",), what, partial(world.landlord.follow, rules)))
    if programmes:
        together = world.deliveries
        does = {
            "outreach": together.reach_out,
            "support": together.support,
            "record": together.close_month,
        }
        who = tuple(programmes)
        acts += [
            Act(phase, who, what, does[phase]) for phase, what in PROGRAMME_ACTS if phase in does
        ]
    return acts


def install(world: Neighbourhood) -> tuple[dict[str, Funder], dict[str, Programme]]:
    """Register the funders and programmes of a scenario's policy.

    A programme without places or without dose is no programme and is left out.
    """
    policy = world.setup.policy
    acting = {
        key: funded
        for key, funded in policy.programmes.items()
        if funded.programme.places > 0 and funded.programme.support.dose > 0
    }
    check_identities(list(acting))
    payers: list[str] = []
    for funded in acting.values():
        calendar = funded.calendar
        own = [*funded.programme.payers]
        own += [payer for one in calendar.stretches for payer, _ in one.shares or ()]
        own += [one.bridged_by for one in calendar.stretches if one.bridged_by is not None]
        payers += [payer for payer in own if payer not in payers]
    funders = {payer: Funder(world, payer) for payer in payers}
    grants = world.setup.grants_cents()
    programmes = {key: Programme(world, key, funded, grants[key]) for key, funded in acting.items()}
    if programmes:
        world.deliveries = Deliveries(world, programmes)
        world.purses = Purses(world, funders, programmes)
    for programme in programmes.values():
        for funder in funders.values():
            if programme.is_paid_by(funder.name):
                funder.programmes.append(programme)
    return funders, programmes
