"""What decides who comes first, how large luck is beside it, and what stays unknown."""

from __future__ import annotations

import math

from ...scenarios import parameter_cards
from ...viz.figures.assumption_rows import as_title, assumption_words
from ...viz.figures.frontier import limit_words
from ...viz.report.assumptions import mark_of
from ...viz.text import Texts
from ...viz.text.policy_names import policy_name
from ..continuity import FIGURE, OUTCOMES, PEOPLE
from ..continuity_findings import FEWEST_WORLDS, OPEN, Decider, Findings
from ..discovery import FEWEST, INSTALL
from .screen import Listing
from .study_page import Section

#: Parameters that a table of what decides has room for.
MOST_ROWS = 8


def _outcome_key(outcome: str) -> str:
    return "people" if outcome == PEOPLE else "figure"


def decided(findings: Findings, t: Texts) -> Section:
    """Return what the lead of the favourite goes with, over worlds."""
    horizon = findings.of.horizon
    before, tables, points = [t("continuity.why_note", years=str(horizon))], [], []
    for outcome in OUTCOMES:
        found = findings.deciders(outcome, horizon)
        told = [_which(findings, outcome, found, t), *_where(findings, outcome, t)]
        points += [as_title(one) for one in told]
        if found:
            tables.append(_listing(findings, outcome, found, t))
    return Section(t("continuity.why_title"), before, tables, points)


def _which(findings: Findings, outcome: str, found: list[Decider], t: Texts) -> str:
    """Return which parameters the lead goes with, or that none stands out."""
    what = t(f"continuity.of_{_outcome_key(outcome)}")
    if not found:
        return t("continuity.why_few", what=what, least=str(FEWEST_WORLDS))
    clear = [one for one in found if one.clear]
    told = {
        "what": what,
        "keys": t.number(len(found)),
        "favourite": policy_name(findings.of.favourite, t),
    }
    if not clear:
        top = found[0]
        return t(
            "continuity.why_none",
            **told,
            top=f"`{top.key}`",
            rank=t.signed(top.rank, 2),
            low=t.signed(top.low, 2),
            high=t.signed(top.high, 2),
        )
    each = [
        t(
            "continuity.why_more" if one.rank > 0 else "continuity.why_less",
            key=f"`{one.key}`",
            words=assumption_words(one.key, t),
            rank=t.signed(one.rank, 2),
        )
        for one in clear
    ]
    return t("continuity.why_clear", **told, each="; ".join(each))


def _where(findings: Findings, outcome: str, t: Texts) -> list[str]:
    """Return the box of worlds in which the favourite is behind, or why none is told.

    Nothing where the one sentence about all calendars bringing the same says enough.
    """
    cut = findings.cut(outcome, findings.of.horizon)
    told = {
        "what": t(f"continuity.of_{_outcome_key(outcome)}"),
        "favourite": policy_name(findings.of.favourite, t),
        "behind": t.number(cut.behind),
        "worlds": t.number(cut.worlds),
    }
    if cut.without == "same":
        return []
    if cut.without == "no_worlds":
        return [t("continuity.box_no_worlds")]
    if cut.without == "few":
        return [t("continuity.box_few", **told, least=str(FEWEST))]
    if cut.without == "missing":
        return [t("continuity.box_missing", command=INSTALL)]
    if cut.box is None:
        return [t("continuity.box_none", **told)]
    return [
        t(
            "continuity.box",
            **told,
            limits=t.listing([limit_words(one, t) for one in cut.box.limits]),
            cases=t.number(cut.box.cases),
            density=t.percent(cut.box.density),
            elsewhere=t.percent(cut.box.elsewhere),
        )
    ]


def _listing(findings: Findings, outcome: str, found: list[Decider], t: Texts) -> Listing:
    """Return the parameters that the lead goes with most."""
    places = list(found[0].places)
    rows = []
    for one in found[:MOST_ROWS]:
        card = parameter_cards().get(one.key)
        judged = card is not None and mark_of(card.source) != "source"
        rows.append(
            [
                one.key,
                t.signed(one.rank, 2),
                t("compare.from_to", low=t.signed(one.low, 2), high=t.signed(one.high, 2)),
                *(t.signed(one.places[place], 2) for place in places),
                t("continuity.yes") if judged else t("continuity.no"),
            ]
        )
    columns = [t("continuity.head_parameter"), t("continuity.head_rank")]
    columns += [t("continuity.head_interval")]
    columns += [findings.of.places[one].arms.baseline.place.name for one in places]
    columns.append(t("continuity.head_judged"))
    numbers = frozenset(range(1, len(columns) - 1))
    title = t(f"continuity.table_{_outcome_key(outcome)}")
    return Listing(columns, rows, numbers, frozenset({0, *range(3, len(columns))}), title)


