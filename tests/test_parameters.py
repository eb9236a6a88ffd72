"""Parameters: each says its unit, range, source and meaning, and each does something."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import langeadem.agents
import langeadem.model
import pytest
from langeadem.model.neighbourhood import Neighbourhood
from langeadem.model.plan import plan_record
from langeadem.model.rulebook import NEUTRAL, OTHERWISE, SILENCED, rulebook
from langeadem.scenarios import (
    Mechanisms,
    ParameterCard,
    catalogue_names,
    load,
    load_programme,
    mechanism_descriptions,
    parameter_cards,
)

CARDS = parameter_cards()

#: The rows of EVIDENCE.md, which is not in the repository.
EVIDENCE_ROWS = frozenset(
    [
        *(f"A{n}" for n in range(1, 50) if n not in (3, 4, 25, 27, 35, 42, 43, 44)),
        "A27b",
        *(f"B{n}" for n in range(1, 32)),
        *(f"C{n}" for n in range(1, 21)),
        *(f"D{n}" for n in range(1, 17)),
        *(f"E{n}" for n in range(1, 14)),
        *(f"F{n}" for n in range(1, 10)),
        *(f"G{n}" for n in range(1, 11)),
        *(f"H{n}" for n in range(1, 11)),
    ]
)

_DIGEST = re.compile(r"^digest 00[0-4] (section \d+( row \d+)?|(p\.\d+ )?L\d+)")
_EVIDENCE = re.compile(r"^EVIDENCE (section J|[A-H]\d+b?)")
_ROW = re.compile(r"\b[A-H]\d{1,2}b?\b")


def _elements(card: ParameterCard) -> tuple[float, ...]:
    return card.default if isinstance(card.default, tuple) else (card.default,)


# -- what a card says -----------------------------------------------------------------------------


@pytest.mark.parametrize("key", CARDS)
def test_a_parameter_says_its_unit_range_source_and_meaning(key: str) -> None:
    """Protects promise 8: nobody has to guess what a number is, or where it comes from."""
    card = CARDS[key]
    assert card.unit.strip()
    assert card.low < card.high
    assert all(card.low <= element <= card.high for element in _elements(card))
    assert re.match(r"[A-Z]", card.doc), f"{card.doc!r} is no sentence"
    assert card.doc.endswith("."), f"{card.doc!r} has no full stop"
    assert len(card.doc.split()) >= 3


@pytest.mark.parametrize("key", CARDS)
def test_a_source_is_a_document_or_says_that_it_is_a_judgement(key: str) -> None:
    """Protects promise 8: a default rests on a line, a row of EVIDENCE, or on a judgement."""
    source = CARDS[key].source
    assert _DIGEST.match(source) or _EVIDENCE.match(source) or source.startswith("judgement")
    for number in re.findall(r"digest (\d+)", source):
        assert number in ("000", "001", "002", "003", "004")


@pytest.mark.parametrize("key", [key for key, card in CARDS.items() if "EVIDENCE" in card.source])
def test_a_cited_row_of_evidence_exists(key: str) -> None:
    """Protects provenance: a row that is cited can be looked up."""
    after = CARDS[key].source.split("EVIDENCE", 1)[1]
    rows = set(_ROW.findall(after))
    named = rows or "section J" in after or "no source in EVIDENCE" in CARDS[key].source
    assert named, f"{key} names no row"
    assert rows <= EVIDENCE_ROWS, f"{key} cites {rows - EVIDENCE_ROWS}"


# -- what a parameter does ------------------------------------------------------------------------

_ROOMS = tuple(
    Path(room.__file__).parent for room in (langeadem.model, langeadem.agents) if room.__file__
)
#: Name of a parameter in the rulebook -> its key.
_FLAT = {key.replace(".", "_"): key for key in CARDS}
#: Bounds on chances let loops skip what cannot happen: no use of a parameter. The card of ODD.md
#: lists all of them.
_NO_USE = {"_bounds"}
_NO_USE_FILES = {"odd.py"}


def _names_of_groups(function: ast.AST) -> dict[str, str]:
    """Return which local names stand for which group, e.g. ``start = parameters.start``."""
    names = {}
    for node in ast.walk(function):
        if not (isinstance(node, ast.Assign) and len(node.targets) == 1):
            continue
        target, value = node.targets[0], node.value
        pairs = (
            zip(target.elts, value.elts, strict=True)
            if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple)
            else [(target, value)]
        )
        for name, group in pairs:
            if isinstance(name, ast.Name) and isinstance(group, ast.Attribute):
                names[name.id] = group.attr
    return names


def _used(tree: ast.AST) -> set[str]:
    """Return the keys of the parameters that a function or module reads."""
    groups = _names_of_groups(tree)
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            holder = node.value
            if isinstance(holder, ast.Name) and holder.id in groups:
                found.add(f"{groups[holder.id]}.{node.attr}")
            elif isinstance(holder, ast.Attribute):
                found.add(f"{holder.attr}.{node.attr}")
            found.add(_FLAT.get(node.attr, ""))
        elif isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
            found.add(str(node.slice.value))
        elif isinstance(node, ast.Call):
            found |= {str(one.value) for one in node.args if isinstance(one, ast.Constant)}
    return found & set(CARDS)


def _functions(path: Path) -> list[ast.AST]:
    """Return the functions of a file, outer ones with the inner; methods count each."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    bodies = [*tree.body, *(n for c in tree.body if isinstance(c, ast.ClassDef) for n in c.body)]
    return [
        node for node in bodies if isinstance(node, ast.FunctionDef) and node.name not in _NO_USE
    ]


