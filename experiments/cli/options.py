"""What all commands share: their languages, their help, their example.

Nothing is imported here that takes its time.
"""

from enum import StrEnum
from typing import Any

import typer
from typer.core import TyperCommand

from ...viz.text import DEFAULT_LANGUAGE, Texts, texts


class Language(StrEnum):
    """Languages of the interface."""

    nl = "nl"
    en = "en"


class Format(StrEnum):
    """Formats of saved tables."""

    parquet = "parquet"
    csv = "csv"


class Workers(StrEnum):
    """Who does the work."""

    local = "local"
    dask = "dask"


def in_language(text: str, t: Texts) -> str:
    """Return help made by Typer with its own few words in our language."""
    for key in ("usage", "arguments", "options", "commands", "help", "default", "required"):
        text = text.replace(texts("en")(f"typer.{key}"), t(f"typer.{key}"))
    # Typer puts braces and a type around words of which there may be more than one.
    words = t("help.words")
    kind = " <list[str]>"
    text = text.replace(f"{words}{kind}", words + " " * len(kind))
    return text.replace(f"{{{words}}}...", words)


class Command(TyperCommand):
    """One command, with help in the language of the app."""

    def get_help(self, ctx: Any) -> str:
        """Return the help of the command in the language of the app."""
        return in_language(super().get_help(ctx), texts(ctx.find_root().obj or DEFAULT_LANGUAGE))


def example(t: Texts, key: str) -> dict[str, Any]:
    """Return what Typer is told of a command: its help, its example and its class."""
    return {"help": t(f"help.{key}"), "epilog": t(f"help.{key}_example"), "cls": Command}


def lang_option(t: Texts) -> Any:
    """Return the option that says in which language a command speaks."""
    return typer.Option("--lang", help=t("help.lang"))


def executor_option(t: Texts) -> Any:
    """Return the option that says who does the work."""
    return typer.Option("--executor", help=t("help.executor"))


def scheduler_option(t: Texts) -> Any:
    """Return the option that says where an existing cluster is."""
    return typer.Option("--scheduler", help=t("help.scheduler"), metavar="ADDRESS")


def ensemble_option(t: Texts) -> Any:
    """Return the option that names a file of plausible worlds."""
    return typer.Option("--ensemble", help=t("help.ensemble"), metavar="FILE")
