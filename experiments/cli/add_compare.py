"""The options of ``compare``."""

import typer

from ...viz.text import Texts


def add_compare(app: typer.Typer, t: Texts) -> None:
    """Add ``compare`` to the command line."""
