"""The evidence table: claims as files, measures that measure, and a verdict that can be lost.

What is protected here: every pattern that was promised is held against the simulation; a claim
cannot be filed without source, range and measure; and each measure moves when what it measures is
broken.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from langeadem.experiments import evidence_measures_sight as sight
from langeadem.experiments.claims import Claim, Ground, claim, claims, claims_on, read_claims
from langeadem.experiments.cli import evidence as command
from langeadem.experiments.cli.evidence_outcome import expected, markdown, verdict
from langeadem.experiments.evidence_measures import MEASURES
from langeadem.experiments.evidence_runs import Bench, measure_ground
from langeadem.experiments.evidence_table import Finding, examine
from langeadem.scenarios import ScenarioError
from langeadem.viz.text import texts

from .asking import call

ROOT = Path(__file__).resolve().parent.parent
SMALL = {"figures.households": 220, "figures.residents": 460}

#: What the table was promised to hold -> claims that stand for it.
PROMISED = {
    "visible at stairwell and street": ("watch_out_stairwell", "xpoint_street"),
    "not visible at the neighbourhood": ("watch_out_unseen", "xpoint_unseen"),
    "undetectable at the sizes of the catalogue": (
        "cruyff_courts_unseen",
        "staalkans_unseen",
        "wijk_voor_wijk_unseen",
        "dilution",
    ),
    "Wijk voor Wijk": ("wvw_to_work", "wvw_self_reliance", "wvw_self_reliance_over_work"),
    "Crabbehof and Wielwijk": (
        "crabbehof_diverges",
        "wielwijk_diverges",
        "crabbehof_control_not_attributable",
        "crabbehof_benefit_not_attributable",
        "wielwijk_control_not_attributable",
        "wielwijk_benefit_not_attributable",
    ),
    "agency before rungs": ("agency_before_rungs", "agency_without_rungs"),
    "relapse after short strong help": ("short_help_relapse",),
    "effects that need presence": ("presence_work", "presence_leisure"),
    "creaming": ("creaming_selects", "creaming_numbers"),
    "trust ratchet": (
        "trust_lost",
        "later_project_meets_distrust",
        "later_project_let_in_less",
    ),
    "half of three years effective": ("effective_half",),
    "slow first year": ("slow_first_year",),
    "Nijmegen": ("nijmegen_start", "nijmegen_stop", "nijmegen_work"),
    "benefit exit and return": (
        "benefit_exit",
        "benefit_return_6",
        "benefit_return_12",
        "benefit_return_24",
    ),
    "mentoring": ("mentoring_long", "mentoring_broken_off"),
    "work programmes": ("work_first_year", "work_second_year", "work_later"),
    "fade-out": ("fade_out_1", "fade_out_3"),
    "displacement": ("displacement",),
    "who rises and who leaves": (
        "stayers_rise",
        "leavers_rise",
        "newcomers_lower",
        "area_stable",
    ),
    "half of ties in seven years": ("ties_after_7_years",),
    "hardly within one generation": ("one_generation",),
}


@pytest.mark.parametrize("pattern", PROMISED)
def test_every_promised_pattern_is_a_claim(pattern: str) -> None:
    """Protects completeness: no pattern is left out because it does not fit."""
    known = {one.key for one in claims()}
    assert set(PROMISED[pattern]) <= known


def test_claims_are_whole() -> None:
    """Every theme has its words, every ground what it needs, and fitting is cheap."""
    found = claims()
    for one in found:
        for lang in ("nl", "en"):
            texts(lang)(f"evidence.theme_{one.theme}")
        if one.use == "fitting":
            assert one.ground.years <= 8, one.key
            assert dict(one.ground.overrides)["figures.residents"] <= 1500, one.key
    assert len({one.ground for one in found if one.use == "fitting"}) <= 3
    assert {one.measure for one in found} == set(MEASURES)
    assert claims_on(found[0].ground)[0] == found[0]
    # Programmes' size and visibility are never tuned to.
    assert all(one.use == "checking" for one in found if one.theme == "sight")


GROUND = '[ground.here]\nyears = 1\noverrides = { "figures.households" = 100, "figures.residents" = 210 }\n'
CLAIM = """
[[claim]]
key = "one"
statement_nl = "Elk jaar komt er iets vrij."
statement_en = "Every year something comes free."
source = ["EVIDENCE C1"]
population_nl = "hier"
population_en = "here"
measured_nl = "geteld in de wijk"
measured_en = "counted in the neighbourhood"
unit = "share"
measure = "turnover_social_rent"
ground = "here"
accepted = [0.1, 0.2]
range_nl = "zoals de bron zegt"
range_en = "as the source says"
use = "checking"
replicates = 2
"""


def read(folder: Path, text: str, name: str = "own.toml") -> tuple[Claim, ...]:
    """Return the claims of a file with this text."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return read_claims([path])


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('"turnover_social_rent"', '"turnover_socialrent"', r"line 15: .*'turnover_social_rent'\?"),
        ('"turnover_social_rent"', '"benefit_return"', "needed: months"),
        ('"turnover_social_rent"', '"gap_points"\nsettings = { name = "trust" }', "twin = true"),
        ('ground = "here"', 'ground = "her"', r"line 16: .*did you mean 'here'\?"),
        ("[0.1, 0.2]", "[0.2, 0.1]", "line 17: claim.accepted: .*lowest value below"),
        ("[0.1, 0.2]", "[-inf, inf]", "line 17: .*one is finite"),
        ('"EVIDENCE C1"', '"somebody said so"', "line 9: .*is no source"),
        ('use = "checking"', 'use = "fiting"', r"line 20: .*did you mean 'fitting'\?"),
        ("replicates = 2", "replicates = 1", "line 21: claim.replicates"),
        ("replicates = 2", "replicate = 2", r"line 21: .*did you mean 'replicates'\?"),
        ("replicates = 2", 'replicates = 2\ntheme = "x"', "line 22: claim.theme"),
        (
            "replicates = 2",
            'replicates = 2\nexplanation_nl = "daarom"',
            "in both languages or in none",
        ),
        ('unit = "share"', 'unit = "sharks"', r"line 14: .*did you mean 'share'\?"),
        ("years = 1", 'years = 1\nbaseline = "cliff"', "a baseline goes with twin"),
        ("figures.households", "figures.houses", "unknown"),
        ("[[claim]]", "[[claims]]", r"claims: unknown key.*did you mean 'claim'\?"),
    ],
)
def test_a_wrong_file_says_what_and_where(tmp_path: Path, old: str, new: str, told: str) -> None:
    """Protects the files: nothing unknown, missing or out of range gets into the table."""
    text = GROUND + CLAIM
    assert old in text
    with pytest.raises(ScenarioError) as error:
        read(tmp_path, text.replace(old, new, 1))
    assert re.search(told, str(error.value)), str(error.value)
    assert "evidence/own.toml" in str(error.value) or "override" in str(error.value)


