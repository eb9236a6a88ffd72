"""The options of ``sensitivity`` and ``frontier``."""

import typer

from ...viz.text import Texts


def add_sensitivity(app: typer.Typer, t: Texts) -> None:
    """Add ``sensitivity`` and ``frontier`` to the command line."""
