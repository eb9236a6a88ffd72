"""What a sweep leaves for a report: its figure, the scenarios, and the summary in both languages."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...viz.text import Texts
from .summary_file import as_table, save_figures, write_summary
from .sweep_outcome import answer, last_lines, notes, outcome_tables

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from ...viz.figures import StudyFacts
    from ..along import Along
    from ..study import Study
    from ..sweeps import Sweep

#: What is drawn: an outcome along everything that varied, and which worlds that is of.
Look = tuple["list[list[Along]]", "StudyFacts"]


def look_at(found: Sweep) -> Look | None:
    """Return the first outcome along what varied, at the end of the last year; None without numbers."""
    from ...viz.figures import StudyFacts
    from ..along import along

    study, manifest = found.study, found.store.manifest
    year, outcome = max(manifest.years), manifest.outcomes[0]
    frame: Any = found.frame(where={"year": year})
    known = set(frame.loc[frame[outcome].notna(), "policy"])
    order = dict.fromkeys(arm.scenario.policy.key for arm in study.arms())
    policies = [one for one in order if one in known]
    if not policies:
        return None
    facts = StudyFacts(
        study=study.name,
        place=study.arms()[0].scenario.place.name,
        policies=tuple(policies),
        outcome=outcome,
        year=year,
        replicates=frame["seed"].nunique(),
        runs=frame["key"].nunique(),
        seed=manifest.seeds[0],
        version=version("langeadem"),
        worlds=1 if study.ensemble is None else len(study.ensemble.worlds),
    )
    return along(frame, outcome, policies, study.varying), facts


def finding(look: Look | None, t: Texts) -> str:
    """Return what stands out, as a sentence; nothing where there is no number."""
    from ...viz.figures.sweep import sweep_title

    return "" if look is None else t("sweep.finding", finding=sweep_title(*look, t))


def save(found: Sweep, look: Look | None, command: str, lang: str) -> None:
    """Write the scenario of each policy, the figure and the summary into the folder."""
    folder = found.store.folder
    files = _save_scenarios(found.study, folder)

    def draw(lang: str) -> dict[str, Figure]:
        from ...viz.figures import sweep_figure

        return {} if look is None else {"sweep": sweep_figure(*look, lang)}

    saved = save_figures(folder, lang, draw)
    write_summary(
        folder,
        lambda t: {**_block(found, look, command, files, t), "figures": saved[t.lang]},
    )


def _save_scenarios(study: Study, folder: Path) -> list[str]:
    """Write the scenario of each policy at the first point; return the names of the files."""
    files = {}
    for arm in study.arms():
        files.setdefault(f"scenario-{arm.scenario.policy.key}.json", arm.scenario)
    for name, scenario in files.items():
        text = scenario.model_dump_json(indent=2) + "\n"
        (folder / name).write_text(text, encoding="utf-8")
    return list(files)


def _block(
    found: Sweep, look: Look | None, command: str, files: Sequence[str], t: Texts
) -> dict[str, Any]:
    """Return what a report is told, in a language."""
    from ...viz.report.relevant import relevant_keys

    study, manifest = found.study, found.store.manifest
    every = last_lines(found)
    first = study.arms()[0].scenario
    tables = [as_table(one, title) for title, one in outcome_tables(every, manifest, t)]
    if tables:
        tables[0]["note"] = " ".join(notes(every, manifest, t))
    keys = [*manifest.labels, *study.written.settings, *relevant_keys(first)]
    said = (finding(look, t), answer(study, found.status(), t))
    return {
        "command": command,
        "question": _question(list(manifest.labels), first.place.name, t),
        "answer": " ".join(one for one in said if one),
        "facts": _facts(found, t),
        "tables": tables,
        "caveats": _caveats(found, t),
        "assumptions": list(dict.fromkeys(keys)),
        "scenarios": [{"file": name, "title": _title(name, study, t)} for name in files],
    }


def _question(varying: Sequence[str], place: str, t: Texts) -> str:
    from ...viz.figures.assumption_rows import assumption_words

    if not varying:
        return t("sweep.question_policies", place=place)
    if len(varying) == 1:
        what = f"\u201c{assumption_words(varying[0], t)}\u201d"
        return t("sweep.question_one", what=what, place=place)
    return t("sweep.question", count=t.number(len(varying)), place=place)


def _facts(found: Sweep, t: Texts) -> list[tuple[str, str]]:
    study, seeds = found.study, found.store.manifest.seeds
    facts = [
        (t("report.fact_years"), t.number(study.years)),
        (t("sweep.fact_design"), t(f"sweep.design_{study.design.kind.replace('-', '_')}")),
        (t("sweep.fact_points"), t.number(len(study.points()))),
        (t("sweep.fact_runs"), t.number(study.total)),
        (t("report.fact_seeds"), t("report.seeds", first=str(seeds[0]), last=str(seeds[-1]))),
    ]
    if study.ensemble is not None:
        facts.insert(3, (t("sweep.fact_worlds"), t.number(len(study.ensemble.worlds))))
    return facts


def _caveats(found: Sweep, t: Texts) -> list[str]:
    told = [t("sweep.left_out")] if len(found.failed()) else []
    if len(found.study.points()) > 1 or found.study.ensemble is not None:
        told.append(t("sweep.first_shown"))
    return told


def _title(file: str, study: Study, t: Texts) -> str:
    """Return what a scenario was: a policy, at the first point where there are more."""
    policy = file[len("scenario-") : -len(".json")]
    several = len(study.points()) > 1 or study.ensemble is not None
    return t("sweep.arm_first" if several else "report.arm", policy=policy)
