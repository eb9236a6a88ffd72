"""What ``langeadem why`` says: the answer in sentences, the ledger, the staircase, the evaluators."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from rich.text import Text

from ...viz.text import Texts
from ..reasons import VERDICT
from .screen import Listing, console, print_plain, show_listing

if TYPE_CHECKING:
    from ...viz.figures.effects import Measure
    from ..reasons import Why


def answer(found: Why, t: Texts) -> str:
    """Return the answer in sentences, every number in them computed."""
    from ...viz.figures.effects import Measure, count, of_hundred

    asked = found.question
    measure = Measure(asked.indicator, t)
    started = found.mean(lambda one: one.fate.started).value
    told = {
        "place": asked.policy.place.name,
        "years": str(asked.year),
        "programme": programme_words(found, t),
    }
    if not started:
        return t("why.nobody", **told)
    last = found.rates["neighbourhood"].loc[VERDICT]
    return t(
        "why.answer",
        **told,
        started=count(t, started),
        compared=count(t, found.mean(lambda one: one.fate.compared).value),
        supported=count(t, found.mean(lambda one: one.fate.supported).value),
        gained=measure.with_unit(found.mean(lambda one: one.fate.gained).value),
        kept=measure.with_unit(found.mean(lambda one: one.fate.kept).value),
        on=measure.words,
        here=count(t, found.mean(lambda one: one.fate.here).value),
        gap=measure.with_unit(found.gap().value),
        people=t.number(found.mean(lambda one: one.groups["neighbourhood"].people).value),
        respondents=t.number(asked.monitor.respondents),
        seen=str(of_hundred(float(last["detection"]))),
        alarms=str(of_hundred(float(last["false_alarms"]))),
        pairs=t.number(len(found.replicas)),
    )


def programme_words(found: Why, t: Texts) -> str:
    """Return what is done, as people call it: the name of a programme, or the policy's."""
    policy = found.question.policy.policy
    names = [one.programme.name for one in policy.programmes.values()]
    return names[0] if len(names) == 1 else t("why.policy", name=policy.key)


def show(found: Why, t: Texts) -> None:
    """Print the answer and its tables."""
    from ...viz.figures.effects import Measure

    out = console()
    measure = Measure(found.question.indicator, t)
    print_plain(out, Text(answer(found, t)))
    out.print()
    show_listing(out, ledger_listing(found, measure, t))
    print_plain(out, Text(t("why.adds_up")))
    out.print()
    show_listing(out, staircase_listing(found, measure, t))
    print_plain(out, Text(t("why.units")))
    out.print()
    show_listing(out, verdict_listing(found, measure, t))
    print_plain(out, Text(t("why.placebo", pairs=t.number(len(found.replicas)))))
    if found.worlds:
        print_plain(out, Text(worlds_words(found, t)))
    out.print()


def worlds_words(found: Why, t: Texts) -> str:
    """Return how replicates are divided over plausible worlds, and what intervals then hold."""
    count = len(set(found.worlds))
    key = "why.worlds" if count == len(found.worlds) else "why.worlds_again"
    return t(key, worlds=t.number(count), pairs=t.number(len(found.worlds)))


def ledger_listing(found: Why, measure: Measure, t: Texts) -> Listing:
    """Return the ledger of the neighbourhood: every term, its value and interval."""
    from ...viz.figures.waterfall import term_words

    frame = found.ledger()
    gap = found.gap()
    decimals = measure.decimals([*frame["value"], gap.value])
    rows = [
        [
            term_words(str(row["term"]), float(row["value"]), t),
            measure.signed(float(row["value"]), decimals),
            _interval(float(row["low"]), float(row["high"]), measure, decimals, t),
        ]
        for row in frame.to_dict("records")
    ]
    rows.append(
        [
            t("why.gap"),
            measure.signed(gap.value, decimals),
            _interval(gap.low, gap.high, measure, decimals, t),
        ]
    )
    columns = [t("why.term"), t("why.value", unit=measure.unit), t("why.interval")]
    return Listing(
        columns, rows, frozenset({1, 2}), frozenset({0}), headings=frozenset({len(rows) - 1})
    )


