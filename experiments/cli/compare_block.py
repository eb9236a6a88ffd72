"""What ``langeadem compare`` leaves behind: tables, figures, scenarios, and a block for a report."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...viz.figures import calendars_figure, comparison_figure
from ...viz.report.relevant import relevant_keys
from ...viz.text import Texts
from ...viz.text.money_words import rate_words
from ...viz.text.policy_names import policy_name
from . import compare_outcome
from .summary_file import as_table, save_figures, write_summary

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from ..comparison import Comparison
    from ..contributions import Contributions
    from ..courses import Course


def save(
    found: Comparison,
    courses: Sequence[Course],
    parts: Contributions | None,
    folder: Path,
    command: str,
    lang: str,
) -> None:
    """Write everything into the folder of the store, file by file, each whole or not at all."""
    tables = {"comparison": found.table(), "replicates": found.cells}
    if parts is not None:
        tables["contributions"] = parts.table()
    for name, frame in tables.items():
        for ending, write in (("parquet", frame.to_parquet), ("csv", frame.to_csv)):
            _whole(folder / f"{name}.{ending}", lambda path, w=write: w(path, index=False))
    figures = save_figures(folder, lang, lambda one: figures_of(found, courses, one))
    for name, figure in figures_of(found, (), lang).items():
        _whole(
            folder / f"{name}.svg",
            lambda path, one=figure: one.savefig(path, format="svg", metadata={"Date": None}),
        )
    for name, scenario in _scenarios(found).items():
        text = scenario.model_dump_json(indent=2) + "\n"
        _whole(folder / name, lambda path, text=text: path.write_text(text, encoding="utf-8"))
    write_summary(folder, lambda t: block(found, parts, command, figures, t))


def figures_of(found: Comparison, courses: Sequence[Course], lang: str) -> dict[str, Figure]:
    """Return the figures by name; without money there are no calendars to draw."""
    figures = {"comparison": comparison_figure(found, lang)}
    if courses:
        figures["calendars"] = calendars_figure(found, courses, lang)
    return figures


def _whole(path: Path, write: Callable[[Path], Any]) -> None:
    """Write a file under another name, then rename it."""
    unfinished = path.with_name(f".{path.name}.part")
    try:
        write(unfinished)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def _scenarios(found: Comparison) -> dict[str, Any]:
    """Return the scenario of every arm over the longest horizon, and of the twin, by file."""
    arms = {f"scenario-{policy}.json": found.arms.scenario(policy) for policy in found.policies}
    return {**arms, "baseline.json": found.arms.baseline}


def block(
    found: Comparison,
    parts: Contributions | None,
    command: str,
    figures: Mapping[str, list[dict[str, str]]],
    t: Texts,
) -> dict[str, Any]:
    """Return the block of a comparison in a language, made of what its screen shows."""
    arms = found.arms
    seeds = sorted(set(found.cells["seed"].tolist()))
    names = t.listing([policy_name(one, t) for one in found.policies])
    facts = [
        [t("compare.fact_horizons"), t.listing([t.number(one) for one in found.horizons])],
        [t("report.fact_beside"), compare_outcome.baseline_words(found, t)],
        [
            t("compare.fact_money"),
            t(f"compare.fact_money_{arms.money.replace('-', '_')}", **rate_words(arms, t)),
        ],
        [t("compare.fact_replicates"), t.number(math.ceil(len(seeds) / len(arms.worlds)))],
        [
            t("report.fact_seeds"),
            t("report.seeds", first=str(seeds[0]), last=str(seeds[-1])),
        ],
    ]
    if arms.ensemble is not None:
        facts.append([t("compare.fact_worlds"), t.number(len(arms.worlds))])
    return {
        "command": command,
        "question": t("compare.question", place=arms.baseline.place.name, policies=names),
        "answer": compare_outcome.answer(found, t),
        "facts": facts,
        "figures": figures[t.lang],
        "tables": [
            as_table(listing, listing.title, note=note)
            for listing, note in compare_outcome.listings(found, t, parts)
        ],
        "caveats": [*compare_outcome.remarks(found, t), t("compare.caveat"), t("compare.judged")],
        "assumptions": relevant_keys(arms.scenario(_richest(found))),
        "scenarios": [
            {
                "file": f"scenario-{policy}.json",
                "title": t("report.arm", policy=policy),
                "years": found.horizons[-1],
            }
            for policy in found.policies
        ]
        + [
            {
                "file": "baseline.json",
                "title": t("report.beside", policy=compare_outcome.baseline_words(found, t)),
                "years": found.horizons[-1],
            }
        ],
    }


def _richest(found: Comparison) -> str:
    """Return the first policy with programmes."""
    return next(
        (one for one in found.policies if found.arms.scenario(one).policy.programmes),
        found.reference,
    )
