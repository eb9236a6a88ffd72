"""Phase "support": key workers support participants, and trajectories end."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..agents.climbing import PAID_RUNG, WORKING
from ..agents.compiling import kernel, rule
from ..agents.feeling import bounded
from ..agents.supporting import burn_out_chance, critical_mass, drop_out_chance, grown
from .enrolment import (
    AFTERCARE,
    COMPLETED,
    COUNT,
    DIED,
    DROPPED,
    GIVING,
    IN_AFTERCARE,
    IN_LINE,
    IN_SUPPORT,
    JOBS,
    LEFT,
    SUPPORTED,
    VOLUNTEER,
    WAITING,
)
from .luck import EVENT, draw_pair_blocks, unit
from .nudging import serve
from .paying import pay_for_support
from .state import DEAD, HERE
from .trajectory import conclude, end, stop_giving
from .word_of_mouth import choose_fellows

f8 = np.float64

_DROP_OUT = EVENT["support_drop_out"]

_DROP_OUTS = COUNT["drop_outs"]
_LEFT = COUNT["left"]
_DIED = COUNT["died"]
_BURN_OUTS = COUNT["burn_outs"]
_FOUND_WORK = COUNT["found_work"]
_UNSUPPORTED = COUNT["unsupported_months"]

#: Months after the end of a trajectory in which finding work still counts as found with it.
_WORK_COUNTS = 12
#: Months between two questions after work of who is no longer in support.
_WORK_ASKED = 3


@kernel
def support(
    people: Any,
    households: Any,
    plans: Any,
    running: Any,
    reached: Any,
    standing: Any,
    enrolments: Any,
    active: Any,
    filled: Any,
    since: Any,
    released: Any,
    pairs: Any,
    n_pairs: int,
    counts: Any,
    stocks: Any,
    purses: Any,
    written: Any,
    n_written: int,
    flows: Any,
    book: Any,
    here_before: int,
    seed: int,
    month: int,
) -> tuple[int, int]:
    """Let every programme support its participants for a month, end what is over, and pay for it.

    Returns the number of ``pairs`` of participants who met, which must have room for everybody in
    support, and of rows ``written`` of the cash book. ``filled`` is 1 for each post with a key worker, ``since`` the month in which their
    experience began; ``here_before`` are last month's residents. Tables of programmes have a row for
    each: ``released`` receives who completed, where that has consequences for their home, ``stocks``
    how many there are.
    """
    rules = book[0]
    # Of all programmes together, who is in two of them twice.
    mass = critical_mass(
        stocks[:, IN_SUPPORT].sum() / max(1, here_before),
        rules.counterforces_critical_share,
        rules.counterforces_critical_gain,
    )
    for p in range(len(plans)):
        if plans[p].holding > 0.0:
            # What programmes prevent is settled anew every month.
            for k in range(running[p].active):
                people[enrolments[p, active[p, k]].person].held = 0.0
    for p in range(len(plans)):
        n_posts = running[p].posts
        experience = np.empty(n_posts, np.float64)
        for post in range(n_posts):
            months = month - since[p, post]
            experience[post] = grown(
                rules.quality_experience_start, months, rules.quality_experience_months
            )
        makers = np.empty(running[p].active, np.int64)
        n_makers = _support_all(
            people,
            households,
            plans[p],
            running[p],
            _quality_of_all(running[p], plans[p], rules, mass, month),
            reached[p],
            standing[p],
            enrolments[p],
            active[p],
            filled[p, :n_posts],
            experience,
            released[p],
            makers,
            counts[p],
            stocks[p],
            flows,
            rules,
            seed,
            month,
        )
        if n_makers > 0:
            n_pairs = choose_fellows(
                people,
                enrolments[p],
                active[p],
                running[p].active,
                makers,
                n_makers,
                seed,
                running[p].identity,
                month,
                pairs,
                n_pairs,
            )
        running[p].memory_months += running[p].working
    return n_pairs, pay_for_support(purses, counts, stocks, written, n_written, month)


@rule
def _quality_of_all(own: Any, plan: Any, rules: Any, mass: float, month: int) -> float:
    """Return the part of quality that participants share: memory, setting, friction, drift.

    ``mass`` is what it is multiplied by where many are supported at one time.
    """
    memory = grown(rules.quality_memory_start, own.memory_months, rules.quality_memory_months)
    friction = 0.0
    months = month - own.opens
    if months < rules.quality_friction_months:
        friction = rules.quality_friction * (1.0 - months / rules.quality_friction_months)
    years = (month - (own.started if own.started > 0 else month)) / 12.0
    drift = min(rules.counterforces_drift_most, rules.counterforces_drift * years)
    return plan.setting * memory * (1.0 - friction) * (1.0 - drift) * mass * own.guided


@rule
def _support_all(
    people: Any,
    households: Any,
    plan: Any,
    own: Any,
    common: float,
    reached: Any,
    standing: Any,
    enrolments: Any,
    active: Any,
    filled: Any,
    experience: Any,
    released: Any,
    makers: Any,
    counts: Any,
    stocks: Any,
    flows: Any,
    rules: Any,
    seed: int,
    month: int,
) -> int:
    """Support the participants of one programme for a month.

    ``common`` is the quality that all share, ``experience`` that by post. Returns how many of them
    make a tie with another participant; ``makers`` receives who.
    """
    stocks[:] = 0
    own.released = 0
    works = own.working == 1
    n_makers = 0
    present = np.empty(own.active, np.int64)
    n_present = _see_who_goes_on(
        people, plan, own, month, enrolments, active, present, counts, stocks
    )
    luck = np.empty((4, n_present), np.uint32)
    _draw_each(people, enrolments, present, n_present, seed, own.identity, month, luck)
    for k in range(n_present):
        e = present[k]
        i = enrolments[e].person
        status = enrolments[e].status
        if people[i].status != HERE:
            _see_go(people, reached, standing, plan, month, enrolments, e, counts, flows)
            continue
        a, b, c, d = unit(luck[0, k]), unit(luck[1, k]), unit(luck[2, k]), unit(luck[3, k])
        if status == VOLUNTEER:
            _volunteer(people, standing, plan, rules, a, b, enrolments, e, counts)
            _take_stock(enrolments, e, stocks)
            continue
        post = enrolments[e].post
        if works and 0 <= post < len(filled) and filled[post] == 1:
            quality = common * experience[post]
            serve(
                people,
                households,
                plan,
                rules,
                month,
                enrolments,
                e,
                quality,
                b,
                counts,
            )
            if d < plan.bridges:
                people[i].bridges += 1
            if status == SUPPORTED and c < plan.peers:
                makers[n_makers] = i
                n_makers += 1
        elif status == SUPPORTED:
            counts[_UNSUPPORTED] += 1
        over = _end_if_over(
            people,
            reached,
            standing,
            plan,
            seed,
            own.identity,
            month,
            enrolments,
            e,
            a,
            counts,
            flows,
        )
        if over and status == SUPPORTED and plan.sends_on == 1:
            released[own.released] = i
            own.released += 1
        _take_stock(enrolments, e, stocks)
    return n_makers


@rule
def _draw_each(
    people: Any,
    enrolments: Any,
    present: Any,
    n_present: int,
    seed: int,
    programme: int,
    month: int,
    luck: Any,
) -> None:
    """Draw the luck of the month of those in ``present``."""
    identity = np.empty(n_present, np.int64)
    for k in range(n_present):
        identity[k] = people[enrolments[present[k]].person].identity
    programmes = np.full(n_present, programme, np.int64)
    draw_pair_blocks(seed, identity, programmes, n_present, month, _DROP_OUT, luck)


@rule
def _see_who_goes_on(
    people: Any,
    plan: Any,
    own: Any,
    month: int,
    enrolments: Any,
    active: Any,
    present: Any,
    counts: Any,
    stocks: Any,
) -> int:
    """Look for work found, and keep in ``active`` who is looked at next month too.

    Returns how many are in support, in aftercare or volunteers; ``present`` receives who. A loop
    of its own, because short steps are made for several people at a time.
    """
    kept = 0
    in_line = 0
    found = 0
    for k in range(own.active):
        e = active[k]
        status = enrolments[e].status
        _look_for_work_found(people, plan, month, enrolments, e, counts)
        if status > VOLUNTEER:
            # Looked at until finding work no longer counts as found with the programme.
            if enrolments[e].started >= 0 and month - enrolments[e].ended <= _WORK_COUNTS:
                active[kept] = e
                kept += 1
            continue
        active[kept] = e
        kept += 1
        if status == WAITING:
            in_line += 1
        else:
            present[found] = e
            found += 1
    own.active = kept
    stocks[IN_LINE] = in_line
    return found


@rule
def _see_go(
    people: Any,
    reached: Any,
    standing: Any,
    plan: Any,
    month: int,
    enrolments: Any,
    e: int,
    counts: Any,
    flows: Any,
) -> None:
    """End the trajectory of who died or left the neighbourhood."""
    i = enrolments[e].person
    if enrolments[e].status == VOLUNTEER:
        stop_giving(people, plan, i)
    died = people[i].status == DEAD
    enrolments[e].status = DIED if died else LEFT
    counts[_DIED if died else _LEFT] += 1
    end(people, reached, standing, plan, month, enrolments, e, flows)


@rule
def _end_if_over(
    people: Any,
    reached: Any,
    standing: Any,
    plan: Any,
    seed: int,
    programme: int,
    month: int,
    enrolments: Any,
    e: int,
    u: float,
    counts: Any,
    flows: Any,
) -> bool:
    """End support or aftercare that is broken off or over; return whether it went to its end."""
    burden = f8(people[enrolments[e].person].burden)
    chance = drop_out_chance(plan.drop_out, burden, plan.drop_out_burden)
    if enrolments[e].status == SUPPORTED and u < chance:
        enrolments[e].status = DROPPED
        counts[_DROP_OUTS] += 1
        end(people, reached, standing, plan, month, enrolments, e, flows)
        return False
    if month + 1 < enrolments[e].until and not _has_left_for_work(people, plan, enrolments, e):
        return False
    conclude(people, reached, standing, plan, seed, programme, month, enrolments, e, counts, flows)
    return True


@rule
def _has_left_for_work(people: Any, plan: Any, enrolments: Any, e: int) -> bool:
    """Return whether a participant gave up the work place for work on the market."""
    i = enrolments[e].person
    return enrolments[e].work_given == 1 and people[i].rung[WORKING] > plan.work_rung


@rule
def _take_stock(enrolments: Any, e: int, stocks: Any) -> None:
    status = enrolments[e].status
    if status == SUPPORTED:
        stocks[IN_SUPPORT] += 1
        stocks[JOBS] += enrolments[e].work_given
    elif status == AFTERCARE:
        stocks[IN_AFTERCARE] += 1
    elif status == VOLUNTEER:
        stocks[GIVING] += 1


@rule
def _look_for_work_found(
    people: Any, plan: Any, month: int, enrolments: Any, e: int, counts: Any
) -> None:
    """Count who found paid work in or soon after a trajectory, work of the programme not counted."""
    if enrolments[e].started < 0 or enrolments[e].found_work == 1:
        return
    i = enrolments[e].person
    ended = enrolments[e].ended
    if ended >= 0 and ((month - ended) % _WORK_ASKED != 0 or month - ended > _WORK_COUNTS):
        return
    if enrolments[e].rung_start[WORKING] >= PAID_RUNG or people[i].status == DEAD:
        return
    floor = PAID_RUNG
    if enrolments[e].work_given == 1:
        floor = max(PAID_RUNG, plan.work_rung + 1)
    if people[i].rung[WORKING] >= floor:
        enrolments[e].found_work = 1
        counts[_FOUND_WORK] += 1


@rule
def _volunteer(
    people: Any,
    standing: Any,
    plan: Any,
    rules: Any,
    u_leaves: float,
    u_burns: float,
    enrolments: Any,
    e: int,
    counts: Any,
) -> None:
    """Let a volunteer go on, stop or burn out: over-asking has a price."""
    i = enrolments[e].person
    burns = u_burns < burn_out_chance(
        rules.taking_part_volunteer_burn_out,
        f8(people[i].programme_hours),
        rules.taking_part_volunteer_hours,
    )
    if burns:
        people[i].burden = bounded(f8(people[i].burden) + rules.taking_part_burn_out_burden)
        counts[_BURN_OUTS] += 1
    if burns or u_leaves < rules.taking_part_volunteer_leave_rate:
        stop_giving(people, plan, i)
        enrolments[e].status = COMPLETED
        standing[i].enrolled = 0