def test_every_parameter_is_read_by_the_rules() -> None:
    """Protects from a lever that is connected to nothing: what nobody reads has no place here."""
    used = set()
    for room in _ROOMS:
        for path in room.glob("*.py"):
            if path.name not in _NO_USE_FILES:
                for function in _functions(path):
                    used |= _used(function)
    assert sorted(set(CARDS) - used) == []


def test_reading_is_recognised_and_bounds_do_not_count() -> None:
    """Shows that the test above can fail, and that it sees the ways in which the rules read."""
    code = (
        "def f(rules, parameters):\n"
        "    start, ages = parameters.start, parameters.ages\n"
        "    values['moving.age_factor'] = share('capability.fade_out_half_life', True)\n"
        "    more = self.rates.taking_part_lock_in\n"
        "    return rules.ties_closure + start.inheritance + self.setup.parameters.ages.adult\n"
    )
    assert _used(ast.parse(code)) == {
        "moving.age_factor",
        "capability.fade_out_half_life",
        "ties.closure",
        "start.inheritance",
        "ages.adult",
        "taking_part.lock_in",
    }
    assert not any(getattr(f, "name", "") in _NO_USE for f in _functions(_ROOMS[0] / "rulebook.py"))


_TOWN = {"figures.households": 150, "figures.residents": 320}
_BUSY = {"moving.tenure_rate": [0.05, 0.05, 0.05, 0.05]}
_DEMOLITION = {**_BUSY, "society.demolition_years": 3}
#: Programmes for which a small town has participants: one in part in an institution, short, with
#: volunteers and for everybody again; one long; one that stops and starts while others go on.
_PROGRAMMES = {
    "policy": "continuous",
    "years": 3,
    "staffing.leave_rate": 0.05,
    "programmes.vooruit.places": 12,
    "programmes.vooruit.staff.caseload": 4.0,
    "programmes.vooruit.support.own_surroundings": 0.5,
    "programmes.vooruit.support.duration_months": 4,
    "programmes.vooruit.funnel.again_months": 1,
    "programmes.vooruit.bonds.volunteers": 1.0,
    "programmes.vooruit.bonds.volunteer_load": 12.0,
    "programmes.xpoint.places": 20,
    "programmes.xpoint.staff.start_up_months": 0,
    "programmes.xpoint.support.duration_months": 36,
    "programmes.xpoint.nudges.burden": -0.05,
    "programmes.cruyff-courts.places": 20,
    "programmes.watch-out.calendar": "stop-start",
}
#: What a parameter needs to be given a chance: the circumstances in which it works.
_CIRCUMSTANCES: dict[str, dict[str, Any]] = {
    "ages.school_until": {"learning.school_climb_rate": 0.01},
    "working.permanent_entry_share": {"working.find_rate": 0.9, "labour.vacancy_rate": 0.1},
    "working.loss_downturn": {"working.loss_rate": [0.1] * 5, "labour.cycle_period": 24.0},
    "housing.capability_owner": {**_BUSY, "moving.local_wish": 1.0, "moving.local_priority": 1.0},
    "shocks.eviction_burden": {"shocks.eviction_rate": 0.5},
    "moving.up_and_out": _BUSY,
    "moving.local_wish": _BUSY,
    "moving.local_priority": _BUSY,
    "leisure.places_share": {"leisure.climb_rate": 0.5, "start.footing_noise": 2.0},
    "families.single_birth_factor": {"families.birth_rate": [0.1] * 5},
    "layout.dwellings_per_stairwell_low": {"layout.dwellings_per_stairwell_high": 40},
    "society.outflow_trend": _BUSY,
    "society.demolition_years": _BUSY,
    "society.demolition_from": _DEMOLITION,
    "society.demolition_share": _DEMOLITION,
    "society.rehousing_burden": _DEMOLITION,
    "society.inflow_urgent": _BUSY,
    "taking_part.lock_in": {
        **_PROGRAMMES,
        "working.find_rate": 0.2,
        "labour.vacancy_rate": 0.2,
        "programmes.watch-out.calendar": "continuous",
        "programmes.watch-out.places": 60,
        "programmes.watch-out.offers.work_places": 60,
        "programmes.watch-out.eligibility.age_to": 66,
        "programmes.watch-out.support.duration_months": 30,
        "programmes.watch-out.risk.on": False,
    },
    "staffing.insecurity_months": {**_PROGRAMMES, "staffing.insecurity_factor": 20.0},
    "counterforces.drift_most": {**_PROGRAMMES, "counterforces.drift": 0.5},
}
#: Groups of parameters that act through programmes only.
_OF_PROGRAMMES = ("quality", "staffing", "taking_part", "counterforces")


