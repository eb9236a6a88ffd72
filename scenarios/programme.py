"""A programme as the documents describe it: whom it wants, how it finds them, what it does, what it costs."""

from __future__ import annotations

from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from .errors import nearest_name
from .parameters.base import Group, par
from .risks import RISKS

_FROZEN = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

PAYERS = ("municipality", "landlord", "state", "fund", "own_income")
Payer = Literal["municipality", "landlord", "state", "fund", "own_income"]
APPROACHES = ("area", "broad_to_narrow", "target_group", "individual")
LADDERS = ("learning", "working", "housing", "leisure")

#: What documents count and a run counts too: measure -> what it is.
MEASURES: dict[str, str] = {
    "aimed_at": "people or households whom the programme set out to reach",
    "contacted": "people or households with whom there was contact",
    "visited": "people or households visited or introduced",
    "starts": "participants who started",
    "in_support": "participants at one moment, mean over the months with support",
    "key_workers": "key workers at one moment, mean over the months with support",
    "completions": "participants who completed",
    "drop_outs": "participants who stopped before the end",
    "contacted_share": "share of those aimed at with whom there was contact",
    "visited_share": "share of those aimed at who were visited",
    "started_share": "share of those visited who started",
    "drop_out_share": "share of those who started and stopped before the end",
    "completed_share": "share of those who started and completed",
    "found_work": "participants who found paid work after they started",
    "found_work_share": "share of those who started and found paid work",
    "moved_on": "participants who moved on to a dwelling of their own",
    "volunteers": "participants who became volunteers",
    "tenure_changes": "dwellings sold to participants",
    "spent_eur": "euros spent",
}
Measure = Literal[
    "aimed_at",
    "contacted",
    "visited",
    "starts",
    "in_support",
    "key_workers",
    "completions",
    "drop_outs",
    "contacted_share",
    "visited_share",
    "started_share",
    "drop_out_share",
    "completed_share",
    "found_work",
    "found_work_share",
    "moved_on",
    "volunteers",
    "tenure_changes",
    "spent_eur",
]


class Eligibility(Group):
    """Whom a programme is meant for."""

    age_from: int = par(
        18, unit="years", low=0, high=120, source="judgement: adults", doc="Youngest age."
    )
    age_to: int = par(
        120, unit="years", low=0, high=120, source="judgement: no limit", doc="Oldest age."
    )
    rung_from: tuple[int, int, int, int] = par(
        (0, 0, 0, 0),
        unit="rungs",
        low=0,
        high=5,
        source="judgement: no limit",
        doc="Lowest rung in learning, working, housing and leisure.",
    )
    rung_to: tuple[int, int, int, int] = par(
        (5, 5, 5, 5),
        unit="rungs",
        low=0,
        high=5,
        source="judgement: no limit",
        doc="Highest rung in learning, working, housing and leisure.",
    )
    burden_from: float = par(
        0.0, unit="share", low=0, high=1, source="judgement: no limit", doc="Lowest burden."
    )
    burden_to: float = par(
        1.0, unit="share", low=0, high=1, source="judgement: no limit", doc="Highest burden."
    )
    poor: bool = Field(
        default=False,
        description="Only members of households without earnings on the market.",
    )
    renters: bool = Field(default=False, description="Only residents of rented dwellings.")
    with_children: bool = Field(
        default=False, description="Only adults of households with a child under 18."
    )
    alone: bool = Field(default=False, description="Only adults who live without another adult.")
    streets: tuple[int, ...] = Field(
        default=(), description="Numbers of the streets in scope; none: all."
    )
    stairwells: tuple[int, ...] = Field(
        default=(), description="Numbers of the stairwells in scope; none: all."
    )
    households: int = par(
        0,
        unit="households",
        low=0,
        high=100_000,
        source="judgement: the whole neighbourhood",
        doc="Dwellings in scope, counted from the first stairwell on; 0: all.",
    )

    @field_validator("streets", "stairwells", mode="after")
    @classmethod
    def _numbers(cls, value: tuple[int, ...]) -> tuple[int, ...]:
        if any(number < 0 for number in value):
            raise ValueError("numbers start at 0")
        return value

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        pairs = [("age", self.age_from, self.age_to), ("burden", self.burden_from, self.burden_to)]
        pairs += [
            (f"rung in {name}", low, high)
            for name, low, high in zip(LADDERS, self.rung_from, self.rung_to, strict=True)
        ]
        for name, low, high in pairs:
            if low > high:
                raise ValueError(f"the lowest {name} ({low}) lies above the highest ({high})")
        return self


