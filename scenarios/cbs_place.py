"""A place file from one region of the table "Kerncijfers wijken en buurten".

What the table states is given with its source, what follows from it by arithmetic says which, and
the rest is the average place's value, marked as a default.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

import tomli_w

from .cbs import Region
from .errors import Problem, ScenarioError
from .load import load_place
from .place import FIGURES, Place
from .shipped import DEFAULT_PLACE

#: Figures of the table that compose nothing: concept -> (key under ``context``, unit). A generated
#: population is held against them.
CONTEXT: dict[str, tuple[str, str]] = {
    "age_0_14": ("residents_aged_0_to_14", "residents"),
    "age_15_24": ("residents_aged_15_to_24", "residents"),
    "age_25_44": ("residents_aged_25_to_44", "residents"),
    "age_45_64": ("residents_aged_45_to_64", "residents"),
    "one_person": ("one_person_households", "households"),
    "without_children": ("households_without_children", "households"),
    "with_children": ("households_with_children", "households"),
    "assistance": ("residents_on_assistance", "residents"),
}

#: Figures of the table that a place cannot be made without.
_NEEDED = ("residents", "households")
#: Ages 15 to 24 of which 15 to 17, and 45 to 64 of which the two years 65 and 66 would be as many.
_MINORS = 3 / 10
_PENSION = 2 / 20
_DIGITS = 4
_NUMBERED = re.compile(r"^(?:wijk|buurt) \d+ ", re.IGNORECASE)

_INSTITUTIONS = (
    "Everybody in the population register; the table's households are private households, so people"
    " in institutions are in this figure and in no household."
)
_USUAL = "average post-war social-rent neighbourhood"
_HEAD = """\
# Made from one row of a table of Statistics Netherlands (CBS) by `langeadem place new`.
# `source` and `derived` come from the table. `default` does not: the average place's value stands
# there, to be replaced by whoever knows better.
"""

_Stated = dict[str, Any]


def place_toml(region: Region, name: str | None = None) -> str:
    """Return the place file of a region.

    Parameters
    ----------
    region
        A row of the table.
    name
        What the place is called; without it the name that the table has, and else the code.

    Raises
    ------
    ScenarioError
        When the table keeps back how many residents or households there are, or says there are none.
    """
    called = name_of(region, name)
    year = region.edition.year
    head = {
        "name": called,
        "municipality": region.municipality or called,
        "synthetic": False,
        "landlords": [],
        "about_nl": f"De cijfers van {called} komen uit de tabel Kerncijfers wijken en buurten {year} van het CBS.",
        "about_en": f"The figures of {called} come from the table Kerncijfers wijken en buurten {year} of Statistics Netherlands.",
    }
    data = {**head, "figures": _figures(region), "context": _context(region)}
    return f"{_HEAD}{_other_edition(region)}\n{tomli_w.dumps(data)}"


def _other_edition(region: Region) -> str:
    """Return a line for the head of a file whose figures may be of another year than it says."""
    if not region.named:
        return ""
    title = region.edition.title
    return (
        f"# The name of the table's file says {region.named}; it was asked to be read as {title}.\n"
    )


def name_of(region: Region, name: str | None = None) -> str:
    """Return what a place is called: as asked, else the table's name without number, else the code."""
    return name or _NUMBERED.sub("", region.name) or region.code


