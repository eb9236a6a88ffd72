"""Studies that ship: their conclusions follow from what was lived, in words, tables and pictures.

Most comparisons here are made up: so it is known which calendar has to win, where and why.
"""

from __future__ import annotations

import json
import signal
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from langeadem.experiments import continuity, scale
from langeadem.experiments.arms import Cell
from langeadem.experiments.cli import (
    add_study,
    study,
    study_continuity,
    study_page,
    study_scale,
)
from langeadem.experiments.cli.screen import problem_line
from langeadem.experiments.continuity import FIGURE, OUTCOMES, PEOPLE, Continuity
from langeadem.experiments.continuity_findings import Findings, rank_interval
from langeadem.experiments.ensemble import Ensemble
from langeadem.experiments.noise import nested
from langeadem.experiments.shipped_study import (
    ContinuityFile,
    ScaleFile,
    read_shipped,
    shipped_names,
    worlds_of,
)
from langeadem.experiments.store import Store
from langeadem.experiments.visibility import Visibility
from langeadem.scenarios import ScenarioError, load_place
from langeadem.viz.figures import continuity_figure
from langeadem.viz.text import texts

from .asking import call, flat
from .comparing import SMALL, made_up_comparison

KEY = "moving.local_wish"
OTHERS = ("quality.friction", "taking_part.abandoned_trust", "moving.attachment")
FILE = ContinuityFile(
    kind="continuity",
    about_nl="",
    about_en="",
    places=["average", "het-broek"],
    policies=["continuous", "carousel", "sprint", "marathon"],
    favourite="continuous",
    horizons=[4],
)

Value = Callable[[Cell, int, str], float]


def worlds(count: int) -> Ensemble:
    """Return worlds in which one parameter rises, and others go up and down without it."""
    spread = np.linspace(0.1, 0.9, count)
    mixed = {key: np.random.default_rng(at).permutation(spread) for at, key in enumerate(OTHERS)}
    return Ensemble(
        {
            f"w{at:02}": {
                KEY: float(spread[at]),
                **{key: float(values[at]) for key, values in mixed.items()},
            }
            for at in range(count)
        },
        "own.csv",
    )


def made(value: Value, ensemble: Ensemble | None = None, lucks: int = 2) -> Findings:
    """Return the findings of a study of made-up numbers."""
    asked = continuity.asked_of("own", FILE, ensemble, SMALL)
    places = {
        place: made_up_comparison(one.arms, lucks, value) for place, one in asked.comparing.items()
    }
    return Findings(Continuity(asked, places))


def ordered(*order: str, noise: float = 0.0) -> Value:
    """Return outcomes in which calendars come in an order, the same in all worlds but for noise."""

    def value(cell: Cell, seed: int, outcome: str) -> float:
        # A marathon at equal money is continuous money, and is never lived itself.
        rank = float(len(order) - order.index(cell.policy)) if cell.policy in order else 0.0
        luck = np.random.default_rng([seed, len(cell.policy), *cell.world.encode()]).normal()
        return 10.0 * rank + noise * luck

    return value


def told(findings: Findings, lang: str = "en") -> str:
    """Return the whole page."""
    t = texts(lang)
    return study_page.markdown(study_continuity.page_of(findings, "made", t), [], t)


# -- the files --------------------------------------------------------------------------------


def test_what_ships_can_be_asked() -> None:
    """Protects the shipped studies: known names, real places, calendars at equal money."""
    assert shipped_names() == ["continuity", "scale", "scale-homes"]
    _, found = read_shipped("continuity")
    assert isinstance(found, ContinuityFile)
    assert len(found.places) == 3
    assert not any(load_place(one).synthetic for one in found.places)
    assert set(found.policies) >= {"continuous", "carousel", "cliff", "taper", "stop-start"}
    assert found.horizons == [5, 10, 20, 30]
    others = [read_shipped(name)[1] for name in ("scale", "scale-homes")]
    for other in others:
        assert isinstance(other, ScaleFile)
        asked = scale.asked_of("scale", other)
        assert asked.lives == other.replicates * (len(other.places) + 1)
    for one in (found, *others):
        ensemble = worlds_of(one)
        assert ensemble is not None
        assert len(ensemble.worlds) == one.worlds
        assert worlds_of(one, "none") is None


