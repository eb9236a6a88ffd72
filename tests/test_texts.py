"""The texts of the interface: complete and the same in both languages, and numbers as people write.

What is protected here: a reader never meets a missing text, a Dutch reader never meets a stale
translation, and no text is kept that nothing shows.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from langeadem.experiments.cli.explain import KINDS
from langeadem.experiments.cli.place_card import context_words
from langeadem.experiments.cli.risk_card import numbers_of, risk_words
from langeadem.experiments.study_file import read_study
from langeadem.experiments.summary import FLOW_ROWS, LEVELS
from langeadem.model import PHASES
from langeadem.model.luck import EVENTS
from langeadem.scenarios import (
    BEGINNINGS,
    FIGURES,
    MEASURES,
    PAYERS,
    PROGRAMME_GROUPS,
    RISKS,
    LandlordRules,
    Stretch,
    catalogue_names,
    load_calendar,
    load_place,
    load_policy,
    load_programme,
    mechanism_descriptions,
    parameter_cards,
)
from langeadem.scenarios.cbs_place import CONTEXT
from langeadem.scenarios.programme import APPROACHES
from langeadem.viz.text import LANGUAGES, TextError, model_sentences, placeholders, texts
from langeadem.viz.text.field_cards import FIELD_GROUPS, TOP_KEYS, field_cards

ROOT = Path(__file__).resolve().parent.parent
LADDERS = ("learning", "working", "housing", "leisure")
SOURCES = sorted([*(ROOT / "viz").rglob("*.py"), *(ROOT / "experiments").rglob("*.py")])
_FILE_NAME = re.compile(r".*\.(json|png|toml|parquet|csv|html|vue|css|part|old)$")


def _strings() -> tuple[set[str], set[str]]:
    """Return the strings in the code that shows texts, and regular expressions of made ones."""
    constants: set[str] = set()
    patterns: set[str] = set()
    for path in SOURCES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        made = [node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)]
        pieces = {id(part) for node in made for part in node.values}
        for node in made:
            parts = [
                re.escape(str(part.value)) if isinstance(part, ast.Constant) else r"[\w.+-]+"
                for part in node.values
            ]
            patterns.add("".join(parts))
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and id(node) not in pieces:
                constants.add(str(node.value))
    return constants, patterns


CONSTANTS, PATTERNS = _strings()


def test_both_languages_have_the_same_keys() -> None:
    """A text that exists in one language only would stop the other."""
    assert texts("nl").keys() == texts("en").keys()


def test_both_languages_have_the_same_placeholders() -> None:
    """A number shown in Dutch and not in English, or the other way round."""
    nl, en = texts("nl"), texts("en")
    differing = {
        key: (placeholders(nl.raw(key)), placeholders(en.raw(key)))
        for key in nl.keys()  # noqa: SIM118
        if placeholders(nl.raw(key)) != placeholders(en.raw(key))
    }
    assert differing == {}


def test_every_text_that_code_asks_for_exists() -> None:
    """A key misspelt in the code would be an error in front of the reader."""
    keys = set(texts("nl").keys())
    tables = {key.split(".")[0] for key in keys}
    asked = {
        one
        for one in CONSTANTS
        if re.fullmatch(r"[a-z_]+(\.\w+)+", one)
        and one.split(".")[0] in tables
        and not _FILE_NAME.match(one)
    }
    # These name parameters and switches of the scenario, which have tables of the same name.
    asked -= {*parameter_cards(), *field_cards()}
    assert asked - keys == set()
    for pattern in PATTERNS:
        if re.match(r"[a-z_]+\\\.", pattern) and pattern.split("\\.")[0] in tables:
            assert any(re.fullmatch(pattern, key) for key in keys), pattern


def test_every_text_is_used() -> None:
    """A text that nothing shows is work for two languages for nothing."""
    made = [re.compile(pattern) for pattern in PATTERNS if re.match(r"[a-z_]+\\\.", pattern)]
    unused = [
        key
        for key in texts("nl").keys()  # noqa: SIM118
        if key not in CONSTANTS and not any(pattern.fullmatch(key) for pattern in made)
    ]
    assert unused == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_families_of_texts_are_complete(lang: str) -> None:
    """Every ladder, rung, figure, level, flow and policy that can be shown has its words."""
    t = texts(lang)
    for ladder in LADDERS:
        assert t(f"ladder.{ladder}")
        assert t(f"map.on_{ladder}")
    for which in ("mean", *LADDERS):
        assert len({t(f"rung.{which}.{rung}") for rung in range(6)}) == 6
    for name in FIGURES:
        assert t(f"figure.{name}")
    for name, kind in LEVELS.items():
        assert t(f"level.{name}")
        assert t(f"unit.{kind}")
    for name in FLOW_ROWS:
        assert t(f"flow.{name}")
    for name in PAYERS:
        assert t(f"payer.{name}")
        assert t(f"payer_the.{name}")
    for name in APPROACHES:
        assert t(f"approach.{name}")
        assert t(f"approach_short.{name}")
    for name in BEGINNINGS:
        assert t(f"begins.{name}")
    for name in FIELD_GROUPS:
        assert t(f"group.{name}")
    for name in TOP_KEYS:
        assert t(f"top_key.{name}")
    for name in KINDS:
        assert t(f"kind.{name}")


def _stated_in_english() -> set[str]:
    """Return every sentence, unit and name that the rooms below show to people."""
    stated = set(mechanism_descriptions().values())
    for card in parameter_cards().values():
        stated |= {card.doc, card.unit}
    # Risks, and every key of a programme, of the rules of letting and of a calendar.
    stated |= {*RISKS.values(), *MEASURES.values()}
    for field in field_cards().values():
        stated |= {field.doc, field.unit} - {""}
    stated |= {doc for _, doc in PHASES} | {doc for _, doc in EVENTS}
    for name in catalogue_names("places"):
        place = load_place(name)
        own = {figure: getattr(place.figures, figure) for figure in FIGURES}
        for figure in (*own.values(), *place.context.values()):
            stated.add(figure.unit.removeprefix("share ") if " " in figure.unit else figure.unit)
        stated |= {context_words(key, figure) for key, figure in place.context.items()}
    return stated | {key.replace("_", " ") for key, _ in CONTEXT.values()}


def _of_catalogue() -> set[str]:
    """Return what the catalogue says of what it holds; it may, and need not, be in Dutch."""
    cards = [load_programme(name) for name in catalogue_names("programmes")]
    programmes = {words for one in cards for words in (one.about, one.name, one.where)}
    calendars = {load_calendar(name).about for name in catalogue_names("calendars")}
    policies = {load_policy(name).about for name in catalogue_names("policies")}
    studies = {read_study(name).file.about for name in catalogue_names("studies")}
    return programmes | calendars | policies | studies


def test_what_the_model_says_has_a_dutch_translation() -> None:
    """A parameter, mechanism, phase, event, unit or figure that a Dutch reader meets in English.

    When this fails, a sentence is new or was changed: add it to ``viz/text/model_nl.toml``.
    """
    assert sorted(_stated_in_english() - set(model_sentences("nl"))) == []


def test_keys_of_programmes_and_risks_need_dutch() -> None:
    """Shows that the test above sees them: every group of a programme, and every kind of risk."""
    stated = _stated_in_english()
    for group in (*PROGRAMME_GROUPS.values(), LandlordRules, Stretch):
        for name, field in group.model_fields.items():
            assert field.description, name
            assert field.description in stated, name
    assert {*RISKS.values(), *MEASURES.values()} <= stated


def test_risks_keep_their_numbers_in_dutch() -> None:
    """A risk that has a size or a number of months in English has it in Dutch, filled in."""
    for kind in RISKS:
        for lang in LANGUAGES:
            words = risk_words(kind, texts(lang), 0.37, 123)
            shown = [texts(lang).value(0.37) in words, "123" in words]
            assert shown == [name in numbers_of(kind) for name in ("size", "months")], words
            assert not re.search(r"\bsize\b", words)


def test_no_translation_is_left_of_a_sentence_that_is_gone() -> None:
    """A translation of what the model no longer says would look like an explanation of it."""
    from langeadem.viz.text import _read

    groups = _read("model_nl.toml")
    kept = {english for name, group in groups.items() if name != "messages" for english in group}
    assert sorted(kept - _stated_in_english() - _of_catalogue()) == []


def test_translated_messages_keep_their_placeholders() -> None:
    """A translated problem that asks for a word that the English one does not hold would fail."""
    for english, dutch in model_sentences("nl").items():
        assert placeholders(dutch) <= placeholders(english), english


def test_problems_are_translated_with_their_values() -> None:
    """What is wrong, in Dutch, with the name and number that were given."""
    t = texts("nl")
    assert t.of_problem("unknown key") == "onbekende sleutel"
    found = t.of_problem("2: input should be less than or equal to 1")
    assert found == "2: moet 1 of minder zijn"
    assert t.of_problem("something that nobody foresaw") == "something that nobody foresaw"
    assert texts("en").of_problem("unknown key") == "unknown key"


def test_the_model_shows_and_does_not_prove() -> None:
    """A model proves nothing about the world; the texts must not say so."""
    for lang in LANGUAGES:
        t = texts(lang)
        for key in t.keys():  # noqa: SIM118
            assert not re.search(r"\b(bewij\w+|prove[sn]?|proof)\b", t.raw(key).lower()), key


def test_a_missing_text_is_a_clear_error() -> None:
    """The error names the key and the file, and not only a KeyError somewhere."""
    with pytest.raises(TextError, match=r"'run\.nothing' is missing in nl\.toml"):
        texts("nl")("run.nothing")
    with pytest.raises(TextError, match=r"has placeholders \['folder'\] and was given \['x'\]"):
        texts("en")("run.saved", x="y")
    with pytest.raises(TextError, match="unknown language 'fr'; allowed: nl, en"):
        texts("fr")


@pytest.mark.parametrize(
    ("lang", "value", "decimals", "shown"),
    [
        ("nl", 1719, 0, "1.719"),
        ("en", 1719, 0, "1,719"),
        ("nl", 2.584, 2, "2,58"),
        ("en", 2.584, 2, "2.58"),
        ("nl", -0.001, 2, "0,00"),
        ("nl", -1234.5, 1, "-1.234,5"),
        ("nl", float("nan"), 2, "-"),
        ("en", float("inf"), 0, "-"),
    ],
)
def test_numbers_are_written_as_in_the_language(
    lang: str, value: float, decimals: int, shown: str
) -> None:
    """Decimal comma in Dutch, no minus zero, and nothing strange for a mean of nobody."""
    assert texts(lang).number(value, decimals) == shown


def test_differences_have_a_sign_and_nothing_has_none() -> None:
    """A difference that rounds to zero is neither up nor down."""
    t = texts("nl")
    assert [t.signed(value, 2) for value in (0.154, -0.154, 0.001, -0.001)] == [
        "+0,15",
        "-0,15",
        "0,00",
        "0,00",
    ]
    assert t.percent(0.6519) == "65%"
    assert t.percent(float("nan")) == "-"


def test_values_keep_their_digits() -> None:
    """A parameter is shown as it is, and not rounded."""
    assert texts("nl").value(0.0025) == "0,0025"
    assert texts("en").value((0.002, 0.0, 12)) == "0.002  0  12"
    assert texts("nl").listing(["a", "b", "c"]) == "a, b en c"
    assert texts("en").listing(["a"]) == "a"
