"""The catalogue of programmes: what the project asks for is there, and every number has a source."""

from __future__ import annotations

import functools
import re
import tomllib
from typing import Any

import pytest
from langeadem.scenarios import catalogue_names, load_programme
from langeadem.scenarios.programme import PROGRAMME_GROUPS
from langeadem.scenarios.shipped import catalogue_folder

from .funding import lived, lives

PROGRAMMES = tuple(catalogue_names("programmes"))

#: The sixteen projects of digest 000, section 4.
SIXTEEN = (
    "vooruit",
    "boot",
    "cruyff-courts",
    "xpoint",
    "bewonersadviseurs-staalkans",
    "koopgarant",
    "watch-out",
    "assistent-buurtbeheerders",
    "prachtwerk",
    "empowerment-transvaal",
    "foyer-henegouwerlaan",
    "je-eigen-stek",
    "bedrijfscatering-roc",
    "squashing-kids",
    "ibzw",
    "restylen-huishoudens",
)

#: What a number rests on begins with where it is written, or says that it is a judgement.
RESTS_ON = re.compile(r"(digest \d{3}[ :]|EVIDENCE [A-H]\d|judgement: \S)")
_DIGEST = re.compile(r"digest (\d+)")
_DIGESTS = {"000", "001", "002", "003", "004"}


@functools.cache
def _raw(name: str) -> dict[str, Any]:
    text = catalogue_folder("programmes").joinpath(f"{name}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def _stated(data: dict[str, Any]) -> dict[str, Any]:
    """Return what a file states under keys that can have a source."""
    stated = {key: data[key] for key in ("places", "payers", "calendar") if key in data}
    for group in PROGRAMME_GROUPS:
        stated |= {f"{group}.{key}": value for key, value in data.get(group, {}).items()}
    return stated


def _is_number(value: Any) -> bool:
    if isinstance(value, dict | list):
        parts = value.values() if isinstance(value, dict) else value
        return any(_is_number(part) for part in parts)
    return isinstance(value, int | float) and not isinstance(value, bool)


def _source_texts(data: dict[str, Any]) -> list[str]:
    """Return every text of a file that says where something comes from."""
    rows = [*data.get("documented", []), *data.get("saves", [])]
    return [data["source"], *data["sources"].values(), *(row["source"] for row in rows)]


def test_the_sixteen_projects_are_there() -> None:
    """Protects what the project asks for: every project of digest 000 can be run."""
    assert set(SIXTEEN) <= set(PROGRAMMES)


@pytest.mark.parametrize("name", PROGRAMMES)
def test_a_programme_loads(name: str) -> None:
    """Protects the catalogue: every file is a valid programme in a place that exists."""
    programme = load_programme(name)
    assert programme.key == name
    assert programme.setting.place in catalogue_names("places")
    assert programme.calendar in catalogue_names("calendars")


@pytest.mark.parametrize("name", PROGRAMMES)
def test_every_number_has_a_source(name: str) -> None:
    """Protects promise 8: a number that a file states is documented or called a judgement."""
    data = _raw(name)
    numbers = {key for key, value in _stated(data).items() if _is_number(value)}
    assert sorted(numbers - set(data["sources"])) == []


@pytest.mark.parametrize("name", PROGRAMMES)
def test_every_source_names_what_is_stated(name: str) -> None:
    """Protects promise 8: no source is left behind when a number goes."""
    data = _raw(name)
    assert sorted(set(data["sources"]) - set(_stated(data))) == []


@pytest.mark.parametrize("name", PROGRAMMES)
def test_a_source_says_where_or_that_it_is_a_judgement(name: str) -> None:
    """Protects promise 8: a source can be looked up, in a digest that exists."""
    data = _raw(name)
    vague = {key: text for key, text in data["sources"].items() if not RESTS_ON.match(text)}
    assert vague == {}
    cited = {digest for text in _source_texts(data) for digest in _DIGEST.findall(text)}
    assert cited <= _DIGESTS


#: Of these no document names a risk.
WITHOUT_RISK = ("rotterdam-gezinscoaches", "woensel-west-onder-voorwaarden")


@pytest.mark.parametrize("name", PROGRAMMES)
def test_a_risk_that_no_document_names_does_not_act(name: str) -> None:
    """Protects "documented": what is made up says so, and acts only when somebody asks for it."""
    risk = load_programme(name).risk
    assert bool(risk.text) == risk.on == (name not in WITHOUT_RISK)
    if not risk.text:
        assert _raw(name)["sources"]["risk.kind"].startswith("judgement: digest ")


@pytest.mark.parametrize("name", WITHOUT_RISK)
def test_a_risk_that_no_document_names_can_be_switched_on(name: str) -> None:
    """Protects the switch: off it is the world without documented risks, on it is another."""
    off, silent, on = (
        lived(name, {"moving.tenure_rate": [0.02] * 4, **asked})
        for asked in (
            {},
            {"mechanisms.documented_risks": False},
            {f"programmes.{name}.risk.on": True},
        )
    )
    assert lives(off) == lives(silent) != lives(on)