class Funnel(Group):
    """How a programme finds its participants, step by step, and how it loses them."""

    unit: Literal["person", "household"] = Field(
        default="person",
        description="Who is approached: everybody eligible, or one adult of each household.",
    )
    approaches: float = par(
        2.0,
        unit="a month for each place",
        low=0,
        high=200,
        source="judgement: outreach in proportion to the places",
        doc="People or households that the programme can approach in a month, for each place.",
    )
    again_months: int = par(
        24,
        unit="months",
        low=1,
        high=1200,
        source="judgement: who did not want to is not asked again soon",
        doc="Months before somebody who was approached is approached again.",
    )
    contact: float = par(
        0.75,
        unit="share",
        low=0,
        high=1,
        source="EVIDENCE B17: contact with at least three quarters of the selected residents",
        doc="Chance that an approach leads to contact.",
    )
    visit: float = par(
        0.61,
        unit="share of contacts",
        low=0,
        high=1,
        source="digest 003 L952: 45% visited of 74% contacted",
        doc="Chance that a contact leads to a visit or introduction.",
    )
    start: float = par(
        0.81,
        unit="share of visits",
        low=0,
        high=1,
        source="digest 003 L1649-1666: 258 of 318 started",
        doc="Chance that who was visited and is offered a place wants it.",
    )
    offer_burden_from: float = par(
        0.0,
        unit="share",
        low=0,
        high=1,
        source="judgement: everybody visited is offered a place",
        doc="Burden from which who was visited is offered a trajectory: from broad to narrow.",
    )
    creaming: float = par(
        0.5,
        unit="0 to 1",
        low=0,
        high=1,
        source="judgement: by lot; digest 000 section 5 describes the drift to the top of the bottom",
        doc="Who comes first: 0 the hardest cases, 0.5 by lot, 1 the top of the bottom.",
    )
    referral: float = par(
        0.0,
        unit="share",
        low=0,
        high=1,
        source="judgement: the programme selects; digest 000 section 5 on referral by third parties",
        doc="Share of the eligible whose place in the order is settled by who refers them.",
    )
    referral_creaming: float = par(
        0.0,
        unit="0 to 1",
        low=0,
        high=1,
        source="judgement: referrers send their heaviest cases; digest 000 section 4 row 11",
        doc="Who comes first by referral: 0 the hardest cases, 0.5 by lot, 1 the top of the bottom.",
    )
    wait_months: int = par(
        12,
        unit="months",
        low=1,
        high=1200,
        source="judgement: who waits a year gives up",
        doc="Months on the waiting list before giving up.",
    )
    drop_out: float = par(
        0.0,
        unit="1/month",
        low=0,
        high=1,
        source="judgement: nobody stops unless a programme states it",
        doc="Chance a month to stop early.",
    )
    drop_out_burden: float = par(
        0.0,
        unit="multiple at burden 1",
        low=0,
        high=20,
        source="judgement: none unless a programme states it",
        doc="How much burden adds to the chance to stop early.",
    )


class Support(Group):
    """What a participant gets: how long, how much, and what a month of full quality does."""

    duration_months: int = par(
        12,
        unit="months",
        low=1,
        high=1200,
        source="judgement: a year",
        doc="Length of a trajectory.",
    )
    aftercare_months: int = par(
        0, unit="months", low=0, high=600, source="judgement: none", doc="Months of aftercare."
    )
    aftercare_dose: float = par(
        0.25,
        unit="share of the dose",
        low=0,
        high=1,
        source="judgement: a quarter of the contact",
        doc="Dose of aftercare.",
    )
    dose: float = par(
        1.0,
        unit="share of a full month",
        low=0,
        high=2,
        source="judgement: a full month",
        doc="Dose of a month; 0 is no programme.",
    )
    hours_per_week: float = par(
        2.0,
        unit="hours/week",
        low=0,
        high=60,
        source="judgement: a weekly meeting",
        doc="Time that taking part costs a participant.",
    )
    sessions: float = par(
        4.0,
        unit="1/month",
        low=0,
        high=60,
        source="judgement: weekly",
        doc="Visits or sessions in a month, counted as output.",
    )
    group: bool = Field(
        default=False,
        description="A group offer: who has no hand free for burden cannot take it up.",
    )
    own_surroundings: float = par(
        1.0,
        unit="0 to 1",
        low=0,
        high=1,
        source="judgement: in one's own surroundings; digest 001 M04",
        doc="Where support takes place: 0 in an institution, 1 in one's own surroundings.",
    )
    holding: float = par(
        0.0,
        unit="share",
        low=0,
        high=1,
        source="judgement: none unless a programme states it; digest 002 p48-49 on holding a level",
        doc="Share of falls that support of full quality prevents.",
    )
    household_share: float = par(
        0.0,
        unit="share",
        low=0,
        high=1,
        source="judgement: none unless a programme states it",
        doc="Share of the nudge on burden that reaches the other adults of the household.",
    )
    lasting: float = par(
        0.0,
        unit="share",
        low=0,
        high=1,
        source="judgement: none unless a programme states it; digest 001 M04 on what sticks",
        doc="Share of a nudge on capability that becomes part of its footing.",
    )