CONTINUITY = {
    "kind": '"continuity"',
    "about_nl": '""',
    "about_en": '""',
    "places": '["average"]',
    "policies": '["continuous", "sprint"]',
    "favourite": '"continuous"',
    "horizons": "[5]",
}
SCALE = {
    "kind": '"scale"',
    "about_nl": '""',
    "about_en": '""',
    "programme": '"watch-out"',
    "place": '"average"',
    "places": "[5, 20]",
    "years": "[2]",
    "replicates": "20",
}


@pytest.mark.parametrize(
    ("stated", "key", "value", "said"),
    [
        (
            CONTINUITY,
            "favourite",
            '"continous"',
            "onbekende aanpak 'continous'; wat mag: continuous",
        ),
        (CONTINUITY, "favourite", '"continous"', "bedoelt u continuous?"),
        (CONTINUITY, "kind", '"continuety"', "onbekende waarde 'continuety'; wat mag: continuity"),
        (CONTINUITY, "kind", '"continuety"', "bedoelt u continuity?"),
        (CONTINUITY, "horizons", "[5, 5]", "5 staat er twee keer"),
        (CONTINUITY, "horizons", "[10, 5]", "moet de vorm [5, 10] hebben"),
        (CONTINUITY, "horizons", "[500]", "500: moet 100 of minder zijn"),
        (CONTINUITY, "replicates", "1", "1: moet 2 of meer zijn"),
        (CONTINUITY, "lucks", "3", "onbekende sleutel"),
        (SCALE, "years", "[3]", "onbekende waarde 3; wat mag: 2, 4, 6, ..."),
        (SCALE, "years", "[4, 2]", "moet de vorm [2, 4] hebben"),
        (SCALE, "places", "[20, 5]", "moet de vorm [5, 20] hebben"),
        (SCALE, "places", "[0, 5]", "0: moet 1 of meer zijn"),
        (SCALE, "replicates", "3", "3: moet 20 of meer zijn"),
        (SCALE, "indicator", '"wroking"', "onbekende waarde 'wroking'; wat mag: learning"),
    ],
)
def test_a_wrong_file_is_refused_with_its_line(
    tmp_path: Path, stated: dict[str, str], key: str, value: str, said: str
) -> None:
    """Protects who writes a study: what is wrong, where, and what is near; in the own language."""
    lines = {**stated, key: value}
    path = tmp_path / "own.toml"
    path.write_text("\n".join(f"{k} = {v}" for k, v in lines.items()), encoding="utf-8")
    with pytest.raises(ScenarioError) as error:
        read_shipped(path)
    problem = error.value.problems[0]
    assert problem.line == list(lines).index(key) + 1
    line = problem_line(problem, texts("nl"))
    assert line.startswith(f"{path}, regel {problem.line}: {key}")
    assert said in line


def test_years_beyond_those_of_the_place_are_refused_before_anything_is_lived() -> None:
    """Protects who asks for more years than are lived: which, and how many there are, in Dutch."""
    _, file = read_shipped("scale")
    assert isinstance(file, ScaleFile)
    with pytest.raises(ScenarioError) as error:
        scale.asked_of("scale", file, None, {**SMALL, "years": 10})
    line = problem_line(error.value.problems[0], texts("nl"))
    assert line == "scale: years: jaar 30 valt niet binnen de 10 jaar; wat mag: 1 tot 10, jaar"


