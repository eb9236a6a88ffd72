"""``langeadem list programmes``: two lines a programme, the facts in columns and what it is."""

from __future__ import annotations

import textwrap

from rich.console import Console
from rich.text import Text

from ...scenarios import ProgrammeSpec, catalogue_names, load_programme
from ...viz.text import Texts
from .screen import print_plain

_NUMBERS = (3, 4)


def show_programmes(t: Texts, out: Console) -> None:
    """Print every programme of the catalogue."""
    specs = [load_programme(name) for name in catalogue_names("programmes")]
    columns = ("programme", "approach", "ladder", "places", "figures")
    header = [t(f"list.{column}") for column in columns]
    rows = [_facts(spec, t) for spec in specs]
    widths = [max(len(row[at]) for row in [header, *rows]) for at in range(len(header))]
    print_plain(out, Text(_line(header, widths), style="bold"))
    rule = "-" if out.options.ascii_only else "─"
    print_plain(out, Text(rule * min(out.width, len(_line(header, widths)))))
    for spec, row in zip(specs, rows, strict=True):
        print_plain(out, Text(_line(row, widths)))
        about = f"{spec.name}, {spec.where}: {spec.intervention} ({spec.source})"
        for line in textwrap.wrap(about, out.width - 2):
            print_plain(out, Text(f"  {line}"))


def _facts(spec: ProgrammeSpec, t: Texts) -> list[str]:
    approach = t(f"approach_short.{spec.approach}")
    figures = str(len(spec.documented))
    return [spec.key, approach, t(f"ladder.{spec.ladder}"), t.number(spec.places), figures]


def _line(cells: list[str], widths: list[int]) -> str:
    aligned = [
        cell.rjust(width) if at in _NUMBERS else cell.ljust(width)
        for at, (cell, width) in enumerate(zip(cells, widths, strict=True))
    ]
    return "  ".join(aligned).rstrip()