# -- luck -------------------------------------------------------------------------------------


def luck(findings: Findings, t: Texts) -> Section:
    """Return how large luck is beside what is not known of the world, for the lead."""
    horizon = findings.of.horizon
    rows, shares = [], []
    for outcome in OUTCOMES:
        decimals = 0 if outcome == PEOPLE else 4
        for number, place in enumerate(findings.of.places):
            known = findings.beside(place, outcome, horizon)
            found = findings.luck(place, outcome, horizon)
            if known is None or found is None:
                continue
            shares.append((found.share_low, found.share_high))
            rows.append(
                [
                    "" if number else t(f"continuity.short_{_outcome_key(outcome)}"),
                    findings.of.places[place].arms.baseline.place.name,
                    policy_name(known[0], t),
                    t.signed(known[1].mean, 3 if outcome == FIGURE else 0),
                    t.number(math.sqrt(found.between), decimals),
                    t.number(math.sqrt(found.luck), decimals),
                    t.percent(found.share),
                    t(
                        "compare.from_to",
                        low=t.percent(found.share_low),
                        high=t.percent(found.share_high),
                    ),
                ]
            )
    if not rows:
        return Section(t("continuity.luck_title"), [t("continuity.luck_unknown")])
    favourite = policy_name(findings.of.favourite, t)
    note = t("continuity.luck_note", years=str(horizon), favourite=favourite)
    heads = ("what", "place", "beside", "lead", "by_world", "by_luck", "share", "share_interval")
    columns = [t(f"continuity.head_{name}") for name in heads]
    listing = Listing(columns, rows, frozenset(range(3, 8)), frozenset({0, 1, 2}))
    lows = [low for low, _ in shares if not math.isnan(low)]
    large = [t("continuity.luck_large")] if lows and min(lows) > 0.5 else []
    return Section(t("continuity.luck_title"), [note, *large], [listing])


# -- what stays unknown -----------------------------------------------------------------------


def unknown(findings: Findings, t: Texts) -> list[str]:
    """Return what may not be concluded, from how much was lived and on what it rests."""
    of = findings.of
    ensemble = of.asked.ensemble
    cards = parameter_cards()
    judged = sum(mark_of(one.source) != "source" for one in cards.values())
    lines = [t("continuity.unknown_model")]
    if ensemble is None:
        lines.append(t("continuity.unknown_no_worlds"))
    else:
        lines.append(
            t(
                "continuity.unknown_worlds",
                worlds=t.number(len(ensemble.worlds)),
                keys=t.number(len(ensemble.keys)),
                fixed=t.number(len(cards) - len(set(ensemble.keys) & set(cards))),
            )
        )
    every = [one for one in findings.standings.values() if one.lead.pair is not None]
    zero = [one for one in every if one.lead.pair is not None and one.lead.pair.low <= 0]
    vague = sum(one.verdict == OPEN for one in every)
    if every:
        told = {"zero": t.number(len(zero)), "open": t.number(vague)}
        lines.append(t("continuity.unknown_zero", **told, all=t.number(len(every))))
    fewest = min(one.replicates(of.horizon) for one in of.places.values())
    planned = len(next(iter(of.places.values())).arms.worlds) * of.asked.file.replicates
    if fewest < planned:
        done = {"done": t.number(fewest), "planned": t.number(planned)}
        lines.append(t("continuity.unknown_stopped", **done))
    if of.waiting:
        waiting = [of.asked.comparing[one].arms.baseline.place.name for one in of.waiting]
        lines.append(t("continuity.unknown_waiting", places=t.listing(waiting)))
    if of.failed:
        lines.append(t("compare.failed", failed=t.number(of.failed)))
    all_ = t.number(len(cards))
    lines.append(t("continuity.unknown_judged", judged=t.number(judged), all=all_))
    lines += [t("continuity.unknown_last"), t("continuity.unknown_policy")]
    return lines
