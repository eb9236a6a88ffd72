"""The options of ``report``."""

from pathlib import Path
from typing import Annotated

import typer

from ...viz.text import Texts
from .options import Language, example, lang_option


def add_report(app: typer.Typer, t: Texts) -> None:
    """Add ``report`` to the command line."""
    own = Language(t.lang)

    @app.command(**example(t, "report"))
    def report(
        folder: Annotated[
            Path,
            typer.Argument(help=t("help.report_folder"), metavar="DIR", show_default=False),
        ],
        out: Annotated[
            Path | None, typer.Option("--out", help=t("help.report_out"), metavar="FILE")
        ] = None,
        lang: Annotated[Language, lang_option(t)] = own,
        quiet: Annotated[bool, typer.Option("--quiet", help=t("help.report_quiet"))] = False,
        as_json: Annotated[bool, typer.Option("--json", help=t("help.json"))] = False,
        debug: Annotated[bool, typer.Option("--debug", help=t("help.debug"))] = False,
    ) -> None:
        from .report import Asked, report_command

        report_command(Asked(folder, out, lang.value, quiet, as_json, debug))