def test_a_key_is_used_once_and_lines_are_of_the_second_claim(tmp_path: Path) -> None:
    """Two claims of one name could not be told apart; a later claim has its own lines."""
    with pytest.raises(ScenarioError, match="one: is the key of 2 claims"):
        read(tmp_path, GROUND + CLAIM + CLAIM)
    second = CLAIM.replace('"one"', '"two"').replace("[0.1, 0.2]", "[3, 2]")
    with pytest.raises(ScenarioError, match=r"line 35: claim\.accepted"):
        read(tmp_path, GROUND + CLAIM + second)


def test_an_unknown_claim_is_told_the_nearest() -> None:
    with pytest.raises(ScenarioError, match="did you mean 'dilution'"):
        claim("dillution")


# -- measures ---------------------------------------------------------------------------------

OFF = "mechanisms."
ARN, WVW, NIJ, WAT = (
    f"programmes.{key}."
    for key in (
        "arnhem-participatiecoaches",
        "wijk-voor-wijk",
        "nijmegen-actiecentrum",
        "watch-out",
    )
)
#: More participants than documented, on money that stops, so that few years are enough.
MANY = {NIJ + "places": 40, NIJ + "calendar": "one-year", NIJ + "staff.start_up_months": 0}


@dataclass(frozen=True)
class Break:
    """What breaks a measure, and how its value moves: ``lower``, ``higher`` or ``nought``."""

    measure: str
    settings: Mapping[str, Any]
    broken: Mapping[str, Any]
    moves: str
    policy: str = "none"
    ground: Mapping[str, Any] = field(default_factory=dict)
    years: int = 3
    twin: bool = False
    baseline: str = "none"
    baseline_overrides: Mapping[str, Any] = field(default_factory=dict)


