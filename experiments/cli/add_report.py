"""The options of ``report``."""

import typer

from ...viz.text import Texts


def add_report(app: typer.Typer, t: Texts) -> None:
    """Add ``report`` to the command line."""
