"""What has to be known of a comparison beside its tables: policies, worlds, precision, failures."""

from __future__ import annotations

import math

from ...viz.text import Texts
from ...viz.text.policy_names import policy_name
from ..arms import MAIN
from ..comparing import LEAST
from ..comparison import Comparison
from ..equal_money import grants_of
from ..leading import lead


def remarks(found: Comparison, t: Texts) -> list[str]:
    """Return what else has to be known: equal and penniless policies, worlds, precision, failures."""
    return [
        *_about_policies(found, t),
        *_about_worlds(found, t),
        *_about_precision(found, t),
        *([t("compare.failed", failed=t.number(found.failed))] if found.failed else []),
    ]


def _about_policies(found: Comparison, t: Texts) -> list[str]:
    lines = []
    for policy in found.policies:
        same = found.arms.same_as(policy)
        if same != policy:
            names = t.listing([policy_name(one, t) for one in (same, policy)])
            lines.append(t("compare.remark_same", names=names))
        grants = grants_of(found.arms.scenario(policy))
        if not grants.total_cents:
            lines.append(t("compare.remark_no_money", policy=policy_name(policy, t)))
        if grants.bridged_months:
            lines.append(t("compare.remark_bridged", policy=policy_name(policy, t)))
    return lines


def _about_worlds(found: Comparison, t: Texts) -> list[str]:
    if found.arms.ensemble is None:
        return []
    horizon = found.horizon_shown
    same, worlds = found.worlds_agreeing(MAIN, horizon)
    front = lead(found, horizon=horizon)
    lines = [t("compare.worlds", same=t.number(same), worlds=t.number(worlds), years=str(horizon))]
    if front.pair is not None and front.second is not None:
        lines.append(
            t(
                "compare.worlds_first",
                first=policy_name(front.first[0], t),
                second=policy_name(front.second, t),
                same=t.number(front.pair.worlds_agreeing),
                worlds=t.number(front.pair.worlds),
            )
        )
    return lines


def _about_precision(found: Comparison, t: Texts) -> list[str]:
    if found.precision is None:
        return []
    told = {"precision": t.percent(found.precision, 0 if found.precision >= 0.01 else 1)}
    number = t.number(len(set(found.cells["seed"])))
    if found.reached:
        return [t("compare.reached", **told, replicates=number, least=str(LEAST))]
    needed = [
        found.paired(policy, None, MAIN, horizon).needed(found.precision)
        for horizon in found.finished
        for policy in found.policies[1:]
    ]
    most = max((one for one in needed if not math.isnan(one)), default=math.inf)
    if math.isinf(most):
        return [t("compare.not_reached_ever", **told, replicates=number)]
    return [t("compare.not_reached", **told, replicates=number, needed=t.number(most))]