def file_name(called: str) -> str:
    """Return the name of a file for a place: small letters without accents, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", called).encode("ascii", "ignore").decode().lower()
    return (re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "place") + ".toml"


def _figures(region: Region) -> dict[str, _Stated]:
    average = load_place(DEFAULT_PLACE)
    counts = {concept: _needed(region, concept) for concept in _NEEDED}
    found: dict[str, _Stated] = {
        concept: _given(region, concept, concept) for concept in ("households", "residents")
    }
    found["residents"]["note"] = _INSTITUTIONS
    found |= _tenures(region, average)
    rules: dict[str, Callable[[Region], _Stated | None]] = {
        "share_under_18": _under_18,
        "share_65_plus": _over_65,
        "share_low_education": _low_education,
        "share_benefit": _benefit,
    }
    for name, rule in rules.items():
        found[name] = rule(region) or _kept_back(name, average)
    found["share_single_parent"] = _single_parents(found, counts, average)
    return {name: {**found.get(name, _usual(name, average))} for name in FIGURES}


def _context(region: Region) -> dict[str, _Stated]:
    return {
        key: _given(region, concept, unit)
        for concept, (key, unit) in CONTEXT.items()
        if region.value(concept) is not None
    }


def _needed(region: Region, concept: str) -> float:
    cell = region.cells[concept]
    if cell.value is None:
        message = f"{region.code}: the table keeps this figure back ({cell.text or 'empty'}), and a place is made of it"
    elif cell.value <= 0:
        message = f"{region.code}: {cell.text}; a place needs residents and households"
    else:
        return cell.value
    raise ScenarioError([Problem(region.where, cell.column, message, region.line)])


# -- what a figure rests on --------------------------------------------------------------------------


def _given(region: Region, concept: str, unit: str) -> _Stated:
    cell = region.cells[concept]
    source = f"{region.source}, {cell.column}"
    value = region.value(concept) or 0.0
    return {
        "value": int(value) if value.is_integer() else value,
        "unit": unit,
        "year": region.edition.year,
        "source": source,
    }


def _derived(region: Region, name: str, value: float, text: str, note: str = "") -> _Stated:
    """Return a figure that follows from the table; ``text`` leads to its value."""
    value = round(value, _DIGITS)
    stated = {
        "value": value,
        "unit": FIGURES[name][0],
        "year": region.edition.year,
        "derived": f"{region.source}: {text} = {value:g}",
    }
    return {**stated, "note": note} if note else stated


def _usual(name: str, average: Place, why: str = "") -> _Stated:
    default = f"{_USUAL}; {why}" if why else _USUAL
    return {"value": average.figure(name), "unit": FIGURES[name][0], "default": default}


def _kept_back(name: str, average: Place) -> _Stated:
    return _usual(name, average, "the table does not give it for this region")


def _values(region: Region, *concepts: str) -> tuple[float, ...] | None:
    """Return figures of the table, or None where it keeps one of them back."""
    values = [region.value(concept) for concept in concepts]
    found = tuple(value for value in values if value is not None)
    return found if len(found) == len(concepts) else None


# -- figures that follow from the table ----------------------------------------------------------------


def _under_18(region: Region) -> _Stated | None:
    found = _values(region, "residents", "age_0_14", "age_15_24")
    if found is None:
        return None
    residents, children, young = found
    text = (
        f"{children:g} residents of 0-14 and, ages taken as evenly spread, {_MINORS:g} of the"
        f" {young:g} of 15-24: ({children:g} + {_MINORS:g} x {young:g}) / {residents:g}"
    )
    return _derived(region, "share_under_18", (children + _MINORS * young) / residents, text)


def _over_65(region: Region) -> _Stated | None:
    found = _values(region, "residents", "age_65_plus")
    if found is None:
        return None
    residents, old = found
    return _derived(region, "share_65_plus", old / residents, f"{old:g} / {residents:g} residents")


def _low_education(region: Region) -> _Stated | None:
    found = _values(region, "schooling_low", "schooling_middle", "schooling_high")
    if found is None or not sum(found):
        return None
    low, middle, high = found
    text = (
        f"{low:g} residents of 15-74 with low schooling, {middle:g} with middle and {high:g} with"
        f" high: {low:g} / {sum(found):g}"
    )
    note = (
        "The table counts ages 15 to 74, the model adults of 25 to 66; schooling is taken as equal."
    )
    return _derived(region, "share_low_education", low / sum(found), text, note)


def _benefit(region: Region) -> _Stated | None:
    found = _values(region, "assistance", "age_15_24", "age_25_44", "age_45_64")
    if found is None:
        return None
    assisted, young, middle, older = found
    adults = (1 - _MINORS) * young + middle + (1 + _PENSION) * older
    if not adults:
        return None
    text = (
        f"{assisted:g} on social assistance, and of 18-66, ages taken as evenly spread,"
        f" {1 - _MINORS:g} x {young:g} + {middle:g} + {1 + _PENSION:g} x {older:g} = {adults:g}:"
        f" {assisted:g} / {adults:g}"
    )
    note = "Social assistance (bijstand) only: a household without earnings, as in the model."
    return _derived(region, "share_benefit", assisted / adults, text, note)


def _tenures(region: Region, average: Place) -> dict[str, _Stated]:
    """Return the four tenures, which add up to 1; the table knows no supported homes."""
    associations = average.figure("share_social_rent") + average.figure("share_supported")
    #: name -> (concept, part of the concept's share)
    parts = {
        "share_social_rent": ("housing_association", average.figure("share_social_rent")),
        "share_supported": ("housing_association", average.figure("share_supported")),
        "share_private_rent": ("other_landlord", None),
        "share_owner_occupied": ("owner_occupied", None),
    }
    found = _values(region, "owner_occupied", "housing_association", "other_landlord")
    if found is None or not sum(found):
        return {name: _kept_back(name, average) for name in parts}
    known = sum(found)
    values, texts = {}, {}
    for name, (concept, part) in parts.items():
        share = region.value(concept) or 0.0
        values[name] = round(share / known * (part / associations if part else 1), _DIGITS)
        texts[name] = f"of the {known:g}% of homes with a known owner {share:g}%"
        if part:
            texts[name] += (
                " of housing associations, shared out as in the average place:"
                f" {share:g} / {known:g} x {part:g} / {associations:g}"
            )
        else:
            texts[name] += f": {share:g} / {known:g}"
    rest = round(1 - sum(values.values()), _DIGITS)
    if rest:
        largest = max(values, key=lambda name: values[name])
        values[largest] += rest
        texts[largest] += ", rounded so that the four tenures add up to 1"
    return {name: _derived(region, name, values[name], texts[name]) for name in parts}


def _single_parents(
    found: Mapping[str, _Stated], counts: Mapping[str, float], average: Place
) -> _Stated:
    """Return the average place's share, or less where there are fewer minors to be parents of."""
    name = "share_single_parent"
    usual = average.figure(name)
    size = average.figure("residents") / average.figure("households")
    there = average.figure("share_under_18") * size
    here = found["share_under_18"]["value"] * counts["residents"] / counts["households"]
    if here >= there:
        return _usual(name, average)
    value = round(usual * here / there, _DIGITS)
    text = (
        f"adjusted for consistency: the average place has {there:.3g} minors a household, this one"
        f" {here:.3g}: {usual:g} x {here:.3g} / {there:.3g} = {value:g}"
    )
    return {"value": value, "unit": FIGURES[name][0], "default": text}