def test_an_unknown_study_says_which_is_near() -> None:
    """Protects who mistypes a name."""
    done = call("study", "continuty", "--lang", "en")
    assert done.exit_code == 2
    assert "did you mean continuity?" in done.output
    # What is allowed is told without words of one language.
    dutch = flat(call("study", "continuty", "--lang", "nl").output)
    assert "onbekende studie; wat mag: continuity, scale, scale-homes, *.toml; bedoelt u" in dutch


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_the_help_names_every_study_that_ships(lang: str) -> None:
    """Protects who looks what there is: all names, what each is about, and that all of them go on."""
    # A line may end within a name: at its hyphen.
    words = "".join(call("study", "--help", "--lang", lang).output.split())
    told = add_study.shipped(texts(lang))
    assert [one.split(" ")[0] for one in told.split("; ")] == shipped_names()
    for name in shipped_names():
        assert f"{name} ({read_shipped(name)[1].text('about', lang)})" in told
    assert "".join(told.split()) in words
    kept = "worlds in a study of scale" if lang == "en" else "werelden bij een studie naar omvang"
    assert "".join(kept.split()) in words


# -- who wins ---------------------------------------------------------------------------------


def test_the_words_follow_the_winner() -> None:
    """Protects the conclusion: it is that of the runs, and turns round when they do."""
    ours = made(ordered("continuous", "carousel", "sprint"), worlds(4))
    theirs = made(ordered("sprint", "carousel", "continuous"), worlds(4))
    for outcome in OUTCOMES:
        one = ours.standings["het-broek", outcome, 4]
        assert one.first == ("continuous", "marathon")
        assert (one.lead.second, one.verdict, one.won_by("continuous")) == ("carousel", "sure", 4)
        other = theirs.standings["het-broek", outcome, 4]
        assert (other.first, other.lead.second, other.verdict) == (("sprint",), "carousel", "sure")
        assert (other.won_by("sprint"), other.won_by("continuous")) == (4, 0)
    mine, others = told(ours), told(theirs)
    assert "goes to continuous money and the marathon, best in 4 of 4 plausible worlds" in mine
    assert "Nowhere: continuous money comes first in every place" in mine
    assert "goes to the sprint, best in 4 of 4 plausible worlds" in others
    assert "comes first on average in 0:" in others
    assert (
        "first place surely goes to the sprint; continuous money is best in 0 of 4 worlds" in others
    )
    assert "Nowhere" not in others
    assert "doorlopend geld" in told(ours, "nl")


def test_a_tie_is_told_as_a_tie() -> None:
    """Protects what is equal: nobody is called first, and worlds are shared."""
    same = made(lambda cell, seed, outcome: float(seed), worlds(3))
    assert {one.verdict for one in same.standings.values()} == {"same"}
    assert "all calendars bring the same" in told(same)
    assert "first place" not in told(same).split("## Who comes first")[0]

    def half(cell: Cell, seed: int, outcome: str) -> float:
        """Two calendars in turn: equal on average."""
        up = int(cell.world[1:]) % 2 == (cell.policy == "carousel")
        return {"sprint": 0.0}.get(cell.policy, 1.0 + up)

    found = made(half, worlds(4)).standings["average", PEOPLE, 4]
    assert found.verdict == "open"
    assert (found.won_by("continuous"), found.won_by("carousel")) == (2, 2)
    assert "there is no telling" in told(made(half, worlds(4)))


def test_worlds_that_are_shared_add_up() -> None:
    """Protects the bars: every world is in them once, whoever ties."""

    def value(cell: Cell, seed: int, outcome: str) -> float:
        if cell.world == "w01":
            return 1.0
        return float({"continuous": 3, "carousel": 2}.get(cell.policy, 0))

    one = made(value, worlds(3)).standings["average", FIGURE, 4]
    assert sum(one.won) == pytest.approx(3)
    assert one.won_by("continuous") == pytest.approx(2 + 1 / 3)


def test_mostly_is_less_than_surely() -> None:
    """Protects the grades: ahead in nearly all of many worlds, with one far behind, is no certainty."""

    def value(cell: Cell, seed: int, outcome: str) -> float:
        behind = cell.world == "w03" and cell.policy != "carousel"
        return {"continuous": 2.0, "carousel": 1.0}.get(cell.policy, 0.0) - 5.0 * behind

    assert made(value, worlds(12)).standings["average", PEOPLE, 4].verdict == "mostly"
    # With four worlds, ahead in three, nobody can tell.
    assert made(value, worlds(4)).standings["average", PEOPLE, 4].verdict == "open"


# -- what decides, and luck -------------------------------------------------------------------


