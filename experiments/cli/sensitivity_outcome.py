"""What ``langeadem sensitivity`` says: the answer, the parts, every assumption by itself."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from rich.text import Text

from ...viz.text import Texts
from ...viz.text.outcome_words import OutcomeWords
from .analysis import caveats, facts_of, told_facts
from .screen import Listing, console, print_plain, show_listing
from .summary_file import as_table
from .sweep_outcome import plain

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from ...viz.figures import StudyFacts
    from ..sensitivity import Sensitivity


def facts(found: Sensitivity) -> StudyFacts:
    """Return which worlds it is about."""
    asked = found.question
    return facts_of(asked.ground, (asked.outcome, asked.year), asked.policies, asked.runs())


def has_parts(found: Sensitivity) -> bool:
    """Return whether there is a variance beyond luck to divide."""
    return bool(np.isfinite(found.final.total).all())


def answer(found: Sensitivity, t: Texts) -> str:
    """Return the answer in sentences, every number in them computed."""
    from ...viz.figures.assumption_rows import as_title, assumption_words, trimmed
    from ...viz.figures.indices import by_total, share_words

    asked, about = found.question, facts(found)
    words = OutcomeWords(asked.outcome, t)
    ends = [(one.at_low.value, one.at_high.value) for one in found.swings]
    decimals = words.decimals([found.usual[0], *(end for pair in ends for end in pair)])
    told = {
        "what": as_title(about.what(t)),
        "when": about.when(t),
        "value": words.number(found.usual[0], decimals),
        "unit": words.unit,
        "count": t.number(len(asked.assumptions)),
    }
    if not has_parts(found):
        return t("sensitivity.answer_luck", **told)
    first = by_total(found.final)[0]
    key = found.kept[first]
    swing = next(one for one in found.swings if one.assumption.key == key)
    return t(
        "sensitivity.answer",
        **told,
        first=assumption_words(key, t),
        kept=t.number(len(found.kept)),
        share=share_words(float(found.final.total[first]), t),
        alone=share_words(float(found.final.first[first]), t),
        low=trimmed(swing.assumption.span.low, t),
        high=trimmed(swing.assumption.span.high, t),
        at_low=words.number(swing.at_low.value, decimals),
        at_high=words.number(swing.at_high.value, decimals),
        luck=t.percent(found.final.split.noise_share),
    )


def parts_listing(found: Sensitivity, t: Texts) -> Listing:
    """Return the part of every kept assumption, the largest first."""
    from ...viz.figures.assumption_rows import assumption_words
    from ...viz.figures.indices import by_total, share_words

    last = found.final
    rows = []
    for at in by_total(last):
        total, half = float(last.total[at]), float(last.total_half[at])
        interval = t(
            "assume.between", low=share_words(total - half, t), high=share_words(total + half, t)
        )
        words = f"{assumption_words(last.keys[at], t)} ({last.keys[at]})"
        alone = share_words(float(last.first[at]), t)
        rows.append([words, share_words(total, t), alone, interval])
    columns = [
        t("sensitivity.assumption"),
        t("sensitivity.whole"),
        t("sensitivity.alone"),
        t("sensitivity.interval"),
    ]
    return Listing(
        columns, rows, frozenset({1, 2, 3}), frozenset({0}), title=t("sensitivity.parts")
    )


def all_listing(found: Sensitivity, t: Texts) -> Listing:
    """Return every assumption: its range, what it does by itself, and in the coarse round."""
    from ...viz.figures.assumption_rows import trimmed

    words = OutcomeWords(found.question.outcome, t)
    coarse = {one.key: one for one in found.screened}
    numbers = [found.usual[0], *(one.effect for one in found.screened)]
    decimals = words.decimals(numbers)
    rows = []
    for one in sorted(found.swings, key=lambda swing: -coarse[swing.assumption.key].effect):
        span, key = one.assumption.span, one.assumption.key
        rows.append(
            [
                key,
                t("assume.between", low=trimmed(span.low, t), high=trimmed(span.high, t)),
                words.number(one.at_low.value, decimals),
                words.number(one.at_high.value, decimals),
                words.number(coarse[key].effect, decimals),
                words.number(coarse[key].noise, decimals),
            ]
        )
    columns = [
        t("sensitivity.assumption"),
        t("sensitivity.range"),
        t("sensitivity.at_low"),
        t("sensitivity.at_high"),
        t("sensitivity.moves"),
        t("sensitivity.noise"),
    ]
    title = t("sensitivity.all", unit=words.unit)
    return Listing(columns, rows, frozenset(range(1, 6)), frozenset({0}), title=title)


def notes(found: Sensitivity, t: Texts) -> list[str]:
    """Return what is luck, whether the parts stand still, and what the ranges rest on."""
    shares = found.split.shares
    asked = found.question
    told = []
    if all(math.isfinite(one) for one in shares.values()):
        told.append(
            t(
                "sensitivity.luck",
                **{name: t.percent(share) for name, share in shares.items()},
                replicates=t.number(asked.ground.replicates),
                noise=t.percent(found.split.noise_share),
            )
        )
    if math.isfinite(found.moved):
        told.append(
            t(
                "sensitivity.moved",
                before=t.number(found.indices[-2].samples),
                last=t.number(found.final.samples),
                moved=t.number(100 * found.moved, 1),
            )
        )
    return told + caveats(asked.ground, asked.left_out, len(asked.policies), t)


def show(found: Sensitivity, t: Texts) -> None:
    """Print the answer and its tables."""
    out = console()
    print_plain(out, Text(answer(found, t)))
    out.print()
    if has_parts(found):
        show_listing(out, parts_listing(found, t))
        out.print()
    show_listing(out, all_listing(found, t))
    out.print()
    for line in notes(found, t):
        print_plain(out, Text(line))
    print_plain(out, Text(t("sensitivity.meaning")))
    out.print()


def figures_of(found: Sensitivity, lang: str) -> dict[str, Figure]:
    """Return the figures by name; without a variance to divide, those of single assumptions."""
    from ...viz.figures import (
        convergence_figure,
        indices_figure,
        screening_figure,
        tornado_figure,
    )

    about = facts(found)
    asked = found.question
    figures = {"tornado": tornado_figure(found.swings, found.usual[0], about, lang)}
    if has_parts(found):
        size = (2 * len(found.kept) if asked.second_order else len(found.kept)) + 2
        figures["indices"] = indices_figure(found.final, asked.samples * size, about, lang)
        figures["convergence"] = convergence_figure(found.indices, about, lang)
    figures["screening"] = screening_figure(
        found.screened, found.kept, asked.trajectories, about, lang
    )
    return figures


def tables_of(found: Sensitivity) -> dict[str, pd.DataFrame]:
    """Return the tables that are saved, by name."""
    import pandas as pd

    alone = [
        {
            "key": one.assumption.key,
            "low": one.assumption.span.low,
            "usual": one.assumption.usual,
            "high": one.assumption.span.high,
            "stated": one.assumption.stated,
            **{f"at_low_{name}": value for name, value in vars(one.at_low).items()},
            **{f"at_high_{name}": value for name, value in vars(one.at_high).items()},
        }
        for one in found.swings
    ]
    grown = [
        {
            "samples": one.samples,
            "key": key,
            **{
                name: float(getattr(one, name)[at])
                for name in (
                    "first",
                    "first_half",
                    "total",
                    "total_half",
                    "raw_first",
                    "raw_total",
                )
            },
            "noise_share": one.split.noise_share,
        }
        for one in found.indices
        for at, key in enumerate(one.keys)
    ]
    luck = {**vars(found.split), **{f"share_{k}": v for k, v in found.split.shares.items()}}
    tables = {
        "tornado": pd.DataFrame(alone),
        "screening": pd.DataFrame([vars(one) for one in found.screened]),
        "indices": pd.DataFrame(grown),
        "luck": pd.DataFrame([{**luck, "noise_share": found.split.noise_share}]),
    }
    if found.final.second is not None and found.final.second_half is not None:
        tables["pairs"] = pd.DataFrame(_pairs(found))
    return tables


def _pairs(found: Sensitivity) -> list[dict[str, Any]]:
    last = found.final
    assert last.second is not None
    assert last.second_half is not None
    return [
        {
            "key": last.keys[j],
            "other": last.keys[k],
            "second": float(last.second[j, k]),
            "second_half": float(last.second_half[j, k]),
        }
        for j in range(len(last.keys))
        for k in range(j + 1, len(last.keys))
    ]


def block(found: Sensitivity, command: str, scenarios: list[str], t: Texts) -> dict[str, Any]:
    """Return what a report shows of it."""
    about, asked = facts(found), found.question
    listings = [parts_listing(found, t)] if has_parts(found) else []
    listings.append(all_listing(found, t))
    return {
        "command": command,
        "question": t("sensitivity.question", what=about.what(t), when=about.when(t)),
        "answer": answer(found, t),
        "facts": told_facts(asked.ground, about, t),
        "tables": [as_table(one, one.title) for one in listings],
        "caveats": notes(found, t),
        "assumptions": [one.key for one in found.screened],
        "scenarios": scenarios,
    }


def as_data(found: Sensitivity, t: Texts, saved: str) -> dict[str, Any]:
    """Return the answer for machines: full precision, nothing translated but the sentence."""
    asked = found.question
    return {
        "answer": answer(found, t),
        "question": {
            "study": asked.ground.study.name,
            "policies": list(asked.policies),
            "outcome": asked.outcome,
            "year": asked.year,
            "replicates": asked.ground.replicates,
            "samples": asked.samples,
            "trajectories": asked.trajectories,
        },
        "usual": dict(zip(("value", "low", "high"), map(plain, found.usual), strict=True)),
        **{
            name: [
                {str(key): plain(value) for key, value in row.items()}
                for row in frame.to_dict("records")
            ]
            for name, frame in tables_of(found).items()
        },
        "left_out": list(asked.left_out),
        "saved": saved,
    }
