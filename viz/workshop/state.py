"""What a session has chosen: all of it in one frozen value, which a link carries and undo restores."""

from __future__ import annotations

import base64
import functools
import re
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

from ...scenarios import catalogue_names
from ..text import DEFAULT_LANGUAGE, LANGUAGES

PAGES = ("neighbourhood", "programme", "why", "money", "assumptions", "inside")
#: What the map can be coloured by.
COLOURS = ("mean", "learning", "working", "housing", "leisure", "agency", "burden", "trust")
START_PLACE = "wielwijk"
#: Years that a replay shows.
YEARS = 30

_CHOICE_KEY = re.compile(r"[a-z][a-z0-9_]{0,15}")
#: What a choice of a page may hold: nothing that means anything to a file system or to HTML.
_CHOICE = re.compile(r"[\w .,:;|+*=~!-]{0,600}")
_MOST_CHOICES = 24
_LONGEST_QUERY = 8_000
#: Letters of a packed upload that a link carries, and what it may hold when it is unpacked.
_LONGEST_PACKED, _LARGEST_UNPACKED = 5_000, 60_000


@dataclass(frozen=True)
class State:
    """What a session has chosen.

    Attributes
    ----------
    page : str
        One of `PAGES`.
    place : str
        Of the catalogue.
    upload : str
        Text of an uploaded scenario; then ``place`` is where one goes back to. A link carries it
        when it fits, packed.
    policy : str
        Policy or programme of the catalogue, or ``"none"``.
    colour : str
        What the map is coloured by, one of `COLOURS`.
    quarter : int
        Moment of the replay, in quarters of a year from the start.
    stairwell, person : int
        Who is looked at; -1 for nobody. A person is an identity.
    seed : int
        Luck of the world that is shown.
    lang : str
        ``"nl"`` or ``"en"``.
    presenting : bool
        Large type on dark, for a projector.
    choices : tuple of (str, str)
        What single pages keep: short texts by name, in order of name.
    """

    page: str = "neighbourhood"
    place: str = START_PLACE
    upload: str = ""
    policy: str = "none"
    colour: str = "mean"
    quarter: int = 0
    stairwell: int = -1
    person: int = -1
    seed: int = 1
    lang: str = DEFAULT_LANGUAGE
    presenting: bool = False
    choices: tuple[tuple[str, str], ...] = ()

    def choice(self, name: str, default: str = "") -> str:
        """Return what a page keeps under a name."""
        return dict(self.choices).get(name, default)

    def chosen(self, **values: str) -> State:
        """Return the state with choices of a page; an empty text takes one out.

        Raises
        ------
        ValueError
            For a name or a text that no link could carry.
        """
        kept = dict(self.choices)
        for name, text in values.items():
            if not (_CHOICE_KEY.fullmatch(name) and _CHOICE.fullmatch(text)):
                raise ValueError(f"choice {name!r} cannot be {text!r}")
            kept[name] = text
        return replace(self, choices=tuple(sorted((k, v) for k, v in kept.items() if v)))

    def to_query(self) -> str:
        """Return the state as the query of a link: what differs from a fresh session."""
        fresh = State()
        said = [
            (name, str(int(value) if isinstance(value, bool) else value))
            for name in _IN_LINK
            if (value := getattr(self, name)) != getattr(fresh, name)
        ]
        if self.upload_fits:
            said.append(("own", _packed(self.upload)))
        return urlencode([*said, *((f"x_{name}", text) for name, text in self.choices)])

    @property
    def upload_fits(self) -> bool:
        """Whether there is an uploaded scenario that a link carries."""
        return bool(self.upload) and len(_packed(self.upload)) <= _LONGEST_PACKED


@functools.lru_cache(maxsize=64)
def _packed(text: str) -> str:
    packed = base64.urlsafe_b64encode(zlib.compress(text.encode(errors="replace"), 9))
    return packed.decode().rstrip("=")