def _lived(overrides: dict[str, Any]) -> bytes:
    """Return residents, ties, homes and chronicle after 36 months, and what programmes did."""
    asked = {**_TOWN, **overrides}
    policy = asked.pop("policy", None)
    world = Neighbourhood(load(policy=policy, overrides=asked), rng=1)
    for _ in range(36):
        world.step()
    tables = (world.people, world.edges, world.dwellings)
    state = b"".join(table.rows[: table.count].tobytes() for table in tables)
    state += world.chronicle.tallies().tobytes()
    if world.programmes:
        scales = ("programme", "trajectory", "cashbook")
        state += "".join(world.chronicle.frame(scale).to_csv() for scale in scales).encode()
    return state


def _elsewhere(card: ParameterCard, share: float) -> Any:
    """Return a value ``share`` of the way to the farther end of the range."""

    def moved(value: float) -> float:
        far = card.high if card.high - value > value - card.low else card.low
        there = value + share * (far - value)
        if not isinstance(value, int):
            return there
        return round(there) if round(there) != value else value + (1 if far > value else -1)

    if isinstance(card.default, tuple):
        return [moved(value) for value in card.default]
    return moved(card.default)


@pytest.fixture(scope="module")
def lives() -> dict[str, bytes]:
    """Return the lives lived so far in each of the circumstances."""
    return {}


@pytest.mark.parametrize("key", CARDS)
def test_every_parameter_moves_the_world(key: str, lives: dict[str, bytes]) -> None:
    """Protects from a lever that is read and yet changes nothing: in 36 months, another world.

    What programmes did and their money are part of it: a discount rate acts on the books alone.
    """
    usual = _PROGRAMMES if key.split(".")[0] in _OF_PROGRAMMES else {}
    circumstances = _CIRCUMSTANCES.get(key, usual)
    name = repr(circumstances)
    if name not in lives:
        lives[name] = _lived(circumstances)
    another = {**circumstances, key: _elsewhere(CARDS[key], 0.15)}
    assert _lived(another) != lives[name]


def test_the_discount_rate_acts_on_equal_money_in_present_value() -> None:
    """Protects comparisons: arms of equal present value are paid as the rate says, in equal totals not."""
    paid = {}
    for equal_in in ("total", "present_value"):
        for rate in (0.0, 0.1):
            asked = {
                "programmes.watch-out.calendar": "carousel",
                "programmes.watch-out.equal_money_to": "continuous",
                "programmes.watch-out.equal_in": equal_in,
            }
            funded = load(policy="watch-out", overrides=asked).policy.programmes["watch-out"]
            paid[equal_in, rate] = funded.grants_cents(120, rate)
    assert paid["total", 0.0] == paid["total", 0.1] == paid["present_value", 0.0]
    assert paid["present_value", 0.1] != paid["total", 0.1]


