"""What ``langeadem calibrate`` says: the answer, targets, parameters, and how far to believe it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from rich.text import Text

from ...viz.text import Texts
from .screen import Listing, console, print_plain, show_listing
from .summary_file import as_table

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from ..calibrated import Calibrated
    from ..calibration import Question
    from ..claims import Claim

#: A prior binds where this share of the parameter sets or more lies in its outermost part on one
#: side: five times what the prior itself has there.
OUTERMOST, PILED = 0.05, 0.25
#: Rows of parameters on the screen.
_SHOWN = 12


def plan(question: Question, claims: Sequence[Claim], t: Texts) -> str:
    """Return what is going to be lived, before it is."""
    from ..fitting import OnGrounds

    budget = question.budget
    return t(
        "calibrate.plan",
        lives=t.number(budget.total),
        neighbourhoods=t.number(OnGrounds.of(claims).neighbourhoods),
        targets=t.number(len(question.targets)),
        parameters=t.number(len(question.priors.each)),
        luck=t.number(budget.luck),
        waves=t.listing([t.number(one) for one in budget.waves]),
        check=t.number(budget.check),
    )


def answer(found: Calibrated, t: Texts) -> str:
    """Return the answer in a sentence or two."""
    if found.truth:
        held = found.recovered()
        return t(
            "calibrate.answer_synthetic",
            held=t.number(sum(one.held for one in held)),
            all=t.number(len(held)),
            sets=t.number(len(found.posterior.places)),
        )
    return t(
        "calibrate.answer",
        sets=t.number(len(found.posterior.places)),
        lives=t.number(found.lives),
        met=t.number(sum(holds(one) for one in found.met)),
        targets=t.number(len(found.met)),
        told=t.number(len(found.told)),
        all=t.number(len(found.learned)),
    )


def holds(one: Any) -> bool:
    """Return whether a target is met: the median life of the parameter sets lies in its range."""
    return one.low <= one.middle <= one.high


def notes(found: Calibrated, t: Texts) -> list[str]:
    """Return what a reader must know: conflicts, what is out of reach, coverage, and what not."""
    from ..calibrated import CHANCE

    sieve, posterior = found.waves.sieves[-1], found.posterior
    told = []
    if sieve.aside:
        told.append(t("calibrate.aside", targets=", ".join(sieve.aside)))
    told += [
        t(
            "calibrate.conflict",
            targets=t.listing(list(one.keys)),
            least=t.number(one.least, 1),
        )
        for one in found.conflicts
    ]
    if not found.conflicts:
        told.append(t("calibrate.no_conflict"))
    both = found.together
    key = "calibrate.together" if both.missed else "calibrate.together_all"
    missed = {"missed": ", ".join(both.missed), "most": t.number(both.most)} if both.missed else {}
    told.append(t(key, of=t.number(both.of), **missed))
    left = t.percent(found.waves.left[-1], 2)
    told.append(t("calibrate.left", left=left, waves=t.number(len(found.waves.lives))))
    if posterior.widened > 1.0:
        told.append(t("calibrate.widened", factor=t.number(posterior.widened, 2)))
    if posterior.refused:
        told.append(t("calibrate.refused", number=t.number(posterior.refused)))
    wanted, came = found.question.sets, len(posterior.places)
    if came < wanted:
        told.append(t("calibrate.fewer", came=t.number(came), wanted=t.number(wanted)))
    told += [
        t(
            "calibrate.coverage",
            level=t.percent(one.level),
            held=t.percent(one.held, 1),
            low=t.percent(one.low, 1),
            high=t.percent(one.high, 1),
            truths=t.number(one.truths),
        )
        for one in found.coverage
    ]
    told += _bound_notes(found, t)
    told.append(
        t(
            "calibrate.learned",
            all=t.number(len(found.learned)),
            chance=t.percent(CHANCE),
            each=t.percent(CHANCE / len(found.learned), 2),
        )
    )
    told.append(t("calibrate.not_known"))
    return told


def targets_listing(found: Calibrated, t: Texts) -> Listing:
    """Return the figures that were fitted to, before and after."""
    rows = []
    for one in found.met:
        digits = _digits(one)
        low, high = (_end(end, digits, t) for end in (one.low, one.high))
        verdict = "aside_verdict" if one.aside else ("met" if holds(one) else "missed")
        rows.append(
            (
                one.key,
                t("calibrate.range", low=low, high=high),
                t.number(one.usual, digits),
                t.number(one.middle, digits),
                t(
                    "calibrate.range",
                    low=_end(one.least, digits, t),
                    high=_end(one.most, digits, t),
                ),
                t.percent(one.before),
                t.percent(one.after),
                t(f"calibrate.{verdict}"),
            )
        )
    heads = ("target", "accepted", "usual", "middle", "lives", "before", "after", "verdict")
    return Listing(
        [t(f"calibrate.head_{head}") for head in heads],
        rows,
        numbers=frozenset(range(1, 7)),
        wide=frozenset({0}),
        title=t("calibrate.title_targets"),
    )


def _digits(one: Any) -> int:
    """Return decimals for a target: two digits of the width of what is accepted, or of its end."""
    ends = [abs(end) for end in (one.low, one.high) if math.isfinite(end)]
    size = one.high - one.low if len(ends) == 2 else max(*ends, 0.1)
    return min(max(1 - math.floor(math.log10(size)), 0), 5)


def _end(value: float, digits: int, t: Texts) -> str:
    return t.number(value, digits) if math.isfinite(value) else "…"


def parameters_listing(found: Calibrated, t: Texts, most: int | None = None) -> Listing:
    """Return the parameters before and after, the most learned first."""
    from ...viz.figures.assumption_rows import trimmed

    rows, told = [], found.told
    for one in found.learned[:most]:
        cells = [trimmed(value, t) for value in (*one.prior, *one.posterior)]
        before = t("calibrate.range", low=cells[0], high=cells[2])
        after = t("calibrate.range", low=cells[3], high=cells[5])
        mark = t("calibrate.told") if one in told else ""
        last = trimmed(found.truth[one.key], t) if found.truth else mark
        rows.append((one.key, before, after, cells[4], _narrower(one.narrower, t), last))
    heads = ["parameter", "prior", "posterior", "median", "narrower"]
    heads.append("truth" if found.truth else "told")
    return Listing(
        [t(f"calibrate.head_{head}") for head in heads],
        rows,
        numbers=frozenset(range(1, len(heads))),
        title=t("calibrate.title_parameters"),
    )


def _narrower(share: float, t: Texts) -> str:
    """Return how much narrower it became; of what became wider it is said that it did."""
    if round(100 * share) < 0:
        return t("calibrate.wider", share=t.percent(-share))
    return t.percent(abs(share))


class Bound(NamedTuple):
    """An end of a prior, a value ``end``, at which this share of the parameter sets pile up."""

    key: str
    high: bool
    end: float
    share: float


def bounds(found: Calibrated) -> list[Bound]:
    """Return where the prior binds, the most sets first."""
    each = []
    for at, prior in enumerate(found.question.priors.each):
        below = prior.share_of_place(found.posterior.places[:, at])
        for high, outer in ((False, below < OUTERMOST), (True, below > 1.0 - OUTERMOST)):
            share = float(outer.mean())
            if share >= PILED:
                each.append(Bound(prior.key, high, prior.high if high else prior.low, share))
    return sorted(each, key=lambda one: (-one.share, one.key))


def _bound_notes(found: Calibrated, t: Texts) -> list[str]:
    """Return where the ends of the priors decide, and not the figures."""
    from ...viz.figures.assumption_rows import trimmed

    told = {"outermost": t.percent(OUTERMOST), "piled": t.percent(PILED)}
    lines = [
        t(
            f"calibrate.bound_{'high' if one.high else 'low'}",
            key=one.key,
            end=trimmed(one.end, t),
            share=t.percent(one.share),
            outermost=told["outermost"],
        )
        for one in bounds(found)
    ]
    return (
        [*lines, t("calibrate.bound_what", **told)] if lines else [t("calibrate.unbound", **told)]
    )


def show(found: Calibrated, t: Texts) -> None:
    """Print the answer, both tables and what a reader must know."""
    to = console()
    print_plain(to, Text(answer(found, t), style="bold"))
    print_plain(to, Text(""))
    show_listing(to, targets_listing(found, t))
    print_plain(to, Text(""))
    show_listing(to, parameters_listing(found, t, _SHOWN))
    if len(found.learned) > _SHOWN:
        rest = t.number(len(found.learned) - _SHOWN)
        print_plain(to, Text(t("calibrate.others", count=rest)))
    print_plain(to, Text(""))
    for note in notes(found, t):
        print_plain(to, Text(note))


def figures_of(found: Calibrated, lang: str) -> dict[str, Figure]:
    """Return the figures by name."""
    from ...viz.figures import posterior_figure

    return {"prior-posterior": posterior_figure(found, lang)}


def tables_of(found: Calibrated) -> dict[str, pd.DataFrame]:
    """Return the tables that are saved, by name."""
    import pandas as pd

    points, bound = ("5", "50", "95"), bounds(found)
    parameters = [
        {
            "key": one.key,
            **{f"prior_{p}": value for p, value in zip(points, one.prior, strict=True)},
            **{f"posterior_{p}": value for p, value in zip(points, one.posterior, strict=True)},
            "narrower": one.narrower,
            "chance": one.chance,
            "binds": " ".join("high" if b.high else "low" for b in bound if b.key == one.key),
            **({"truth": found.truth[one.key]} if found.truth else {}),
        }
        for one in found.learned
    ]
    held = [
        {"level": one.level, "key": key, "held": share, "truths": one.truths}
        for one in found.coverage
        for key, share in one.by_key.items()
    ]
    against = [{"targets": " ".join(one.keys), "least": one.least} for one in found.conflicts]
    return {
        "targets": pd.DataFrame([vars(one) for one in found.met]),
        "parameters": pd.DataFrame(parameters),
        "coverage": pd.DataFrame(held, columns=["level", "key", "held", "truths"]),
        "conflicts": pd.DataFrame(against, columns=["targets", "least"]),
        "emulators": pd.DataFrame([vars(one) for one in found.foretold]),
    }


def block(
    found: Calibrated, command: str, figures: list[dict[str, str]], t: Texts
) -> dict[str, Any]:
    """Return what a report shows of it."""
    listings = [targets_listing(found, t), parameters_listing(found, t)]
    return {
        "command": command,
        "question": t("calibrate.question"),
        "answer": answer(found, t),
        "facts": [
            (t("calibrate.fact_lives"), t.number(found.lives)),
            (t("calibrate.fact_seed"), str(found.question.seed)),
        ],
        "figures": figures,
        "tables": [as_table(one, one.title) for one in listings],
        "caveats": notes(found, t),
        "assumptions": [one.key for one in found.learned],
    }


def as_data(found: Calibrated, saved: str, t: Texts) -> dict[str, Any]:
    """Return the answer for machines: full precision, nothing translated but the sentence."""
    tables = {name: frame.to_dict("records") for name, frame in tables_of(found).items()}
    posterior = found.posterior
    return {
        "answer": answer(found, t),
        "sets": len(posterior.places),
        "lives": found.lives,
        "widened": posterior.widened,
        "refused": posterior.refused,
        "left": list(found.waves.left),
        "set_aside": list(found.waves.sieves[-1].aside),
        "together": vars(found.together) | {"missed": list(found.together.missed)},
        "coverage_overall": [
            {key: value for key, value in vars(one).items() if key != "by_key"}
            for one in found.coverage
        ],
        **{name: [_finite(row) for row in rows] for name, rows in tables.items()},
        "saved": saved,
    }


def _finite(row: dict[Any, Any]) -> dict[str, Any]:
    """Return a row for JSON, which has no number that is not finite."""
    return {
        str(key): None if isinstance(value, float) and not math.isfinite(value) else value
        for key, value in row.items()
    }


# -- the page ---------------------------------------------------------------------------------


def page(
    found: Calibrated,
    claims: Sequence[Claim],
    about: dict[str, Any],
    figures: list[dict[str, str]],
    t: Texts,
) -> str:
    """Return the diagnostics as a page of Markdown, generated from the result."""
    parts = [f"# {t('calibrate.page_title')}", answer(found, t)]
    parts += [f"- {note}" for note in notes(found, t)]
    parts.append(
        t(
            "calibrate.page_made",
            command=str(about["command"]),
            version=str(about["model_version"]),
            made=str(about["made"]),
            lives=t.number(found.lives),
            claims=str(about["claims_key"]),
            priors=str(about["priors_key"]),
        )
    )
    parts.append(t("calibrate.page_version"))
    parts += [f"![{one['title']}]({one['file']})" for one in figures]
    listing = targets_listing(found, t)
    parts += [f"## {listing.title}", _markdown(listing)]
    told = {one.key: one.text("statement", t.lang) for one in claims}
    parts += [f"- `{one.key}`: {told[one.key]}" for one in found.met if one.key in told]
    parts.append(t("calibrate.page_targets"))
    listing = parameters_listing(found, t)
    parts += [f"## {listing.title}", _markdown(listing), t("calibrate.page_parameters")]
    for listing in (_coverage_listing(found, t), _trust(found, t)):
        parts += [f"## {listing.title}", _markdown(listing)]
    return _joined(parts)


def _coverage_listing(found: Calibrated, t: Texts) -> Listing:
    """Return how often intervals held known truths, of parameters of which something was learned."""
    rows = [
        (told.key, *(t.percent(one.by_key[told.key]) for one in found.coverage))
        for told in found.told
        if found.coverage
    ]
    heads = [t("calibrate.head_level", level=t.percent(one.level)) for one in found.coverage]
    return Listing(
        [t("calibrate.head_parameter"), *heads],
        rows,
        numbers=frozenset(range(1, len(heads) + 1)),
        title=t("calibrate.title_coverage"),
    )


def _trust(found: Calibrated, t: Texts) -> Listing:
    rows = [(one.key, t.percent(one.explained), t.percent(one.inside)) for one in found.foretold]
    heads = ("target", "explained", "inside")
    return Listing(
        [t(f"calibrate.head_{head}") for head in heads],
        rows,
        numbers=frozenset({1, 2}),
        title=t("calibrate.title_emulators"),
    )


def _markdown(listing: Listing) -> str:
    line = ["---:" if at in listing.numbers else "---" for at in range(len(listing.columns))]
    rows = [listing.columns, line, *listing.rows]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def _joined(parts: Sequence[str]) -> str:
    """Return paragraphs with a blank line between them, but none between points of a list."""
    text = parts[0]
    for before, one in pairwise(parts):
        text += ("\n" if before.startswith("- ") and one.startswith("- ") else "\n\n") + one
    return text + "\n"