def _unpacked(packed: str) -> str:
    """Return the text that a link carries; what it grows to is limited, and it is only data."""
    if len(packed) > _LONGEST_PACKED or not re.fullmatch(r"[\w-]+", packed, re.ASCII):
        raise ValueError(packed)
    unpacking = zlib.decompressobj()
    try:
        found = base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4))
        text = unpacking.decompress(found, _LARGEST_UNPACKED)
    except zlib.error as error:
        raise ValueError(packed) from error
    if not unpacking.eof:
        raise ValueError(packed)
    return text.decode()


def _one_of(allowed: Callable[[], tuple[str, ...] | list[str]]) -> Callable[[str], Any]:
    def read(text: str) -> str:
        if text not in allowed():
            raise ValueError(text)
        return text

    return read


def _whole(low: int, high: int) -> Callable[[str], Any]:
    def read(text: str) -> int:
        if not re.fullmatch(r"-?\d{1,19}", text, re.ASCII) or not low <= int(text) <= high:
            raise ValueError(text)
        return int(text)

    return read


def policies_and_programmes() -> tuple[str, ...]:
    """Return every name that can be asked as a policy."""
    return ("none", *catalogue_names("policies"), *catalogue_names("programmes"))


#: What a link may say, and how it is read; whatever else it says is refused.
_IN_LINK: Mapping[str, Callable[[str], Any]] = {
    "page": _one_of(lambda: PAGES),
    "place": _one_of(lambda: catalogue_names("places")),
    "policy": _one_of(policies_and_programmes),
    "colour": _one_of(lambda: COLOURS),
    "quarter": _whole(0, 4 * YEARS),
    "stairwell": _whole(-1, 100_000),
    "person": _whole(-1, 2**63 - 1),
    "seed": _whole(0, 2**31),
    "lang": _one_of(lambda: LANGUAGES),
    "presenting": lambda text: bool(_whole(0, 1)(text)),
}


def from_query(query: str) -> tuple[State, list[str]]:
    """Return the state that a link asks for, and the names in it that were refused.

    Whatever is unknown, twice there or out of range keeps the value of a fresh session.
    """
    if len(query) > _LONGEST_QUERY:
        return State(), ["..."]
    values: dict[str, Any] = {}
    choices: dict[str, str] = {}
    refused: list[str] = []
    for name, text in parse_qsl(query.lstrip("?"), keep_blank_values=True)[:100]:
        key = name.removeprefix("x_")
        if name.startswith("x_"):
            good = _CHOICE_KEY.fullmatch(key) and _CHOICE.fullmatch(text)
            if good and key not in choices and len(choices) < _MOST_CHOICES:
                choices[key] = text
            else:
                refused.append(name)
            continue
        try:
            field = "upload" if name == "own" else name
            if field in values:
                raise ValueError(name)
            values[field] = _unpacked(text) if name == "own" else _IN_LINK[name](text)
        except (KeyError, ValueError):
            refused.append(name)
    state = State(**values, choices=tuple(sorted(choices.items())))
    return state, [name[:20] for name in refused if re.fullmatch(r"[\w.-]+", name)] or (
        ["..."] if refused else []
    )


#: What may change without a step that undo takes back.
_PASSING = frozenset({"quarter", "lang", "presenting", "page"})
#: The same of what single pages keep: the year that is looked at.
_PASSING_CHOICES = frozenset({"pyear"})
_STEPS = 50


class History:
    """What a session chose before, for undo."""

    def __init__(self) -> None:
        self._before: list[State] = []

    def __len__(self) -> int:
        return len(self._before)

    def note(self, old: State, new: State) -> None:
        """Remember a state that was left, unless only passing things changed."""
        changed = {
            one.name for one in fields(State) if getattr(old, one.name) != getattr(new, one.name)
        }
        if {name for name, _ in {*old.choices} ^ {*new.choices}} <= _PASSING_CHOICES:
            changed -= {"choices"}
        if changed - _PASSING:
            self._before = [*self._before[1 - _STEPS :], old]

    def back(self, now: State) -> State:
        """Return the last state that was left, in the language and dress of now."""
        if not self._before:
            return now
        old = self._before.pop()
        return replace(old, lang=now.lang, presenting=now.presenting)

    def clear(self) -> None:
        """Forget everything."""
        self._before = []