# -- mechanisms -----------------------------------------------------------------------------------


def test_every_mechanism_has_a_way_to_be_silenced() -> None:
    """Protects switches: each of them is wired, in one of the ways, and none but them."""
    assert {*SILENCED, *NEUTRAL, *OTHERWISE} == set(Mechanisms.model_fields)
    assert not set(SILENCED) & {*NEUTRAL, *OTHERWISE}
    assert len(OTHERWISE) == len(set(OTHERWISE))
    # These act through a parameter and through a number that follows from others.
    assert set(NEUTRAL) & set(OTHERWISE) == {"escalator"}
    for name, doc in mechanism_descriptions().items():
        assert doc, name


def _rules(mechanism: str) -> tuple[Any, Any]:
    """Return the rulebook with everything on, and without one mechanism."""
    return rulebook(load()), rulebook(load(overrides={f"mechanisms.{mechanism}": False}))


def _differing(on: Any, off: Any) -> set[str]:
    return {name for name in on.dtype.names if (getattr(on, name) != getattr(off, name)).any()}


@pytest.mark.parametrize("mechanism", SILENCED)
def test_silenced_parameters_exist_and_are_zero_in_the_rules(mechanism: str) -> None:
    """Protects switches: what a mechanism silences is a parameter, and is silent."""
    on, off = _rules(mechanism)
    for key in SILENCED[mechanism]:
        assert key in CARDS
        name = key.replace(".", "_")
        assert not (getattr(off, name) != 0).any()
        assert (getattr(on, name) != 0).any(), f"{key} is zero with {mechanism} on"


@pytest.mark.parametrize("mechanism", NEUTRAL)
def test_neutral_parameters_exist_and_are_one_in_the_rules(mechanism: str) -> None:
    """Protects switches: a multiple of what there would be anyhow is one without its mechanism."""
    on, off = _rules(mechanism)
    for key in NEUTRAL[mechanism]:
        assert key in CARDS
        name = key.replace(".", "_")
        assert (getattr(off, name) == 1).all()
        assert (getattr(on, name) != 1).all(), f"{key} is one with {mechanism} on"


#: Mechanisms that change parameters in the rules otherwise than to zero or one.
_RULES_OTHERWISE = {
    "escalator",
    "crowding",
    "market_pressure",
    "participation_limits",
    "start_up",
}
#: Mechanism -> what it changes in the plan of a programme. Documented risks change what they are of.
_IN_THE_PLAN = {
    "setting": {"setting"},
    "trust_gate": {"gated"},
    "survival_gate": {"survival"},
    "word_of_mouth": {"word_of_mouth"},
    "programme_ties": {"peers", "bridges", "mentor"},
    "volunteering": {"volunteers"},
    "ties": {"peers", "bridges", "mentor", "volunteer_ties"},
}


def _planned(mechanism: str | None) -> list[Any]:
    scenario = load(overrides={f"mechanisms.{mechanism}": False} if mechanism else {})
    specs = [load_programme(name) for name in catalogue_names("programmes")]
    return [plan_record(spec, scenario.parameters, scenario.mechanisms) for spec in specs]


@pytest.fixture(scope="module")
def usual_plans() -> list[Any]:
    """Return the plans of all programmes of the catalogue, with every mechanism on."""
    return _planned(None)


@pytest.mark.parametrize("mechanism", Mechanisms.model_fields)
def test_a_switch_changes_the_rules_and_leaves_most_alone(
    mechanism: str, usual_plans: list[Any]
) -> None:
    """Protects promise 4: switching one mechanism off is felt, and by its own terms only."""
    changed = _differing(*_rules(mechanism))
    pairs = zip(usual_plans, _planned(mechanism), strict=True)
    in_plans = set().union(*(_differing(on, off) for on, off in pairs))
    assert changed or in_plans
    named = {
        key.replace(".", "_") for key in (*SILENCED.get(mechanism, ()), *NEUTRAL.get(mechanism, ()))
    }
    assert len(changed - named) <= 6
    assert changed & set(_FLAT) <= named or mechanism in _RULES_OTHERWISE
    if mechanism != "documented_risks":
        assert in_plans == _IN_THE_PLAN.get(mechanism, set())
