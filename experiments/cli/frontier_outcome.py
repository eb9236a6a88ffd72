"""What ``langeadem frontier`` says: the answer, how often each policy is best, the limits of the box."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from rich.text import Text

from ...viz.text import Texts
from ...viz.text.outcome_words import OutcomeWords
from ...viz.text.policy_names import policy_name
from .analysis import caveats, facts_of, told_facts
from .screen import Listing, console, print_plain, show_listing
from .summary_file import as_table
from .sweep_outcome import plain

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from ...viz.figures import StudyFacts
    from ..frontier import Frontier


def facts(found: Frontier) -> StudyFacts:
    """Return which worlds it is about."""
    asked = found.question
    return facts_of(asked.ground, (asked.outcome, asked.year), asked.policies, asked.runs())


def answer(found: Frontier, t: Texts) -> str:
    """Return the answer in sentences, every number in them computed."""
    from ...viz.figures.frontier import limit_words

    about = facts(found)
    names = about.names(t)
    told = {
        "usual": names[found.usual_best],
        "what": OutcomeWords(about.outcome, t).words,
        "when": about.when(t),
        "points": t.number(len(found.best)),
    }
    if found.without == "never":
        return t("frontier_answer.never", **told, clear=t.number(int(found.clear.sum())))
    told["changed"] = t.number(int(found.changed.sum()))
    if found.box is None:
        return t(f"frontier_answer.{found.without}", **told)
    return t(
        "frontier_answer.box",
        **told,
        limits=t.listing([limit_words(one, t) for one in found.box.limits]),
        winner=names[found.winner],
        density=t.percent(found.box.density),
        coverage=t.percent(found.box.coverage),
    )


def standing_listing(found: Frontier, t: Texts) -> Listing:
    """Return each policy: the outcome as usual, how often it is best, and how the outcome varies."""
    words = OutcomeWords(found.question.outcome, t)
    decimals = words.decimals([*found.usual_values, *found.values.ravel().tolist()])
    rows = []
    for number, policy in enumerate(found.question.policies):
        own = found.best == number
        low, middle, high = np.quantile(found.values[:, number], [0.0, 0.5, 1.0])
        rows.append(
            [
                policy_name(policy, t),
                words.number(found.usual_values[number], decimals),
                t.number(int(own.sum())),
                t.number(int((own & found.clear).sum())),
                *(words.number(float(one), decimals) for one in (low, middle, high)),
            ]
        )
    columns = [
        t("frontier_answer.policy"),
        t("frontier_answer.now", unit=words.unit),
        t("frontier_answer.best"),
        t("frontier_answer.clear"),
        t("frontier_answer.worst"),
        t("frontier_answer.middle"),
        t("frontier_answer.most"),
    ]
    return Listing(
        columns, rows, frozenset(range(1, 7)), frozenset({0}), title=t("frontier_answer.standing")
    )


def limits_listing(found: Frontier, t: Texts) -> Listing:
    """Return the limits of the box; none without one."""
    from ...viz.figures.assumption_rows import assumption_words, trimmed

    rows = []
    for one in found.box.limits if found.box else ():
        span = found.assumption(one.key).span
        rows.append(
            [
                f"{assumption_words(one.key, t)} ({one.key})",
                "-" if math.isnan(one.low) else trimmed(one.low, t),
                "-" if math.isnan(one.high) else trimmed(one.high, t),
                t("assume.between", low=trimmed(span.low, t), high=trimmed(span.high, t)),
                "< 1" if one.chance < 0.0005 else t.number(1000 * one.chance),
            ]
        )
    columns = [
        t("sensitivity.assumption"),
        t("frontier_answer.from"),
        t("frontier_answer.to"),
        t("frontier_answer.tried"),
        t("frontier_answer.chance"),
    ]
    return Listing(
        columns, rows, frozenset(range(1, 5)), frozenset({0}), title=t("frontier_answer.limits")
    )


def notes(found: Frontier, t: Texts) -> list[str]:
    """Return how sure the box is, and what the ranges rest on."""
    asked = found.question
    told = []
    if found.box is not None:
        told.append(
            t(
                "frontier_answer.density",
                density=t.percent(found.box.density),
                cases=t.number(found.box.cases),
                elsewhere=t.percent(found.box.elsewhere),
                base=t.percent(float(found.changed.mean())),
            )
        )
    names = [policy_name(one, t) for one in asked.policies]
    same = [name for at, name in enumerate(names) if at not in found.distinct]
    if same:
        told.append(t("frontier_answer.same", policies=t.listing(same)))
    return told + caveats(asked.ground, asked.left_out, len(asked.policies), t)


def show(found: Frontier, t: Texts) -> None:
    """Print the answer and its tables."""
    out = console()
    print_plain(out, Text(answer(found, t)))
    out.print()
    show_listing(out, standing_listing(found, t))
    out.print()
    if found.box is not None:
        show_listing(out, limits_listing(found, t))
        out.print()
    for line in notes(found, t):
        print_plain(out, Text(line))
    print_plain(out, Text(t("sensitivity.meaning")))
    out.print()


def figures_of(found: Frontier, lang: str) -> dict[str, Figure]:
    """Return the figure; none where there is nothing to draw two assumptions of."""
    from ...viz.figures import frontier_figure
    from ...viz.figures.comparison import POLICY_COLOURS

    few = len(found.question.assumptions) < 2
    if few or len(found.question.policies) > len(POLICY_COLOURS):
        return {}
    return {"frontier": frontier_figure(found, facts(found), lang)}


def tables_of(found: Frontier) -> dict[str, pd.DataFrame]:
    """Return the tables that are saved, by name."""
    import pandas as pd

    tables = {"points": found.table()}
    if found.box is not None:
        tables["box"] = pd.DataFrame([vars(one) for one in found.box.limits])
    return tables


def block(found: Frontier, command: str, scenarios: list[str], t: Texts) -> dict[str, Any]:
    """Return what a report shows of it."""
    about, asked = facts(found), found.question
    listings = [standing_listing(found, t)]
    if found.box is not None:
        listings.append(limits_listing(found, t))
    first = [one.key for one in found.box.limits] if found.box else []
    others = [one.key for one in asked.assumptions if one.key not in first]
    return {
        "command": command,
        "question": t(
            "frontier_answer.question",
            what=OutcomeWords(about.outcome, t).words,
            when=about.when(t),
        ),
        "answer": answer(found, t),
        "facts": told_facts(asked.ground, about, t),
        "tables": [as_table(one, one.title) for one in listings],
        "caveats": notes(found, t),
        "assumptions": [*first, *others],
        "scenarios": scenarios,
    }


def as_data(found: Frontier, t: Texts, saved: str) -> dict[str, Any]:
    """Return the answer for machines: full precision, nothing translated but the sentence."""
    asked, box = found.question, found.box
    counts = np.bincount(found.best, minlength=len(asked.policies))
    return {
        "answer": answer(found, t),
        "question": {
            "study": asked.ground.study.name,
            "policies": list(asked.policies),
            "outcome": asked.outcome,
            "year": asked.year,
            "prefer": asked.prefer,
            "money": asked.ground.money,
            "points": len(found.best),
            "replicates": asked.ground.replicates,
        },
        "usual": dict(zip(asked.policies, found.usual_values, strict=True)),
        "usual_best": asked.policies[found.usual_best],
        "best": dict(zip(asked.policies, counts.tolist(), strict=True)),
        "changed": int(found.changed.sum()),
        "clear": int(found.clear.sum()),
        "without": found.without,
        "box": None
        if box is None
        else {
            "coverage": box.coverage,
            "density": box.density,
            "cases": box.cases,
            "elsewhere": box.elsewhere,
            "limits": [{k: plain(v) for k, v in vars(one).items()} for one in box.limits],
        },
        "left_out": list(asked.left_out),
        "saved": saved,
    }
