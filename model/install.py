"""A policy becomes agents: funders and programmes; the null policy registers nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..agents.funder import Funder
from ..agents.programme import Programme
from .delivery import Delivery, check_identities

if TYPE_CHECKING:
    from .neighbourhood import Neighbourhood

#: What a policy does in which phase of the month, for who asks.
ACTS: tuple[tuple[str, str], ...] = (
    (
        "organisations",
        "funders pay; programmes begin, staff posts and stop; key workers come and go",
    ),
    ("outreach", "programmes approach people, keep a list and let them start"),
    ("support", "participants are supported; trajectories end; starts and places are paid"),
    ("moving", "the landlord's rules of letting; who moves on is offered a dwelling"),
    ("record", "money and places are checked; sold dwellings are bought back"),
)


def install(world: Neighbourhood) -> tuple[dict[str, Funder], dict[str, Programme]]:
    """Register the funders and programmes of a scenario's policy, and set the landlord's rules.

    A programme without places or without dose is no programme and is left out.
    """
    policy = world.setup.policy
    world.landlord.follow(policy.landlord)
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
        own += [one.payer for one in calendar.stretches if one.payer is not None]
        own += [one.bridged_by for one in calendar.stretches if one.bridged_by is not None]
        payers += [payer for payer in own if payer not in payers]
    funders = {payer: Funder(world, payer) for payer in payers}
    programmes = {}
    for key, funded in acting.items():
        programme = Programme(world, key, funded)
        programme.delivery = Delivery(world, programme)
        programmes[key] = programme
        for funder in funders.values():
            if programme.is_paid_by(funder.name):
                funder.programmes.append(programme)
    return funders, programmes
