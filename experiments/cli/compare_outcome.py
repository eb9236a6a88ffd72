"""What ``langeadem compare`` says: which calendar comes first, by how much, and how sure that is."""

from __future__ import annotations

import math
from typing import Any

from rich.text import Text

from ...viz.text import Texts, policy_words
from ...viz.text.money_words import rate_words
from ...viz.text.policy_names import policy_name
from ..arms import GROUPS, MAIN
from ..comparison import Comparison
from ..contributions import Contributions
from ..equal_money import grants_of
from ..leading import FIGURE, lead
from ..paired import Paired
from .compare_mechanisms import contributions_listing
from .compare_remarks import remarks
from .screen import Listing, console, print_plain, show_listing

#: Precision for which the replicates needed are told, unless another was asked.
_USUAL = 0.05


def answer(found: Comparison, t: Texts) -> str:
    """Return which policy comes first and how sure that is, every number computed."""
    horizon = found.horizon_shown
    front = lead(found, horizon=horizon)
    told = {"place": found.arms.baseline.place.name, "years": horizon}
    if front.second is None or front.pair is None or front.figure is None:
        return t("compare.answer_same", **told, pairs=t.number(found.replicates(horizon)))
    gap = front.figure
    pair = front.pair
    return t(
        "compare.answer" if front.sure else "compare.answer_open",
        **told,
        money=t(f"compare.with_{found.arms.money.replace('-', '_')}"),
        first=_at_start(policy_name(front.first[0], t), front.sure),
        second=policy_name(front.second, t),
        gain=t.signed(found.mean(MAIN, front.first[0], horizon)[0]),
        more=t.number(pair.mean),
        interval=_ends(pair, 0, t),
        won=_whole(pair.wins * pair.pairs, t),
        pairs=t.number(pair.pairs),
        shows=t(
            "compare.hardly" if front.hardly_shows else "compare.shows",
            gap=t.signed(gap.mean, 3),
            interval=_ends(gap, 3, t),
        ),
    )


def _at_start(name: str, inside: bool) -> str:
    """Return a name for the middle of a sentence, or with a capital for its beginning."""
    return name if inside else name[:1].upper() + name[1:]


def _whole(number: float, t: Texts) -> str:
    return t.number(number, 0 if abs(number - round(number)) < 0.05 else 1)


def _ends(pair: Paired, decimals: int, t: Texts) -> str:
    if not math.isfinite(pair.half):
        return t("compare.no_interval")
    return t(
        "compare.from_to", low=t.signed(pair.low, decimals), high=t.signed(pair.high, decimals)
    )


def show(found: Comparison, t: Texts, parts: Contributions | None = None) -> None:
    """Print the answer, its tables and what has to be known of them."""
    out = console()
    print_plain(out, Text(answer(found, t)))
    out.print()
    for listing, note in listings(found, t, parts):
        show_listing(out, listing)
        print_plain(out, Text(note))
        out.print()
    for line in remarks(found, t):
        print_plain(out, Text(line))
    out.print()


def listings(
    found: Comparison, t: Texts, parts: Contributions | None = None
) -> list[tuple[Listing, str]]:
    """Return the tables, each with what a reader must know of it."""
    reference = policy_name(found.reference, t)
    precision = t.percent(_asked_precision(found))
    return [
        (differences_listing(found, t), t("compare.note_differences", reference=reference)),
        (gains_listing(found, t), t("compare.note_gains", baseline=baseline_words(found, t))),
        (service_listing(found, t), t("compare.note_service")),
        (sure_listing(found, t), t("compare.note_sure", precision=precision)),
        (money_listing(found, t), _note_money(found, t)),
        *([contributions_listing(parts, t)] if parts is not None else []),
    ]


def baseline_words(found: Comparison, t: Texts) -> str:
    """Return how a sentence speaks of the baseline."""
    return policy_words(found.arms.baseline.policy.key, t)


def _asked_precision(found: Comparison) -> float:
    return found.precision or _USUAL


# -- tables -----------------------------------------------------------------------------------


