"""Ten lives: who is told of, and whether what is told is what the record says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache, cached_property

import numpy as np
import pytest
from langeadem.experiments import lives as module
from langeadem.experiments.lived import Lived
from langeadem.experiments.lives import LADDER_OF, RULES, Life, ten_lives
from langeadem.scenarios import Policy, load

from .conftest import SMALL
from .funding import ALWAYS, on, policy, programme

HERE, ELSEWHERE, DEAD = 0, 1, 2
LADDERS = ("learning", "working", "housing", "leisure")
YEARS = 10
#: Policy, ladder and year; between them every rule applies to somebody.
CASES = [
    ("watch-out", "working", YEARS),
    ("carousel", "working", YEARS),
    ("carousel", "leisure", YEARS - 1),
    ("vogelaar", "working", YEARS),
    ("stop-start", "leisure", YEARS),
    ("late", "working", YEARS),
]
Case = tuple[str, str, int]
#: A programme for who is out of work, which begins after four years and does not reach many.
LATE = policy(
    on(
        programme(eligibility={"rung_to": (5, 1, 5, 5)}, funnel__contact=0.1),
        ALWAYS,
        starts_year=4.0,
    )
)


@cache
def lived(asked: str, years: int = YEARS, seed: int = 1) -> Lived:
    what = LATE if asked == "late" else asked
    return Lived(load("average", policy=what, overrides={**SMALL, "years": years}), seed)


class Record:
    """Two worlds read person by person and month by month, with nothing of the code under test."""

    def __init__(self, a: Lived, b: Lived, ladder: str, year: int) -> None:
        assert a.trajectories is not None
        self.a, self.ladder, self.last = a, ladder, 12 * year
        self.own, self.twin = self._read(a), self._read(b)
        self.support: dict[int, list[tuple[int, int, str, str]]] = {}
        self.listed = set()
        for row in a.trajectories.fillna(-1).to_dict("records"):
            if row["since"] <= self.last:
                self.listed.add(row["person"])
            if 0 <= row["started"] <= self.last:
                over = 0 <= row["support_ended"] <= self.last
                last = int(row["support_ended"]) if over else self.last
                status = row["status"]
                if not 0 <= row["ended"] <= self.last and year < YEARS:
                    status = "aftercare" if over else "supported"
                span = (int(row["started"]), last, row["programme"], status)
                self.support.setdefault(row["person"], []).append(span)
        for spans in self.support.values():
            spans.sort(key=lambda span: span[0])
        self.birth = dict(zip(a.identity.tolist(), a.birth.tolist(), strict=True))
        twin_birth = dict(zip(b.identity.tolist(), b.birth.tolist(), strict=True))
        self.twin = {
            who: path for who, path in self.twin.items() if twin_birth[who] == self.birth.get(who)
        }

    def _read(self, world: Lived) -> dict[int, list[tuple[int, int, int] | None]]:
        """Return (status, rung, household) of everybody by month; None before they came."""
        assert world.paths is not None
        column = LADDERS.index(self.ladder)
        found: dict[int, list[tuple[int, int, int] | None]] = {}
        for month in range(self.last + 1):
            rows = world.paths.month(month)
            status, rung, home = (
                rows["status"].tolist(),
                rows["rung"][:, column].tolist(),
                rows["household"].tolist(),
            )
            for k, who in enumerate(world.identity[: len(rows)].tolist()):
                path = found.setdefault(who, [None] * (self.last + 1))
                path[month] = (status[k], rung[k], home[k])
        return found

    def rung(self, who: int, month: int, twin: bool = False) -> int | None:
        """Return a rung; None for who is not there yet or dead, and for a twin that never was."""
        found = (self.twin if twin else self.own).get(who, [None] * (self.last + 1))[month]
        return None if found is None or found[0] == DEAD else found[1]

    def gap(self, who: int, month: int) -> int | None:
        """Return rungs above the own twin; None where one of the two is not alive."""
        own, twin = self.rung(who, month), self.rung(who, month, twin=True)
        return None if own is None or twin is None else own - twin

    def area(self, who: int) -> int:
        """Return rung-months above the own twin."""
        return sum(self.gap(who, month) or 0 for month in range(self.last + 1))

    def status(self, who: int, month: int = -1) -> int | None:
        """Return whereabouts in a month; None for who is not there yet."""
        found = self.own[who][month]
        return None if found is None else found[0]

    def months(self, who: int) -> list[int]:
        """Return the months with support in which somebody lives here."""
        spans = self.support.get(who, [])
        every = {month for first, last, _, _ in spans for month in range(first, last + 1)}
        return sorted(month for month in every if self.status(who, month) == HERE)

    def gains(self, who: int) -> list[int]:
        """Return rungs above the own twin in the months with support."""
        found = (self.gap(who, month) for month in self.months(who))
        return [gap for gap in found if gap is not None]

    @cached_property
    def homes(self) -> dict[tuple[int, int], list[int]]:
        """Participants with support by (month, household)."""
        found: dict[tuple[int, int], list[int]] = {}
        for who in self.support:
            for month in self.months(who):
                at = self.own[who][month]
                assert at is not None
                found.setdefault((month, at[2]), []).append(who)
        return found

    def lived_with(self, who: int) -> set[int]:
        """Return the participants with support with whom somebody shared a household here."""
        found: set[int] = set()
        for month, at in enumerate(self.own[who]):
            if at is not None and at[0] == HERE:
                found.update(self.homes.get((month, at[2]), []))
        return found - {who}

    @cached_property
    def stairwell(self) -> dict[int, int]:
        """Stairwell of everybody alive in the last month."""
        persons = self.a.persons(self.last // 12)
        return dict(zip(persons.identity.tolist(), persons.stairwell.tolist(), strict=True))

    @cached_property
    def busiest(self) -> int:
        """The stairwell where most participants live."""
        count: dict[int, int] = {}
        for who in self.support:
            if self.stairwell.get(who, -1) >= 0:
                count[self.stairwell[who]] = count.get(self.stairwell[who], 0) + 1
        return min(count, key=lambda unit: (-count[unit], unit)) if count else -2

    @cached_property
    def begin(self) -> int:
        """The month before the first support."""
        return min(first for spans in self.support.values() for first, *_ in spans) - 1

    def arrived(self, who: int) -> int:
        """Return the first month on record."""
        return next(month for month, at in enumerate(self.own[who]) if at is not None)

    def before(self, who: int) -> set[int]:
        """Return the participants who left the dwelling to which somebody came."""
        came = self.arrived(who)
        at = self.own[who][came]
        assert at is not None
        occupants = self.a.occupants
        (homes,) = np.nonzero(occupants[came] == at[2])
        if came == 0 or self.birth[who] >= came or not len(homes):
            return set()
        dwelling, found = int(homes[0]), set()
        previous = next(
            (
                (month, int(occupants[month][dwelling]))
                for month in range(came - 1, -1, -1)
                if occupants[month][dwelling] >= 0
            ),
            None,
        )
        for one in self.support:
            then = self.own[one][previous[0]] if previous else None
            if previous and then and then[0] == HERE and then[2] == previous[1]:
                after = self.status(one, previous[0] + 1)
                if after == ELSEWHERE and self.support[one][0][0] <= previous[0] + 1:
                    found.add(one)
        return found

    def counted(self, who: int) -> bool:
        """Return whether the last age alive counts for the ladder."""
        alive = max(month for month in range(self.last + 1) if self.rung(who, month) is not None)
        age = (alive - self.birth[who]) // 12
        low = self.a.ages.leisure_from if self.ladder == "leisure" else 18
        return low <= age and (self.ladder != "working" or age < self.a.ages.pension)

    def apart(self, who: int) -> bool:
        """Return whether somebody here neither took part nor lived with who did, and has a twin."""
        return (
            who not in self.support
            and not self.lived_with(who)
            and self.status(who) == HERE
            and self.gap(who, -1) is not None
        )

    def lost(self, who: int) -> bool:
        """Return whether somebody was higher than the twin with support, and is no longer."""
        spans = self.support.get(who, [])
        over = bool(spans) and all(one[3] not in ("supported", "aftercare") for one in spans)
        now = self.gap(who, -1)
        return over and now is not None and now <= 0 and max(self.gains(who), default=0) > 0

    def fell(self, who: int) -> bool:
        """Return whether somebody stands lower than at the best with support."""
        now = self.rung(who, -1)
        highest = max(self.rung(who, month) or 0 for month in self.months(who))
        return now is not None and now < highest

    def asked_for(self, who: int) -> bool:
        """Return whether a programme asks the age and rungs that somebody had before it began."""
        row = self.a.row_of[who]
        rungs = self.a.months.month(self.begin)["rung"][row].tolist()
        age = (self.begin - self.birth[who]) // 12
        asks = [one.programme.eligibility for one in self.a.scenario.policy.programmes.values()]
        return any(
            one.age_from <= age <= one.age_to
            and all(
                low <= rung <= high
                for low, rung, high in zip(one.rung_from, rungs, one.rung_to, strict=True)
            )
            for one in asks
        )

    def never_reached(self, who: int) -> bool:
        """Return whether somebody meant by a programme stayed low and was never on its list."""
        everywhere = [*self.own[who], *self.twin.get(who, [None])]
        return (
            self.apart(who)
            and who not in self.listed
            and all(at is not None and at[0] == HERE for at in everywhere)
            and max(self.rung(who, self.begin) or 0, self.rung(who, -1) or 0) <= 1
            and self.asked_for(who)
        )

    def outcome(self, who: int) -> str | None:
        """Return how the last time with support stands."""
        return self.support[who][-1][3] if who in self.support else None


#: What each rule says, and the order in which its middle case is sought.
SAYS: dict[str, tuple[Callable[[Record, int], bool], Callable[[Record, int], int | None]]] = {
    "gained_and_stayed": (
        lambda r, w: w in r.support and r.status(w) == HERE and (r.gap(w, -1) or 0) > 0,
        lambda r, w: r.gap(w, -1),
    ),
    "gained_and_left": (
        lambda r, w: w in r.support and r.status(w) == ELSEWHERE and (r.gap(w, -1) or 0) > 0,
        lambda r, w: r.gap(w, -1),
    ),
    "relapsed": (lambda r, w: r.lost(w) and r.fell(w), lambda r, w: max(r.gains(w))),
    "caught_up": (lambda r, w: r.lost(w) and not r.fell(w), lambda r, w: max(r.gains(w))),
    "abandoned": (lambda r, w: r.outcome(w) == "abandoned", lambda r, w: len(r.months(w))),
    "no_change": (
        lambda r, w: (
            w in r.support
            and r.gap(w, -1) is not None
            and not any(r.gap(w, month) for month in range(r.last + 1))
        ),
        lambda r, w: len(r.months(w)),
    ),
    "housemate": (
        lambda r, w: w not in r.support and bool(r.lived_with(w)) and r.gap(w, -1) is not None,
        Record.area,
    ),
    "outbid": (lambda r, w: r.apart(w) and (r.gap(w, -1) or 0) < 0, lambda r, w: r.gap(w, -1)),
    "newcomer": (
        lambda r, w: w not in r.support and r.status(w) == HERE and bool(r.before(w)),
        Record.arrived,
    ),
    "never_reached": (Record.never_reached, Record.area),
    "neighbour": (lambda r, w: r.apart(w) and r.stairwell[w] == r.busiest, Record.area),
    "dropped_out": (lambda r, w: r.outcome(w) == "dropped out", lambda r, w: len(r.months(w))),
    "volunteer": (lambda r, w: r.outcome(w) == "volunteer", lambda r, w: len(r.months(w))),
    "completed": (
        lambda r, w: r.outcome(w) in ("completed", "aftercare"),
        lambda r, w: len(r.months(w)),
    ),
}


@cache
def record(asked: str, ladder: str, year: int) -> Record:
    return Record(lived(asked), lived("none"), ladder, year)


@cache
def applies(asked: str, ladder: str, year: int) -> dict[str, list[int]]:
    """Return whom each rule applies to, in its order, by the record alone."""
    told = record(asked, ladder, year)
    counted = [who for who in told.own if told.counted(who)]
    return {
        name: sorted(
            (who for who in counted if says(told, who)), key=lambda who: (by(told, who), who)
        )
        for name, (says, by) in SAYS.items()
    }


@pytest.fixture(params=CASES, ids=lambda case: "-".join(map(str, case)))
def case(request: pytest.FixtureRequest) -> Case:
    return request.param


@pytest.fixture
def everybody(case: Case, monkeypatch: pytest.MonkeyPatch) -> list[Life]:
    """Return everybody to whom a rule applies, each told once."""
    monkeypatch.setattr(module, "LIVES", 10_000)
    return ten_lives(lived(case[0]), lived("none"), *case[1:])


# -- who is told of -----------------------------------------------------------------------------------


def test_rules_are_those_that_are_documented() -> None:
    """Protects the documentation: every rule stands in the table at the top of the module."""
    assert list(SAYS) == list(RULES)
    rows = [line.split("``")[1] for line in (module.__doc__ or "").splitlines() if line[:2] == "``"]
    assert rows[:-1] == list(RULES)
    assert rows[-1] == "outbid"


def test_between_them_the_cases_know_every_rule() -> None:
    """Shows that the tests below can fail: no rule is empty in all of them."""
    assert {name for one in CASES for name, who in applies(*one).items() if who} == set(RULES)


def test_everybody_is_told_by_a_rule_that_is_true_of_them(
    case: Case, everybody: list[Life]
) -> None:
    """Protects the rules: each applies to exactly those that the record names."""
    expected = applies(*case)
    for life in everybody:
        assert life.person in expected[life.rule], life.facts()
    told = [life.person for life in everybody]
    assert len(told) == len(set(told))
    assert set(told) == {who for people in expected.values() for who in people}


def test_the_middle_case_is_told(case: Case) -> None:
    """Protects the choice: the first ten rules that apply, the rarest first, each its middle case."""
    left = {name: list(people) for name, people in applies(*case).items() if people}
    first = list(left)[:10]
    expected = {}
    for name in sorted(first, key=lambda name: len(left[name])):
        people = [who for who in left[name] if who not in expected.values()]
        if people:
            expected[name] = people[(len(people) - 1) // 2]
    found = ten_lives(lived(case[0]), lived("none"), *case[1:])
    assert len(found) == 10
    assert expected.items() <= {(life.rule, life.person) for life in found}
    assert {life.rule for life in found} == set(expected)
    order = [list(RULES).index(life.rule) for life in found]
    assert order == sorted(order)


def test_where_few_rules_apply_they_tell_a_second_case() -> None:
    """Protects the ten: a programme that does nothing leaves few stories, told of more people."""
    idle: Policy = policy(programme(places=6, staff__caseload=6.0))
    overrides = {**SMALL, "years": 2}
    a, b = (Lived(load("average", policy=one, overrides=overrides), 1) for one in (idle, "none"))
    found = ten_lives(a, b, "working")
    rules = [life.rule for life in found]
    assert len({life.person for life in found}) == 10
    assert len(set(rules)) < 10
    assert rules == sorted(rules, key=list(RULES).index)
    assert not {"gained_and_stayed", "gained_and_left", "relapsed", "outbid"} & set(rules)
    assert all(life.gap == 0 for life in found)


def test_the_same_worlds_give_the_same_lives() -> None:
    """Protects sameness: asked twice, and lived twice."""
    a = Lived(load("average", policy="watch-out", overrides={**SMALL, "years": YEARS}), 1)
    expected = ten_lives(lived("watch-out"), lived("none"), "working")
    for world in (lived("watch-out"), a):
        found = ten_lives(world, lived("none"), "working")
        assert [one.facts() for one in found] == [one.facts() for one in expected]
        for one, other in zip(found, expected, strict=True):
            assert np.array_equal(one.rung, other.rung)
            assert np.array_equal(one.twin_rung, other.twin_rung)


def test_lives_up_to_a_year_know_nothing_of_later() -> None:
    """Protects time: half of a long run is told as a run of half the length."""
    found = ten_lives(lived("watch-out"), lived("none"), "working", 5)
    short = ten_lives(lived("watch-out", 5), lived("none", 5), "working")
    assert [one.facts() for one in found] == [one.facts() for one in short]
    assert all(len(one.rung) == len(one.twin_rung) == 61 for one in found)
    assert {one.person for one in found} != {
        one.person for one in ten_lives(lived("watch-out"), lived("none"), "working")
    }


def test_without_participants_nobody_is_told_of() -> None:
    """Protects the empty policy: no story, and no error."""
    assert ten_lives(lived("none"), lived("none"), "working") == []
    assert ten_lives(lived("watch-out"), lived("none"), "working", 0) == []


def test_against_itself_a_policy_has_no_gains() -> None:
    """Protects promise 2: beside the same world every gap is exactly zero."""
    found = ten_lives(lived("carousel"), lived("carousel"), "working")
    assert len(found) == 10
    assert all(np.array_equal(one.rung, one.twin_rung) for one in found)
    assert not {"gained_and_stayed", "relapsed", "caught_up", "outbid"} & {
        one.rule for one in found
    }


# -- what is told -------------------------------------------------------------------------------------


def _path(told: Record, who: int, twin: bool) -> list[int]:
    rungs = (told.rung(who, month, twin) for month in range(told.last + 1))
    return [-1 if rung is None else rung for rung in rungs]


def _first(path: list[tuple[int, int, int] | None], status: int) -> int | None:
    found = (month for month, at in enumerate(path) if at is not None and at[0] == status)
    return next(found, None)


def test_every_path_is_the_one_that_was_lived(case: Case, everybody: list[Life]) -> None:
    """Protects the lines in the figure: month by month, in both worlds."""
    told = record(*case)
    for life in everybody:
        assert life.rung.dtype == life.twin_rung.dtype == np.int8
        assert life.rung.tolist() == _path(told, life.person, twin=False)
        assert life.twin_rung.tolist() == _path(told, life.person, twin=True)
        assert life.gap == told.gap(life.person, -1)


def test_every_fact_is_in_the_record(case: Case, everybody: list[Life]) -> None:
    """Protects the biographies: each fact, of everybody, against the record read person by person."""
    told = record(*case)
    dead = 0
    for life in everybody:
        who, path = life.person, told.own[life.person]
        twin = told.twin.get(who, [])
        spans = told.support.get(who, [])
        arrived = told.arrived(who)
        start = spans[0][0] - 1 if spans else max(arrived, told.begin)
        died = _first(path, DEAD)
        dead += died is not None
        end = told.last if died is None else died - 1
        expected = {
            "person": who,
            "birth": told.birth[who],
            "rule": life.rule,
            "ladder": case[1],
            "from_month": start,
            "to_month": end,
            "age_years": (start - told.birth[who]) // 12,
            "rung_start": told.rung(who, start),
            "rung_end": told.rung(who, end),
            "twin_end": told.rung(who, told.last, twin=True),
            "most_gained": max(told.gains(who), default=None),
            "arrived_month": arrived or None,
            "left_month": _first(path, ELSEWHERE),
            "died_month": died,
            "twin_left_month": _first(twin, ELSEWHERE),
            "twin_died_month": _first(twin, DEAD),
            "living": ("here", "elsewhere", "dead")[told.status(who) or 0],
            "spans": tuple((first, last) for first, last, _, _ in spans),
            "programmes": tuple(one[2] for one in spans),
            "status": spans[-1][3] if spans else None,
            "months_supported": len(told.months(who)),
            "participants": life.participants,
            "gap": told.gap(who, -1),
        }
        assert life.facts() == expected
    assert dead or case != ("carousel", "working", YEARS)


def test_participants_of_a_story_are_those_it_speaks_of(case: Case, everybody: list[Life]) -> None:
    """Protects who is named beside somebody: housemates, neighbours, and who lived there before."""
    told = record(*case)
    for life in everybody:
        named = set(life.participants)
        assert named <= told.support.keys()
        if life.rule == "housemate":
            assert named == told.lived_with(life.person)
        elif life.rule == "neighbour":
            assert named == {who for who in told.support if told.stairwell.get(who) == told.busiest}
        elif life.rule == "newcomer":
            assert len(named) == 1
            assert named <= told.before(life.person)
        else:
            assert not named


def test_a_start_is_the_one_in_the_table_of_trajectories() -> None:
    """Protects the bridge to the chronicle: rungs at the start and now, and where people live."""
    frame = lived("watch-out").chronicle.frame("trajectory")
    frame = frame[frame["started"].notna()].drop_duplicates("person").set_index("person")
    found = [life for life in ten_lives(lived("watch-out"), lived("none"), "working") if life.spans]
    assert len(found) >= 5
    for life in found:
        row = frame.loc[life.person]
        assert life.rung_start == row["working_start"]
        assert life.rung_end == row["working_now"]
        assert life.living == row["living"]
        assert life.from_month + 1 == row["started"]


# -- what cannot be asked -----------------------------------------------------------------------------


def _wrong() -> Iterator[tuple[Callable[[], object], str]]:
    a, b = lived("watch-out"), lived("none")
    yield lambda: ten_lives(a, b, "workin"), "allowed: learning, .*did you mean 'working'"
    yield lambda: ten_lives(a, b, "mean_rung"), "'mean_rung' is no indicator of one ladder"
    yield lambda: ten_lives(a, b, "agency"), "is no indicator of one ladder"
    yield lambda: ten_lives(a, b, "working", 11), "year 11 was not lived; allowed: 0 to 10"
    yield lambda: ten_lives(a, b, "working", -1), "year -1 was not lived"
    yield lambda: ten_lives(a, lived("none", 5), "working", 6), "allowed: 0 to 5"
    yield lambda: ten_lives(a, lived("none", 1, 2), "working"), "different seeds, 1 and 2"
    scenario = load("average", policy="watch-out", overrides={**SMALL, "years": 1})
    bare = Lived(scenario, 1, paths=False)
    yield lambda: ten_lives(bare, b, "working"), "months of persons were not kept"


def test_what_cannot_be_asked_is_refused() -> None:
    """Protects the user: with what was wrong and what there is."""
    for ask, message in _wrong():
        with pytest.raises(ValueError, match=message):
            ask()


@pytest.mark.parametrize("indicator", ["share_at_work", "share_on_low_rung"])
def test_an_indicator_is_told_on_its_ladder(indicator: str) -> None:
    """Protects the bridge to the indicators: shares at work are told as lives on the working ladder."""
    assert LADDER_OF[indicator] == "working"
    found = ten_lives(lived("watch-out"), lived("none"), indicator)
    expected = ten_lives(lived("watch-out"), lived("none"), "working")
    assert [one.facts() for one in found] == [one.facts() for one in expected]
