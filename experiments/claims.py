"""What published studies and the documents claim, and how it is held against the simulation.

A claim is an entry of ``evidence/*.toml``: what is said of whom, where it stands, how the same is
measured in the simulation, on which ground, and the range in which the simulated value has to lie.
The range follows from the source alone; the file says how.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from ..scenarios import OF_POLICY, Problem, Scenario, ScenarioError, load, nearest_name
from ..scenarios.document import Document, parse_toml

_FROZEN = ConfigDict(frozen=True, extra="forbid", strict=True)

#: Units of a claim: how its numbers are written.
UNITS = ("share", "points", "rungs", "score", "ratio", "months", "correlation")
#: What a source looks like: a row of EVIDENCE.md, or lines or a numbered row of a digest.
_SOURCE = re.compile(
    r"EVIDENCE [A-H]\d+b?|digest 00[0-4] (?:(?:p\.\d+ )?[LMQ]\d+(?:-\d+)?|section \d(?: row \d+)?)"
)

Setting = bool | int | float | str | tuple[int | float | str, ...]


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


class Ground(BaseModel):
    """Where a claim is measured: worlds that are lived once a replicate.

    Attributes
    ----------
    place : str
        A place of the catalogue.
    policy : str
        Policy or programme of the catalogue.
    years : int
        Years lived.
    overrides : tuple of (str, value)
        Differences by key, as `load` takes them; in order of the key.
    twin : bool
        Whether the twin with the baseline is lived too, on the same luck.
    baseline : str
        Policy of the twin.
    baseline_overrides : tuple of (str, value)
        Differences of the twin's policy by key (``programmes.NAME. ...``); what ``overrides`` says
        of programmes holds for the policy alone.
    """

    model_config = _FROZEN

    place: str = "average"
    policy: str = "none"
    years: int = Field(ge=1, le=60)
    overrides: tuple[tuple[str, Setting], ...] = ()
    twin: bool = False
    baseline: str = "none"
    baseline_overrides: tuple[tuple[str, Setting], ...] = ()

    @field_validator("overrides", "baseline_overrides", mode="before")
    @classmethod
    def _in_order(cls, value: Any) -> Any:
        if not isinstance(value, Mapping):
            return value
        return tuple(sorted((key, _frozen(one)) for key, one in value.items()))

    @model_validator(mode="after")
    def _baseline_of_a_twin(self) -> Ground:
        if (self.baseline != "none" or self.baseline_overrides) and not self.twin:
            raise ValueError("a baseline goes with twin = true")
        return self

    def scenario(self, parameters: Mapping[str, float] | None = None) -> Scenario:
        """Return the scenario with the policy, under other parameters where they are given.

        Raises
        ------
        ScenarioError
            For a key or value that is not allowed.
        """
        overrides = {**dict(self.overrides), **(parameters or {}), "years": self.years}
        return load(self.place, policy=self.policy, overrides=overrides)

    def twin_scenario(self, parameters: Mapping[str, float] | None = None) -> Scenario:
        """Return the scenario with the baseline; raise `ScenarioError` as `scenario` does."""
        shared = {
            key: value
            for key, value in {**dict(self.overrides), **(parameters or {})}.items()
            if key.split(".")[0] not in OF_POLICY
        }
        overrides = {**shared, **dict(self.baseline_overrides), "years": self.years}
        return load(self.place, policy=self.baseline, overrides=overrides)


class Claim(BaseModel):
    """One claim, validated.

    Attributes
    ----------
    key : str
        Its name.
    theme : str
        Name of its file.
    statement_nl, statement_en : str
        What is claimed.
    source : tuple of str
        Rows of EVIDENCE.md (``EVIDENCE C7``) and lines of digests (``digest 002 L850``).
    population_nl, population_en : str
        Of whom, where and when.
    measured_nl, measured_en : str
        How it is measured in the simulation.
    unit : str
        One of `UNITS`; ``points`` are percentage points.
    measure : str
        Name of the function in `evidence_measures`.
    settings : mapping
        What that function is told, by name.
    ground : Ground
        Where it is measured.
    accepted : (float, float)
        Lowest and highest value with which the claim holds; may be infinite on one side.
    range_nl, range_en : str
        How that range follows from the source.
    use : str
        ``"fitting"``: parameters may be fitted to it; ``"checking"``: held aside.
    replicates : int
        How many times the ground is lived, unless asked otherwise.
    explanation_nl, explanation_en : str
        Why it fails, where it does; empty otherwise.
    """

    model_config = _FROZEN

    key: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    theme: str
    statement_nl: str = Field(min_length=10)
    statement_en: str = Field(min_length=10)
    source: tuple[str, ...] = Field(min_length=1)
    population_nl: str = Field(min_length=3)
    population_en: str = Field(min_length=3)
    measured_nl: str = Field(min_length=10)
    measured_en: str = Field(min_length=10)
    unit: Literal["share", "points", "rungs", "score", "ratio", "months", "correlation"]
    measure: str
    settings: Mapping[str, Setting] = Field(default_factory=dict)
    ground: Ground
    accepted: tuple[float, float]
    range_nl: str = Field(min_length=10)
    range_en: str = Field(min_length=10)
    use: Literal["fitting", "checking"]
    replicates: int = Field(ge=2, le=400)
    explanation_nl: str = ""
    explanation_en: str = ""

    @field_validator("source", "accepted", mode="before")
    @classmethod
    def _listed(cls, value: Any) -> Any:
        return _frozen(value)

    @field_validator("settings", mode="before")
    @classmethod
    def _hashable(cls, value: Any) -> Any:
        if not isinstance(value, Mapping):
            return value
        return {name: _frozen(one) for name, one in value.items()}

    @field_validator("source")
    @classmethod
    def _cited(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for one in value:
            if not _SOURCE.fullmatch(one):
                raise ValueError(f"{one!r} is no source such as 'EVIDENCE C7' or 'digest 002 L850'")
        return value

    @field_validator("accepted")
    @classmethod
    def _ordered(cls, value: tuple[float, float]) -> tuple[float, float]:
        low, high = value
        if not low < high or (low == float("-inf") and high == float("inf")):
            raise ValueError("needs a lowest value below a highest one, of which one is finite")
        return value

    @model_validator(mode="after")
    def _explained_in_both(self) -> Claim:
        if bool(self.explanation_nl) != bool(self.explanation_en):
            raise ValueError("an explanation is given in both languages or in none")
        return self

    def text(self, field: str, lang: str) -> str:
        """Return a text of the claim (``statement``, ``population``, ...) in a language."""
        return str(getattr(self, f"{field}_{lang}"))

    def holds(self, value: float) -> bool:
        """Return whether a value lies in the accepted range, its ends included; NaN does not."""
        return self.accepted[0] <= value <= self.accepted[1]


def claims() -> tuple[Claim, ...]:
    """Return all claims that ship with the package, by file and in the order of the file.

    Raises
    ------
    ScenarioError
        For a file that is not valid; says file, line, key, what is allowed and the nearest name.
    """
    return _shipped()


def claims_on(ground: Ground) -> tuple[Claim, ...]:
    """Return the claims that are measured on a ground."""
    return tuple(one for one in claims() if one.ground == ground)


def claim(key: str) -> Claim:
    """Return the claim with this key.

    Raises
    ------
    ScenarioError
        For an unknown key; says the nearest.
    """
    known = {one.key: one for one in claims()}
    if key in known:
        return known[key]
    near = nearest_name(key, known)
    # In words that are known in every language.
    message = f"unknown value {key!r}"
    raise ScenarioError([Problem("claims", "", message, allowed=", ".join(known), nearest=near)])


@cache
def _shipped() -> tuple[Claim, ...]:
    folder = files(__name__.rpartition(".")[0]).joinpath("evidence")
    entries = sorted(
        (one for one in folder.iterdir() if one.name.endswith(".toml")), key=lambda one: one.name
    )
    return read_claims(entries)


def read_claims(entries: Iterable[Traversable]) -> tuple[Claim, ...]:
    """Return the claims in some files.

    Raises
    ------
    ScenarioError
        For anything unknown, missing, out of range or named twice.
    """
    found: list[Claim] = []
    problems: list[Problem] = []
    for entry in entries:
        where = f"evidence/{entry.name}"
        try:
            document = parse_toml(where, entry.read_bytes())
        except ScenarioError as error:
            problems += error.problems
            continue
        for one in _of_document(document):
            if isinstance(one, Claim):
                found.append(one)
            else:
                problems += one
    for key, times in Counter(one.key for one in found).items():
        if times > 1:
            problems.append(Problem("evidence", key, f"is the key of {times} claims"))
    if problems:
        raise ScenarioError(problems)
    return tuple(found)


def _of_document(document: Document) -> Iterator[Claim | tuple[Problem, ...]]:
    """Yield the claims of a file, or what is wrong with one."""
    for key in document.data:
        if key not in ("ground", "claim"):
            near = nearest_name(key, ("ground", "claim"))
            yield (document.problem((key,), "unknown key", "ground, claim", near),)
    grounds: dict[str, Ground] = {}
    for name, data in document.data.get("ground", {}).items():
        try:
            grounds[name] = document.validate(Ground, data, ("ground", name))
            grounds[name].scenario()
            if grounds[name].twin:
                grounds[name].twin_scenario()
        except ScenarioError as error:
            yield error.problems
    for number, data in enumerate(document.data.get("claim", [])):
        try:
            yield _claim(_part(document, number), data, grounds)
        except ScenarioError as error:
            yield error.problems


def _claim(document: Document, data: Mapping[str, Any], grounds: Mapping[str, Ground]) -> Claim:
    from .evidence_measures import check_measure

    name = str(data.get("ground", ""))
    if name not in grounds:
        near = nearest_name(name, grounds)
        message = f"unknown ground {name!r}"
        raise ScenarioError(
            [document.problem(("claim", "ground"), message, ", ".join(grounds), near)]
        )
    if "theme" in data:
        message = "is the name of the file and not set in it"
        raise ScenarioError([document.problem(("claim", "theme"), message)])
    theme = document.where.rpartition("/")[2].removesuffix(".toml")
    whole = {**data, "theme": theme, "ground": grounds[name]}
    one = document.validate(Claim, whole, ("claim",))
    try:
        check_measure(one.measure, one.settings, one.ground.twin)
    except ValueError as error:
        raise ScenarioError([document.problem(("claim", "measure"), str(error))]) from None
    return one


def _part(document: Document, number: int) -> Document:
    """Return the document with the text of one ``[[claim]]`` only, its lines where they were."""
    lines = document.text.split("\n")
    starts = [at for at, line in enumerate(lines) if line.strip().startswith("[[claim]]")]
    start = starts[number]
    end = starts[number + 1] if number + 1 < len(starts) else len(lines)
    return Document(document.where, "\n" * start + "\n".join(lines[start:end]), document.data)
