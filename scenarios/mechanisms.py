"""The mechanisms of the world; each can be switched off by name."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


def _on(doc: str) -> bool:
    return Field(default=True, description=doc)


class Mechanisms(BaseModel):
    """Switches, all on by default. A mechanism that is off leaves no trace of its term."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    climbing: bool = _on("residents climb the learning, working and leisure ladders")
    falling: bool = _on("residents lose rungs")
    consolidation: bool = _on("holding a rung builds the footing to sustain it")
    scarring: bool = _on("a long time on a low rung wears the footing down")
    fade_out: bool = _on("capability returns to its footing without support")
    coupling: bool = _on(
        "ladders affect each other: qualification, arrears after job loss, survival first"
    )
    labour_cycle: bool = _on("the labour market swings")
    crowding: bool = _on("vacancies, places and dwellings are finite and contested")
    wellbeing: bool = _on("agency, burden and trust follow circumstances")
    shocks: bool = _on("illness and debt strike by chance")
    moving: bool = _on("households move")
    escalator: bool = _on("households whose position rises above their dwelling leave more often")
    attachment: bool = _on("ties near home keep households")
    local_moves: bool = _on("movers can move inside the neighbourhood")
    eviction: bool = _on("poor renters with high burden can be evicted")
    births: bool = _on("children are born")
    leaving_home: bool = _on("adult children leave home")
    partnering: bool = _on("single adults are joined by a partner from elsewhere")
    separation: bool = _on("couples separate")
    deaths: bool = _on("residents die")
    inheritance: bool = _on("children inherit part of their parents' position")
    care_price: bool = _on("care costs poor households more, and more every year")
    market_pressure: bool = _on("pressure on the housing market: urgent cases come, outflow trends")
    demolition_elsewhere: bool = _on("demolition elsewhere sends tenants here, in the years stated")
    ties: bool = _on("residents have ties outside their household; off removes all of them")
    foci: bool = _on("shared clubs and schools make friends")
    tie_turnover: bool = _on("ties end and are made")
    job_information: bool = _on("friends, kin and bridges who work help to find work")
    norms: bool = _on("the agency and trust of ties pull on one's own")
    mutual_aid: bool = _on("ties lower burden")
    relation: bool = _on("support gets better with the months together with a key worker")
    experience: bool = _on("key workers learn their work")
    memory: bool = _on("organisations remember, and forget while they stand still")
    setting: bool = _on("support in one's own surroundings works better than in an institution")
    start_up: bool = _on("a fresh start costs months, money and a first year of friction")
    turnover: bool = _on("key workers leave and posts stay empty for a while")
    insecurity: bool = _on("key workers leave sooner when the end of the money is in sight")
    abandonment: bool = _on("who is abandoned by a programme loses trust, and so do their ties")
    trust_gate: bool = _on("trust decides who lets a programme in")
    survival_gate: bool = _on("residents without a free hand cannot take up group offers")
    participation_limits: bool = _on("nobody takes part for more hours a week than there are")
    lock_in: bool = _on("who works in a place of a programme looks less for work on the market")
    offset_risk: bool = _on("easing one problem can worsen another")
    word_of_mouth: bool = _on("participants tell their ties of a programme")
    programme_ties: bool = _on("programmes make ties: peers, mentors and bridges")
    volunteering: bool = _on("who completes can become volunteer or role model, and be over-asked")
    dependency: bool = _on("long support hands agency over to professionals")
    drift: bool = _on("an established offer drifts away from what is asked")
    diminishing_returns: bool = _on("a second trajectory of the same programme does less")
    critical_mass: bool = _on("much support at one time makes it work better")
    freed_hands: bool = _on("key workers of stopped programmes fill posts elsewhere sooner")
    freed_money: bool = _on("money that a stopped programme gives back goes to others")
    documented_risks: bool = _on("programmes run the risks that documents report of them")


def mechanism_descriptions() -> dict[str, str]:
    """Return what every mechanism does, by name."""
    return {name: field.description or "" for name, field in Mechanisms.model_fields.items()}
