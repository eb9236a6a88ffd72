"""The options of ``workshop``."""

# No `from __future__ import annotations` here: see app.py.
from typing import Annotated

import typer

from ...viz.text import Texts
from .options import Language, example, lang_option


def add_workshop(app: typer.Typer, t: Texts) -> None:
    """Add ``workshop`` to the command line."""
    own = Language(t.lang)

    @app.command(**example(t, "workshop"))
    def workshop(
        port: Annotated[
            int, typer.Option("--port", help=t("help.workshop_port"), min=1, max=65535)
        ] = 8765,
        host: Annotated[str, typer.Option("--host", help=t("help.workshop_host"))] = "127.0.0.1",
        public: Annotated[bool, typer.Option("--public", help=t("help.workshop_public"))] = False,
        no_browser: Annotated[
            bool, typer.Option("--no-browser", help=t("help.workshop_no_browser"))
        ] = False,
        workers: Annotated[
            int, typer.Option("--workers", help=t("help.workshop_workers"), min=1, max=64)
        ] = 2,
        lang: Annotated[Language, lang_option(t)] = own,
        debug: Annotated[bool, typer.Option("--debug", help=t("help.debug"))] = False,
    ) -> None:
        from .workshop import Asked, workshop_command

        workshop_command(Asked(port, host, public, not no_browser, workers, lang.value, debug))
