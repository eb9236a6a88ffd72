"""The card of a place: every figure with its unit and what it rests on."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from ...scenarios import FIGURES, Figure, Place
from ...viz.text import Texts
from .notes import Notes
from .screen import Listing, print_plain, show_listing


def show_place(place: Place, t: Texts, out: Console) -> None:
    """Print who and what a place is, its figures, those for context, and their sources."""
    out.print(
        Text(
            t("place.title", name=place.name, municipality=place.municipality),
            style="bold",
        )
    )
    print_plain(out, Text(place.about_nl if t.lang == "nl" else place.about_en))
    if place.landlords:
        out.print(Text(t("place.landlords", names=", ".join(place.landlords))))
    out.print()
    notes = Notes()
    stated = [(t(f"figure.{name}"), getattr(place.figures, name)) for name in FIGURES]
    show_listing(out, _listing(t("place.figures"), stated, notes, t))
    if place.context:
        out.print()
        other = [(t.of_model(context_words(name, one)), one) for name, one in place.context.items()]
        show_listing(out, _listing(t("place.context"), other, notes, t))
    out.print()
    columns = [t("place.note"), t("place.rests_on")]
    show_listing(out, Listing(columns, notes.rows(), frozenset({0}), frozenset({1})))


def _listing(title: str, figures: list[tuple[str, Figure]], notes: Notes, t: Texts) -> Listing:
    rows = []
    for name, figure in figures:
        value, unit = figure_text(figure, t)
        year = str(figure.year) if figure.year else ""
        note = notes.number("; ".join(filter(None, (figure.why, figure.note))))
        rows.append([name, value, unit, year, t(f"basis.{figure.basis}"), note])
    columns = [t(f"place.{one}") for one in ("figure", "value", "unit", "year", "basis", "note")]
    return Listing(columns, rows, frozenset({1, 5}), frozenset({0, 2}), title)


def figure_text(figure: Figure, t: Texts) -> tuple[str, str]:
    """Return value and unit of a figure as people say them: a share as a percentage of what."""
    if figure.unit.startswith("share "):
        share = round(100 * figure.value, 6)
        return f"{t.value(share)}%", t.of_model(figure.unit.removeprefix("share "))
    return t.value(figure.value), t.of_model(figure.unit)


def context_words(name: str, figure: Figure) -> str:
    """Return the name of a context figure in words, without the year that it is given for."""
    return name.removesuffix(f"_{figure.year}").replace("_", " ")