def untreated(measure: str, settings: Mapping[str, Any], off: str, moves: str, years: int = 3):
    """Return a break of a world without programmes: one mechanism off."""
    return Break(measure, settings, {OFF + off: False}, moves, years=years)


def treated(
    measure: str,
    settings: Mapping[str, Any],
    policy: str,
    ground: Mapping[str, Any],
    broken: Mapping[str, Any],
    moves: str,
    years: int = 3,
):
    """Return a break of a programme against no programme."""
    return Break(measure, settings, broken, moves, policy, ground, years, True)


TEAM = {
    WVW + "calendar": "one-year",
    WVW + "places": 40,
    WVW + "offers.work_places": 40,
    WVW + "staff.start_up_months": 0,
}
STRONG = {
    WAT + "places": 150,
    WAT + "offers.work_places": 150,
    WAT + "eligibility.age_to": 66,
    WAT + "eligibility.rung_to": (5, 5, 5, 5),
    WAT + "support.hours_per_week": 1.0,
    WAT + "staff.start_up_months": 0,
    WAT + "funnel.approaches": 5.0,
}
NOTHING = {WAT + "support.dose": 0.0}
PAIRED = {ARN + "places": 30, ARN + "calendar": "continuous"}
BREAKS = [
    untreated("turnover_social_rent", {}, "moving", "lower"),
    Break(
        "move_ratio",
        {"ages": (25, 29), "base": (40, 44)},
        {"moving.age_factor": (1.0,) * 10},
        "lower",
        ground={"figures.households": 600, "figures.residents": 1250},
    ),
    untreated("job_finding_quarter", {}, "climbing", "nought"),
    untreated("job_loss_year", {}, "falling", "lower"),
    untreated("benefit_exit_year", {}, "climbing", "lower"),
    untreated("benefit_return", {"months": 12}, "falling", "lower"),
    untreated("permanent_after", {"years": 1}, "falling", "higher"),
    Break("still_temporary_after_year", {}, {"working.permanent_rate": 0.2}, "lower"),
    untreated("poverty_exit", {"year": 1}, "climbing", "lower", years=5),
    untreated("poverty_return", {"years": 1}, "falling", "lower", years=5),
    untreated("long_poor", {"years": 2}, "falling", "higher"),
    untreated("tie_survival", {"years": 3}, "tie_turnover", "higher"),
    untreated("stayers_rise", {"years": 3}, "climbing", "lower"),
    untreated("leavers_rise", {"years": 3}, "local_moves", "other"),
    Break("newcomers_gap", {"years": 3}, {OFF + "climbing": False}, "other"),
    untreated("area_change", {"years": 3}, "climbing", "lower"),
    untreated("moved_points", {"name": "share_at_work"}, "climbing", "higher"),
    treated(
        "effect_points",
        {"what": "at_work", "months": (1, 12)},
        "nijmegen-actiecentrum",
        MANY,
        {NIJ + "nudges.working": -0.5},
        "lower",
    ),
    treated(
        "effect_after_years",
        {"what": "capability_working", "years": 1},
        "nijmegen-actiecentrum",
        MANY,
        {NIJ + "nudges.working": 0.3},
        "higher",
    ),
    treated(
        "kept_after_years",
        {"what": "capability_working", "years": 1, "heaviest": 1.0},
        "nijmegen-actiecentrum",
        MANY,
        {OFF + "fade_out": False},
        "higher",
    ),
    treated(
        "kept_after_months",
        {"what": "working", "months": 3},
        "wijk-voor-wijk",
        TEAM,
        {WVW + "offers.work_rung": 0, WVW + "offers.work_places": 0, WVW + "nudges.working": 0.3},
        "higher",
    ),
    treated(
        "months_between",
        {"first": "agency", "then": "rungs", "within": 18},
        "wijk-voor-wijk",
        TEAM | {WVW + "offers.work_rung": 0, WVW + "offers.work_places": 0},
        {WVW + "offers.work_rung": 2, WVW + "offers.work_places": 40},
        "lower",
    ),
    treated(
        "gain_without_rung",
        {"gain": 0.01},
        "wijk-voor-wijk",
        TEAM | {WVW + "offers.work_rung": 0, WVW + "offers.work_places": 0},
        {WVW + "offers.work_rung": 2, WVW + "offers.work_places": 40},
        "lower",
    ),
    treated(
        "displaced",
        {"years": 2},
        "nijmegen-actiecentrum",
        MANY | {NIJ + "nudges.working": 0.5},
        {OFF + "crowding": False},
        "nought",
        years=2,
    ),
    treated(
        "tie_of_length",
        {"what": "agency", "supported": (3, 12), "broken_off": True, "after_start": 14},
        "wijk-voor-wijk",
        TEAM,
        {WVW + "nudges.agency": 0.05},
        "higher",
    ),
    Break("rise_of_workers", {"at_least": 6}, {WVW + "nudges.agency": 0.05}, "higher",
          "wijk-voor-wijk", TEAM, 2),
    Break("rise_over_work", {"at_least": 6}, {OFF + "climbing": False}, "higher",
          "wijk-voor-wijk", TEAM, 2),
    treated("seen_at_neighbourhood", {"name": "working"}, "watch-out", STRONG, NOTHING, "nought"),
    treated(
        "stands_out",
        {"name": "agency", "scale": "stairwell"},
        "watch-out",
        STRONG
        | {
            WAT + "eligibility.stairwells": (3,),
            WAT + "support.duration_months": 36,
            WAT + "nudges.agency": 0.5,
        },
        {**NOTHING},
        "lower",
    ),
    treated("gap_points", {"name": "share_at_work"}, "watch-out", STRONG, NOTHING, "nought"),
    treated("gap_score", {"name": "working"}, "watch-out", STRONG, NOTHING, "nought"),
    Break("documented", {"name": "started_share"}, {NIJ + "funnel.start": 0.3}, "lower",
          "nijmegen-actiecentrum", {NIJ + "places": 40}, 4),
    Break("persisters_at_work", {}, {OFF + "climbing": False}, "nought",
          "nijmegen-actiecentrum", {NIJ + "places": 40}, 4),
    Break("effective_months", {"months": 24, "from_year": 3}, {OFF + "start_up": False}, "higher",
          "watch-out", {WAT + "places": 20}, 5),
    Break("first_year_starts", {}, {OFF + "start_up": False}, "higher",
          "den-haag-pleinenlint", {"programmes.den-haag-pleinenlint.places": 10}, 2),
    Break("starters_above_others", {}, {ARN + "funnel.creaming": 0.0}, "lower",
          "arnhem-participatiecoaches", PAIRED | {ARN + "funnel.creaming": 1.0}, 2),
    Break(
        "found_work_points",
        {},
        {ARN + "funnel.creaming": 0.0},
        "nought",
        "arnhem-participatiecoaches",
        PAIRED | {ARN + "funnel.creaming": 1.0},
        3,
        True,
        "arnhem-participatiecoaches",
        PAIRED | {ARN + "funnel.creaming": 0.0},
    ),
    Break("later_project_share", {"share_of": "visited", "base": "aimed_at"},
          {WAT + "funnel.again_months": 600}, "lower", "watch-out",
          {WAT + "calendar": "stop-start", WAT + "places": 10, WAT + "eligibility.age_to": 66,
           "figures.households": 600, "figures.residents": 1200}, 6),
    treated(
        "trust_when_last_project_begins",
        {},
        "watch-out",
        {
            WAT + "calendar": "stop-start",
            WAT + "places": 60,
            WAT + "eligibility.age_to": 66,
            WAT + "eligibility.rung_to": (5, 5, 5, 5),
            WAT + "staff.start_up_months": 0,
        },
        {OFF + "abandonment": False},
        "higher",
        5,
    ),
]  # fmt: skip


