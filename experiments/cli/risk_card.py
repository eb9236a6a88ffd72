"""Kinds of risk that documents report of programmes: what each does, and which programmes run it."""

from __future__ import annotations

import re

from rich.console import Console

from ...scenarios import RISKS, ProgrammeSpec, catalogue_names, load_programme
from ...viz.text import Texts
from .screen import Listing, as_sentence, print_plain, show_facts, show_listing

_SIZE = re.compile(r"\bsize\b")
_BARE_SIZE = re.compile(r"(?<!\()\bsize\b")
#: The number of months stands before the word for them, which in English is the same word.
_MONTHS = re.compile(r"\bmonths(?= (?:months|maanden)\b)")


def risk_words(kind: str, t: Texts, size: float | None = None, months: int | None = None) -> str:
    """Return what a kind of risk does; without size and months, "(size)" and "N" stand for them."""
    words = _MONTHS.sub("N" if months is None else str(months), t.of_model(RISKS[kind]))
    if size is None:
        return _BARE_SIZE.sub("(size)", words)
    return _SIZE.sub(t.value(size), words)


def numbers_of(kind: str) -> list[str]:
    """Return which of the numbers of a risk a kind uses: ``size``, ``months`` or both."""
    found = {"size": _SIZE, "months": _MONTHS}
    return [name for name, pattern in found.items() if pattern.search(RISKS[kind])]


def programmes_by_risk() -> dict[str, list[ProgrammeSpec]]:
    """Return the programmes of the catalogue of which a document names each kind of risk."""
    found: dict[str, list[ProgrammeSpec]] = {kind: [] for kind in RISKS}
    for name in catalogue_names("programmes"):
        spec = load_programme(name)
        if spec.risk.text:
            found[spec.risk.kind].append(spec)
    return found


def show_risk(kind: str, t: Texts, out: Console) -> None:
    """Print what a kind of risk does, and the programmes that run it with what was documented."""
    facts = {"": as_sentence(risk_words(kind, t)), t("explain.change"): t("risks.change")}
    show_facts(out, t("risks.title", name=kind), facts)
    out.print()
    specs = programmes_by_risk()[kind]
    if not specs:
        print_plain(out, t("risks.none"))
        return
    used = numbers_of(kind)
    rows = [
        [spec.key, *(t.value(getattr(spec.risk, name)) for name in used), spec.risk.text]
        for spec in specs
    ]
    columns = [t("list.programme"), *used, t("risks.document")]
    last = len(columns) - 1
    show_listing(out, Listing(columns, rows, frozenset(range(1, last)), frozenset({last})))
