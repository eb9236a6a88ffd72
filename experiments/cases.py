"""The sixteen projects of the report at their documented reach: what participants gained, who sees it.

``python -m langeadem.experiments.cases`` lives them and rewrites the part of ``experiments/README.md``
between its marks. A project runs alone, in its own place, and is looked at when its documented
period is over. Where the simulation disagrees with the report, the case is lived again with one
mechanism at a time switched off.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np

from ..scenarios import Scenario, load_programme
from .detection import rates
from .documented import documented_period, documented_scenario
from .indicators import Indicator, indicator
from .intervals import mean_interval
from .lived import SCALES
from .matching import GroupVerdict, evaluate, matched_group
from .monitor import Monitor, Wave, waves_by_scale
from .reasons import VERDICT, Why, answer, question
from .replica import Question
from .replicates import replicate
from .staircase import Step, group_rates
from .statements import STATEMENTS
from .twins import Twin

COMMAND = "python -m langeadem.experiments.cases"
REPLICATES, SEED, LEVEL = 20, 1, 0.05
#: Every year has a wave, so that the first look comes before the programme opens.
SURVEY = Monitor(interval=1)
REGISTER = replace(SURVEY, source="register")
#: Real monitors come every second year (EVIDENCE F4).
EARLIEST_YEAR = 2
#: Share of evaluations from which on an effect counts as seen.
SEEN = 0.5

#: Mechanisms that are switched off one by one where the simulation disagrees.
SWITCHES = (
    "moving",
    "falling",
    "fade_out",
    "crowding",
    "trust_gate",
    "documented_risks",
    "lock_in",
)
#: Not a mechanism but another figure: the report says that experienced gains come first (L51).
EXPERIENCED = "agency"

AGREES, UNSEEN, DECLINE, TOO_WIDE = (
    "agrees",
    "not seen",
    "seen as a decline",
    "seen at the neighbourhood",
)


@dataclass(frozen=True)
class Sight:
    """What evaluators see of a group of people.

    Attributes
    ----------
    effect : float
        Mean over replicates, in units of the indicator.
    detection : float
        Share of evaluations that call an effect, 0 to 1.
    needed : float
        Smallest effect that 80% of evaluations would call; NaN where none is large enough.
    false_alarms : float
        The share where there is no policy.
    """

    effect: float
    detection: float
    needed: float
    false_alarms: float

    @property
    def share(self) -> float:
        """Effect as a share of what is needed; 0 where nothing is large enough."""
        share = self.effect / self.needed if self.needed > 0 else 0.0
        return share if math.isfinite(share) else 0.0

    @property
    def seen(self) -> bool:
        """Whether at least half of the evaluations call an effect."""
        return self.detection >= SEEN


#: What is seen by scale.
Sights = Mapping[str, Sight]


@dataclass(frozen=True)
class Case:
    """One project: what it did and who would see it.

    Attributes
    ----------
    key : str
        Of the programme.
    why : Why
        The answer, as a survey sees it.
    opened : int
        Month in which support began.
    register : dict of str to Sight
        What a complete register shows of participants and at each scale.
    switched : dict of str to dict
        By mechanism that is off: what a complete register shows at each scale.
    """

    key: str
    why: Why
    opened: int
    register: Sights
    switched: Mapping[str, Sights] = field(default_factory=dict)

    @property
    def steps(self) -> dict[str, Step]:
        """The steps of the staircase by name."""
        return {step.name: step for step in self.why.steps}

    @property
    def survey(self) -> Sights:
        """What a survey shows of participants and at each scale."""
        return {
            name: Sight(one.effect, one.seen, one.smallest_visible, one.false_alarms)
            for name, one in self.steps.items()
        }

    @property
    def together(self) -> dict[str, Sight]:
        """What arithmetic alone leaves, had all who live here lived in one stairwell, complex, street.

        ``needed`` is that of the register, detection is not known.
        """
        steps = self.steps
        gain, here = steps["participants"].effect, steps["neighbourhood"].participants
        return {
            scale: Sight(
                gain * min(1.0, here / steps[scale].people),
                float("nan"),
                self.register[scale].needed,
                float("nan"),
            )
            for scale in SCALES[:-1]
        }


def judge(sights: Sights) -> str:
    """Return how what is seen relates to the report: seen below the neighbourhood, and not there.

    Returns
    -------
    str
        ``AGREES``: an effect for the better is seen at the stairwell, complex or street.
        ``UNSEEN``: nothing is seen there. ``DECLINE``: what is seen is for the worse.
        ``TOO_WIDE``: something is seen at the neighbourhood.
    """
    if sights["neighbourhood"].seen:
        return TOO_WIDE
    small = [sights[scale] for scale in SCALES[:-1] if sights[scale].seen]
    if any(one.effect > 0 for one in small):
        return AGREES
    return DECLINE if small else UNSEEN


def nearest(sights: Sights) -> str:
    """Return the scale below the neighbourhood at which an effect for the better is nearest to seen."""

    def order(scale: str) -> tuple[float, float]:
        one = sights[scale]
        return (one.detection if one.effect > 0 and one.seen else 0.0, one.share)

    return max(SCALES[:-1], key=order)


def difference(case: Case) -> tuple[str, str]:
    """Return the switch that brings the simulation nearest to the report, and the scale.

    One that brings agreement goes before one that does not; then the one with the highest rate of
    detection, or the largest share of the effect that is needed. Empty where none has any effect.
    """
    best, place = "", ""
    with_all = case.register[nearest(case.register)].share
    highest = (False, with_all)
    for name, sights in case.switched.items():
        scale = nearest(sights)
        agrees = judge(sights) == AGREES
        reached = (agrees, sights[scale].detection if agrees else sights[scale].share)
        if reached > highest:
            best, place, highest = name, scale, reached
    return best, place


def case_question(key: str) -> tuple[Question, int]:
    """Return what is asked of a project, and the month in which it opened.

    The look is at the end of the year in which its documented period is over, start-up included.
    """
    opened = documented_period(key, SEED).opened
    months = opened - 1 + load_programme(key).setting.months
    year = max(EARLIEST_YEAR, math.ceil(months / 12))
    return question(documented_scenario(key), year=year, monitor=SURVEY), opened


def fingerprint(asked: Question) -> str:
    """Return eight figures that change with anything that is asked."""
    parts = (
        asked.policy.model_dump_json(),
        asked.baseline.model_dump_json(),
        asked.indicator,
        f"{asked.year} {asked.before} {asked.evaluations}",
        repr(asked.monitor),
    )
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:8]


def case(
    key: str,
    *,
    replicates: int = REPLICATES,
    workers: int | None = None,
    switches: Sequence[str] | None = None,
    asked: Question | None = None,
    told: Callable[[str], None] | None = None,
) -> Case:
    """Live a project and return what it did and who would see it.

    Parameters
    ----------
    key
        One of `STATEMENTS`.
    replicates, workers
        See `answer`.
    switches
        What is switched off where a register disagrees with the report; default those of
        `SWITCHES` that can matter, and `EXPERIENCED`.
    asked
        Another question than `case_question` asks.
    told
        Called with what is being done.
    """
    found, opened = case_question(key)
    asked = asked or found
    told = told or (lambda _: None)
    told(f"{replicates} pairs of worlds, {asked.year} years")
    why = answer(asked, replicates=replicates, seed=SEED, level=LEVEL, workers=workers)
    everybody = replace(why, question=replace(asked, monitor=REGISTER))
    register = {scale: _sight(everybody.rates[scale].loc[VERDICT], why, scale) for scale in SCALES}
    wanted = tuple(switches if switches is not None else _switches(asked))
    if judge(register) in (AGREES, DECLINE):
        wanted = ()
    told(f"again without {', '.join(wanted)}" if wanted else "as a register sees participants")
    seeds = range(SEED, SEED + replicates)
    again = list(replicate(partial(_lived_again, asked, wanted), seeds, workers))
    register["participants"] = _of_group([one for one, _ in again], why)
    switched = {name: _sights([looks[name] for _, looks in again], asked) for name in wanted}
    return Case(key, why, opened, register, switched)


def _switches(asked: Question) -> tuple[str, ...]:
    """Return what to switch off: holding people in its own work needs work of its own."""
    programmes = asked.policy.policy.programmes.values()
    works = any(one.programme.offers.work_places for one in programmes)
    return (*(name for name in SWITCHES if works or name != "lock_in"), EXPERIENCED)


def _sight(row: Mapping[str, float], why: Why, scale: str) -> Sight:
    effect = mean_interval([one.groups[scale].effect for one in why.replicas])[0]
    return _told(effect, row)


def _told(effect: float, row: Mapping[str, float]) -> Sight:
    numbers = (float(row[name]) for name in ("detection", "smallest_visible", "false_alarms"))
    return Sight(effect, *numbers)


@dataclass(frozen=True)
class _Look:
    """One scale of one pair of worlds: unit, difference, waves with and without the policy."""

    unit: int
    effect: float
    waves: tuple[tuple[Wave, Wave], tuple[Wave, Wave]]


#: Of the participants: with the policy and in the twin.
_Verdicts = tuple[GroupVerdict, GroupVerdict]


def _lived_again(
    asked: Question, switches: Sequence[str], seed: int
) -> tuple[_Verdicts, dict[str, dict[str, _Look]]]:
    """Live a pair as it was asked, and again with each switch; see it as a register does."""
    pair = Twin(asked.policy, asked.baseline, seed, asked.year)
    one = indicator(asked.indicator)
    looks = {}
    for name in switches:
        if name == EXPERIENCED:
            looks[name] = _looks(pair, asked, indicator(EXPERIENCED))
        else:
            arms = _without(asked.policy, name), _without(asked.baseline, name)
            looks[name] = _looks(Twin(*arms, seed, asked.year), asked, one)
    return _group(pair, asked, one), looks


def _without(scenario: Scenario, mechanism: str) -> Scenario:
    mechanisms = scenario.mechanisms.model_copy(update={mechanism: False})
    return scenario.model_copy(update={"mechanisms": mechanisms})


def _group(pair: Twin, asked: Question, one: Indicator) -> _Verdicts:
    """Return what a register concludes of the participants, beside who resembled them."""
    took_part = pair.participants()
    before = np.maximum(0, (took_part.first - 1) // 12)
    groups = matched_group(
        pair.a, took_part.person, before, asked.year, one, took_part, asked.evaluations
    )
    with_policy, without = (
        evaluate(world, groups, asked.year, one, REGISTER) for world in (pair.a, pair.b)
    )
    return with_policy, without


def _looks(pair: Twin, asked: Question, one: Indicator) -> dict[str, _Look]:
    """Return each scale as `measure` looks at it: the unit in which most participants began."""
    took_part = pair.participants()
    years = (asked.before, asked.year)
    a, b = ([waves_by_scale(world, one, year) for year in years] for world in (pair.a, pair.b))
    found = {}
    for scale in SCALES:
        unit = took_part.busiest(pair.a.unit_of_stairwell(scale))
        effect = float(np.atleast_1d(pair.gap(one.name, scale))[unit])
        waves = ((a[0][scale], a[1][scale]), (b[0][scale], b[1][scale]))
        found[scale] = _Look(unit, effect, waves)
    return found


def _sights(looks: Sequence[Mapping[str, _Look]], asked: Question) -> dict[str, Sight]:
    found = {}
    for scale in SCALES:
        those = [one[scale] for one in looks]
        table = rates(
            [one.waves[0] for one in those],
            [one.waves[1] for one in those],
            np.nan_to_num([one.effect for one in those]),
            REGISTER,
            units=[one.unit for one in those],
            surveys=asked.evaluations,
            level=LEVEL,
        )
        effect = mean_interval([one.effect for one in those])[0]
        found[scale] = _told(effect, table.loc[VERDICT])
    return found


def _of_group(verdicts: Sequence[_Verdicts], why: Why) -> Sight:
    effect = mean_interval([one.groups["participants"].effect for one in why.replicas])[0]
    return _told(effect, group_rates(verdicts, LEVEL))


def keys() -> tuple[str, ...]:
    """Return the sixteen projects, in the order of the report."""
    return tuple(STATEMENTS)


def main() -> None:
    """Live the sixteen and rewrite their part of the README."""
    from .case_table import command

    command()


if __name__ == "__main__":
    main()
