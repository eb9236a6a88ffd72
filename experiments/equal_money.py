"""Equal money: policies scaled so that the calendars under comparison pay the same amount."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, cast

from ..agents.account import dues
from ..scenarios import (
    AMOUNTS,
    Policy,
    Scenario,
    Schedule,
    in_parts,
    present_value,
    with_policy,
)

#: What is made equal: all euros together, or their present value; or nothing.
MONEY = ("total", "present-value", "as-is")
Money = Literal["total", "present-value", "as-is"]


@dataclass(frozen=True)
class Grants:
    """What the calendars of a policy pay over the years of a scenario.

    Attributes
    ----------
    total_cents : int
        All months together, in cents.
    present_cents : float
        Their present value in the first month, in cents.
    bridged_months : int
        Months, of all programmes together, in which somebody else pays to bridge a gap; that money
        comes beside the grants.
    """

    total_cents: int
    present_cents: float
    bridged_months: int


def grants_of(scenario: Scenario) -> Grants:
    """Return what the calendars of a scenario's policy pay over its years."""
    rate = scenario.parameters.counterforces.discount_rate
    total, present, bridged = 0, 0.0, 0
    for name, cents in scenario.grants_cents().items():
        schedule = scenario.policy.programmes[name].schedule(scenario.months)
        total += sum(cents)
        present += present_value(cents, rate)
        bridged += _bridged(schedule, cents)
    return Grants(total, present, bridged)


def _bridged(schedule: Schedule, cents: list[int]) -> int:
    """Return the months after the first grant in which another payer bridges a gap."""
    first = next((at for at, paid in enumerate(cents) if paid), len(cents))
    return sum(
        schedule.bridged_by[at] is not None and not cents[at] for at in range(first, len(cents))
    )


def equalised(
    scenario: Scenario, policies: Iterable[Policy], in_: Money = "total"
) -> dict[str, Scenario]:
    """Return the scenario with each policy, all with as much money over its years.

    The first policy with money says how much; every other with money is scaled to it, its own
    division among programmes and over months kept. Totals are equal to the cent, present values to
    half a cent of a programme's last month with money. Policies without money stay as they are.

    Parameters
    ----------
    scenario
        Whose years and discount rate count; its own policy is set aside.
    policies
        With different keys.
    in_
        ``"total"``, ``"present-value"``, or ``"as-is"``: nothing is scaled.

    Returns
    -------
    dict
        Scenario by key of the policy, in order.

    Raises
    ------
    ValueError
        For an unknown ``in_``, and for two policies with one key.
    """
    if in_ not in MONEY:
        raise ValueError(f"unknown money {in_!r}; allowed: {', '.join(MONEY)}")
    found: dict[str, Scenario] = {}
    wanted: float | None = None
    for policy in policies:
        if policy.key in found:
            raise ValueError(f"policy {policy.key!r} is there twice")
        own = with_policy(scenario, policy)
        amount = _amount(own, in_)
        if in_ != "as-is" and amount > 0:
            if wanted is None:
                wanted = amount
            elif amount != wanted:
                own = with_policy(scenario, _scaled(own, wanted, in_))
        found[policy.key] = own
    return found


def _amount(scenario: Scenario, in_: Money) -> float:
    grants = grants_of(scenario)
    return grants.present_cents if in_ == "present-value" else grants.total_cents


def _scaled(scenario: Scenario, wanted: float, in_: Money) -> Policy:
    """Return the policy of a scenario with so many cents, divided as it divides its own."""
    programmes = scenario.policy.programmes
    grants = scenario.grants_cents()
    if in_ == "total":
        own = {name: sum(cents) for name, cents in grants.items()}
        shares: Mapping[str, float] = in_parts(round(wanted), own)
    else:
        rate = scenario.parameters.counterforces.discount_rate
        worth = {name: present_value(cents, rate) for name, cents in grants.items()}
        whole = sum(worth.values())
        shares = {name: amount * wanted / whole for name, amount in worth.items()}
    equal_in: Literal["total", "present_value"] = "total" if in_ == "total" else "present_value"
    scaled = {
        name: funded.model_copy(
            update={
                "equal_money_to": None,
                "money_eur": shares[name] / 100,
                "equal_in": equal_in,
            }
        )
        for name, funded in programmes.items()
    }
    # What the policy stated for all together is now stated by each.
    return scenario.policy.model_copy(update={"programmes": scaled, **dict.fromkeys(AMOUNTS)})


# -- equal for so long ------------------------------------------------------------------------


def beginning(scenario: Scenario, years: int) -> Hashable:
    """Return everything that the world reads of a scenario in its first years.

    Two scenarios of one place with equal beginnings live the same months with the same luck, to
    the last bit: one is then read off the other. Names of calendars and how they were scaled do
    not matter; what is paid, when, by whom, and what is known of the end, does.
    """
    months = 12 * years
    grants = scenario.grants_cents()
    programmes = []
    for name, funded in scenario.policy.programmes.items():
        schedule = funded.schedule(scenario.months)
        # Places follow the money; only what costs nothing a place is told by the level itself.
        level = () if funded.programme.per_place_cents() > 0 else tuple(schedule.level[:months])
        paid = grants[name]
        programmes.append(
            (
                name,
                funded.programme.model_dump_json(),
                level,
                tuple(paid[:months]),
                tuple(schedule.begins[:months]),
                tuple(schedule.handover[:months]),
                tuple(schedule.ends_in[:months]),
                tuple(schedule.shares[:months]),
                tuple(schedule.bridged_by[:months]),
                # Who pays at any time of the run is somebody to whom money can go back.
                tuple(sorted({payer for due in dues(funded, schedule, paid) for payer in due})),
            )
        )
    rest = scenario.model_copy(update={"policy": Policy(), "years": 1})
    landlord = scenario.policy.landlord.model_dump_json()
    return cast("Hashable", (rest.key(), landlord, tuple(programmes)))
