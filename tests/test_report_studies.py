"""``langeadem report`` of a study: a sweep, a sensitivity, a frontier, all lived by formula.

What is protected: the folders of these commands give a whole report in both languages, with the
finding above the figure, and everything that varied told with all its values.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from langeadem.experiments import runs
from langeadem.viz.report.blocks import SUMMARY
from langeadem.viz.report.build import SECTIONS
from langeadem.viz.text import LANGUAGES, texts

from .analysing import Fake
from .asking import call

SMALL = '[set]\n"figures.households" = 100\n"figures.residents" = 220\n'
SWEEP = f"""
policies = ["watch-out", "none"]
years = 2
replicates = 4
outcomes = ["trust", "starts"]
{SMALL}
[vary.parameters]
"programmes.watch-out.places" = [5, 20]
"programmes.watch-out.calendar" = ["continuous", "carousel"]
"moving.local_wish" = [0.2, 0.5]
"""
ANALYSIS = f"""
policies = ["continuous", "carousel"]
years = 2
replicates = 3
outcomes = ["trust"]
{SMALL}
[vary.parameters]
"moving.local_wish" = {{ low = 0.2, high = 0.4 }}
"wellbeing.trust_base" = {{ low = 0.3, high = 0.7 }}
"""
COMMANDS = {
    "sweep": (SWEEP, ()),
    "sensitivity": (ANALYSIS, ("--trajectories", "3", "--keep", "2")),
    "frontier": (ANALYSIS, ("--samples", "60")),
}
REPORTS = [(name, lang) for name in COMMANDS for lang in LANGUAGES]


def formula(x: dict[str, Any], policy: str, luck: np.random.Generator) -> float:
    """Places and the wish to stay matter; the carousel wins where the wish is strong."""
    wish = x["moving.local_wish"]
    places = x.get("programmes.watch-out.places") or 0
    turn = (0.3 - wish) * (1 if policy == "continuous" else -1)
    return places / 20 + turn + luck.normal(0, 0.005)


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Path]]:
    """One folder of each command."""
    folder = tmp_path_factory.mktemp("studies")
    found = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runs, "live", Fake(formula))
        for name, (text, words) in COMMANDS.items():
            study = folder / f"{name}.toml"
            study.write_text(text, encoding="utf-8")
            found[name] = folder / name
            done = call(
                name, str(study), *words, "--workers", "1", "--quiet", "--out", str(found[name])
            )
            assert done.exit_code == 0, done.output
        yield found


@pytest.fixture(scope="module")
def pages(results: dict[str, Path]) -> dict[tuple[str, str], str]:
    """Return every report as HTML, by command and language."""
    found = {}
    for name, lang in REPORTS:
        target = results[name].with_name(f"{name}-{lang}.html")
        done = call("report", str(results[name]), "--lang", lang, "--out", str(target))
        assert done.exit_code == 0, done.output
        found[name, lang] = target.read_text(encoding="utf-8")
    return found


def words_of(page: str) -> str:
    """Return what a reader reads, on one line."""
    text = re.sub(r"<style>.*?</style>", " ", page, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


@pytest.mark.parametrize(("name", "lang"), REPORTS)
def test_a_study_gives_a_whole_report(
    results: dict[str, Path], pages: dict[tuple[str, str], str], name: str, lang: str
) -> None:
    """Question, answer, figures, tables, caveats and command, in one language, of no machine."""
    page, t = pages[name, lang], texts(lang)
    words = words_of(page)
    block = json.loads((results[name] / SUMMARY).read_text(encoding="utf-8"))[lang]
    at = [words.index(t(f"report.section_{one}"), 200) for one in SECTIONS]
    assert at == sorted(at)
    assert block["question"].endswith("?")
    assert block["figures"]
    assert page.count("data:image/png;base64,") == len(block["figures"])
    for text in (block["question"], block["answer"], *block["caveats"]):
        assert " ".join(text.split()) in words
    for table in block["tables"]:
        for row in table["rows"]:
            assert " ".join(" ".join(row).split()) in words
    assert f"langeadem {name} {name}.toml" in words
    assert str(results[name].parent) not in page
    assert "http" not in page.replace("http-equiv", "").replace("http://www.w3.org", "")
    other = texts("en" if lang == "nl" else "nl")
    assert other("report.section_caveats") not in words
    assert t("report.sources_are") in words


@pytest.mark.parametrize(("name", "lang"), REPORTS)
def test_what_varied_is_told_once_with_all_its_values(
    pages: dict[tuple[str, str], str], name: str, lang: str
) -> None:
    """Also what is no assumption of the world: a calendar is told like any other."""
    t, words = texts(lang), words_of(pages[name, lang])
    low, high = t.value(0.2), t.value(0.5 if name == "sweep" else 0.4)
    told = f"{low}; {high}" if name == "sweep" else t("explain.from_to", low=low, high=high)
    varied = {"moving.local_wish": told}
    if name == "sweep":
        varied["programmes.watch-out.places"] = "5; 20"
        varied["programmes.watch-out.calendar"] = "continuous; carousel"
    for key, values in varied.items():
        row = rf"{re.escape(key)} {re.escape(values)} .{{0,90}}?{t('report.mark_varied')}"
        assert len(re.findall(row, words)) == 1, key


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_sweep_says_what_stands_out(
    results: dict[str, Path], pages: dict[tuple[str, str], str], lang: str
) -> None:
    """The finding comes first, and what is told of policies is said to be of one combination."""
    t = texts(lang)
    block = json.loads((results["sweep"] / SUMMARY).read_text(encoding="utf-8"))[lang]
    first = t("top_key.places").rstrip(".")
    assert f"watch-out: {first}" in block["answer"].partition(".")[0]
    assert block["figures"][0]["title"] in block["answer"]
    assert t("sweep.first_shown") in block["caveats"]
    assert t("sweep.arm_first", policy="watch-out") in words_of(pages["sweep", lang])
    assert t("sweep.design_grid") in words_of(pages["sweep", lang])