def depends(cell: Cell, seed: int, outcome: str) -> float:
    """Return an outcome by which continuous money loses where the parameter is high."""
    at = int(cell.world[1:]) / 40
    luck = np.random.default_rng([seed, len(cell.policy), *cell.world.encode()]).normal()
    return {"carousel": 10.0, "sprint": 0.0}.get(cell.policy, 18.0 - 16.0 * at) + 0.1 * luck


def test_what_decides_is_found_and_nothing_else() -> None:
    """Protects the explanation: the parameter that does it, its direction, and its box."""
    findings = made(depends, worlds(40))
    first, *others = findings.deciders(PEOPLE, 4)
    assert first.key == KEY
    assert first.rank < -0.9
    assert first.clear
    assert not any(one.clear for one in others)
    cut = findings.cut(PEOPLE, 4)
    assert cut.box is not None
    assert [limit.key for limit in cut.box.limits] == [KEY]
    assert cut.box.limits[0].low == pytest.approx(0.5, abs=0.1)
    assert "goes clearly with `moving.local_wish`" in told(findings)


def test_with_few_worlds_nothing_is_said_of_what_decides() -> None:
    """Protects against an explanation out of five worlds, or out of none."""
    assert made(depends, worlds(5)).deciders(PEOPLE, 4) == []
    few = told(made(depends, worlds(5)))
    assert "fewer than 10 worlds" in few
    assert "PRIM needs at least 10 worlds" in few
    none = told(made(ordered("continuous", "carousel", "sprint", noise=1.0), lucks=6))
    assert "No plausible worlds were used" in none


def test_rank_intervals_hold_the_truth() -> None:
    """Protects the interval: 95 of 100 hold the rank correlation of all, at 30 worlds."""
    import pandas as pd

    rng = np.random.default_rng(7)
    linear = 0.6
    # Of a bivariate normal distribution (Pearson 1907).
    truth = 6 / np.pi * np.arcsin(linear / 2)
    inside, tried = 0, 400
    for _ in range(tried):
        x, e = rng.normal(size=(2, 30))
        y = linear * x + np.sqrt(1 - linear**2) * e
        rank = float(pd.DataFrame({"x": x, "y": y}).corr(method="spearman").at["x", "y"])
        low, high = rank_interval(rank, 30, 0.95)
        inside += low <= truth <= high
    # Four standard errors either way.
    assert abs(inside / tried - 0.95) < 4 * np.sqrt(0.95 * 0.05 / tried)


