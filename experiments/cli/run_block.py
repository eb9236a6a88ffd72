"""What ``langeadem run`` leaves behind for a report."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ...viz.report.relevant import relevant_keys
from ...viz.text import Texts, policy_words
from ..programme_summary import summarise_programmes
from ..summary import summarise
from . import outcome, programme_outcome
from .screen import WIDEST
from .summary_file import as_table

if TYPE_CHECKING:
    from ...model import Neighbourhood
    from ..programme_summary import ProgrammeSummary


def run_block(
    world: Neighbourhood,
    command: str,
    seed: int,
    figures: Mapping[str, list[dict[str, str]]],
    t: Texts,
) -> dict[str, Any]:
    """Return the block of a run in a language, made of what its screen shows."""
    setup, summary = world.setup, summarise(world.chronicle)
    done = summarise_programmes(world.chronicle, setup.policy.programmes)
    period = t("run.in_year") if setup.years == 1 else t("run.in_years", years=setup.years)
    place, policy = setup.place.name, policy_words(setup.policy.key, t)
    caveats = [t("report.run_once")]
    tables = [
        as_table(outcome.levels_listing(summary, t), t("report.run_levels")),
        as_table(outcome.flows_listing(summary, t), t("report.run_flows")),
    ]
    if done is not None:
        tables += _of_programmes(done, t)
        caveats.append(t("standing.no_effect"))
    return {
        "command": command,
        "question": t("report.run_question", place=place, period=period, policy=policy),
        "answer": outcome.answer(summary, place, setup.policy.key, t),
        "facts": [
            [t("report.fact_years"), t.number(setup.years)],
            [t("report.fact_policy"), setup.policy.key],
            [t("report.fact_seed"), str(seed)],
        ],
        "figures": figures[t.lang],
        "tables": tables,
        "caveats": caveats,
        "assumptions": relevant_keys(setup),
        "scenarios": ["scenario.json"],
    }


def _of_programmes(done: ProgrammeSummary, t: Texts) -> list[dict[str, Any]]:
    """Return what programmes did, their money, and where their participants stand."""
    if done.idle:
        return []
    did = programme_outcome.did_listings(done, t, WIDEST)
    tables = [as_table(one, "") for one in did]
    tables[0]["title"] = t("report.run_did")
    tables[-1]["note"] = t("did.counting")
    notes = programme_outcome.money_sentences(done, t)
    money = as_table(programme_outcome.money_listing(done.money, t), t("report.run_money"))
    tables.append({**money, "note": " ".join(notes)})
    if len(done.programmes) > 1:
        by = programme_outcome.money_by_programme(done, t)
        tables.append(as_table(by, t("report.run_money_by")))
    standing = as_table(programme_outcome.standing_listing(done, t), t("report.run_standing"))
    note = f"{programme_outcome.standing_sentence(done, t)} {t('standing.no_effect')}"
    return [*tables, {**standing, "note": note}]
