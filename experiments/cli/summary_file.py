"""``summary.json``: what a folder of results says, in both languages, for ``langeadem report``."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...viz.report.blocks import SUMMARY, Summary
from ...viz.text import LANGUAGES, Texts, texts

#: A hyphen that only breaks a word over two lines.
_BROKEN = re.compile(r"(?<=[^\W\d_])-\n(?=[a-z])")

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from .screen import Listing


def write_summary(folder: Path, make: Callable[[Texts], Mapping[str, Any]]) -> Path:
    """Write the summary of a result and return its path.

    Parameters
    ----------
    folder
        Where the result is saved.
    make
        Returns the block of a language, with the fields of `Block`; called once for each
        language. ``lang`` may be left out.

    Raises
    ------
    ValueError
        When a block is not what a report can read.
    """
    blocks = {lang: {"lang": lang, **make(texts(lang))} for lang in LANGUAGES}
    checked = Summary.model_validate(blocks)
    path = folder / SUMMARY
    unfinished = path.with_name(f".{path.name}.part")
    try:
        text = json.dumps(checked.model_dump(mode="json"), indent=1, ensure_ascii=False)
        unfinished.write_text(text + "\n", encoding="utf-8")
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return path


def save_figures(
    folder: Path,
    own: str,
    draw: Callable[[str], Mapping[str, Figure]],
    ledger: Collection[str] = (),
) -> dict[str, list[dict[str, str]]]:
    """Save figures in both languages and return them by language, as a block holds them.

    Those of the reader's own language are called ``name.png``, the others ``name.en.png`` or
    ``name.nl.png``. Title and description are those that the figure itself bears.

    Parameters
    ----------
    folder
        Where they are saved.
    own
        Language that the reader asked for.
    draw
        Returns the figures of a language by name.
    ledger
        Names of the figures that belong to the ledger.
    """
    from ...viz.figures import save_figure

    found: dict[str, list[dict[str, str]]] = {}
    for lang in LANGUAGES:
        found[lang] = []
        for name, figure in draw(lang).items():
            file = f"{name}.png" if lang == own else f"{name}.{lang}.png"
            save_figure(figure, folder / file)
            title, _, alt = str(figure.get_label()).partition("\n")
            section = "ledger" if name in ledger else "results"
            found[lang].append(
                {"file": file, "title": title or name, "alt": alt, "section": section}
            )
    return found


def figure_files(saved: Mapping[str, list[dict[str, str]]]) -> list[str]:
    """Return the names of all files that `save_figures` wrote."""
    return [one["file"] for figures in saved.values() for one in figures]


def as_table(listing: Listing, title: str, **more: Any) -> dict[str, Any]:
    """Return a table of the screen as a block holds it; ``more`` are other fields of `TableBlock`."""
    return {
        "title": title,
        "headers": [_on_one_line(header) for header in listing.columns],
        "rows": [list(row) for row in listing.rows],
        "strong": sorted(listing.headings),
        "numbers": sorted(listing.numbers),
        **more,
    }


def _on_one_line(header: str) -> str:
    """Return a header without its line breaks; a word that was broken is whole again."""
    return " ".join(_BROKEN.sub("", header).split())