def _nudge(what: str, unit: str = "1/month", high: float = 1.0) -> Any:
    return par(
        0.0,
        unit=unit,
        low=-high,
        high=high,
        source="judgement: zero unless a programme states it",
        doc=f"Change of {what} by a month of full-quality support.",
    )


class Nudges(Group):
    """What a month of full-quality support changes; all zero unless stated."""

    learning: float = _nudge("capability in learning", "rungs/month", 3.0)
    working: float = _nudge("capability in working", "rungs/month", 3.0)
    housing: float = _nudge("capability in housing", "rungs/month", 3.0)
    leisure: float = _nudge("capability in leisure", "rungs/month", 3.0)
    agency: float = _nudge("agency")
    burden: float = _nudge("burden")
    trust: float = _nudge("trust")


class Bonds(Group):
    """Ties that taking part makes, and what becomes of who completes."""

    peers: float = par(
        0.0,
        unit="1/month",
        low=0,
        high=1,
        source="judgement: none unless a programme states it; EVIDENCE D16",
        doc="Chance a month of a tie with another participant.",
    )
    mentor: bool = Field(
        default=False,
        description="The key worker counts as a tie to outside while the two work together.",
    )
    bridges: float = par(
        0.0,
        unit="1/month",
        low=0,
        high=1,
        source="judgement: none unless a programme states it",
        doc="Chance a month of a lasting tie to somebody outside.",
    )
    word_of_mouth: float = par(
        0.05,
        unit="1/month",
        low=0,
        high=1,
        source="judgement: digest 003 L254, a participant sent her brother; no rate published",
        doc="Chance a month that a participant tells a tie of the programme.",
    )
    volunteers: float = par(
        0.0,
        unit="share of completions",
        low=0,
        high=1,
        source="judgement: none unless a programme states it",
        doc="Share of those who complete and become volunteer or role model.",
    )
    volunteer_ties: int = par(
        3,
        unit="ties",
        low=0,
        high=50,
        source="judgement: a role model knows and is known; digest 001 M29",
        doc="Ties that a volunteer keeps up more than before.",
    )
    volunteer_load: float = par(
        0.0,
        unit="hours/week",
        low=0,
        high=60,
        source="judgement: light unless a programme states it",
        doc="What is asked of a volunteer.",
    )
    volunteers_support: float = par(
        0.0,
        unit="places for each volunteer",
        low=0,
        high=5,
        source="judgement: none unless a programme states it",
        doc="Places that a volunteer can serve beside the staff.",
    )


class Offers(Group):
    """Real and finite things that a place brings."""

    work_rung: int = par(
        0,
        unit="rung",
        low=0,
        high=3,
        source="judgement: none unless a programme states it",
        doc="Working rung held with the place: 1 unpaid work, 2 internship, 3 subsidised job; 0 none.",
    )
    work_places: int = par(
        0,
        unit="places",
        low=0,
        high=100_000,
        source="judgement: none unless a programme states it",
        doc="Number of work places of that rung.",
    )
    rooms: int = par(
        0,
        unit="dwellings",
        low=0,
        high=1000,
        source="judgement: none unless a programme states it",
        doc="Supported dwellings that the programme adds; their residents are its participants.",
    )
    tenure_change: bool = Field(
        default=False, description="Participants buy the dwelling that they rent."
    )
    buy_back: bool = Field(
        default=False, description="The landlord buys the dwelling back when they leave."
    )
    skips_queue: bool = Field(
        default=False,
        description="Who completes is offered another dwelling in the neighbourhood first.",
    )


