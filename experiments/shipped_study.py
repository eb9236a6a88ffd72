"""The studies that ship with a question of their own, and files like them."""

from __future__ import annotations

from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from ..scenarios import Problem, ScenarioError, nearest_name
from ..scenarios.document import Document, read_toml
from .arms import MOST_ARMS
from .ensemble import Ensemble

_FROZEN = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)
_Years = Annotated[list[Annotated[int, Field(ge=1, le=100)]], Field(min_length=1)]
#: Of a verdict at 5% false alarms: an effect has to beat all of nineteen placebos.
_LUCKS = 20
#: In the place of an ensemble: the parameters as they usually are.
NO_ENSEMBLE = "none"


class _Shared(BaseModel):
    """What both kinds state."""

    model_config = _FROZEN

    #: With fewer lucks nothing can be told.
    LEAST: ClassVar[int] = 2

    about_nl: str
    about_en: str
    ensemble: str = NO_ENSEMBLE
    worlds: int = Field(default=20, ge=1, le=10_000)
    replicates: int = Field(default=2, ge=2, le=100_000)
    seed: int = Field(default=1, ge=0, le=2**62)

    def text(self, name: str, lang: str) -> str:
        """Return one of its texts in a language."""
        return str(getattr(self, f"{name}_{lang}"))


class ContinuityFile(_Shared):
    """Calendars at equal money, in several places, in plausible worlds.

    Attributes
    ----------
    places
        Names of places.
    places_nl, places_en
        Why these.
    policies
        Calendars; the first with money says how much all have.
    favourite
        The calendar of which is told where it wins and where not.
    horizons
        Years, ascending; money is equal over each.
    """

    kind: Literal["continuity"]
    places: list[str] = Field(min_length=1)
    places_nl: str = ""
    places_en: str = ""
    policies: list[str] = Field(min_length=2, max_length=MOST_ARMS)
    favourite: str
    horizons: _Years

    @field_validator("places", "policies", "horizons")
    @classmethod
    def _each_once(cls, value: list[Any]) -> list[Any]:
        return _once(value)

    @field_validator("horizons")
    @classmethod
    def _years_ascend(cls, value: list[int]) -> list[int]:
        return _ascending(value)


class ScaleFile(_Shared):
    """A programme of several sizes in one place, looked at after several years.

    Attributes
    ----------
    programme, place
        Names.
    indicator
        What is looked at; default the ladder of the programme.
    places
        Sizes, ascending.
    years
        Years with money at whose end evaluations look, ascending.
    surveys, respondents
        Evaluations of each world, and how many answer.
    """

    LEAST: ClassVar[int] = _LUCKS

    kind: Literal["scale"]
    programme: str
    place: str
    indicator: str | None = None
    places: Annotated[list[Annotated[int, Field(ge=1)]], Field(min_length=2)]
    years: _Years
    replicates: int = Field(default=_LUCKS, ge=_LUCKS, le=100_000)
    surveys: int = Field(default=10, ge=1, le=1000)
    respondents: int = Field(default=300, ge=1, le=100_000)

    @field_validator("places", "years")
    @classmethod
    def _in_order(cls, value: list[int]) -> list[int]:
        return _ascending(_once(value))


def _ascending(value: list[int]) -> list[int]:
    if any(late < soon for soon, late in pairwise(value)):
        raise ValueError(f"must be of the form {sorted(value)}")
    return value


def _once(value: list[Any]) -> list[Any]:
    for one in value:
        if value.count(one) > 1:
            raise ValueError(f"{one!r} stands there twice")
    return value


_KINDS: dict[str, type[ContinuityFile] | type[ScaleFile]] = {
    "continuity": ContinuityFile,
    "scale": ScaleFile,
}


def shipped_names() -> list[str]:
    """Return the names of the studies that ship, sorted."""
    return sorted(
        one.name.removesuffix(".toml") for one in _folder().iterdir() if one.name.endswith(".toml")
    )


def read_shipped(asked: str | Path) -> tuple[str, ContinuityFile | ScaleFile]:
    """Return name and content of the study that ships under a name, or is in a file.

    Raises
    ------
    ScenarioError
        When there is none, or for anything unknown, of the wrong type or out of range in it.
    """
    name = str(asked)
    known = shipped_names()
    if name in known:
        return name, _checked(read_toml(_folder().joinpath(f"{name}.toml"), f"studies/{name}.toml"))
    path = Path(asked)
    if not name.endswith(".toml") and not path.exists():
        # A file is told by the end of its name, which is the same in all languages.
        allowed = ", ".join([*known, "*.toml"])
        near = nearest_name(name, known)
        raise ScenarioError([Problem(name or "''", "", "unknown study", None, allowed, near)])
    return path.stem, _checked(read_toml(path, name))


def worlds_of(file: ContinuityFile | ScaleFile, asked: str | None = None) -> Ensemble | None:
    """Return the plausible worlds of a study, as many as it states; None for those of nobody.

    Parameters
    ----------
    file
        The study.
    asked
        Another ensemble than its own, taken as it is (``NAME:20`` is the first twenty); ``"none"``
        for the parameters as they usually are.
    """
    name = file.ensemble if asked is None else asked
    if name == NO_ENSEMBLE:
        return None
    if asked is not None:
        return Ensemble.read(asked)
    return Ensemble.read(f"{name}:{file.worlds}")


def _folder() -> Any:
    return files(__name__.rpartition(".")[0]).joinpath("studies")


def _checked(document: Document) -> ContinuityFile | ScaleFile:
    kind = document.data.get("kind")
    if kind not in _KINDS:
        message = "is missing" if kind is None else f"unknown value {kind!r}"
        near = nearest_name(str(kind or ""), _KINDS)
        raise ScenarioError([document.problem(("kind",), message, ", ".join(_KINDS), near)])
    found = document.validate(_KINDS[kind], document.data)
    if isinstance(found, ContinuityFile):
        _check_favourite(document, found)
    else:
        _check_looked_at(document, found)
    return found


def _check_favourite(document: Document, found: ContinuityFile) -> None:
    if found.favourite not in found.policies:
        near = nearest_name(found.favourite, found.policies)
        message = f"unknown policy {found.favourite!r}"
        allowed = ", ".join(found.policies)
        raise ScenarioError([document.problem(("favourite",), message, allowed, near)])


def _check_looked_at(document: Document, found: ScaleFile) -> None:
    """Refuse an indicator that is not known, and years in which there is no wave to look at."""
    from .indicators import INDICATORS
    from .monitor import Monitor

    if found.indicator is not None and found.indicator not in INDICATORS:
        near = nearest_name(found.indicator, INDICATORS)
        message = f"unknown value {found.indicator!r}"
        allowed = ", ".join(INDICATORS)
        raise ScenarioError([document.problem(("indicator",), message, allowed, near)])
    interval = Monitor().interval
    wrong = [year for year in found.years if year % interval]
    if wrong:
        allowed = f"{interval}, {2 * interval}, {3 * interval}, ..."
        message = f"unknown value {wrong[0]}"
        raise ScenarioError([document.problem(("years",), message, allowed)])