def valued(one: Break, overrides: Mapping[str, Any]) -> float:
    """Return the value of a measure on its ground, with more differences; two lucks together."""
    ground = Ground(
        policy=one.policy,
        years=one.years,
        overrides={**SMALL, **one.ground, **overrides},
        twin=one.twin,
        baseline=one.baseline,
        baseline_overrides=dict(one.baseline_overrides),
    )
    of = MEASURES[one.measure].of
    values = [of(Bench(ground, seed), **one.settings) for seed in (1, 2)]
    known = [value for value in values if math.isfinite(value)]
    return sum(known) / len(known) if known else math.nan


@pytest.mark.parametrize("one", BREAKS, ids=lambda one: one.measure)
def test_a_measure_moves_when_what_it_measures_is_broken(one: Break) -> None:
    """Protects against a measure that would say the same of any world."""
    whole, broken = valued(one, {}), valued(one, one.broken)
    assert math.isfinite(whole)
    if one.moves == "nought":
        assert broken == 0.0
        assert abs(whole) > 0.0
    elif one.moves == "other":
        assert broken != whole
    else:
        assert broken < whole if one.moves == "lower" else broken > whole, (whole, broken)


def test_every_measure_is_broken_once() -> None:
    tried = {one.measure for one in BREAKS} | {"directions_differ"}
    assert tried == set(MEASURES)