def test_luck_is_told_beside_what_is_not_known() -> None:
    """Protects the split: all luck where worlds do nothing, and none where luck does nothing."""

    def by_world(cell: Cell, seed: int, outcome: str) -> float:
        return float(int(cell.world[1:]) if cell.policy == "continuous" else -1)

    known = made(by_world, worlds(6), lucks=3).luck("average", PEOPLE, 4)
    assert known is not None
    assert (known.luck, known.share) == (0, 0)
    assert known.between == pytest.approx(np.var(range(6), ddof=1))

    def by_luck(cell: Cell, seed: int, outcome: str) -> float:
        return float((seed - 1) // 6 if cell.policy == "continuous" else 0)

    chance = made(by_luck, worlds(6), lucks=3).luck("average", PEOPLE, 4)
    assert chance is not None
    assert chance.between == 0
    assert chance.luck == pytest.approx(np.var([1, 2, 3], ddof=1))
    assert chance.share == 1


@pytest.mark.parametrize("between", [0.0, 0.5, 3.0])
def test_the_interval_of_the_share_of_luck_holds_the_truth(between: float) -> None:
    """Protects the statement on luck: of 2,000 made-up studies 95% of the intervals hold the share.

    A right interval fails in fewer than 1 of 15,000 tests. Where worlds do not differ at all the
    truth is the end of what can be, and more of the intervals reach it.
    """
    rng, truth, inside, tried = np.random.default_rng(3), 2.0 / (2.0 + between), 0, 2_000
    for _ in range(tried):
        worlds_ = rng.normal(scale=np.sqrt(between), size=(20, 1))
        found = nested(worlds_ + rng.normal(scale=np.sqrt(2.0), size=(20, 2)))
        inside += found.share_low <= truth <= found.share_high
    off = inside / tried - (0.95 if between else 0.975)
    assert abs(off) < 4 * np.sqrt(0.95 * 0.05 / tried)


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_page_and_picture_say_what_was_found(lang: str) -> None:
    """Protects the reader: whole tables in either language, and the finding as title."""
    findings = made(ordered("continuous", "carousel", "sprint", noise=3.0), worlds(3))
    page = told(findings, lang)
    rows = [line for line in page.splitlines() if line.startswith("|")]
    assert rows
    assert "{" not in page
    figure = continuity_figure(findings, lang)
    title = str(figure.get_label()).partition("\n")[0]
    assert "4" in title
    assert title.count("2") >= 2


# -- scale ------------------------------------------------------------------------------------


def seen(rates: Sequence[Sequence[float]], worlds: int = 3) -> scale.Scale:
    """Return a study of scale with these rates by places and years, the same in all worlds."""
    file = ScaleFile(
        kind="scale",
        about_nl="",
        about_en="",
        programme="watch-out",
        place="average",
        places=[10, 100, 1000],
        years=[2, 10],
        replicates=20,
    )
    asked = scale.asked_of("own", file, None, SMALL)
    asked = replace(asked, searches={f"w{at}": asked.first for at in range(worlds)})
    rate = np.array(rates, dtype=np.float64)
    one = Visibility(
        programme="watch-out",
        place="average",
        indicator="working",
        years=(2, 10),
        places=(10, 100, 1000),
        rate=dict.fromkeys(("stairwell", "complex", "street", "neighbourhood"), rate),
        effect={"neighbourhood": rate / 10},
        reached=100 * rate,
        replicates=20,
        surveys=10,
    )
    return scale.Scale(
        asked, {looker: dict.fromkeys(asked.searches, one) for looker in scale.LOOKERS}
    )


def test_the_border_follows_the_rates() -> None:
    """Protects the answer of scale: where half see it, or that they do not."""
    t = texts("en")
    shows = seen([[0.05, 0.1], [0.2, 0.5], [0.4, 0.9]])
    words = " ".join(study_scale.answer(shows, t))
    assert "from about 100 places on (it has 20), with 10 years of money" in words
    assert "of which 3 of 3 get there" in words
    hidden = seen([[0.05, 0.1], [0.1, 0.2], [0.2, 0.4]])
    words = " ".join(study_scale.answer(hidden, t))
    assert "with no size up to 1,000 places and no number of years up to 10" in words
    assert "half of the evaluations see it in most of the 3 plausible worlds" in words
    # The highest of several is higher by chance: their mean stands beside it.
    assert "over all 6 combinations of size and years 17.5 of 100 see it, and 40.0 in" in words
    assert "the highest of 6 combinations lies above that by chance alone" in words
    listing = study_scale.border_listing(shows, t)
    assert listing.rows[0][1:] == ["50%", "> 1,000", "100 (3/3)"]
    assert listing.rows[1][2] == "> 1,000"


@pytest.mark.parametrize(
    ("lang", "indicator", "lucks"),
    [
        ("en", "the mean rung on working, from 0 to 5 (`working`)", "have the same 20 lucks"),
        ("nl", "de gemiddelde trede op werken, van 0 tot 5 (`working`)", "dezelfde 20 keer geluk"),
    ],
)
def test_a_page_of_scale_names_its_indicator_and_its_lucks(
    lang: str, indicator: str, lucks: str
) -> None:
    """Protects who reads it: which figure it is about, and that worlds have their lucks in common."""
    t = texts(lang)
    page = study_page.markdown(study_scale.page_of(seen([[0.05, 0.1]] * 3), "made", t), [], t)
    assert page.count(indicator) == 3
    unknown = page.split(f"## {t('study.unknown')}")[1]
    assert lucks in unknown
    # Of 60 lives that stand apart, and of 20 where worlds are alike.
    assert "13 " in unknown
    assert "22 " in unknown
    alone = study_scale.unknown(seen([[0.05, 0.1]] * 3, worlds=1), t)
    assert not any(lucks in line for line in alone)


def test_the_border_of_worlds_that_differ_is_their_median() -> None:
    """Protects against a mean over worlds in which it never shows."""
    found = scale.border(np.array([50.0, np.nan, 200.0]))
    assert (found.reached, found.low, found.middle) == (2, 50.0, 200.0)
    assert np.isinf(found.high)
    # Of four worlds two that do not get there are no minority.
    assert np.isinf(scale.border(np.array([50.0, np.nan, 200.0, np.nan])).middle)


# -- the command ------------------------------------------------------------------------------

TINY = ["--set", "figures.households=60", "--set", "figures.residents=125", "--workers", "1"]


def asked_options(**changes: Any) -> study.Asked:
    """Return options of the command."""
    plain = study.Asked(
        name="continuity",
        ensemble=None,
        replicates=None,
        settings=(),
        workers=1,
        out=None,
        page=None,
        status=False,
        lang="en",
        quiet=True,
        as_json=False,
        debug=False,
    )
    return replace(plain, **changes)


def own_study(folder: Path, text: str) -> str:
    """Write a study of one's own and two worlds for it."""
    (folder / "own.toml").write_text(f'about_nl = ""\nabout_en = ""\n{text}', encoding="utf-8")
    (folder / "two.csv").write_text(f"world,{KEY}\na,0.2\nb,0.5\n", encoding="utf-8")
    return "own.toml"


def test_a_study_of_continuity_is_lived_goes_on_and_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Protects the whole way: lived, kept, told in two languages, reported; and nothing lived twice."""
    monkeypatch.chdir(tmp_path)
    own = own_study(
        tmp_path,
        'kind = "continuity"\nplaces = ["average"]\npolicies = ["continuous", "carousel"]\n'
        'favourite = "continuous"\nhorizons = [1, 3]\n',
    )
    words = ["study", own, "--ensemble", "two.csv", *TINY, "--out", "kept", "--lang", "en"]
    done = call(*words, "--page", "PAGE.md")
    assert done.exit_code == 0, done.output
    page = (tmp_path / "PAGE.md").read_text(encoding="utf-8")
    for line in page.splitlines()[4:9]:
        assert line in flat(done.output) or not line or line.startswith("-")
    assert (tmp_path / "page-continuity.png").exists()
    assert "doorlopend geld" in (tmp_path / "kept" / "page.nl.md").read_text(encoding="utf-8")

    import langeadem.experiments.runner as runner

    def never(*_: Any, **__: Any) -> Any:
        raise AssertionError("a run is lived again")

    monkeypatch.setattr(runner, "live", never, raising=False)
    again = call(*words, "--json", "--status")
    assert again.exit_code == 0, again.output
    assert call(*words, "--quiet").exit_code == 0
    data = json.loads(again.stdout)
    assert data["standings"][0]["verdict"] == "same"
    assert (tmp_path / "kept" / "page.md").read_text(encoding="utf-8").splitlines()[2:9] == (
        page.splitlines()[2:9]
    )
    report = call("report", "kept", "--lang", "nl")
    assert report.exit_code == 0, report.output
    html = (tmp_path / "kept" / "report.html").read_text(encoding="utf-8")
    assert "Wat onbekend blijft" not in html
    assert "geen meting van deze wijken" in html


def test_a_study_that_is_stopped_says_something_of_each_place(tmp_path: Path) -> None:
    """Protects who stops it: the first luck is lived everywhere before any second, and told."""
    file = FILE.model_copy(update={"horizons": [1], "policies": ["continuous", "sprint"]})
    small = {"figures.households": 60, "figures.residents": 125}
    asked = continuity.asked_of("own", file, worlds(2), small)
    alone = replace(asked, comparing={"average": asked.comparing["average"]})
    seen: list[tuple[str, int]] = []

    def stop(place: str, done: int, failed: int, total: int) -> None:
        seen.append((place, total))
        if total > len(asked.comparing[place].arms.lived) and done == total:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        continuity.live(asked, tmp_path, workers=1, told=stop)
    one = len(asked.comparing["average"].arms.lived)
    assert list(dict.fromkeys(seen)) == [
        ("average", one),
        ("het-broek", one),
        ("average", 2 * one),
    ]
    found = continuity.look(asked, tmp_path)
    assert {place: one.replicates(1) for place, one in found.places.items()} == {
        "average": 4,
        "het-broek": 2,
    }
    assert "not lived to its end: 2 of 4" in told(Findings(found))
    # A place that has not begun is left out, and named.
    other = tmp_path / "other"
    continuity.live(alone, other, workers=1)
    Store.open(other / "het-broek", asked.comparing["het-broek"].manifest()).close()
    early = continuity.look(asked, other)
    assert (list(early.places), early.waiting) == (["average"], ("het-broek",))
    assert "left out of everything above: Het Broek" in told(Findings(early))


def test_a_folder_of_others_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Protects files of somebody else, and who names a page that cannot be: before anything is lived."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "theirs").mkdir()
    (tmp_path / "theirs" / "page.md").write_text("mine", encoding="utf-8")
    for more in (["--out", "theirs"], ["--page", "PAGE.html"], ["--replicates", "1"]):
        done = call("study", "scale", "--ensemble", "none", *more)
        assert done.exit_code == 2, more
    assert (tmp_path / "theirs" / "page.md").read_text(encoding="utf-8") == "mine"
    assert [one.name for one in tmp_path.iterdir()] == ["theirs"]


def test_a_folder_of_another_command_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Protects results of other commands, whose folders have a record too, and folders of folders."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "run.json").write_text('{"command": "langeadem run", "files": []}')
    (tmp_path / "results" / "sweep-mine").mkdir(parents=True)
    (tmp_path / "results" / "sweep-mine" / "study.json").write_text("{}")
    for out in ("run", "results"):
        done = call("study", "scale", "--ensemble", "none", "--out", out, "--lang", "en")
        assert done.exit_code == 2
        assert "there are other files in this folder" in flat(done.output)
        assert len(list((tmp_path / out).iterdir())) == 1


# -- how far it is ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["continuity", "scale"])
def test_a_folder_that_is_not_there_is_told_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Protects who mistypes a folder: nothing is built before it is told, and nothing made."""
    monkeypatch.chdir(tmp_path)

    def never(*_: Any, **__: Any) -> Any:
        raise AssertionError("scenarios are built")

    monkeypatch.setattr(continuity, "asked_of", never)
    monkeypatch.setattr(scale, "asked_of", never)
    done = call("study", name, "--status", "--out", "nowhere", "--lang", "nl")
    assert done.exit_code == 2
    told = f"Begin met: langeadem study {name} --out nowhere"
    assert flat(done.output) == f"nowhere: hier is deze studie nog niet begonnen. {told}"
    assert list(tmp_path.iterdir()) == []


def test_a_study_that_just_began_says_how_far_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Protects who looks early: that nothing can be told yet, and not that it failed."""
    monkeypatch.chdir(tmp_path)
    text = "".join(f"{key} = {value}\n" for key, value in CONTINUITY.items() if "about" not in key)
    own = own_study(tmp_path, text.replace('["average"]', '["average", "het-broek"]'))
    words = ["study", own, "--ensemble", "two.csv", *TINY, "--out", "kept", "--lang", "en"]
    _, file = read_shipped(own)
    assert isinstance(file, ContinuityFile)
    small = {"figures.households": 60, "figures.residents": 125}
    asked = continuity.asked_of("own", file, Ensemble.read("two.csv"), small)
    begun = {place: one.manifest() for place, one in asked.comparing.items()}
    Store.open(tmp_path / "kept" / "average", begun["average"]).close()
    half = call(*words, "--status")
    assert half.exit_code == 2
    assert "kept/het-broek: this study has not begun here" in flat(half.output)
    Store.open(tmp_path / "kept" / "het-broek", begun["het-broek"]).close()
    early = call(*words, "--status")
    assert early.exit_code == 0, early.output
    assert f"Of {asked.runs} runs 0 are done and 0 failed. No comparison is finished yet" in flat(
        early.output
    )
    assert "--failed" not in early.output
    data = json.loads(call(*words, "--status", "--json").stdout)
    assert data == {"planned": asked.runs, "done": 0, "failed": 0}


# -- saving -----------------------------------------------------------------------------------


def test_a_stop_while_saving_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Protects the word that nothing is half saved: files of earlier stay, and none of new come."""
    monkeypatch.chdir(tmp_path)
    kept = tmp_path / "kept"
    kept.mkdir()
    for name in ("page.md", "run.json", "report.html"):
        (kept / name).write_text("earlier", encoding="utf-8")

    def stop(*_: Any) -> None:
        assert len(list(kept.glob(".saving-*"))) == 1
        raise KeyboardInterrupt

    monkeypatch.setattr(study, "write_summary", stop)
    page = study_page.StudyPage("title", "question", ["answer"], [], [], [], "made")
    told = study.Told(lambda t: page, lambda lang: {}, {}, {}, lambda t: {})
    asked = asked_options(out=kept, page=tmp_path / "PAGE.md")
    with pytest.raises(KeyboardInterrupt):
        study._save(told, kept, asked, texts("en"))
    assert {one.name: one.read_text() for one in kept.iterdir()} == dict.fromkeys(
        ("page.md", "run.json", "report.html"), "earlier"
    )
    assert [one.name for one in tmp_path.iterdir()] == ["kept"]
    monkeypatch.undo()
    study._save(told, kept, asked, texts("en"))
    names = {one.name for one in kept.iterdir()}
    assert names == {"page.md", "page.nl.md", "summary.json", "run.json"}
    assert "answer" in (kept / "page.md").read_text(encoding="utf-8")
    assert (tmp_path / "PAGE.md").read_text(encoding="utf-8").startswith("# title")


def test_a_stop_while_files_take_their_place_waits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Protects the last moment: all of the files are there before the stop is heeded."""
    plain = Path.replace

    def stopped(self: Path, target: Path) -> Path:
        signal.raise_signal(signal.SIGINT)
        return plain(self, target)

    monkeypatch.setattr(Path, "replace", stopped)

    def save() -> None:
        with study.saving(tmp_path / "kept") as new:
            for name in ("run.json", "a.csv", "b.csv"):
                (new / name).write_text("new", encoding="utf-8")

    # A suite that was started in the background hears no Ctrl-C by itself.
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        save()
    assert sorted(one.name for one in (tmp_path / "kept").iterdir()) == [
        "a.csv",
        "b.csv",
        "run.json",
    ]
    assert signal.getsignal(signal.SIGINT) is before


def test_a_study_of_scale_is_lived_and_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Protects the other kind: the same answer again without living it again."""
    monkeypatch.chdir(tmp_path)
    own = own_study(
        tmp_path,
        'kind = "scale"\nprogramme = "watch-out"\nplace = "average"\nplaces = [5, 20]\n'
        "years = [2]\nreplicates = 20\nsurveys = 1\n",
    )
    words = ["study", own, "--ensemble", "two.csv:1", *TINY, "--out", "kept", "--lang", "en"]
    early = call(*words, "--status")
    assert early.exit_code == 2
    assert "this study has not begun here" in flat(early.output)
    done = call(*words)
    assert done.exit_code == 0, done.output
    # A world more: one of two is there, and asking lives none.
    more = [word.replace("two.csv:1", "two.csv") for word in words]
    status = call(*more, "--status")
    assert status.exit_code == 0
    assert "Of 2 worlds 1 have been lived; 1 have not." in status.output
    assert json.loads(call(*more, "--status", "--json").stdout) == {
        "worlds": 2,
        "done": 1,
        "left": 1,
    }
    assert "each with the same 20 lucks" in (tmp_path / "kept" / "page.md").read_text(
        encoding="utf-8"
    )

    def never(*_: Any) -> Any:
        raise AssertionError("a life is lived again")

    monkeypatch.setattr(scale, "looked", never)
    again = call(*words)
    assert again.exit_code == 0, again.output
    assert again.stdout == done.stdout
    assert call("report", "kept", "--lang", "en").exit_code == 0
