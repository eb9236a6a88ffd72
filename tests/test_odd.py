"""The description of the model says what the code says, and the rooms' READMEs name what is there."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from langeadem.model import odd
from langeadem.model.luck import EVENTS
from langeadem.model.month import PHASES
from langeadem.model.state import DWELLING, EDGE, HOUSEHOLD, PERSON
from langeadem.scenarios import mechanism_descriptions, parameter_cards

ROOT = Path(__file__).resolve().parent.parent
TEXT = odd.ODD.read_text(encoding="utf-8")
GENERATED = re.compile(r"<!-- generated: (\w+) -->\n.*?<!-- end: \1 -->", re.DOTALL)
#: What people wrote, without what the code wrote.
WRITTEN = GENERATED.sub("", TEXT)
SUBMODELS = WRITTEN.partition("### III.iv Submodels\n")[2].partition("\n## ")[0]
HINT = f"model/ODD.md is behind the code; run: {odd.COMMAND}"

HEADINGS = (
    "## I Overview",
    "### I.i Purpose and patterns",
    "### I.ii Entities, state variables and scales",
    "### I.iii Process overview and scheduling",
    "## II Design concepts",
    "### II.i Theoretical and empirical background",
    "### II.ii Individual decision-making",
    "### II.iii Learning",
    "### II.iv Individual sensing",
    "### II.v Individual prediction",
    "### II.vi Interaction",
    "### II.vii Collectives",
    "### II.viii Heterogeneity",
    "### II.ix Stochasticity",
    "### II.x Observation",
    "## III Details",
    "### III.i Implementation details",
    "### III.ii Initialisation",
    "### III.iii Input data",
    "### III.iv Submodels",
    "## Deviations from the design, and why",
    "## What it does not do (yet)",
)


def test_the_headings_of_odd_d_are_all_there_in_order() -> None:
    """Protects the protocol: a reader of ODD+D finds every element where it belongs."""
    lines = TEXT.splitlines()
    found = [line for line in lines if line in HEADINGS]
    assert found == list(HEADINGS)


def test_every_generated_part_is_marked_once() -> None:
    """Protects from a mark that is misspelt, doubled or lost: nothing would renew that part."""
    assert sorted(GENERATED.findall(TEXT)) == sorted(odd.BLOCKS)
    assert len(re.findall(r"<!-- (?:generated|end): ", TEXT)) == 2 * len(odd.BLOCKS)


@pytest.mark.parametrize("name", odd.BLOCKS)
def test_a_generated_part_says_what_the_code_says(name: str) -> None:
    """Protects readers from a description of another model than the one that runs."""
    assert odd.block_in(TEXT, name) == odd.block_now(name), f"part {name!r} of {HINT}"


def test_renewing_changes_generated_parts_only() -> None:
    """Protects what people wrote: renewing an old description leaves it as it is."""
    fresh = odd.renewed(TEXT)
    old = fresh.replace(odd.block_now("phases"), "old\n")
    assert odd.stale(old) == ["phases"]
    assert odd.renewed(old) == fresh
    assert GENERATED.sub("", odd.renewed(old)) == WRITTEN


def test_a_changed_default_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shows that the test above can fail: another default makes the parameter table stale."""
    cards = parameter_cards()
    key = "working.find_rate"
    changed = {**cards, key: replace(cards[key], default=cards[key].default + 0.01)}
    monkeypatch.setattr(odd, "parameter_cards", lambda: changed)
    assert odd.stale(odd.renewed(TEXT)) == []
    assert "parameters" in odd.stale(TEXT)


def test_a_name_without_meaning_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """Protects the tables of state, sums and flows: a new column must be described."""
    monkeypatch.setattr(odd, "TALLY", (*odd.TALLY, "new_column"))
    with pytest.raises(LookupError, match="new_column"):
        odd.tally()
    monkeypatch.setattr(odd, "TALLY", odd.TALLY[1:-1])
    with pytest.raises(LookupError, match="residents"):
        odd.tally()


def test_every_name_occurs() -> None:
    """Protects completeness: parameters, mechanisms, phases, events and columns are listed."""
    names = [
        *parameter_cards(),
        *mechanism_descriptions(),
        *(name for name, _ in PHASES),
        *(name for name, _ in EVENTS),
        *(name for columns in (PERSON, HOUSEHOLD, DWELLING, EDGE) for name in columns.names or ()),
    ]
    assert [name for name in names if f"`{name}`" not in TEXT] == [], HINT


def test_every_parameter_has_a_place_in_the_text() -> None:
    """Protects the submodels: a parameter is in an equation or sentence, not in the table only."""
    spoken_of = set(re.findall(r"\b[a-z]\w*\.[a-z]\w*\b", WRITTEN))
    missing = [key for key in parameter_cards() if key not in spoken_of]
    assert missing == [], "say in the submodels of model/ODD.md what these parameters do"


def test_every_mechanism_makes_a_difference_when_it_is_off() -> None:
    """Protects switches that do nothing: without a mechanism the rulebook is another one."""
    assert [name for name in mechanism_descriptions() if not odd.changes_without(name)] == []


def _decorated(path: Path, decorator: str) -> Iterator[str]:
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            names = [one.id for one in node.decorator_list if isinstance(one, ast.Name)]
            if decorator in names:
                yield node.name


RULES = [
    name
    for module in ("climbing", "feeling", "moving")
    for name in _decorated(ROOT / "agents" / f"{module}.py", "rule")
]
LOOPS = [
    name for path in sorted((ROOT / "model").glob("*.py")) for name in _decorated(path, "kernel")
]


def test_every_rule_and_loop_is_described() -> None:
    """Protects the submodels: each rule of agents/ and loop of model/ is described by its name."""
    missing = [name for name in (*RULES, *LOOPS) if f"`{name}`" not in SUBMODELS]
    assert missing == [], "describe these by name in the submodels of model/ODD.md"


def test_rules_and_loops_are_found() -> None:
    """Shows that the test above looks at something: some names that must be among them."""
    assert {"ready", "burden_target", "move_chance"} <= set(RULES)
    assert {"attempts", "let_vacancies", "exchange"} <= set(LOOPS)


def test_links_within_the_description_lead_somewhere() -> None:
    """Protects readers from dead links: anchors are made from headings as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", TEXT, re.MULTILINE)
    anchors = {re.sub(r"[^\w -]", "", one).lower().replace(" ", "-") for one in headings}
    assert set(re.findall(r"\]\(#([\w-]+)\)", TEXT)) <= anchors


@pytest.mark.parametrize("room", ["scenarios", "agents", "model", "tests"])
def test_a_readme_names_files_that_are_there(room: str) -> None:
    """Protects who looks for the place to add a thing: files and folders that are named exist."""
    text = (ROOT / room / "README.md").read_text(encoding="utf-8")
    named = re.findall(r"`([\w./*-]+(?:\.py|\.toml|\.md|/))`", text)
    assert named
    for name in named:
        found = [*(ROOT / room).glob(name.rstrip("/")), *ROOT.glob(name.rstrip("/"))]
        assert found, f"{room}/README.md names {name}, which is not there"
