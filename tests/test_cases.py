"""The sixteen projects of the report: their table is that of the code, and its rule is the stated one."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import cast

import pandas as pd
import pytest
from langeadem.experiments import case_table, cases
from langeadem.experiments.case_table import Rows, padded, rows_in, section, section_in
from langeadem.experiments.case_words import answer_line, explained, label
from langeadem.experiments.cases import (
    AGREES,
    DECLINE,
    REGISTER,
    TOO_WIDE,
    UNSEEN,
    Case,
    Sight,
    case,
    case_question,
    difference,
    fingerprint,
    judge,
    nearest,
)
from langeadem.experiments.lived import SCALES
from langeadem.experiments.monitor import Monitor
from langeadem.experiments.reasons import Why, answer, question
from langeadem.experiments.replica import Question
from langeadem.experiments.staircase import Step
from langeadem.experiments.statements import SCALE_STATEMENT, STATEMENTS
from langeadem.scenarios import catalogue_names, load, load_programme, with_policy

TEXT = case_table.README.read_text(encoding="utf-8")
HINT = f"experiments/README.md is behind the code; run: {cases.COMMAND} --stale"
SMALL = {"figures.households": 160, "figures.residents": 340, "years": 2}


# -- what the report says -----------------------------------------------------------------------


def test_the_sixteen_are_those_of_the_report() -> None:
    """Protects the selection: a project that is added, dropped or renumbered in the catalogue."""
    found = {}
    for key in catalogue_names("programmes"):
        row = re.fullmatch(r"digest 000 section 4 row (\d+)", load_programme(key).source)
        if row:
            found[key] = int(row[1])
    assert {key: one.row for key, one in STATEMENTS.items()} == found
    assert [one.row for one in STATEMENTS.values()] == list(range(1, 17))


@pytest.mark.parametrize("key", STATEMENTS)
def test_every_statement_says_where_it_stands(key: str) -> None:
    one = STATEMENTS[key]
    assert one.reference == f"digest 000 section 4 row {one.row}, L{30 + one.row}"
    assert len(one.said) > 10
    assert SCALE_STATEMENT.reference == "digest 000 section 5, L52"


@pytest.mark.parametrize("key", STATEMENTS)
def test_a_project_is_looked_at_when_its_documented_period_is_over(key: str) -> None:
    asked, opened = case_question(key)
    spec = load_programme(key)
    over = opened - 1 + spec.setting.months
    assert asked.year >= 2
    assert asked.year == 2 or 12 * (asked.year - 1) < over <= 12 * asked.year
    assert asked.before == 0
    assert asked.indicator == spec.ladder
    assert list(asked.policy.policy.programmes) == [key]
    assert not asked.baseline.policy.programmes


def test_a_fingerprint_changes_with_what_is_asked() -> None:
    asked = case_question("ibzw")[0]
    mechanisms = asked.policy.mechanisms.model_copy(update={"moving": False})
    others = (
        replace(asked, year=asked.year + 1),
        replace(asked, indicator="working"),
        replace(asked, monitor=Monitor(interval=1, respondents=299)),
        replace(asked, policy=asked.policy.model_copy(update={"mechanisms": mechanisms})),
    )
    prints = [fingerprint(asked), *map(fingerprint, others)]
    assert len(set(prints)) == len(prints)
    assert fingerprint(case_question("ibzw")[0]) == prints[0]


# -- the rule -----------------------------------------------------------------------------------


def seen(**detection: float) -> dict[str, Sight]:
    """Return sights by scale; a minus is an effect for the worse."""
    return {
        scale: Sight(-1.0 if value < 0 else 1.0, abs(value), 2.0, 0.05)
        for scale, value in (dict.fromkeys(SCALES, 0.05) | detection).items()
    }


@pytest.mark.parametrize(
    ("sights", "verdict"),
    [
        (seen(), UNSEEN),
        (seen(stairwell=0.49, complex=0.49, street=0.49), UNSEEN),
        (seen(stairwell=0.5), AGREES),
        (seen(complex=0.9), AGREES),
        (seen(street=0.6, neighbourhood=0.49), AGREES),
        (seen(street=0.9, neighbourhood=0.5), TOO_WIDE),
        (seen(neighbourhood=-0.9), TOO_WIDE),
        (seen(stairwell=-0.9), DECLINE),
        (seen(stairwell=-0.9, complex=0.6), AGREES),
        (seen(stairwell=-0.4), UNSEEN),
    ],
)
def test_the_report_is_agreed_with_where_a_gain_shows_below_the_neighbourhood_only(
    sights: dict[str, Sight], verdict: str
) -> None:
    assert judge(sights) == verdict


def test_the_nearest_scale_is_one_that_shows_a_gain_or_else_comes_closest() -> None:
    assert nearest(seen(stairwell=-0.9, street=0.6)) == "street"
    sights = seen() | {"complex": Sight(1.5, 0.1, 2.0, 0.05)}
    assert nearest(sights) == "complex"
    assert nearest(seen(stairwell=0.8) | {"street": Sight(9.0, 0.4, 1.0, 0.05)}) == "stairwell"


def test_an_effect_that_nothing_is_large_enough_to_show_is_no_share() -> None:
    assert Sight(1.0, 0.1, float("nan"), 0.05).share == 0.0
    assert Sight(float("nan"), 0.1, 1.0, 0.05).share == 0.0
    assert Sight(1.0, 0.1, 4.0, 0.05).share == 0.25


def judged(register: dict[str, Sight], **switched: dict[str, Sight]) -> Case:
    return Case("ibzw", cast("Why", None), 1, register, switched)


def test_what_brings_agreement_is_named_before_what_comes_near() -> None:
    near = seen() | {"street": Sight(1.9, 0.3, 2.0, 0.05)}
    found = judged(seen(), moving=near, falling=seen(complex=0.6), crowding=seen(street=0.7))
    assert difference(found) == ("crowding", "street")
    assert difference(judged(seen(), falling=seen(), moving=near)) == ("moving", "street")


def test_nothing_is_named_where_nothing_helps() -> None:
    less = {scale: Sight(0.5, 0.05, 2.0, 0.05) for scale in SCALES}
    assert difference(judged(seen(), moving=less, falling=seen())) == ("", "")
    assert difference(judged(seen())) == ("", "")


@dataclass(frozen=True)
class Told:
    """What of an answer the words need: a step for each group, and the ledger of a unit."""

    steps: tuple[Step, ...]
    terms: tuple[tuple[str, float], ...] = ()

    def unit_ledger(self, scale: str) -> pd.DataFrame:
        """Return the same terms for any unit."""
        return pd.DataFrame(self.terms, columns=["term", "value"])


def explanation(
    survey: dict[str, Sight],
    register: dict[str, Sight],
    terms: tuple[tuple[str, float], ...] = (),
    **switched: dict[str, Sight],
) -> str:
    def step(name: str, one: Sight) -> Step:
        numbers = (0.0, 0.0, one.needed, one.detection, 0.0, one.false_alarms)
        return Step(name, 20.0, 2.0, 0.1, 0.1, one.effect, *numbers)

    everybody = {"participants": Sight(5.0, 0.9, 1.0, 0.05)}
    told = Told(tuple(step(name, one) for name, one in (everybody | survey).items()), terms)
    return explained(Case("ibzw", cast("Why", told), 1, register, switched))


def test_the_explanation_is_the_first_that_holds() -> None:
    """Protects the last column: agreement, few respondents, who lives there, a mechanism, none."""
    agrees, none = seen(street=0.8), seen()
    assert explanation(agrees, agrees) == "none"
    few = explanation(none, agrees)
    assert few.startswith("few respondents: 80 of 100 at the street when everybody is counted, 5 ")
    terms = (("kept", -0.7), ("gained", 0.1), ("home", -0.1))
    worse = explanation(seen(complex=-0.1), seen(complex=-0.9), terms)
    assert worse.startswith("of -1.00 at the complex: `kept`, ")
    assert worse.endswith(": -0.70")
    assert "`home`" not in worse
    off = explanation(none, none, moving=agrees, falling=none)
    assert off.startswith("`moving` off (households move): seen by 80 of 100 at the street, 5 as")
    assert "with all participants in one" in off
    near = explanation(none, none, moving=seen() | {"street": Sight(1.5, 0.1, 2.0, 0.05)})
    assert near.startswith("none of the 1 tried; nearest, with `moving` off")
    assert "75% of the effect needed at the street, 50% as asked" in near


def test_the_first_line_counts_the_rows() -> None:
    rows = [
        ("", "", UNSEEN, AGREES, "few respondents"),
        ("", "", TOO_WIDE, TOO_WIDE, "none of the 7 tried"),
        ("", "", UNSEEN, UNSEEN, "none of the 7 tried"),
        ("", "", UNSEEN, UNSEEN, "`moving` off"),
        ("", "", DECLINE, DECLINE, "of -1.00"),
    ]
    told = answer_line(rows, ["49 / 51", "90 / 49"])
    assert "sees 1 of the 5 projects" in told
    assert "a gain in 0 and a complete register in 1; in 1 the register sees a decline" in told
    assert "In 1 of the other 2 one mechanism" in told
    assert "and in 1 nothing that was tried does" in told
    assert told.endswith("are seen in 1 of 2.")


# -- one small case, computed in another way -----------------------------------------------------


def small(indicator: str = "working", off: str = "", monitor: Monitor = cases.SURVEY) -> Question:
    place = load("average", overrides=SMALL)
    if off:
        mechanisms = place.mechanisms.model_copy(update={off: False})
        place = place.model_copy(update={"mechanisms": mechanisms})
    arm = with_policy(place, "watch-out")
    return question(arm, name=indicator, year=2, monitor=monitor, evaluations=2)


@cache
def small_case() -> Case:
    return case("watch-out", asked=small(), switches=("moving", "agency"), workers=1)


def steps(asked: Question) -> dict[str, tuple[float, float, float]]:
    why = answer(asked, replicates=20, seed=1, workers=1)
    return {one.name: (one.effect, one.seen, one.smallest_visible) for one in why.steps}


def numbers(sights: dict[str, Sight]) -> dict[str, tuple[float, float, float]]:
    return {name: (one.effect, one.detection, one.needed) for name, one in sights.items()}


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("survey", small()),
        ("register", small(monitor=REGISTER)),
        ("moving", small(off="moving", monitor=REGISTER)),
        ("agency", small("agency", monitor=REGISTER)),
    ],
)
def test_a_case_is_the_answer_to_its_question(name: str, asked: Question) -> None:
    """Protects the numbers of the table: each way of looking is `answer` of that very question."""
    found = small_case()
    looked = found.switched.get(name) or getattr(found, name)
    other = steps(asked)
    told = numbers(dict(looked))
    assert set(told) >= set(SCALES)
    assert other["participants"][0] > 0
    for scale, those in told.items():
        assert those == pytest.approx(other[scale], nan_ok=True), scale


def test_a_row_says_what_the_case_holds() -> None:
    found = small_case()
    row = case_table.rows_of(found)
    assert row.inputs == fingerprint(found.why.question)
    assert row.about[:4] == ("7 Watch Out", "average", "working", "2")
    assert row.effects[1].startswith(f"{found.steps['participants'].effect:+.3f} ±")
    share = [found.survey["street"].detection, found.register["street"].detection]
    assert row.seen[4] == " / ".join(f"{100 * one:.0f}" for one in share)
    assert row.words[2:4] == (judge(found.survey), judge(found.register))


def test_had_all_lived_together_is_gain_times_reach() -> None:
    found = small_case()
    street, all_of_it = found.together["street"], found.steps
    here, people = all_of_it["neighbourhood"].participants, all_of_it["street"].people
    assert here < people
    assert street.effect == pytest.approx(all_of_it["participants"].effect * here / people)
    assert street.needed == found.register["street"].needed


# -- the table ----------------------------------------------------------------------------------


def test_the_readme_has_every_project_as_the_code_asks_it() -> None:
    """Protects the table from age: a changed programme, place, parameter or monitor is noticed."""
    assert case_table.stale(TEXT) == [], HINT


def test_the_readme_is_laid_out_and_captioned_as_the_code_does() -> None:
    """Protects the first line, the captions and the columns from going their own way."""
    written = section_in(TEXT)
    assert section(rows_in(written)) == written, HINT


def test_every_row_of_the_readme_is_whole_and_says_one_thing() -> None:
    rows = rows_in(section_in(TEXT))
    assert tuple(rows) == cases.keys()
    for key, row in rows.items():
        assert len(row.about) == len(case_table.CASE_HEAD)
        assert len(row.effects) == len(case_table.EFFECT_HEAD)
        assert len(row.needed) == len(case_table.NEEDED_HEAD)
        assert len(row.seen) == len(case_table.SEEN_HEAD)
        assert row.about[0] == label(key)
        assert row.words[1].startswith(STATEMENTS[key].said)
        assert STATEMENTS[key].reference in row.words[1]
        for eye in (0, 1):
            by_scale = [int(cell.split(" / ")[eye]) for cell in row.seen[2:6]]
            verdict = row.words[2 + eye]
            assert verdict in (AGREES, DECLINE, UNSEEN, TOO_WIDE)
            if verdict == TOO_WIDE:
                assert by_scale[3] >= 50
            else:
                assert by_scale[3] <= 50
                assert (max(by_scale[:3]) >= 50) or verdict == UNSEEN
                assert (max(by_scale[:3]) <= 50) or verdict != UNSEEN
        assert (row.words[4] == "none") == (row.words[2] == AGREES)


def test_the_tables_of_numbers_fit_a_screen_and_stand_straight() -> None:
    lines = section_in(TEXT).splitlines()
    words = lines.index(next(line for line in lines if line.startswith("| project | the report")))
    widths: list[set[int]] = [set()]
    for line in lines[:words]:
        if line.startswith("|"):
            widths[-1].add(len(line))
        elif widths[-1]:
            widths.append(set())
    tables = [one for one in widths if one]
    assert [len(one) for one in tables] == [1, 1, 1, 1]
    assert max(max(one) for one in tables) <= 110


def row(key: str, mark: str) -> Rows:
    name = label(key)
    words = (name, mark, UNSEEN, AGREES, "few respondents")
    about, needed = (name, *"abcdef"), (name, *"abcd")
    return Rows(about, (name, *"abcde"), needed, (name, "5 / 60", *"bcdef"), words, "0" * 8)


def test_rows_are_read_as_they_were_written_and_others_are_kept() -> None:
    rows = {key: row(key, "old") for key in ("vooruit", "ibzw")}
    text = f"above\n{section(rows)}\nbelow\n"
    assert rows_in(section_in(text)) == rows
    changed = case_table.renewed(text, {"boot": row("boot", "new")})
    assert changed.startswith("above\n")
    assert changed.endswith("\nbelow\n")
    found = rows_in(section_in(changed))
    assert [(key, one.words[1]) for key, one in found.items()] == [
        ("vooruit", "old"),
        ("boot", "new"),
        ("ibzw", "old"),
    ]
    assert case_table.stale(changed) == list(cases.keys())


def test_a_text_without_the_marks_is_refused() -> None:
    with pytest.raises(LookupError, match="exactly once"):
        section_in("no marks")
    with pytest.raises(LookupError, match="exactly once"):
        section_in(f"{section({})}{section({})}")


def test_columns_stand_under_each_other() -> None:
    told = padded(("a", "number"), [("long name", "1"), ("b", "22")]).splitlines()
    assert told == [
        "| a         | number |",
        "| --------- | -----: |",
        "| long name |      1 |",
        "| b         |     22 |",
    ]


def test_the_command_writes_what_it_computed_and_prints_other_replicates(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    readme = tmp_path / "README.md"
    readme.write_text(section({}) + "\n", encoding="utf-8")
    asked = []

    def computed(key: str, **options: object) -> str:
        asked.append((key, options["replicates"], options["workers"]))
        return key

    monkeypatch.setattr(case_table, "README", readme)
    monkeypatch.setattr(case_table, "case", computed)
    monkeypatch.setattr(case_table, "rows_of", lambda key: row(key, "new"))
    case_table.command(["--only", "boot", "--replicates", "21"])
    assert "2 BOOT" in capsys.readouterr().out
    assert "BOOT" not in readme.read_text(encoding="utf-8")
    case_table.command(["--only", "boot", "--workers", "1"])
    assert tuple(rows_in(readme.read_text(encoding="utf-8"))) == ("boot",)
    case_table.command([])
    assert tuple(rows_in(readme.read_text(encoding="utf-8"))) == cases.keys()
    assert asked[:2] == [("boot", 21, None), ("boot", 20, 1)]
    assert [key for key, _, _ in asked[2:]] == list(cases.keys())
