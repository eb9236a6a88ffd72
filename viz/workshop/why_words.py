"""Page 3 in words and numbers: the answer, the staircase, the waterfall, and what a change moves."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import Any

from ...experiments.reasons import VERDICT, Mean, Why
from ...experiments.staircase import Step
from ..figures import Facts
from ..figures.effects import Measure, count, of_hundred
from ..figures.waterfall import GROUPS, term_words
from ..text import Texts
from .why_work import Judged, moves

_LOOKS = {
    "gained": "gained",
    "relapsed": "relapsed",
    "exported": "exported",
    "home": "reached",
    "spillover": "reached",
    "crowding": "crowding",
}
#: A line that lies further than this times the highest is told in words only.
_REACH = 1.25
#: Width of the narrowest step, as a share.
_NARROW = 0.35


#: As far as people can guess, in rungs, and where the slider begins.
MOST = 1.0
_START = 0.2


def guess_of(text: str) -> float:
    """Return a guess from a link; what is no guess is where the slider begins."""
    try:
        value = float(text)
    except ValueError:
        return _START
    return value if 0.0 <= value <= MOST else _START


def answer(
    found: Why, judged: Judged | None, guess: float, programme: str, place: str, t: Texts
) -> str:
    """Return the guess, what the model shows, and who would see it."""
    measure = Measure(found.question.indicator, t)
    told = {
        "programme": programme,
        "place": place,
        "years": t.number(found.question.year),
    }
    started = found.mean(lambda one: one.fate.started).value
    if not started:
        return t("workshop_why.nobody", **told)
    told |= {
        "guess": "+" + t.number(guess, 2),
        "started": count(t, started),
        "gained": measure.with_unit(found.mean(lambda one: one.fate.gained).value),
        "on": measure.words,
        "gap": measure.with_unit(found.gap().value),
    }
    if judged is None or not math.isfinite(judged.seen):
        return t("workshop_why.answer_short", **told)
    return t("workshop_why.answer", **told, seen=str(of_hundred(judged.seen)))


def where_it_went(found: Why, t: Texts) -> str:
    """Return in a sentence what is left of what participants gained, and who is still here."""
    measure = Measure(found.question.indicator, t)
    people = found.mean(lambda one: one.groups["neighbourhood"].people).value
    here = found.mean(lambda one: one.fate.here).value
    return t(
        "workshop_why.went",
        kept=measure.with_unit(found.mean(lambda one: one.fate.kept).value),
        here=count(t, here),
        people=t.number(people),
        one_of=t.number(people / here) if here >= 0.5 else "-",
        pairs=t.number(len(found.replicas)),
    )


# -- the staircase ----------------------------------------------------------------------------


def stairs(steps: Sequence[Step], guess: float, indicator: str, t: Texts) -> dict[str, Any]:
    """Return the staircase with the guess in it, as `why.vue` draws it."""
    measure = Measure(indicator, t)
    known = [one for one in steps if math.isfinite(one.effect)]
    effects = [one.effect for one in known]
    top = max([guess, *effects, 1e-9])
    lines = [one.smallest_visible for one in known if 0 < one.smallest_visible <= _REACH * top]
    low, high = min([0.0, *effects]), 1.08 * max([top, *lines])
    sizes = [math.log10(max(1.0, one.people)) for one in known]
    spread = (max(sizes) - min(sizes)) or 1.0

    def at(value: float) -> float:
        return round((value - low) / (high - low), 5)

    return {
        "steps": [
            {
                "name": one.name,
                "title": t(f"staircase.{one.name}"),
                "from": at(min(0.0, one.effect)),
                "to": at(max(0.0, one.effect)),
                "width": _NARROW + (0.94 - _NARROW) * (size - min(sizes)) / spread,
                "value": measure.signed(one.effect),
                "line": at(one.smallest_visible) if one.smallest_visible in lines else None,
                "pale": not one.seen >= 0.5,
                "people": _people(one, t),
                "reach": t("staircase.reach", share=t.percent(one.reach, _digits(one.reach))),
                **_seen(one, measure, t),
            }
            for one, size in zip(known, sizes, strict=True)
        ],
        "zero": at(0.0),
        "guess": {
            "at": at(guess),
            "words": t("workshop_why.your_guess", guess="+" + t.number(guess, 2)),
        },
    }


def _people(one: Step, t: Texts) -> str:
    key = "staircase.people_one" if one.people == 1 else "staircase.people"
    return t(key, people=count(t, one.people))


def _digits(share: float) -> int:
    return 0 if share in (0, 1) or share >= 0.0995 else 1


def _seen(one: Step, measure: Measure, t: Texts) -> dict[str, Any]:
    if not math.isfinite(one.seen):
        return {"seen": None, "seen_words": t("workshop_why.not_yet"), "from_words": ""}
    seen = of_hundred(one.seen)
    least = ""
    if math.isfinite(one.smallest_visible):
        least = t("staircase.from", least=measure.size(one.smallest_visible))
    return {
        "seen": seen,
        "seen_words": t("staircase.seen", seen=str(seen)),
        "from_words": least,
    }


# -- the waterfall ----------------------------------------------------------------------------


def falls(found: Why, after: Why | None, t: Texts) -> dict[str, Any]:
    """Return the waterfall as `why.vue` draws it; with ``after``, what a change makes of it."""
    measure = Measure(found.question.indicator, t)
    worlds = [_values(one) for one in (found, after) if one is not None]
    bars = [_bars(one) for one in worlds]
    ends = [end for one in bars for bar in one.values() for end in bar]
    low, high = min(0.0, *ends), max(*ends, 1e-9)
    decimals = measure.decimals([value for one in worlds for value in one.values()])
    moved = moved_most(found, after) if after is not None else ""

    def bar_of(world: int, term: str) -> dict[str, Any]:
        start, end = ((edge - low) / (high - low) for edge in bars[world][term])
        return {
            "from": round(min(start, end), 5),
            "to": round(max(start, end), 5),
            "value": measure.signed(worlds[world][term], decimals),
        }

    def row(term: str, name: str, look: str) -> dict[str, Any]:
        return {
            "term": term,
            "name": name,
            "look": look,
            **bar_of(0, term),
            "after": bar_of(1, term) if after is not None else None,
            "moved": term == moved,
        }

    groups = [
        {
            "name": group,
            "title": t(f"waterfall.{group}"),
            "rows": [
                row(term, term_words(term, worlds[0][term], t), _LOOKS.get(term, "grey"))
                for term in terms
            ],
        }
        for group, terms in GROUPS.items()
    ]
    net = t("waterfall.net", scale=t("effect.of_neighbourhood"))
    groups.append({"name": "net", "title": "", "rows": [row("net", net, "net")]})
    return {"groups": groups, "falls_zero": round(-low / (high - low), 5)}


def _values(found: Why) -> dict[str, float]:
    rows = found.ledger()
    values = dict(zip(rows["term"].astype(str), rows["value"].astype(float), strict=True))
    return {**values, "net": found.gap().value}


def _bars(values: Mapping[str, float]) -> dict[str, tuple[float, float]]:
    """Return from where to where each bar goes: each begins where the one before ended."""
    at, bars = 0.0, {}
    for terms in GROUPS.values():
        for term in terms:
            bars[term] = (at, at + values[term])
            at += values[term]
    return {**bars, "net": (0.0, values["net"])}


# -- one thing changed ------------------------------------------------------------------------


def moved_most(before: Why, after: Why) -> str:
    """Return the term that a change moves most beyond chance; empty where there is none."""
    found = {name: one for name, one in moves(before, after).items() if name != "gap"}
    sure = {name: abs(one.value) for name, one in found.items() if _is_sure(one)}
    return max(sure, key=lambda name: sure[name], default="")


def _is_sure(one: Mean) -> bool:
    return math.isfinite(one.low) and not one.low <= 0.0 <= one.high


def change_words(before: Why, after: Why, change: str, t: Texts) -> str:
    """Return in words which term a change moves, and what the figure then shows."""
    measure = Measure(before.question.indicator, t)
    term, was, now = moved_most(before, after), _values(before), _values(after)
    net = {"was": measure.signed(was["net"]), "now": measure.with_unit(now["net"])}
    name = t(f"workshop_why.with_{change}")
    if not term:
        return t("workshop_why.moved_none", change=name, **net)
    digits = measure.decimals([was[term], now[term]])
    return t(
        "workshop_why.moved",
        change=name,
        term=term_words(term, was[term], t),
        term_was=measure.signed(was[term], digits),
        term_now=measure.signed(now[term], digits),
        **net,
    )


# -- the evaluator ----------------------------------------------------------------------------


def verdict_words(judged: Judged, respondents: int, t: Texts) -> list[str]:
    """Return what each kind of evaluation concludes, a plain sentence each."""
    said = []
    for name, row in judged.verdicts.items():
        seen, alarms = float(row["detection"]), float(row["false_alarms"])
        if not (math.isfinite(seen) and math.isfinite(alarms)):
            continue
        key = "verdict_same" if of_hundred(seen) <= of_hundred(alarms) + 2 else "verdict_seen"
        said.append(
            t(
                f"workshop_why.{key}",
                kind=_capital(t(f"verdict.{name}")),
                respondents=t.number(respondents),
                seen=str(of_hundred(seen)),
                alarms=str(of_hundred(alarms)),
            )
        )
    return said


def textbook_words(judged: Judged, t: Texts) -> str:
    """Return how often who trusts the textbook is misled; empty where that is not known."""
    row = judged.verdicts[VERDICT]
    wrong, alarms = float(row["textbook_sign_errors"]), float(row["textbook_false_alarms"])
    if not (math.isfinite(wrong) and math.isfinite(alarms)):
        return ""
    wrong_of, alarms_of = str(of_hundred(wrong)), str(of_hundred(alarms))
    return t("workshop_why.textbook", wrong=wrong_of, alarms=alarms_of)


# -- for the figures of reports ---------------------------------------------------------------


def facts_of(found: Why, programme: str) -> Facts:
    """Return which worlds the figures are about."""
    asked = found.question
    return Facts(
        place=asked.policy.place.name,
        programme=programme,
        year=asked.year,
        participants=found.mean(lambda one: one.fate.started).value,
        residents=found.mean(lambda one: one.groups["neighbourhood"].people).value,
        gain=found.mean(lambda one: one.fate.gained).value,
        pairs=len(found.replicas),
        policy=asked.policy.policy.key,
        baseline=asked.baseline.policy.key,
        scenario=asked.policy.name,
        key=asked.policy.key(),
        seed=found.replicas[0].seed,
        version=version("langeadem"),
    )


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