def differences_listing(found: Comparison, t: Texts) -> Listing:
    """Return each policy beside the reference, by horizon, for the three groups side by side."""
    outcomes = (MAIN, "rung_years.people", FIGURE)
    rows = []
    for horizon in found.finished:
        for number, policy in enumerate(found.policies[1:]):
            pairs = [found.paired(policy, None, name, horizon) for name in outcomes]
            cells = [
                _difference(pair, 3 if name == FIGURE else 0, t)
                for pair, name in zip(pairs, outcomes, strict=True)
            ]
            row = ["" if number else str(horizon), policy_name(policy, t), cells[0]]
            rows.append([*row, _of_hundred(pairs[0], t), *cells[1:]])
    heads = ("after", "policy", "participants", "wins", "people", "neighbourhood")
    columns = [t(f"compare.head_{name}") for name in heads]
    title = t("compare.title_differences", reference=policy_name(found.reference, t))
    return Listing(columns, rows, frozenset({0, 2, 3, 4, 5}), frozenset({1}), title)


def live_listing(found: Comparison, t: Texts) -> Listing:
    """Return what is shown while replicates come in: participants only."""
    rows = []
    for horizon in found.finished:
        for number, policy in enumerate(found.policies[1:]):
            pair = found.paired(policy, None, MAIN, horizon)
            rows.append(
                [
                    "" if number else str(horizon),
                    policy_name(policy, t),
                    _difference(pair, 0, t),
                    _of_hundred(pair, t),
                    t.number(pair.pairs),
                ]
            )
    heads = ("after", "policy", "participants", "wins", "replicates")
    title = t("compare.title_differences", reference=policy_name(found.reference, t))
    columns = [t(f"compare.head_{name}") for name in heads]
    columns[1] = f"{columns[1]}\n({t('compare.beside', reference=policy_name(found.reference, t))})"
    return Listing(columns, rows, frozenset({0, 2, 3, 4}), frozenset({1}), title)


def _difference(pair: Paired, decimals: int, t: Texts) -> str:
    if pair.identical:
        return t("compare.same")
    mean = t.signed(pair.mean, decimals)
    if not math.isfinite(pair.half):
        return mean
    # By Student's t an interval is as wide on either side.
    return t("compare.plus_minus", mean=mean, half=t.number(pair.half, decimals))


def _of_hundred(pair: Paired, t: Texts) -> str:
    return t("compare.dash") if pair.identical else t.number(100 * pair.wins)


def gains_listing(found: Comparison, t: Texts) -> Listing:
    """Return what each policy gained and what a rung-year cost, over the longest horizon."""
    horizon = found.horizon_shown
    rows = []
    for policy in found.order(horizon=horizon):
        cells = [policy_name(policy, t)]
        for group in GROUPS:
            mean, _, high = found.mean(f"rung_years.{group}", policy, horizon)
            half = high - mean
            cells.append(
                t("compare.plus_minus", mean=t.signed(mean), half=t.number(half))
                if math.isfinite(half) and half
                else t.signed(mean)
            )
        costs = [found.cost(policy, group, horizon) for group in GROUPS]
        rows.append([*cells, *(t.number(cost) for cost in costs)])
    heads = ("policy", *(f"gain_{one}" for one in GROUPS), *(f"cost_{one}" for one in GROUPS))
    columns = [t(f"compare.head_{name}") for name in heads]
    title = t("compare.title_gains", years=horizon)
    return Listing(columns, rows, frozenset(range(1, 7)), frozenset({0}), title)


#: Columns of service: outcome, what it is divided by, decimals.
_SERVICE = (
    ("months_without_service", 1, 0),
    ("relations_broken", 1, 0),
    ("supported_months", 12, 0),
    ("completions", 1, 0),
    ("trust_participants", 1, 2),
    ("start_up_eur", 1000, 0),
)


def service_listing(found: Comparison, t: Texts) -> Listing:
    """Return what residents noticed of the money, over the longest horizon."""
    horizon = found.horizon_shown
    rows = []
    for policy in found.order(horizon=horizon):
        values = [
            t.number(found.mean(name, policy, horizon)[0] / by, decimals)
            for name, by, decimals in _SERVICE
        ]
        rows.append([policy_name(policy, t), *values])
    columns = [t("compare.head_policy"), *(t(f"compare.head_{name}") for name, _, _ in _SERVICE)]
    title = t("compare.title_service", years=horizon)
    return Listing(columns, rows, frozenset(range(1, 7)), frozenset({0}), title)


