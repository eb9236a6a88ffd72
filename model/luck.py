"""Luck as a pure function: the only place where random numbers are made.

A draw is ``u(seed, person, month, event)``: Philox4x32-10 (Salmon, Moraes, Dror and Shaw 2011)
with the seed as key and (person, month, event) as counter. No state is kept, so nobody's draw can
shift anybody else's, and two worlds with the same seed share every resident's luck.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..agents.compiling import kernel, rule, unrolled

#: Every event that luck decides: (name, what is drawn). Four share one call of the generator.
EVENTS: tuple[tuple[str, str], ...] = (
    ("illness", "whether an illness strikes"),
    ("debt", "whether a debt is run into"),
    ("death", "whether a resident dies"),
    ("home", "whether a young adult leaves home, or a single adult finds a partner"),
    ("learning", "whether a rung is climbed or lost in learning"),
    ("working", "whether a rung is climbed or lost in working"),
    ("leisure", "whether a rung is climbed or lost in leisure"),
    ("housing_elsewhere", "whether a leaver climbs in housing elsewhere"),
    ("move", "whether a household moves"),
    ("separation", "whether a couple separates"),
    ("birth", "whether a child is born"),
    ("eviction", "whether a household is evicted"),
    ("hiring", "whether a job found is permanent at once"),
    ("look_local", "whether a mover looks inside the neighbourhood first"),
    ("up_and_out", "whether a leaving household steps to a better dwelling"),
    ("leaver", "which partner leaves at a separation"),
    ("tie_wish", "how many ties a resident keeps up"),
    ("place_lottery", "rank among those who want a finite place or vacancy"),
    ("dwelling_lottery", "rank among those who want a dwelling"),
    ("local_offer", "whether a vacancy is offered to residents first"),
    ("newcomer", "which household on the list gets the dwelling"),
    ("urgent", "whether a newcomer comes as an urgent case"),
    ("rehoused", "whether a newcomer comes from a demolished dwelling elsewhere"),
    ("newcomer_age", "month of birth of a newcomer within the year"),
    ("partner", "who joins a single adult as partner"),
    ("child_noise_learning", "own part of a child's footing in learning"),
    ("child_noise_working", "own part of a child's footing in working"),
    ("child_noise_housing", "own part of a child's footing in housing"),
    ("child_noise_leisure", "own part of a child's footing in leisure"),
    ("child_strain", "own part of the structural burden of a child"),
    ("strain_household", "shared part of the structural burden of a household"),
    ("tie_made", "whether a missing tie is made"),
    ("tie_kind", "where a tie is made"),
    ("tie_closure", "whether a friend is met through a common tie"),
    ("tie_who", "who is met"),
    ("tie_lifetime", "how long a tie lasts"),
    ("tie_cut", "whether a tie ends when one of the two leaves"),
    ("cycle_phase", "phase of the labour-market cycle"),
    ("cycle_noise", "deviation of the labour market in a year"),
    ("bridge", "number of outside ties"),
    ("key_figure", "who is a key figure"),
    ("stairwell_size", "number of dwellings in a stairwell"),
    ("tenure", "tenure of a dwelling"),
    ("wanted_dwelling", "which rented dwellings are the wanted ones"),
    ("household_type", "which type of household lives in a dwelling"),
    ("kids", "number of children"),
    ("age_head", "age of the first adult"),
    ("age_other", "age of others"),
    ("birth_month", "month of birth within the year"),
    ("standing_household", "shared standing of a household"),
    ("standing_person", "standing of a resident"),
    ("standing_learning", "own part of the standing in learning"),
    ("standing_working", "own part of the standing in working"),
    ("standing_housing", "own part of the standing in housing"),
    ("standing_leisure", "own part of the standing in leisure"),
    ("footing_learning", "noise of the footing in learning"),
    ("footing_working", "noise of the footing in working"),
    ("footing_housing", "noise of the footing in housing"),
    ("footing_leisure", "noise of the footing in leisure"),
    ("rung_working", "which rung of work goes with a standing"),
    ("idle_months", "months since last paid work at the start"),
    ("strain_noise", "own part of the structural burden"),
    ("agency_noise", "own part of the agency at the start"),
    ("trust_noise", "own part of the trust at the start"),
    ("home_match", "own part of which household lives in which dwelling"),
    ("programme_order", "place in the order in which a programme approaches people"),
    ("programme_let_in", "whether somebody outside the intended group is let in"),
    ("programme_referred", "whether who refers settles the place in the order"),
    ("programme_informed", "whether somebody can ever learn of an offer"),
    ("programme_contact", "whether an approach leads to contact"),
    ("programme_visit", "whether a contact leads to a visit"),
    ("programme_start", "whether who was visited wants a place"),
    ("programme_told", "whether a participant tells a tie of the programme"),
    ("support_drop_out", "whether a participant stops early, or a volunteer stops"),
    ("support_offset", "whether easing one problem worsens another, or a volunteer burns out"),
    ("support_peer", "whether a participant makes a tie with another"),
    ("support_bridge", "whether a participant makes a tie to outside"),
    ("course_care", "whether a participant has to wait for care"),
    ("course_stays", "whether who completes cannot move on"),
    ("course_next_step", "whether who completes is lost from sight"),
    ("course_volunteer", "whether who completes becomes a volunteer"),
    ("peer_who", "which other participant a tie is made with"),
    ("worker_leaves", "whether a key worker leaves"),
    ("venue_closed", "whether the venue of a programme closes"),
    ("career_here", "whether a household that would leave for a better dwelling looks here first"),
    ("under_conditions", "whether a vacancy is let under conditions"),
)

EVENT: dict[str, int] = {name: number for number, (name, _) in enumerate(EVENTS)}
if len(EVENT) != len(EVENTS):
    raise ValueError("an event of luck is declared twice")

#: Person number of the world itself, for draws that belong to nobody.
WORLD = -1

_MASK = 0xFFFFFFFF
_UNIT = 2.0**-32


@rule
def philox(c0: int, c1: int, c2: int, c3: int, k0: int, k1: int) -> tuple[int, int, int, int]:
    """Return four 32-bit words: Philox4x32 with ten rounds.

    All arguments are 32-bit words held in wider integers.
    """
    for _ in range(10):
        product0 = 0xD2511F53 * c0
        product1 = 0xCD9E8D57 * c2
        c0 = ((product1 >> 32) & _MASK) ^ c1 ^ k0
        c1 = product1 & _MASK
        c2 = ((product0 >> 32) & _MASK) ^ c3 ^ k1
        c3 = product0 & _MASK
        k0 = (k0 + 0x9E3779B9) & _MASK
        k1 = (k1 + 0xBB67AE85) & _MASK
    return c0, c1, c2, c3


@rule
def draw4(seed: int, person: int, month: int, block: int) -> tuple[float, float, float, float]:
    """Return the draws of the four events ``4 * block`` to ``4 * block + 3``, each in (0, 1)."""
    seed = int(seed)
    person = int(person)
    a, b, c, d = philox(
        person & _MASK,
        (person >> 32) & _MASK,
        int(month) & _MASK,
        block,
        seed & _MASK,
        (seed >> 32) & _MASK,
    )
    return (a + 0.5) * _UNIT, (b + 0.5) * _UNIT, (c + 0.5) * _UNIT, (d + 0.5) * _UNIT


@rule
def draw(seed: int, person: int, month: int, event: int) -> float:
    """Return ``u(seed, person, month, event)`` in (0, 1)."""
    a, b, c, d = draw4(seed, person, month, event >> 2)
    lane = event & 3
    if lane == 0:
        return a
    if lane == 1:
        return b
    if lane == 2:
        return c
    return d


@rule
def draw_pair(seed: int, person: int, other: int, month: int, event: int) -> float:
    """Return the draw of one event of a person with another person, in (0, 1).

    The order of the two matters. The high bit of the block keeps these draws apart from those of
    `draw`; the month and the event share a word.
    """
    a, _, _, _ = draw_pair4(seed, person, other, month, event)
    return a


@rule
def draw_pair4(
    seed: int, person: int, other: int, month: int, event: int
) -> tuple[float, float, float, float]:
    """Return the draws of four events of a person with another: ``event`` and the next three."""
    seed = int(seed)
    person = int(person)
    other = int(other)
    a, b, c, d = philox(
        (person & 0xFFFFFF) | (((person >> 32) & 0xFF) << 24),
        (other & 0xFFFFFF) | (((other >> 32) & 0xFF) << 24),
        (((person >> 40) & 0xFFFF) << 16) | ((other >> 40) & 0xFFFF),
        0x80000000 | ((event & 0x7FF) << 20) | (int(month) & 0xFFFFF),
        seed & _MASK,
        (seed >> 32) & _MASK,
    )
    return (a + 0.5) * _UNIT, (b + 0.5) * _UNIT, (c + 0.5) * _UNIT, (d + 0.5) * _UNIT


@kernel
def _draw_many(seed: int, persons: Any, month: int, event: int, out: Any) -> None:
    for row in range(len(persons)):
        out[row] = draw(seed, persons[row], month, event)


@kernel
def _draw_pairs(seed: int, persons: Any, other: int, month: int, event: int, out: Any) -> None:
    for row in range(len(persons)):
        out[row] = draw_pair(seed, persons[row], other, month, event)


class Luck:
    """The luck of one world.

    Parameters
    ----------
    seed
        Any integer from 0 to 2**63 - 1; the same seed gives the same luck.
    """

    def __init__(self, seed: int) -> None:
        if not 0 <= seed < 2**63:
            raise ValueError(f"seed {seed} is outside 0 to 2**63 - 1")
        self.seed = int(seed)

    def one(self, event: str, person: int = WORLD, month: int = 0) -> float:
        """Return one draw in (0, 1)."""
        # Through the loop that is kept on disk: the rule alone would be compiled in every process.
        return float(self.many(event, np.array([person]), month)[0])

    def many(self, event: str, persons: Any, month: int = 0) -> np.ndarray:
        """Return one draw in (0, 1) for each person, shape ``(len(persons),)``."""
        out = np.empty(len(persons))
        _draw_many(self.seed, np.asarray(persons, dtype=np.int64), month, EVENT[event], out)
        return out

    def over_months(self, event: str, person: int, other: int, months: int) -> np.ndarray:
        """Return one draw in (0, 1) of a person with ``other`` for month 1 and on."""
        out = np.empty(months)
        _draw_over_months(self.seed, person, other, EVENT[event], out)
        return out

    def pairs(self, event: str, persons: Any, other: int, month: int = 0) -> np.ndarray:
        """Return one draw in (0, 1) for each of ``persons`` with ``other``."""
        out = np.empty(len(persons))
        persons = np.asarray(persons, dtype=np.int64)
        _draw_pairs(self.seed, persons, other, month, EVENT[event], out)
        return out


_M64 = np.uint64(_MASK)
_SHIFT = np.uint64(32)
_MULTIPLIER_0 = np.uint64(0xD2511F53)
_MULTIPLIER_1 = np.uint64(0xCD9E8D57)
_WEYL_0 = np.uint64(0x9E3779B9)
_WEYL_1 = np.uint64(0xBB67AE85)
_LOW_8, _LOW_16, _LOW_24 = np.uint64(0xFF), np.uint64(0xFFFF), np.uint64(0xFFFFFF)
_BY_16, _BY_24, _BY_40 = np.uint64(16), np.uint64(24), np.uint64(40)


@kernel
def draw_blocks(seed: int, persons: Any, count: int, month: int, block: int, out: Any) -> None:
    """Fill ``out[0:4, 0:count]`` (uint32) with the words of one block of events for each person.

    The same numbers as `draw4`, written so that the compiler makes several persons at once:
    five times faster than one call a person.
    """
    key_0, key_1 = _keys(seed)
    word_2 = np.uint64(month & _MASK)
    word_3 = np.uint64(block)
    for row in range(count):
        person = np.uint64(persons[row])
        a, b, c, d = _philox_wide(person, person >> _SHIFT, word_2, word_3, key_0, key_1)
        out[0, row] = np.uint32(a & _M64)
        out[1, row] = np.uint32(b & _M64)
        out[2, row] = np.uint32(c & _M64)
        out[3, row] = np.uint32(d & _M64)


@rule
def draw_pair_blocks(
    seed: int, persons: Any, others: Any, count: int, month: int, event: int, out: Any
) -> None:
    """Fill ``out[0:4, 0:count]`` (uint32) with the words of `draw_pair4` for each pair.

    Written as `draw_blocks` is, for several pairs at once.
    """
    key_0, key_1 = _keys(seed)
    word_3 = _pair_word(event, month)
    for row in range(count):
        first, second, third = _pair_words(np.uint64(persons[row]), np.uint64(others[row]))
        a, b, c, d = _philox_wide(first, second, third, word_3, key_0, key_1)
        out[0, row] = np.uint32(a & _M64)
        out[1, row] = np.uint32(b & _M64)
        out[2, row] = np.uint32(c & _M64)
        out[3, row] = np.uint32(d & _M64)


@kernel
def _draw_over_months(seed: int, person: int, other: int, event: int, out: Any) -> None:
    key_0, key_1 = _keys(seed)
    first, second, third = _pair_words(np.uint64(np.int64(person)), np.uint64(np.int64(other)))
    words = np.empty(len(out), np.uint32)
    for month in range(len(out)):
        a, _, _, _ = _philox_wide(first, second, third, _pair_word(event, month + 1), key_0, key_1)
        words[month] = np.uint32(a & _M64)
    for month in range(len(out)):
        out[month] = unit(words[month])


@rule
def _keys(seed: int) -> tuple[Any, Any]:
    return np.uint64(seed & _MASK), np.uint64((seed >> 32) & _MASK)


@unrolled
def _pair_words(person: Any, other: Any) -> tuple[Any, Any, Any]:
    return (
        (person & _LOW_24) | (((person >> _SHIFT) & _LOW_8) << _BY_24),
        (other & _LOW_24) | (((other >> _SHIFT) & _LOW_8) << _BY_24),
        (((person >> _BY_40) & _LOW_16) << _BY_16) | ((other >> _BY_40) & _LOW_16),
    )


@unrolled
def _pair_word(event: int, month: int) -> Any:
    return np.uint64(0x80000000 | ((event & 0x7FF) << 20) | (month & 0xFFFFF))


@unrolled
def _philox_wide(c0: Any, c1: Any, c2: Any, c3: Any, k0: Any, k1: Any) -> tuple[Any, Any, Any, Any]:
    """Return the words of `philox` in the low halves of wider ones; so are the arguments."""
    for _ in range(10):
        # The high halves are only shed where words are multiplied.
        product_0 = _MULTIPLIER_0 * (c0 & _M64)
        product_1 = _MULTIPLIER_1 * (c2 & _M64)
        c0 = (product_1 >> _SHIFT) ^ c1 ^ k0
        c1 = product_1
        c2 = (product_0 >> _SHIFT) ^ c3 ^ k1
        c3 = product_0
        k0 = (k0 + _WEYL_0) & _M64
        k1 = (k1 + _WEYL_1) & _M64
    return c0, c1, c2, c3


@rule
def unit(word: int) -> float:
    """Return a 32-bit word as a draw in (0, 1)."""
    return (np.float64(word) + 0.5) * _UNIT
