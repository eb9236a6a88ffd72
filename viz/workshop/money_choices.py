"""What page 4 keeps of a session: its plans, the purse, and whose programmes are paid."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from dataclasses import replace

from ...scenarios import Scenario, load_policy
from ..text import Texts
from .asked import scenario_of
from .limits import Limits
from .plan import Plan, clean_name, plan_from_text, preset
from .purse import DEFAULT_PURSE, PURSE_YEARS
from .state import State, policies_and_programmes

MOST_PLANS = 4
#: What a session begins with: money every year, and projects.
FIRST_PLANS = ("marathon", "carousel")
#: Five programmes at once: what is paid when nobody chose a programme.
DEFAULT_PAID = "continuous"
#: Name in the choice of what is paid, for the programmes of an uploaded scenario.
OWN = "own"
_ESCAPED = re.compile(r"=([0-9a-f]{1,6});")


def paid_of(state: State) -> str:
    """Return whose programmes are paid: what was chosen here, or on another page, or five at once."""
    for policy in (state.choice("paid"), state.policy):
        if policy in policies_and_programmes() and programmes_of(policy):
            alike = programmes_of(policy) == programmes_of(DEFAULT_PAID)
            return DEFAULT_PAID if alike else policy
    return OWN if state.upload else DEFAULT_PAID


@functools.cache
def programmes_of(policy: str) -> tuple[str, ...]:
    """Return the programmes that a policy of the catalogue pays; none where it pays none."""
    return tuple(load_policy(policy).programmes)


def paid_scenario(state: State, t: Texts, limits: Limits) -> Scenario:
    """Return the place of a session with the programmes that are paid.

    Raises
    ------
    RefusedError
        As `asked.scenario_of` does.
    """
    paid = paid_of(state)
    own = scenario_of(replace(state, policy="none" if paid == OWN else paid), t, limits)
    if own.policy.programmes:
        return own
    return scenario_of(replace(state, policy=DEFAULT_PAID), t, limits)


def purse_of(state: State) -> int:
    """Return how many years of full money the purse holds."""
    text = state.choice("purse")
    known = {str(years): years for years in PURSE_YEARS}
    return known.get(text, DEFAULT_PURSE)


def plans_of(state: State, years: int) -> list[Plan]:
    """Return the plans of a session; one that a link spoilt begins afresh as the first preset."""
    purse = purse_of(state)
    texts = [text for at in range(1, MOST_PLANS + 1) if (text := state.choice(f"plan{at}"))]
    if not texts:
        return [preset(key, years, purse) for key in FIRST_PLANS]
    return [_plan(text, years, purse) for text in texts]


def choices_of(plans: Sequence[Plan]) -> dict[str, str]:
    """Return what a session keeps of plans, by name of the choice."""
    texts = [f"{_escaped(plan.name)}~{plan.to_text()}" for plan in plans]
    return {f"plan{at + 1}": texts[at] if at < len(texts) else "" for at in range(MOST_PLANS)}


def new_plan(plans: Sequence[Plan], years: int, purse: int) -> Plan:
    """Return a plan beside others: the first preset that is not there yet."""
    used = {plan.preset for plan in plans}
    key = next(
        (one for one in ("cliff", "sprint", "relay", "anchored") if one not in used), "cliff"
    )
    return preset(key, years, purse)


def _plan(text: str, years: int, purse: int) -> Plan:
    name, _, code = text.partition("~")
    try:
        return plan_from_text(code, years, purse).named(_unescaped(name))
    except ValueError:
        return preset(FIRST_PLANS[0], years, purse)


def _escaped(name: str) -> str:
    """Return a name in the signs that a link may hold."""
    return re.sub(r"[^\w ]", lambda found: f"={ord(found[0]):x};", name)


def _unescaped(text: str) -> str:
    def sign(found: re.Match[str]) -> str:
        number = int(found[1], 16)
        return chr(number) if number < 0x110000 else ""

    return clean_name(_ESCAPED.sub(sign, text))
