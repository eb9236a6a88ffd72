"""What people take home: a scenario as TOML that the command line reads, data as CSV, a bundle.

A scenario is written as its differences from the catalogue, so that who opens it sees what was
chosen; read again it is the very same scenario.
"""

from __future__ import annotations

import csv
import io
import math
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import tomli_w

from ...scenarios import (
    AMOUNTS,
    CalendarSpec,
    FundedProgramme,
    LandlordRules,
    Mechanisms,
    Parameters,
    Policy,
    ProgrammeSpec,
    Scenario,
    Stretch,
    catalogue_names,
    load_calendar,
    load_place,
    load_programme,
)

#: Tables that are replaced as a whole, and not merged, when a scenario is read.
_WHOLE = ("payers", "calendar")
#: What a spreadsheet takes for a formula when a cell begins with it.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class NotWritableError(ValueError):
    """A scenario rests on something that one file cannot hold; its ``what`` says on what."""

    def __init__(self, what: str) -> None:
        super().__init__(f"no single file can hold {what}")
        self.what = what


def scenario_toml(scenario: Scenario, notes: Sequence[str] = ()) -> str:
    """Return a scenario as the text of one TOML file that `load` reads as the same scenario.

    Parameters
    ----------
    scenario
        What is written.
    notes
        Lines of comment above it.

    Raises
    ------
    NotWritableError
        For a place or a programme that is not in the catalogue.
    """
    if scenario.place.key not in catalogue_names("places"):
        raise NotWritableError(f"place {scenario.place.key!r}")
    place = load_place(scenario.place.key)
    # Figures are the only thing of a place that a scenario can state.
    if scenario.place.model_copy(update={"figures": place.figures}) != place:
        raise NotWritableError(f"place {scenario.place.key!r}")
    own = {name: getattr(scenario.place.figures, name) for name in type(place.figures).model_fields}
    data: dict[str, Any] = {
        "name": scenario.name,
        "place": scenario.place.key,
        "years": scenario.years,
        "figures": {
            name: one.model_dump(exclude_none=True)
            for name, one in own.items()
            if one != getattr(place.figures, name)
        },
        "parameters": _differing(scenario.parameters.model_dump(), Parameters().model_dump()),
        "mechanisms": _differing(scenario.mechanisms.model_dump(), Mechanisms().model_dump()),
        **_of_policy(scenario.policy),
    }
    return _written(data, notes)


def policy_toml(policy: Policy, notes: Sequence[str] = ()) -> str:
    """Return a policy as the text of a TOML file that ``--policy`` reads.

    Raises
    ------
    NotWritableError
        For a programme that is not in the catalogue.
    """
    texts = {name: getattr(policy, name) for name in ("about", "source") if getattr(policy, name)}
    return _written({**texts, **_of_policy(policy)}, notes)


def _of_policy(policy: Policy) -> dict[str, Any]:
    return {
        **{name: stated for name in AMOUNTS if (stated := getattr(policy, name)) is not None},
        "landlord": _differing(policy.landlord.model_dump(), LandlordRules().model_dump()),
        "programmes": {name: _funding(name, one) for name, one in policy.programmes.items()},
    }


def _funding(name: str, one: FundedProgramme) -> dict[str, Any]:
    if name not in catalogue_names("programmes"):
        raise NotWritableError(f"programme {name!r}")
    card = load_programme(name)
    found = _differing(_numbers(one.programme), _numbers(card))
    # In a policy this key says what is paid when, and not what the card would ask for.
    if "calendar" in found:
        raise NotWritableError(f"the calendar on the card of programme {name!r}")
    found["calendar"] = _calendar(one.calendar)
    if one.equal_money_to is not None:
        found["equal_money_to"] = _calendar(one.equal_money_to)
    if one.money_eur is not None:
        found["money_eur"] = one.money_eur
    if one.equal_in != "total":
        found["equal_in"] = one.equal_in
    if one.starts_year:
        found["starts_year"] = one.starts_year
    return found


def _numbers(spec: ProgrammeSpec) -> dict[str, Any]:
    """Return everything on a card, its money in full: what is zero there is told apart from what is not."""
    return {**spec.model_dump(), "money": dict(spec.money)}


def _calendar(calendar: CalendarSpec) -> str | dict[str, Any]:
    """Return a calendar of the catalogue by name, another written out."""
    if calendar.key in catalogue_names("calendars") and load_calendar(calendar.key) == calendar:
        return calendar.key
    written = calendar.model_dump(exclude={"stretches"})
    written["stretches"] = [_stretch(one) for one in calendar.stretches]
    return written


def _stretch(one: Stretch) -> dict[str, Any]:
    defaults = Stretch()
    always = {"months": one.months, "level": one.level}
    return always | {
        name: value
        for name, value in one.model_dump().items()
        if value != getattr(defaults, name) and name not in always
    }


def _differing(own: Mapping[str, Any], base: Mapping[str, Any]) -> dict[str, Any]:
    """Return what has to be stated to get from one nested table to another."""
    found: dict[str, Any] = {}
    for key, value in own.items():
        old = base.get(key)
        if value == old:
            continue
        if isinstance(value, Mapping) and isinstance(old, Mapping) and key not in _WHOLE:
            if set(old) - set(value):
                raise NotWritableError(f"that {key!r} leaves something out")
            found[key] = _differing(value, old)
        elif value is None:
            raise NotWritableError(f"that {key!r} is not there")
        else:
            found[key] = value
    return found


def _written(data: Mapping[str, Any], notes: Sequence[str]) -> str:
    full = {key: value for key, value in data.items() if value != {} or key == "programmes"}
    lines = [" ".join(line.split()) for note in notes for line in note.splitlines()]
    head = "".join(f"# {_plain(line)}\n" for line in lines)
    return head + ("\n" if head else "") + tomli_w.dumps(full)


def _plain(line: str) -> str:
    """Return a line without characters that a comment may not hold."""
    return "".join(one for one in line if one.isprintable())


def csv_text(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a table as CSV: UTF-8, commas, decimal points, NaN as an empty cell.

    A text that a spreadsheet would take for a formula gets an apostrophe before it.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_cell(one) for one in row])
    return out.getvalue()


def _cell(value: object) -> object:
    if isinstance(value, str):
        return f"'{value}" if value.startswith(_FORMULA) else value
    if isinstance(value, float) and not math.isfinite(value):
        return ""
    return value


def bundle(files: Mapping[str, str | bytes]) -> bytes:
    """Return files by name as one ZIP, the same bytes for the same files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            packed.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content)
    return out.getvalue()


def file_name(text: str, ending: str, default: str = "plan") -> str:
    """Return a name for a download: letters, digits and hyphens, whatever the text holds."""
    plain = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:40].strip("-")
    return f"{plain or default}.{ending}"
