"""The options of ``place`` and ``place new``."""

# No `from __future__ import annotations` here: see app.py.
from pathlib import Path
from typing import Annotated

import typer

from ...viz.text import Texts
from .options import Language, example, lang_option


def add_place(app: typer.Typer, t: Texts) -> None:
    """Add ``place`` and ``place new`` to the command line."""
    own = Language(t.lang)

    @app.command(**example(t, "place"))
    def place(
        name: Annotated[str, typer.Argument(help=t("help.place_name"))],
        lang: Annotated[Language, lang_option(t)] = own,
    ) -> None:
        from .explain import place_command

        place_command(name, lang.value)

    @app.command("place new", **example(t, "place_new"))
    def place_new(
        cbs: Annotated[Path, typer.Option("--cbs", help=t("help.place_cbs"), metavar="FILE")],
        code: Annotated[str, typer.Option("--code", help=t("help.place_code"), metavar="CODE")],
        edition: Annotated[
            int | None, typer.Option("--edition", help=t("help.place_edition"), metavar="YEAR")
        ] = None,
        name: Annotated[
            str | None, typer.Option("--name", help=t("help.place_new_name"), metavar="NAME")
        ] = None,
        out: Annotated[
            Path | None, typer.Option("--out", help=t("help.place_out"), metavar="FILE")
        ] = None,
        seed: Annotated[int, typer.Option("--seed", help=t("help.seed"))] = 1,
        lang: Annotated[Language, lang_option(t)] = own,
        quiet: Annotated[bool, typer.Option("--quiet", help=t("help.place_quiet"))] = False,
        as_json: Annotated[bool, typer.Option("--json", help=t("help.json"))] = False,
        debug: Annotated[bool, typer.Option("--debug", help=t("help.debug"))] = False,
    ) -> None:
        from .place_new import Asked, place_new_command

        place_new_command(
            Asked(
                cbs=cbs,
                code=code,
                edition=edition,
                name=name,
                out=out,
                seed=seed,
                lang=lang.value,
                quiet=quiet,
                as_json=as_json,
                debug=debug,
            )
        )
