"""The options of ``study``."""

# No `from __future__ import annotations` here: see app.py.
import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Annotated

import typer

from ...viz.text import Texts
from .options import Language, example, lang_option


def shipped(t: Texts) -> str:
    """Return the studies that ship, each with what it is about, from their files.

    They are read here as they are: what checks them takes its time to import.
    """
    folder = files(__name__.rpartition(".cli.")[0]).joinpath("studies")
    found = {}
    for file in folder.iterdir():
        if file.name.endswith(".toml"):
            stated = tomllib.loads(file.read_text(encoding="utf-8"))
            found[file.name.removesuffix(".toml")] = stated[f"about_{t.lang}"]
    return "; ".join(f"{name} ({found[name]})" for name in sorted(found))


def add_study(app: typer.Typer, t: Texts) -> None:
    """Add ``study`` to the command line."""
    own = Language(t.lang)

    @app.command(**example(t, "study_command"))
    def study(
        name: Annotated[
            str, typer.Argument(help=t("help.study_name", studies=shipped(t)), metavar="NAME")
        ],
        ensemble: Annotated[
            str | None, typer.Option("--ensemble", help=t("help.study_ensemble"), metavar="NAME")
        ] = None,
        replicates: Annotated[
            int | None, typer.Option("--replicates", help=t("help.study_lucks"))
        ] = None,
        settings: Annotated[
            list[str] | None, typer.Option("--set", help=t("help.set"), metavar="KEY=VALUE")
        ] = None,
        workers: Annotated[int | None, typer.Option("--workers", help=t("help.workers"))] = None,
        out: Annotated[
            Path | None, typer.Option("--out", help=t("help.study_out"), metavar="FOLDER")
        ] = None,
        page: Annotated[
            Path | None, typer.Option("--page", help=t("help.study_page"), metavar="FILE")
        ] = None,
        status: Annotated[bool, typer.Option("--status", help=t("help.study_status"))] = False,
        lang: Annotated[Language, lang_option(t)] = own,
        quiet: Annotated[bool, typer.Option("--quiet", help=t("help.quiet"))] = False,
        as_json: Annotated[bool, typer.Option("--json", help=t("help.json"))] = False,
        debug: Annotated[bool, typer.Option("--debug", help=t("help.debug"))] = False,
    ) -> None:
        from .study import Asked, study_command

        study_command(
            Asked(
                name=name,
                ensemble=ensemble,
                replicates=replicates,
                settings=tuple(settings or ()),
                workers=workers,
                out=out,
                page=page,
                status=status,
                lang=lang.value,
                quiet=quiet,
                as_json=as_json,
                debug=debug,
            )
        )