class Staff(Group):
    """The people who do it."""

    caseload: float = par(
        15.0,
        unit="participants/fte",
        low=0.1,
        high=10_000,
        source="EVIDENCE E8: 15 families for a Dutch family guardian",
        doc="Participants that one full-time key worker supports at a time.",
    )
    salary_eur_per_month: float = par(
        4500.0,
        unit="EUR/fte/month",
        low=0,
        high=50_000,
        source="judgement: employer's cost of a Dutch social worker; no figure in the digests",
        doc="Employer's cost of one full-time key worker.",
    )
    experience_months: float = par(
        12.0,
        unit="months",
        low=0,
        high=600,
        source="judgement: a year",
        doc="Experience of a key worker who is hired.",
    )
    handover: float = par(
        0.0,
        unit="share",
        low=0,
        high=1,
        source="judgement: none; digest 000 section 5, built-up trust falls away without transfer",
        doc="Share of the relation that is saved when a key worker leaves.",
    )
    start_up_months: int = par(
        5,
        unit="months",
        low=0,
        high=60,
        source="digest 003 L1649: five months from plan to opening",
        doc="Months of a fresh start without participants.",
    )


class Money(Group):
    """What it costs."""

    fixed_eur_per_month: float = par(
        0.0,
        unit="EUR/month",
        low=0,
        high=10_000_000,
        source="judgement: none unless a programme states it",
        doc="Costs that do not depend on the number of places.",
    )
    place_eur_per_month: float = par(
        0.0,
        unit="EUR/place/month",
        low=0,
        high=100_000,
        source="judgement: none unless a programme states it",
        doc="Costs of a filled place, besides staff.",
    )
    start_eur: float = par(
        0.0,
        unit="EUR/start",
        low=0,
        high=1_000_000,
        source="judgement: none unless a programme states it",
        doc="Costs of each start, once.",
    )
    overhead: float = par(
        0.20,
        unit="share of salaries",
        low=0,
        high=5,
        source="judgement: a fifth; no figure in the digests",
        doc="Overhead on salaries.",
    )
    start_up_eur: float = par(
        0.0,
        unit="EUR/fresh start",
        low=0,
        high=10_000_000,
        source="judgement: none beside the salaries of the start-up months",
        doc="Costs of a fresh start, besides salaries.",
    )
    investment_eur: float = par(
        0.0,
        unit="EUR",
        low=0,
        high=100_000_000,
        source="judgement: none unless a programme states it",
        doc="One-off investment at the first start, paid beside the calendar.",
    )


class Saving(BaseModel):
    """A cost that others are spared, for the payer whom it spares; never set against the cash book."""

    model_config = _FROZEN

    payer: Payer
    per: Literal["supported_month", "found_work", "completion"]
    eur: float = Field(ge=0, le=1_000_000)
    source: str = Field(min_length=3)


class Risk(Group):
    """The documented risk of a programme, as a mechanism that can be switched off."""

    kind: str = Field(description="One of the kinds of `RISKS`.")
    text: str = Field(min_length=3, description="What the document says.")
    on: bool = Field(default=True, description="Whether it acts.")
    size: float = par(
        0.5,
        unit="0 to 1",
        low=0,
        high=1,
        source="judgement: half",
        doc="How much; what it is a share of, the kind says.",
    )
    months: int = par(
        6,
        unit="months",
        low=1,
        high=600,
        source="judgement: half a year",
        doc="How long, where the kind has a duration.",
    )

    @field_validator("kind", mode="after")
    @classmethod
    def _known(cls, value: str) -> str:
        if value not in RISKS:
            near = nearest_name(value, RISKS)
            hint = f"; did you mean {near!r}?" if near else ""
            raise ValueError(f"unknown kind of risk; allowed: {', '.join(RISKS)}{hint}")
        return value


class Documented(BaseModel):
    """A figure that a document states, for comparison with a run at the documented scale.

    ``tolerance`` is relative to the value; ``unmet`` says why a run cannot meet the figure.
    """

    model_config = _FROZEN

    measure: Measure
    value: float = Field(ge=0)
    tolerance: float = Field(gt=0, le=1)
    source: str = Field(min_length=3)
    why: str = Field(min_length=3, description="Why this tolerance.")
    unmet: str = ""

    @field_validator("value", "tolerance", mode="before")
    @classmethod
    def _whole_is_a_number(cls, value: Any) -> Any:
        return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


