"""What ``langeadem visible`` leaves behind for a report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...viz.report.relevant import relevant_keys
from ...viz.text import Texts
from .summary_file import as_table
from .visible import answer, listing, note

if TYPE_CHECKING:
    from ...scenarios import Scenario
    from ..visibility import Search, Visibility

#: The scenario with the programme at its own size; the search lived other sizes too.
TRIED = "programme.json"


def visible_block(
    found: Visibility,
    search: Search,
    tried: Scenario,
    command: str,
    figures: list[dict[str, str]],
    t: Texts,
) -> dict[str, Any]:
    """Return the block of a search in a language, made of what its screen shows."""
    place, programme = search.scenario.place.name, search.programme.name
    last = search.seed + search.replicates - 1
    return {
        "command": command,
        "question": t("report.visible_question", place=place, programme=programme),
        "answer": answer(found, search, t),
        "facts": [
            [t("report.fact_difference"), t(f"effect.on_{found.indicator}")],
            [t("report.fact_respondents"), t.number(search.monitor.respondents)],
            [t("report.fact_worlds"), t.number(found.replicates)],
            [t("report.fact_seeds"), t("report.seeds", first=str(search.seed), last=str(last))],
        ],
        "figures": figures,
        "tables": [as_table(listing(found, t), t("report.visible_table"), note=note(found, t))],
        "caveats": [t("report.visible_places"), t("report.evaluation")],
        "assumptions": relevant_keys(tried),
        "scenarios": [
            {
                "file": TRIED,
                "title": t("report.visible_arm", programme=programme),
                "years": found.years[-1],
            }
        ],
    }