def _interval(low: float, high: float, measure: Measure, decimals: int, t: Texts) -> str:
    if not (math.isfinite(low) and math.isfinite(high)):
        return "-"
    return t("why.from_to", low=measure.signed(low, decimals), high=measure.signed(high, decimals))


def staircase_listing(found: Why, measure: Measure, t: Texts) -> Listing:
    """Return the staircase: people, share reached, effect, and who would see it."""
    from ...viz.figures.effects import count, of_hundred

    rows = []
    for step in found.steps:
        rows.append(
            [
                t(f"staircase.{step.name}"),
                count(t, step.people),
                t.percent(step.reach) if step.reach >= 0.095 else t.percent(step.reach, 1),
                measure.signed(step.effect) if math.isfinite(step.effect) else "-",
                measure.signed(step.diluted) if math.isfinite(step.diluted) else "-",
                measure.size(step.smallest_visible)
                if math.isfinite(step.smallest_visible)
                else "-",
                str(of_hundred(step.seen)) if math.isfinite(step.seen) else "-",
                str(of_hundred(step.false_alarms)) if math.isfinite(step.false_alarms) else "-",
            ]
        )
    columns = [
        t("why.step"),
        t("why.people"),
        t("why.reach"),
        t("why.effect", unit=measure.unit),
        t("why.diluted"),
        t("why.smallest"),
        t("why.seen"),
        t("why.alarms"),
    ]
    return Listing(columns, rows, frozenset(range(1, len(columns))), frozenset({0}))


def verdict_listing(found: Why, measure: Measure, t: Texts) -> Listing:
    """Return what each kind of evaluation of the neighbourhood concludes, and its errors."""
    rows = []
    for name, row in found.verdicts.to_dict("index").items():
        rows.append(
            [
                t(f"verdict.{name}"),
                *(
                    _hundred(float(row[column]), t)
                    for column in (
                        "detection",
                        "false_alarms",
                        "textbook_detection",
                        "textbook_false_alarms",
                        "textbook_sign_errors",
                    )
                ),
                t("why.times", times=t.number(float(row["textbook_exaggeration"]), 1))
                if math.isfinite(float(row["textbook_exaggeration"]))
                else "-",
            ]
        )
    columns = [
        t("why.verdict"),
        t("why.seen"),
        t("why.alarms"),
        t("why.textbook"),
        t("why.textbook_alarms"),
        t("why.sign"),
        t("why.exaggeration"),
    ]
    return Listing(columns, rows, frozenset(range(1, len(columns))), frozenset({0}))


def _hundred(share: float, t: Texts) -> str:
    from ...viz.figures.effects import of_hundred

    return t.number(of_hundred(share)) if math.isfinite(share) else "-"


def as_data(found: Why, t: Texts, saved: str) -> dict[str, Any]:
    """Return the answer for machines: full precision, nothing translated but the sentence."""
    asked = found.question
    gap = found.gap()
    return {
        "answer": answer(found, t),
        "question": {
            "place": asked.policy.place.key,
            "policy": asked.policy.policy.key,
            "baseline": asked.baseline.policy.key,
            "indicator": asked.indicator,
            "year": asked.year,
            "replicates": len(found.replicas),
            **({"worlds": list(found.worlds)} if found.worlds else {}),
        },
        "gap": _plain(vars(gap)),
        "ledger": [_plain(row) for row in found.ledger().to_dict("records")],
        "staircase": [_plain(vars(step)) for step in found.steps],
        "verdicts": {
            str(name): _plain(row) for name, row in found.verdicts.to_dict("index").items()
        },
        "saved": saved,
    }


def _plain(row: dict[Any, Any]) -> dict[str, Any]:
    """Return numbers as JSON knows them; what is no number is null."""
    return {
        str(name): None if isinstance(value, float) and not math.isfinite(value) else value
        for name, value in row.items()
    }
