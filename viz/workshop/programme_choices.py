"""The programme that pages 2 and 3 are about: which, how large, how much, for whom, and where."""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace

from ...scenarios import Policy, ProgrammeSpec, Scenario, catalogue_names, load_programme
from ..text import Texts
from ..text.policy_names import policy_name
from .asked import scenario_of
from .limits import Limits
from .session import Session
from .state import State

#: What is tried where a session chose no programme.
USUAL = "watch-out"
#: Years that are looked at, and years from one look of an evaluation to the next.
YEARS, INTERVAL = 10, 2
PLACES = (5, 10, 20, 40, 80, 160, 320)
#: How much help a month is, of what the programme gives.
DOSES = (0.5, 1.0, 1.5, 2.0)
#: Who comes first: 0 the hardest cases, 0.5 by lot, 1 the top of the bottom.
CREAMING = (0.0, 0.25, 0.5, 0.75, 1.0)
WHERE = ("all", "half", "streets", "street")
#: Streets in scope, of those that are chosen for a few streets.
_STREETS = {"streets": (0, 1, 2), "street": (0,)}
_MOST_DOSE = 2.0


def said_policy(policy: str, t: Texts) -> str:
    """Return what people call a policy or a programme of the catalogue."""
    known = policy in catalogue_names("programmes")
    return said_programme(policy, t) if known else policy_name(policy, t)


def said_programme(programme: str, t: Texts) -> str:
    """Return what people call a programme of the catalogue."""
    return t.of_model(card(programme).name)


@dataclass(frozen=True)
class Setup:
    """What was chosen of a programme; what nobody chose is as its card says.

    Attributes
    ----------
    programme : str
        Of the catalogue.
    places : int
        Participants at a time.
    dose : float
        Of what the card says.
    creaming : float
        0 the hardest cases first, 0.5 by lot, 1 the top of the bottom.
    where : str
        One of `WHERE`, or ``""`` for what the card says.
    """

    programme: str
    places: int
    dose: float
    creaming: float
    where: str

    def of(self, scenario: Scenario) -> Scenario:
        """Return a scenario that pays this programme, as it was chosen."""
        funded = scenario.policy.programmes[self.programme]
        spec = funded.programme.sized(self.places)
        spec = _with_scope(_dosed(spec, self.dose), self, scenario)
        return with_programme(scenario, spec)


def with_programme(scenario: Scenario, spec: ProgrammeSpec) -> Scenario:
    """Return a scenario with one of its programmes changed; its money stays in the same months."""
    policy: Policy = scenario.policy
    funded = policy.programmes[spec.key].model_copy(update={"programme": spec})
    programmes = {**policy.programmes, spec.key: funded}
    return scenario.model_copy(
        update={"policy": policy.model_copy(update={"programmes": programmes})}
    )


def _dosed(spec: ProgrammeSpec, times: float) -> ProgrammeSpec:
    """Return a programme with more or less help; a key worker then has fewer or more people."""
    if times == 1.0:
        return spec
    dose = min(_MOST_DOSE, spec.support.dose * times)
    staff = spec.staff.model_copy(update={"caseload": max(0.1, spec.staff.caseload / times)})
    support = spec.support.model_copy(update={"dose": dose})
    return spec.model_copy(update={"support": support, "staff": staff})


def _with_scope(spec: ProgrammeSpec, setup: Setup, scenario: Scenario) -> ProgrammeSpec:
    scope: dict[str, object] = {}
    if setup.where:
        half = max(1, round(scenario.place.figure("households")) // 2)
        scope = {
            "streets": _STREETS.get(setup.where, ()),
            "stairwells": (),
            "households": half if setup.where == "half" else 0,
        }
    eligibility = spec.eligibility.model_copy(update=scope)
    funnel = spec.funnel.model_copy(update={"creaming": setup.creaming})
    return spec.model_copy(update={"eligibility": eligibility, "funnel": funnel})


# -- what a session keeps ---------------------------------------------------------------------


def programme_of(state: State) -> str:
    """Return the programme that a session looks at."""
    return state.policy if state.policy in catalogue_names("programmes") else USUAL


@functools.cache
def card(programme: str) -> ProgrammeSpec:
    """Return a programme of the catalogue."""
    return load_programme(programme)


def setup_of(state: State) -> Setup:
    """Return what a session chose; what a link spoilt is as the card says."""
    programme = programme_of(state)
    spec = card(programme)
    where = state.choice("where")
    return Setup(
        programme,
        int(_one_of(state.choice("places"), PLACES, spec.places)),
        _one_of(state.choice("dose"), DOSES, 1.0),
        _one_of(state.choice("cream"), CREAMING, spec.funnel.creaming),
        where if where in WHERE else "",
    )


def _one_of(text: str, allowed: tuple[float, ...], otherwise: float) -> float:
    return next((one for one in allowed if text == f"{one:g}"), otherwise)


def tried_scenario(state: State, t: Texts, limits: Limits) -> Scenario:
    """Return the place of a session with the programme that it tries.

    Raises
    ------
    RefusedError
        As `asked.scenario_of` does.
    """
    setup = setup_of(state)
    return setup.of(scenario_of(replace(state, policy=setup.programme), t, limits))


def lived_scenario(state: State, t: Texts, limits: Limits) -> Scenario:
    """Return what a session chose to live: its programme as it set it, or the policy by name.

    Raises
    ------
    RefusedError
        As `asked.scenario_of` does.
    """
    if state.policy in catalogue_names("programmes"):
        return tried_scenario(state, t, limits)
    return scenario_of(state, t, limits)


def years_of(scenario: Scenario) -> int:
    """Return how many years are looked at."""
    return min(YEARS, scenario.years)


def choose_programme(session: Session, key: object) -> None:
    """Take another programme, as its card says."""
    if key in catalogue_names("programmes"):
        fresh = session.state.chosen(places="", dose="", cream="", where="", change="")
        session.put(replace(fresh, policy=str(key)))
