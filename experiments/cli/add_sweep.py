"""The options of ``sweep`` and ``results``."""

import typer

from ...viz.text import Texts


def add_sweep(app: typer.Typer, t: Texts) -> None:
    """Add ``sweep`` and ``results`` to the command line."""
