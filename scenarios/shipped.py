"""The catalogue that ships with the package."""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable

DEFAULT_PLACE = "average"


def catalogue_folder(kind: str) -> Traversable:
    """Return the folder of one kind of catalogue entry, e.g. ``"places"``."""
    return files(__name__.rpartition(".")[0]).joinpath("catalogue", kind)


def catalogue_names(kind: str) -> list[str]:
    """Return the names of the entries of one kind, sorted."""
    return sorted(
        entry.name.removesuffix(".toml")
        for entry in catalogue_folder(kind).iterdir()
        if entry.name.endswith(".toml")
    )