def test_directions_differ_reads_better_and_worse() -> None:
    """More on benefit is worse; figures that do not move in whole points do not count."""

    def bench(**figures: tuple[float, float]) -> Any:
        frame = pd.DataFrame({name: list(ends) for name, ends in figures.items()})
        chronicle = SimpleNamespace(frame=lambda scale: frame)
        return SimpleNamespace(world=SimpleNamespace(chronicle=chronicle))

    names, worse = ("control", "benefit"), ("benefit",)
    both_better = bench(control=(0.70, 0.74), benefit=(0.12, 0.10))
    apart = bench(control=(0.70, 0.74), benefit=(0.12, 0.14))
    still = bench(control=(0.701, 0.702), benefit=(0.12, 0.12))
    assert sight.directions_differ(both_better, names, worse) == 0.0
    assert sight.directions_differ(apart, names, worse) == 1.0
    assert math.isnan(sight.directions_differ(still, names, worse))


# -- the table --------------------------------------------------------------------------------


def finding(tmp_path: Path, values: tuple[float, ...], **changes: Any) -> Finding:
    (one,) = read(tmp_path, GROUND + CLAIM)
    return Finding(one.model_copy(update=changes), values)


@pytest.mark.parametrize(
    ("values", "says", "close"),
    [
        ((0.14, 0.15, 0.16), "holds", False),
        ((0.30, 0.31, 0.32), "fails", False),
        ((0.09, 0.12), "holds", True),
        ((0.05, 0.12), "fails", True),
        ((math.nan, 0.15), "unknown", False),
        ((math.nan, math.nan), "unknown", False),
        ((0.1, 0.1), "holds", False),
        ((0.2, 0.2), "holds", False),
        ((math.nan, 0.14, 0.14), "holds", False),
    ],
)
def test_the_verdict_is_that_of_the_mean(
    tmp_path: Path, values: tuple[float, ...], says: str, close: bool
) -> None:
    """Protects the verdict: inside with its ends, outside, or too little to tell."""
    found = finding(tmp_path, values)
    assert (found.verdict, found.close) == (says, close)


