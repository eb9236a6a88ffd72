"""Which assumptions a reader should see first, where a result does not say so itself."""

from __future__ import annotations

from collections.abc import Iterator

from ...scenarios import LADDERS, Scenario

#: What decides how long gains last, where they go and what a stop costs, most telling first.
_ALWAYS = (
    "capability.fade_out_half_life",
    "capability.consolidation_half_life",
    "moving.up_and_out",
    "moving.risen_factor",
    "moving.local_wish",
    "start.newcomer_disadvantage",
    "ties.lifetime",
    "ties.cut_on_leaving",
)
_OF_LADDER = {
    "learning": ("learning.course_climb_rate", "learning.course_places", "learning.fall_rate"),
    "working": ("working.find_rate", "working.loss_rate", "labour.vacancy_rate"),
    "housing": ("housing.capability_owner", "housing.wish_rate"),
    "leisure": ("leisure.climb_rate", "leisure.fall_rate"),
}
_OF_PROGRAMMES = (
    "quality.relation_start",
    "quality.relation_months",
    "quality.memory_half_life",
    "staffing.leave_rate",
    "staffing.insecurity_factor",
    "taking_part.lock_in",
    "taking_part.abandoned_trust",
    "counterforces.critical_gain",
)
_OF_EACH_PROGRAMME = ("support.lasting", "staff.caseload")


def relevant_keys(scenario: Scenario) -> list[str]:
    """Return the keys that a result about a scenario leans on most, most relevant first.

    The choice is ours: what acts on the ladders of its programmes, on how long gains last, on who
    leaves, and on what a stop of money costs. What matters most by measurement is the question of
    ``langeadem sensitivity``.
    """
    return list(dict.fromkeys(_keys(scenario)))


def _keys(scenario: Scenario) -> Iterator[str]:
    programmes = scenario.policy.programmes
    aimed_at = {one.programme.ladder for one in programmes.values()}
    yield from _ALWAYS
    for ladder in LADDERS:
        if ladder in aimed_at or not programmes:
            yield from _OF_LADDER[ladder]
    if programmes:
        yield from _OF_PROGRAMMES
    for name, funded in programmes.items():
        yield f"programmes.{name}.nudges.{funded.programme.ladder}"
        for key in _OF_EACH_PROGRAMME:
            yield f"programmes.{name}.{key}"
