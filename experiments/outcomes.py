"""What of a run is kept in a study: outcomes by name, each a number at the end of a year.

Three kinds: what one world shows; what it shows beside its twin, person by person; and the terms of
the ledger, for which the pair is lived a second time without crowding.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from ..scenarios import nearest_name
from .indicators import INDICATORS
from .ledger import TERMS
from .measured import LADDERS
from .programme_summary import SPENT

if TYPE_CHECKING:
    from .measured import Measured

Needs = Literal["run", "persons", "twin", "ledger"]

#: Of whom effects are taken: who started with a programme, everybody with a twin wherever they
#: live, and the figure of the neighbourhood.
GROUPS = ("participants", "people", "neighbourhood")


@dataclass(frozen=True)
class Outcome:
    """A number by run and year.

    Attributes
    ----------
    name : str
        Its key, and the name of its column.
    unit : str
        ``rungs``, ``rung-years``, ``score`` (0 to 1), ``share``, ``people``, ``times``,
        ``months``, ``EUR`` or ``EUR per rung-year``.
    needs : str
        ``"run"``: one world; ``"persons"``: its residents by the year too; ``"twin"``: the world of
        the baseline as well; ``"ledger"``: both twice.
    about : str
        What it is, in one line. Totals are from the start of the run.
    of : callable
        From what was measured and a year to the number; NaN where there is none.
    """

    name: str
    unit: str
    needs: Needs
    about: str
    of: Callable[[Measured, int], float]


#: Unit of the kinds of indicator.
_UNITS = {"rung": "rungs", "score": "score", "share": "share"}
#: What the chronicle publishes of the neighbourhood: name -> unit.
_PUBLISHED = {
    "learning": "rungs",
    "working": "rungs",
    "housing": "rungs",
    "leisure": "rungs",
    "agency": "score",
    "burden": "score",
    "trust": "score",
    "share_at_work": "share",
    "share_unemployed": "share",
    "share_on_benefit": "share",
    "share_qualified": "share",
    "share_in_control": "share",
    "share_poor": "share",
    "share_debts": "share",
    "residents": "people",
    "adults": "people",
    "working_age": "people",
    "households": "people",
    "original": "people",
}
#: Totals of the cash book: name -> (kinds, what it is).
_MONEY: dict[str, tuple[tuple[str, ...], str]] = {
    "granted_eur": (("grant", "bridge"), "money that payers paid in"),
    "money_eur": (SPENT, "money spent on programmes"),
    "returned_eur": (("returned",), "money that went back unspent"),
    "saved_eur": (("saving",), "what others were spared; no money in the book"),
}
#: What is counted of programmes: name -> (unit, what it is).
_COUNTED = {
    "starts": ("times", "trajectories begun"),
    "completions": ("times", "trajectories completed"),
    "supported_months": ("months", "months of support, by participant"),
    "unsupported_months": ("months", "months in support without a key worker or a venue"),
    "relations_broken": ("times", "relations with a key worker broken, or left behind"),
    "abandoned": ("times", "trajectories on which the programme ended"),
}


def _published() -> Iterable[Outcome]:
    for name, unit in _PUBLISHED.items():
        about = f"{name} of the neighbourhood, at the end of the year"
        yield Outcome(name, unit, "run", about, lambda m, y, n=name: m.published(n, y))


def _of_money() -> Iterable[Outcome]:
    for name, (kinds, about) in _MONEY.items():
        yield Outcome(name, "EUR", "run", about, lambda m, y, k=kinds: m.money(k, y))
    about = "money spent before there is support: costs of fresh starts, and their first salaries"
    yield Outcome("start_up_eur", "EUR", "run", about, lambda m, y: m.start_up(y))
    about = "money spent on programmes, as its present value in the first month"
    yield Outcome("money_present_eur", "EUR", "run", about, lambda m, y: m.money(SPENT, y, True))


def _of_service() -> Iterable[Outcome]:
    for name, (unit, about) in _COUNTED.items():
        yield Outcome(name, unit, "run", about, lambda m, y, n=name: m.counted(n, y))
    yield Outcome(
        "months_without_service",
        "months",
        "run",
        "months without support after the first with it, mean of the programmes",
        lambda m, y: m.months_without_service(y),
    )
    yield Outcome(
        "trust_participants",
        "score",
        "persons",
        "mean trust of who ever started, wherever they live",
        lambda m, y: m.trust_of_participants(y),
    )


def _of_twins() -> Iterable[Outcome]:
    for name, one in INDICATORS.items():
        unit = _UNITS[one.kind]
        about = f"{name} of the neighbourhood minus that of its twin"
        yield Outcome(f"gap.{name}", unit, "twin", about, lambda m, y, n=name: m.gap(n, y))
        for group in GROUPS[:2]:
            about = f"mean difference in {name} with the own twin, {group}"
            yield Outcome(
                ".".join(("effect", group, name)),
                unit,
                "twin",
                about,
                lambda m, y, g=group, n=name: m.effect(g, n, y),
            )
    about = "money spent on programmes more than by the twin"
    yield Outcome("extra_eur", "EUR", "twin", about, lambda m, y: m.extra_money(y))
    for group in GROUPS:
        yield from _rung_years(group)


def _rung_years(group: str) -> Iterable[Outcome]:
    name = f"rung_years.{group}"
    about = f"rung-years gained on all four ladders together, {group}"
    yield Outcome(name, "rung-years", "twin", about, lambda m, y: m.rung_years(group, y))
    for ladder in LADDERS:
        yield Outcome(
            f"{name}.{ladder}",
            "rung-years",
            "twin",
            f"rung-years gained in {ladder}, {group}",
            lambda m, y, one=ladder: m.rung_years(group, y, one),
        )
    yield Outcome(
        f"cost_per_rung_year.{group}",
        "EUR per rung-year",
        "twin",
        f"money spent more than by the twin for each rung-year gained, {group}; NaN without gain",
        lambda m, y: m.cost_per_rung_year(group, y),
    )


def _of_ledger() -> Iterable[Outcome]:
    for name, one in INDICATORS.items():
        for term in TERMS:
            yield Outcome(
                f"ledger.{name}.{term}",
                _UNITS[one.kind],
                "ledger",
                f"term {term} of the ledger of {name}",
                lambda m, y, n=name, t=term: m.term(n, t, y),
            )


#: All outcomes by name, in the order in which they are listed.
OUTCOMES: dict[str, Outcome] = {
    one.name: one
    for part in (_published(), _of_money(), _of_service(), _of_twins(), _of_ledger())
    for one in part
}

#: From least to most.
NEEDS: tuple[Needs, ...] = ("run", "persons", "twin", "ledger")


def outcome(name: str) -> Outcome:
    """Return the outcome with this name.

    Raises
    ------
    ValueError
        For an unknown name; says the nearest, and how names are made.
    """
    if name in OUTCOMES:
        return OUTCOMES[name]
    near = nearest_name(name, tuple(OUTCOMES))
    hint = f"; did you mean {near!r}?" if near else ""
    some = ", ".join([*list(_PUBLISHED)[:4], "gap.working", "rung_years.participants"])
    raise ValueError(f"unknown outcome {name!r}; allowed: {some}, ...{hint}")


def needs_of(names: Iterable[str]) -> Needs:
    """Return the most that any of some outcomes needs; raise ValueError for an unknown name."""
    return NEEDS[max((NEEDS.index(outcome(name).needs) for name in names), default=0)]


def need_twin(names: Iterable[str]) -> bool:
    """Return whether any of some outcomes needs a twin; raise ValueError for an unknown name."""
    return needs_of(names) in ("twin", "ledger")