def test_what_is_expected_is_said_in_words(tmp_path: Path) -> None:
    t = texts("en")
    one = finding(tmp_path, (0.1, 0.1)).claim
    assert expected(one, t) == "10.0 to 20.0%"
    open_above = one.model_copy(update={"accepted": (0.01, math.inf), "unit": "score"})
    assert expected(open_above, t) == "0.010 or more"
    open_below = one.model_copy(update={"accepted": (-math.inf, 2.0), "unit": "points"})
    assert expected(open_below, t) == "2.0 pt or less"


def test_a_failing_claim_stays_in_the_table_with_its_explanation(tmp_path: Path) -> None:
    """Protects honesty: the file shows what fails, and says why or that nobody knows."""
    why = {"explanation_nl": "Omdat het zo is.", "explanation_en": "Because it is so."}
    fails = finding(tmp_path, (0.5, 0.5), theme="work", **why)
    holds = finding(tmp_path, (0.15, 0.15), theme="sight", **why)
    page = markdown([fails, holds], "Made.", texts("en"))
    assert "**fails**" in page
    assert "Of 2 claims 1 hold in the simulation, 1 fail and 0 cannot be told" in page
    assert page.count("Because it is so.") == 1
    unexplained = finding(tmp_path, (0.5, 0.6), theme="work")
    assert "Not explained yet." in markdown([unexplained], "Made.", texts("en"))
    assert verdict(fails, texts("nl")) == "klopt niet"


def small_claims(tmp_path: Path) -> tuple[Claim, ...]:
    second = CLAIM.replace('"one"', '"two"').replace("turnover_social_rent", "job_loss_year")
    other = GROUND.replace("here", "there").replace("years = 1", "years = 2")
    third = CLAIM.replace('"one"', '"three"').replace('ground = "here"', 'ground = "there"')
    return read(tmp_path, GROUND + other + CLAIM + second + third)


def test_a_ground_is_lived_once_for_all_its_claims(tmp_path: Path) -> None:
    """Protects time, and that each claim gets its own value: two grounds, two lucks, three claims."""
    found = small_claims(tmp_path)
    told: list[tuple[int, int]] = []
    results = examine(found, workers=1, told=lambda done, total: told.append((done, total)))
    assert told[0] == (0, 4)
    assert told[-1] == (4, 4)
    assert [one.claim.key for one in results] == ["one", "two", "three"]
    for one in results:
        alone = [
            measure_ground(one.claim.ground, [one.claim], seed)[one.claim.key] for seed in (1, 2)
        ]
        assert one.values == tuple(alone)
    assert len({one.values for one in results}) == 3


def test_parameters_reach_both_worlds_and_claims_keep_to_their_ground(tmp_path: Path) -> None:
    """Protects calibration: a parameter changes what is lived; a claim elsewhere is refused."""
    one, two, three = small_claims(tmp_path)
    safe = {"working.loss_rate": (0.0,) * 5}
    assert (
        measure_ground(two.ground, [two], 1, safe)["two"]
        < measure_ground(two.ground, [two], 1)["two"]
    )
    with pytest.raises(ValueError, match="three is not measured on this ground"):
        measure_ground(one.ground, [three], 1)
    ground = Ground(policy="watch-out", years=1, twin=True, baseline="watch-out",
                    overrides={**SMALL, WAT + "places": 5}, baseline_overrides={WAT + "places": 7})  # fmt: skip
    a, b = (
        ground.scenario({"moving.local_wish": 0.4}),
        ground.twin_scenario({"moving.local_wish": 0.4}),
    )
    assert a.parameters.moving.local_wish == b.parameters.moving.local_wish == 0.4
    places = [world.policy.programmes["watch-out"].programme.places for world in (a, b)]
    assert places == [5, 7]


# -- the command ------------------------------------------------------------------------------