class Setting(Group):
    """Where and how long a document saw the programme at work."""

    place: str = Field(default="average", description="Place of the catalogue.")
    place_note: str = Field(default="", description="Why that place.")
    households: int = par(
        0,
        unit="households",
        low=0,
        high=100_000,
        source="judgement: those of the place",
        doc="Households of the place where the documented scale asks another number; 0: its own.",
    )
    months: int = par(
        12,
        unit="months",
        low=1,
        high=1200,
        source="judgement: a year",
        doc="Months over which the documented figures were counted.",
    )


class ProgrammeSpec(BaseModel):
    """A programme: its card and every number it runs on.

    ``sources`` names for every number that the file states what it rests on; ``places`` is how
    many participants can be supported at a time.
    """

    model_config = _FROZEN

    key: str
    name: str = Field(min_length=1)
    about: str = Field(min_length=3)
    intervention: str = Field(min_length=3)
    where: str = Field(min_length=2)
    partners: str = ""
    approach: Literal["area", "broad_to_narrow", "target_group", "individual"]
    ladder: Literal["learning", "working", "housing", "leisure"]
    places: int = Field(ge=0, le=100_000)
    calendar: str = "continuous"
    source: str = Field(min_length=3)
    success_factor: str = Field(min_length=3)
    eligibility: Eligibility = Field(default_factory=Eligibility)
    funnel: Funnel = Field(default_factory=Funnel)
    support: Support = Field(default_factory=Support)
    nudges: Nudges = Field(default_factory=Nudges)
    bonds: Bonds = Field(default_factory=Bonds)
    offers: Offers = Field(default_factory=Offers)
    staff: Staff = Field(default_factory=Staff)
    money: Money = Field(default_factory=Money)
    payers: dict[Payer, float] = Field(default_factory=lambda: {"municipality": 1.0})
    saves: tuple[Saving, ...] = ()
    risk: Risk
    documented: tuple[Documented, ...] = ()
    setting: Setting = Field(default_factory=Setting)
    sources: dict[str, str] = Field(default_factory=dict)

    @field_validator("saves", "documented", mode="before")
    @classmethod
    def _as_tuple(cls, value: Any) -> Any:
        return tuple(value) if isinstance(value, list) else value

    @field_validator("payers", mode="before")
    @classmethod
    def _whole_shares(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        return {
            name: float(share) if type(share) is int else share for name, share in value.items()
        }

    @field_validator("payers", mode="after")
    @classmethod
    def _add_up(cls, value: dict[str, float]) -> dict[str, float]:
        if any(share < 0 for share in value.values()) or abs(sum(value.values()) - 1) > 1e-9:
            raise ValueError("the shares of the payers must be 0 or more and add up to 1")
        return value

    @model_validator(mode="after")
    def _sources_name_keys(self) -> Self:
        known = programme_keys()
        for key in self.sources:
            if key not in known:
                near = nearest_name(key, known)
                hint = f"; did you mean {near!r}?" if near else ""
                raise ValueError(f"sources: {key!r} is not a key of a programme{hint}")
        if self.offers.work_rung and not self.offers.work_places:
            raise ValueError("offers.work_rung without offers.work_places")
        return self

    def per_place_cents(self) -> int:
        """Return what one filled place costs in a month, staff and starts included."""
        staff = self.staff.salary_eur_per_month * (1 + self.money.overhead) / self.staff.caseload
        starts = self.money.start_eur / self.support.duration_months
        return round(100 * (self.money.place_eur_per_month + staff + starts))

    def full_month_cents(self) -> int:
        """Return what a month with every place filled costs."""
        fixed = round(100 * self.money.fixed_eur_per_month)
        return fixed + self.places * self.per_place_cents()


#: Groups of a programme whose numbers need a source.
PROGRAMME_GROUPS: dict[str, type[Group]] = {
    "eligibility": Eligibility,
    "funnel": Funnel,
    "support": Support,
    "nudges": Nudges,
    "bonds": Bonds,
    "offers": Offers,
    "staff": Staff,
    "money": Money,
    "risk": Risk,
    "setting": Setting,
}


def programme_keys() -> list[str]:
    """Return the keys of a programme that rest on something: ``group.name``, places and payers."""
    keys = ["places", "payers", "calendar"]
    for group, model in PROGRAMME_GROUPS.items():
        keys += [f"{group}.{name}" for name in model.model_fields]
    return keys
