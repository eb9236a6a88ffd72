"""Usage errors of Typer as one line in the language of the reader."""

from __future__ import annotations

from typing import Any

from ...scenarios import nearest_name
from ...viz.text import Texts


def usage_problem(error: Any, t: Texts) -> str:
    """Return what is wrong with the words on the command line, and what would be right."""
    # A message of several lines (Typer lists choices so) becomes one.
    message = " ".join(str(error.format_message()).split())
    line = t.of_problem(message.replace(" Value error, ", " ").rstrip(".")) + "."
    context = getattr(error, "ctx", None)
    commands = getattr(getattr(context, "command", None), "commands", None)
    if commands and "No such command" in message:
        asked = message.split("'")[1] if "'" in message else ""
        near = nearest_name(asked, commands)
        line += " " + t("usage.commands", commands=", ".join(commands))
        if near:
            line += " " + t("usage.nearest", nearest=near)
    where = getattr(context, "command_path", "langeadem")
    return f"{line} {t('usage.help', command=where)}"