ONLY = ("evidence", "--only", "job_loss", "--only", "turnover_social_rent", "--replicates", "2")


def test_the_command_shows_writes_and_gives_data(tmp_path: Path) -> None:
    """Protects the main job, in two processes: answer first, table, file last."""
    out = tmp_path / "own.md"
    done = call(*ONLY, "--lang", "en", "--out", str(out), "--workers", "2")
    assert done.exit_code == 0, done.output
    lines = done.stdout.splitlines()
    assert lines[0].startswith("Of 2 claims ")
    assert lines[-1].startswith("Saved in ")
    assert max(map(len, lines[:-1])) <= 100
    page = out.read_text(encoding="utf-8")
    assert page.startswith("# Does it agree with what is known?\n\nOf 2 claims ")
    assert "langeadem evidence --only job_loss --only turnover_social_rent --replicates 2" in page
    data = json.loads(call(*ONLY, "--json", "--workers", "1").stdout)
    assert data["saved"] is None
    rows = {row["key"]: row for row in data["claims"]}
    assert list(rows) == ["job_loss", "turnover_social_rent"]
    for key, row in rows.items():
        low, high = claim(key).accepted
        assert row["verdict"] == ("holds" if low <= row["mean"] <= high else "fails")
        assert f"{100 * row['mean']:.1f}%" in page


def test_the_command_in_dutch_without_a_file() -> None:
    done = call(*ONLY[:3], "--replicates", "2", "--workers", "1")
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith("Van de 1 beweringen ")
    assert done.stdout.splitlines()[-1] == texts("nl")("evidence.not_saved")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--only", "job_los"), "job_loss"),
        (("--replicates", "1"), "2"),
        (("--out", "table.txt"), ".md"),
        (("--out", "nowhere/table.md"), "nowhere"),
        (("--workers", "0"), "0"),
        (("--seed", "-1"), "--seed"),
    ],
)
def test_bad_input_is_refused_before_anything_is_lived(words: tuple[str, ...], told: str) -> None:
    done = call("evidence", *words, *(() if words[0] == "--only" else ("--only", "job_loss")))
    assert done.exit_code == 2, done.output
    assert told in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_only_the_whole_check_writes_the_table_of_the_repository() -> None:
    """Protects the shipped file from a part, another luck or fewer replicates."""
    t = texts("nl")

    def target(**changes: Any) -> Path | None:
        asked = {"only": (), "replicates": None, "seed": 1, "workers": None, "out": None}
        rest = {"lang": "nl", "quiet": False, "as_json": False, "debug": False}
        return command._target(command.Asked(**{**asked, **rest, **changes}), t)[0]

    assert target() == command.RESULTS
    assert target(only=("job_loss",)) is target(replicates=5) is target(seed=2) is None


def test_the_shipped_results_are_of_these_claims() -> None:
    """Protects the file: it was made from these claims, ranges and explanations, and none is left."""
    page = command.RESULTS.read_text(encoding="utf-8")
    t = texts("en")
    failing = 0
    for one in claims():
        row = re.search(rf"^\| {re.escape(one.statement_en)} \|.*$", page, re.MULTILINE)
        assert row, one.key
        assert f"| {expected(one, t)} |" in row[0], one.key
        word = row[0].split(" | ")[4].strip("*")
        if word.startswith((t("evidence.fails"), t("evidence.unknown"))):
            failing += 1
            assert one.explanation_en, one.key
            assert one.explanation_en in page, one.key
    after = page.split(f"## {t('evidence.why_not')}")[1].split("\n## ")[0]
    assert after.count("\n- ") == failing
    assert t("evidence.unexplained") not in page


def test_numbers_of_a_replicate_are_numbers() -> None:
    """A claim without a value in one replicate is left out of the mean, not counted as nought."""
    found = Finding(claims()[0], (0.06, math.nan, 0.08))
    assert found.known == 2
    assert found.interval[0] == pytest.approx(0.07)
    assert np.isnan(Finding(claims()[0], (math.nan,)).interval[0])