def sure_listing(found: Comparison, t: Texts) -> Listing:
    """Return how sure each difference for participants is: the health of the comparison."""
    precision = _asked_precision(found)
    rows = []
    for horizon in found.finished:
        order = found.ranking(horizon=horizon)
        for number, policy in enumerate(found.policies[1:]):
            pair = found.paired(policy, None, MAIN, horizon)
            low, high = pair.wins_interval
            row = ["" if number else str(horizon), policy_name(policy, t)]
            if pair.identical:
                row += [t("compare.same"), *[t("compare.dash")] * 3]
            else:
                wins = {"low": t.number(100 * low), "high": t.number(100 * high)}
                row += [
                    t("compare.mean_from_to", mean=t.number(100 * pair.wins), **wins),
                    t.percent(pair.variance_removed),
                    t.percent(pair.sign_flips),
                    _needed(pair, precision, t),
                ]
            agree = [t.number(100 * one) for one in (order.same_order, order.same_winner)]
            rows.append([*row, *([""] * 2 if number else agree)])
    heads = ("after", "policy", "chance", "removed", "flips", "needed", "order", "winner")
    columns = [t(f"compare.head_{name}") for name in heads]
    title = t("compare.title_sure", reference=policy_name(found.reference, t))
    return Listing(columns, rows, frozenset({0, 2, 3, 4, 5, 6, 7}), frozenset({1}), title)


def _needed(pair: Paired, precision: float, t: Texts) -> str:
    needed = pair.needed(precision)
    if math.isnan(needed):
        return t("compare.dash")
    return t("compare.never") if math.isinf(needed) else t.number(needed)


def money_listing(found: Comparison, t: Texts) -> Listing:
    """Return what each policy was given, spent and gave back over the longest horizon."""
    horizon = found.horizon_shown
    rows = []
    for policy in found.policies:
        planned = grants_of(found.arms.scenario(policy, horizon))
        cells = [planned.total_cents / 100, planned.present_cents / 100]
        cells += [
            found.mean(name, policy, horizon)[0]
            for name in ("granted_eur", "money_eur", "returned_eur")
        ]
        rows.append([policy_name(policy, t), *(t.number(cell / 1000) for cell in cells)])
    heads = ("policy", "planned", "present", "granted", "spent", "returned")
    columns = [t(f"compare.head_{name}") for name in heads]
    title = t("compare.title_money", years=horizon)
    return Listing(columns, rows, frozenset(range(1, 6)), frozenset({0}), title)


def _note_money(found: Comparison, t: Texts) -> str:
    """Return how equal the money is, over all horizons and worlds."""
    arms = found.arms
    in_value = arms.money == "present-value"
    apart = 0.0
    for world in arms.worlds:
        for horizon in arms.horizons:
            amounts = [
                found_amount
                for cell, scenario in arms.scenarios.items()
                if (cell.world, cell.horizon) == (world, horizon)
                and (found_amount := _amount(scenario, in_value)) > 0
            ]
            apart = max(apart, max(amounts, default=0.0) - min(amounts, default=0.0))
    if arms.money == "as-is":
        return t("compare.money_as_is", apart=t.number(apart / 100_000))
    told = {"apart": t.number(apart / 100, 2), "first": policy_name(_payer(found), t)}
    if in_value:
        return t("compare.money_present_value", **told, **rate_words(arms, t))
    return t("compare.money_total", **told)


def _amount(scenario: Any, in_value: bool) -> float:
    grants = grants_of(scenario)
    return grants.present_cents if in_value else float(grants.total_cents)


def _payer(found: Comparison) -> str:
    """Return the first policy with money, whose amount the others have."""
    return next(
        (one for one in found.policies if grants_of(found.arms.scenario(one)).total_cents),
        found.reference,
    )


# -- for machines -----------------------------------------------------------------------------


def as_data(
    found: Comparison, t: Texts, saved: str, parts: Contributions | None = None
) -> dict[str, Any]:
    """Return the answer for machines: full precision, nothing translated but the sentence."""
    front = lead(found)
    return {
        "answer": answer(found, t),
        "place": found.arms.baseline.place.key,
        "policies": list(found.policies),
        "baseline": found.arms.baseline.policy.key,
        "horizons": list(found.horizons),
        "money": found.arms.money,
        "worlds": len(found.arms.worlds),
        "replicates": {str(one): found.replicates(one) for one in found.horizons},
        "first": list(front.first),
        "second": front.second,
        "order": _records(found.rank_stability()),
        "table": _records(found.table()),
        "contributions": _records(parts.table()) if parts is not None else None,
        "precision": found.precision,
        "reached": found.reached,
        "failed": found.failed,
        "remarks": remarks(found, t),
        "saved": saved,
    }


def _records(frame: Any) -> list[dict[str, Any]]:
    return [
        {str(name): _plain(value) for name, value in row.items()}
        for row in frame.to_dict("records")
    ]


def _plain(value: Any) -> Any:
    """Return a value as JSON knows it; what is no number is null."""
    if hasattr(value, "item"):
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else value
