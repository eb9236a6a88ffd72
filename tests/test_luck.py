"""Luck: the published generator, every draw its own, uniform and independent."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from langeadem.model.luck import (
    EVENT,
    EVENTS,
    Luck,
    draw,
    draw4,
    draw_blocks,
    draw_pair,
    draw_pair4,
    draw_pair_blocks,
    philox,
)
from langeadem.model.neighbourhood import Neighbourhood
from scipy import stats

#: Chance that a right generator fails one of the statistical tests below; seeds are fixed, so a
#: test that passes once passes for ever.
FALSE_ALARM = 1e-6


@pytest.mark.parametrize(
    ("counter_and_key", "expected"),
    [
        ((0,) * 6, (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
        ((0xFFFFFFFF,) * 6, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
        (
            (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344, 0xA4093822, 0x299F31D0),
            (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
        ),
    ],
)
def test_philox_gives_the_published_numbers(
    counter_and_key: tuple[int, ...], expected: tuple[int, ...]
) -> None:
    """Protects the generator: the known answers of Random123 for philox4x32-10."""
    assert philox(*counter_and_key) == expected


@given(
    seed=st.integers(0, 2**63 - 1),
    persons=st.lists(st.integers(0, 2**56 - 1), min_size=1, max_size=9),
    other=st.integers(0, 2**56 - 1),
    month=st.integers(0, 2**20 - 1),
    event=st.integers(0, len(EVENTS) - 1),
)
def test_every_way_of_drawing_for_pairs_gives_the_same_number(
    seed: int, persons: list[int], other: int, month: int, event: int
) -> None:
    """Protects sameness: a pair, a block of pairs, a batch and a row of months are one function."""
    words = np.empty((4, len(persons)), dtype=np.uint32)
    others = np.full(len(persons), other)
    draw_pair_blocks(seed, np.array(persons), others, len(persons), month, event, words)
    name = EVENTS[event][0]
    batch = Luck(seed).pairs(name, persons, other, month)
    months = Luck(seed).over_months(name, persons[0], other, 3)
    for k, person in enumerate(persons):
        four = draw_pair4(seed, person, other, month, event)
        assert ((words[:, k] + 0.5) * 2.0**-32).tolist() == list(four)
        assert batch[k] == draw_pair(seed, person, other, month, event) == four[0]
    assert months.tolist() == [draw_pair(seed, persons[0], other, k, event) for k in (1, 2, 3)]


@given(
    seed=st.integers(0, 2**63 - 1),
    person=st.integers(0, 2**62),
    month=st.integers(-64, 1200),
    event=st.integers(0, len(EVENTS) - 1),
)
def test_every_way_of_drawing_gives_the_same_number(
    seed: int, person: int, month: int, event: int
) -> None:
    """Protects sameness: one draw, a block of four and a batch are the same function."""
    one = draw(seed, person, month, event)
    words = np.empty((4, 1), dtype=np.uint32)
    draw_blocks(seed, np.array([person]), 1, month, event >> 2, words)
    assert 0.0 < one < 1.0
    assert draw4(seed, person, month, event >> 2)[event & 3] == one
    assert (words[event & 3, 0] + 0.5) * 2.0**-32 == one
    name = EVENTS[event][0]
    assert Luck(seed).one(name, person, month) == one
    assert Luck(seed).many(name, np.array([person]), month)[0] == one


def _uniform(values: np.ndarray) -> None:
    counts, _ = np.histogram(values, bins=64, range=(0, 1))
    assert stats.chisquare(counts).pvalue > FALSE_ALARM


def _independent(a: np.ndarray, b: np.ndarray) -> None:
    table, _, _ = np.histogram2d(a, b, bins=12, range=((0, 1), (0, 1)))
    assert stats.chisquare(table.ravel()).pvalue > FALSE_ALARM
    assert stats.pearsonr(a, b).pvalue > FALSE_ALARM


PERSONS = (np.arange(1, 100_001) << 32).astype(np.int64)


def test_draws_are_uniform_over_persons_months_and_events() -> None:
    """Protects every chance in the model: a rate of 1% must happen in 1% of the cases."""
    _uniform(Luck(1).many("move", PERSONS, 7))
    _uniform(np.array([draw(1, 5 << 32, month, EVENT["move"]) for month in range(20_000)]))
    _uniform(np.array([draw(seed, 5 << 32, 3, EVENT["move"]) for seed in range(20_000)]))
    over_events = [draw(1, int(p), 3, e) for p in PERSONS[:600] for e in range(len(EVENTS))]
    _uniform(np.array(over_events))


def test_draws_are_independent_across_persons_months_events_and_seeds() -> None:
    """Protects twins and replicates: no draw tells anything about another."""
    luck = Luck(1)
    one = luck.many("move", PERSONS, 7)
    _independent(one[:-1], one[1:])
    _independent(one, luck.many("move", PERSONS, 8))
    _independent(one, luck.many("separation", PERSONS, 7))
    _independent(one, luck.many("learning", PERSONS, 7))
    _independent(one, Luck(2).many("move", PERSONS, 7))
    # Members of a household differ in the lowest bits only.
    _independent(one, luck.many("move", PERSONS + 1, 7))


def test_draws_of_pairs_are_uniform_and_belong_to_the_pair() -> None:
    """Protects ties: their lifetimes are drawn for two persons in one order."""
    a, b = 3 << 32, (9 << 32) | 5
    pairs = np.array([draw_pair(1, a, int(p), 4, EVENT["tie_cut"]) for p in PERSONS[:30_000]])
    _uniform(pairs)
    assert draw_pair(1, a, b, 4, EVENT["tie_cut"]) != draw_pair(1, b, a, 4, EVENT["tie_cut"])
    assert draw_pair(1, a, b, 4, EVENT["tie_cut"]) != draw_pair(1, a, b, 5, EVENT["tie_cut"])


def test_draws_of_a_person_and_a_programme_are_uniform_and_independent() -> None:
    """Protects programmes: four draws at once, those of another programme and month are others."""
    event = EVENT["programme_contact"]
    persons = PERSONS[:30_000]

    def lanes(programme: int, month: int) -> np.ndarray:
        return np.array([draw_pair4(1, int(p), programme, month, event) for p in persons]).T

    one = lanes(77, 4)
    for lane in one:
        _uniform(lane)
    for first, second in ((0, 1), (1, 2), (2, 3), (0, 3)):
        _independent(one[first], one[second])
    _independent(one[0], lanes(78, 4)[0])
    _independent(one[0], lanes(77, 5)[0])
    luck = Luck(1)
    assert np.array_equal(luck.pairs("programme_contact", persons, 77, 4), one[0])
    _independent(one[0], luck.pairs("support_drop_out", persons, 77, 4))
    over = luck.over_months("programme_contact", int(persons[5]), 77, 4)
    assert over[3] == one[0][5]


def test_event_names_are_unique_and_the_monthly_blocks_stay_together() -> None:
    """Protects independence: two events of one name would share their luck."""
    assert len(EVENT) == len(EVENTS)
    for block in (
        ("illness", "debt", "death", "home"),
        ("learning", "working", "leisure", "housing_elsewhere"),
        ("move", "separation", "birth", "eviction"),
        ("programme_order", "programme_let_in", "programme_referred", "programme_informed"),
        ("programme_contact", "programme_visit", "programme_start", "programme_told"),
        ("support_drop_out", "support_offset", "support_peer", "support_bridge"),
        ("course_care", "course_stays", "course_next_step", "course_volunteer"),
    ):
        numbers = [EVENT[name] for name in block]
        assert numbers == list(range(numbers[0], numbers[0] + 4))
        # Draws of a person with a programme begin at any event.
        assert numbers[0] % 4 == 0 or block[0].startswith(("programme", "support", "course"))


@pytest.mark.parametrize("seed", [-1, 2**63])
def test_a_seed_out_of_range_is_refused(seed: int) -> None:
    """Protects from seeds that would silently be cut to 64 bits."""
    with pytest.raises(ValueError, match="outside"):
        Luck(seed)


def test_no_other_source_of_randomness_is_used(small, monkeypatch: pytest.MonkeyPatch) -> None:
    """Protects sameness: the global generators of Python and NumPy are never asked."""

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a global generator was used")

    world = Neighbourhood(small(policy="continuous"), rng=3)
    for name in ("random", "randint", "choice", "shuffle", "sample", "uniform"):
        monkeypatch.setattr(random, name, refuse)
    for name in ("rand", "random", "randint", "choice", "normal", "uniform", "default_rng"):
        monkeypatch.setattr(np.random, name, refuse)
    for generator in (world.random, world.rng):
        assert generator is not None
    state = world.rng.bit_generator.state
    world.run(years=1)
    assert world.rng.bit_generator.state == state
