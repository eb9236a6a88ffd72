"""Money of the month, for all programmes at once: grants, what is passed on, and what is spent."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..agents.compiling import kernel, rule
from ..scenarios import PAYERS
from .cashbook import KIND, TOGETHER, UNIT
from .enrolment import COUNT, GIVING, IN_SUPPORT
from .staffing import cost_of_posts, places_by_volunteers, see_to_places, share_out_places

#: The money of one programme, one row a programme; all but the last eight in cents. ``balance`` and
#: ``now`` (what was paid in this month) by number of the payer, ``payer`` in the order in which they
#: came. ``fixed``, ``per_place`` and ``start`` are costs, ``owed`` those of a start-up, ``invest`` what
#: is to be invested. ``places`` are those that there is money for, 0 also where it is not ``enough``
#: for the fixed costs, and ``most_places`` at most.
PURSE = np.dtype(
    [
        ("available", np.int64),
        ("paid", np.int64),
        ("spent", np.int64),
        ("returned", np.int64),
        ("balance", np.int64, len(PAYERS)),
        ("now", np.int64, len(PAYERS)),
        ("fixed", np.int64),
        ("per_place", np.int64),
        ("start", np.int64),
        ("owed", np.int64),
        ("invest", np.int64),
        ("payer", np.int64, len(PAYERS)),
        ("payers", np.int64),
        ("places", np.int64),
        ("most_places", np.int64),
        ("enough", np.int64),
        ("funded", np.int64),
        ("place_eur", np.float64),
        ("start_eur", np.float64),
        ("growth", np.float64),
    ]
)

#: Months over which money that was given back is passed on to others.
_PASSED_ON_MONTHS = 12
#: Products of two amounts below this fit in a whole number of the machine.
_SMALL_CENTS = 3_000_000_000

_GRANT, _BRIDGE, _PASSED_ON = KIND["grant"], KIND["bridge"], KIND["passed_on"]
_INVESTMENT, _FIXED, _START_UP = KIND["investment"], KIND["fixed"], KIND["start_up"]
_STAFF, _STARTS, _PLACES = KIND["staff"], KIND["starts"], KIND["places"]
_MONTH, _FRESH_START, _INVESTED = UNIT["month"], UNIT["fresh start"], UNIT["investment"]
_FTE_MONTH, _START, _PLACE_MONTH = UNIT["fte-month"], UNIT["start"], UNIT["place-month"]
_STARTED = COUNT["starts"]


@kernel
def live_month(
    purses: Any,
    due: Any,
    bridges: Any,
    pays: Any,
    freed: Any,
    paid: Any,
    plans: Any,
    running: Any,
    stocks: Any,
    level_places: Any,
    slots: Any,
    filled: Any,
    written: Any,
    n_written: int,
    month: int,
    together: bool,
) -> int:
    """Live the month of money as far as no agent is needed; return the rows written.

    Every payer pays. Where all go on ``together`` nothing begins or stops, and programmes pay what is
    fixed; where none then asks for other posts, key workers are paid too.
    """
    n_written = pay_in(purses, due, bridges, pays, freed, paid, running, written, n_written, month)
    if not together:
        return n_written
    n = len(purses)
    n_written = settle(purses, plans, running, level_places, 0, n, written, n_written, month)
    for p in range(n):
        if running[p].asks == 1:
            return n_written
    return pay_staff(purses, plans, running, stocks, slots, filled, 0, n, written, n_written, month)


@rule
def pay_in(
    purses: Any,
    due: Any,
    bridges: Any,
    pays: Any,
    freed: Any,
    paid: Any,
    running: Any,
    written: Any,
    n_written: int,
    month: int,
) -> int:
    """Let every payer pay what is due, and pass on what programmes gave back; return the rows written.

    ``due`` has cents by programme, month and payer, ``bridges`` is 1 where these carry a gap.
    ``pays`` is 1 for each payer and programme that it ever pays, ``freed`` what the programme gave
    back and is not passed on yet, in cents; ``paid`` adds up by payer. ``running`` says which
    programmes had support last month.
    """
    at = month - 1
    for f in range(len(paid)):
        for p in range(len(purses)):
            if at < due.shape[1] and due[p, at, f] > 0:
                kind = _BRIDGE if bridges[p, at] == 1 else _GRANT
                cents = due[p, at, f]
                n_written = _pay(purses[p], p, f, kind, cents, paid, written, n_written, month)
        if freed[f].sum() > 0:
            n_written = _pass_on(
                purses, pays[f], freed[f], f, paid, running, written, n_written, month
            )
    return n_written


@rule
def _pass_on(
    purses: Any,
    pays: Any,
    freed: Any,
    f: int,
    paid: Any,
    running: Any,
    written: Any,
    n_written: int,
    month: int,
) -> int:
    """Give to each programme that works a part of the money that stopped ones gave back."""
    getters = np.zeros(len(purses), np.int64)
    for p in range(len(purses)):
        getters[p] = pays[p] * running[p].working
    n_getters = getters.sum()
    passed_on = np.zeros(len(purses), np.int64)
    for source in range(len(purses)):
        others = n_getters - getters[source]
        if freed[source] > 0 and others > 0:
            monthly = -(-freed[source] // _PASSED_ON_MONTHS)
            freed[source] -= monthly
            each, more = monthly // others, monthly % others
            for p in range(len(purses)):
                if getters[p] == 1 and p != source:
                    passed_on[p] += each + (more > 0)
                    more -= 1
    for p in range(len(purses)):
        if passed_on[p] > 0:
            n_written = _pay(
                purses[p], p, f, _PASSED_ON, passed_on[p], paid, written, n_written, month
            )
    return n_written


@rule
def _pay(
    purse: Any,
    p: int,
    f: int,
    kind: int,
    cents: int,
    paid: Any,
    written: Any,
    n_written: int,
    month: int,
) -> int:
    """Let a payer pay a programme an amount, and write it down."""
    receive(purse, f, cents)
    paid[f] += cents
    row = written[n_written]
    row.month, row.programme, row.kind, row.unit = month, p, kind, _MONTH
    row.payer, row.cents, row.unit_cents, row.quantity = f, cents, float(cents), 1.0
    return n_written + 1


@rule
def receive(purse: Any, payer: int, cents: int) -> None:
    """Take in a payment."""
    known = False
    for k in range(purse.payers):
        known |= purse.payer[k] == payer
    if not known:
        purse.payer[purse.payers] = payer
        purse.payers += 1
    purse.balance[payer] += cents
    purse.now[payer] += cents
    purse.available += cents
    purse.paid += cents


#: The same for who pays once in a run: as plain Python, which costs no compiling.
plainly_receive = getattr(receive, "py_func", receive)


@kernel
def settle(
    purses: Any,
    plans: Any,
    running: Any,
    level_places: Any,
    first: int,
    last: int,
    written: Any,
    n_written: int,
    month: int,
) -> int:
    """Pay what is fixed and owed, and see how many places there is money for; return the rows written.

    For the programmes from ``first`` up to ``last``; ``running`` then says which of them work, and
    which ask that their posts are seen to. Without money know-how fades. ``level_places`` are the places by
    programme and month of who has no costs a place.
    """
    for p in range(first, last):
        purse = purses[p]
        own = running[p]
        purse.enough = purse.places = own.working = own.asks = 0
        if purse.funded == 0:
            own.memory_months *= own.fades
            continue
        invest, purse.invest = purse.invest, 0
        n_written = _spend(purse, p, _INVESTMENT, _INVESTED, invest, 1.0, written, n_written, month)
        if purse.available < purse.fixed:
            see_to_places(plans[p], own, 0, month)
            continue
        purse.enough = 1
        n_written = _spend(purse, p, _FIXED, _MONTH, purse.fixed, 1.0, written, n_written, month)
        owed = min(purse.owed, purse.available)
        purse.owed -= owed
        n_written = _spend(purse, p, _START_UP, _FRESH_START, owed, 1.0, written, n_written, month)
        purse.places = _affordable(purse, level_places[p, month - 1])
        see_to_places(plans[p], own, purse.places, month)
        open_now = month >= own.opens and month >= own.closed_until
        own.working = purse.places > 0 and open_now
    return n_written


@rule
def _affordable(purse: Any, level_places: int) -> int:
    """Return the places that this month's money pays for."""
    if purse.per_place <= 0:
        return min(level_places, purse.most_places)
    planned = max(0, purse.now.sum() - purse.fixed) // purse.per_place
    return min(planned, purse.available // purse.per_place, purse.most_places)


@kernel
def pay_staff(
    purses: Any,
    plans: Any,
    running: Any,
    stocks: Any,
    slots: Any,
    filled: Any,
    first: int,
    last: int,
    written: Any,
    n_written: int,
    month: int,
) -> int:
    """Share out places over posts, and pay the key workers; return the rows written.

    For the programmes from ``first`` up to ``last``. What was paid in this month is then that of a
    month that is over.
    """
    for p in range(first, last):
        extra = places_by_volunteers(plans[p].volunteers_support, stocks[p, GIVING])
        share_out_places(running[p], extra, slots[p])
        if purses[p].enough == 1:
            cents, fte = cost_of_posts(running[p], purses[p].growth, filled[p])
            n = fte if fte > 0.0 else 1.0
            n_written = _spend(
                purses[p], p, _STAFF, _FTE_MONTH, cents, n, written, n_written, month
            )
        purses[p].now[:] = 0
    return n_written


@rule
def pay_for_support(
    purses: Any, counts: Any, stocks: Any, written: Any, n_written: int, month: int
) -> int:
    """Pay for this month's starts and filled places; return the rows written."""
    for p in range(len(purses)):
        purse = purses[p]
        starts = int(counts[p, _STARTED])
        n_written = _spend(
            purse, p, _STARTS, _START, starts * purse.start, starts, written, n_written, month
        )
        supported = stocks[p, IN_SUPPORT]
        if supported > 0 and purse.place_eur > 0.0:
            filled = min(purse.places, supported)
            cents = int(filled * 100 * purse.place_eur * purse.growth + 1e-6)
            many = float(max(1, filled))
            n_written = _spend(
                purse, p, _PLACES, _PLACE_MONTH, cents, many, written, n_written, month
            )
    return n_written


@rule
def _spend(
    purse: Any,
    p: int,
    kind: int,
    unit: int,
    cents: int,
    quantity: float,
    written: Any,
    n_written: int,
    month: int,
) -> int:
    """Pay a cost from everybody's money in proportion to what is left of it, and write it down."""
    if cents <= 0:
        return n_written
    if cents > purse.available:
        raise ValueError("more is spent than there is")
    row = written[n_written]
    row.month, row.programme, row.kind, row.unit = month, p, kind, unit
    row.payer, row.cents, row.unit_cents, row.quantity = TOGETHER, cents, cents / quantity, quantity
    row.parts[:] = 0
    left = cents
    for k in range(purse.payers):
        f = purse.payer[k]
        part = share_of(cents, purse.balance[f], purse.available)
        row.parts[f] = part
        purse.balance[f] -= part
        left -= part
    for k in range(purse.payers):
        # What rounding down left over: a cent at a time, from who has one.
        f = purse.payer[k]
        if left > 0 and purse.balance[f] > 0:
            row.parts[f] += 1
            purse.balance[f] -= 1
            left -= 1
    purse.available -= cents
    purse.spent += cents
    return n_written + 1


@rule
def share_of(cents: int, balance: int, whole: int) -> int:
    """Return ``cents * balance / whole``, rounded down; neither is more than ``whole``."""
    if cents < _SMALL_CENTS and balance < _SMALL_CENTS:
        return cents * balance // whole
    # Bit by bit: nothing grows beyond twice the whole.
    share = 0
    rest = 0
    for bit in range(62, -1, -1):
        share *= 2
        rest *= 2
        if rest >= whole:
            rest -= whole
            share += 1
        if (cents >> bit) & 1 == 1:
            rest += balance
            if rest >= whole:
                rest -= whole
                share += 1
    return share


@rule
def out_of_balance(purses: Any) -> int:
    """Return the first programme whose money does not add up, -1 where everybody's does."""
    for p in range(len(purses)):
        purse = purses[p]
        left = 0
        for f in range(len(purse.balance)):
            if purse.balance[f] < 0:
                return p
            left += purse.balance[f]
        if left != purse.available or purse.paid != purse.spent + purse.returned + left:
            return p
    return -1
