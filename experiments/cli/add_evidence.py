"""The options of ``evidence``."""

# No `from __future__ import annotations` here: see app.py.
from pathlib import Path
from typing import Annotated

import typer

from ...viz.text import Texts
from .options import Language, example, lang_option


def add_evidence(app: typer.Typer, t: Texts) -> None:
    """Add ``evidence`` to the command line."""
    own = Language(t.lang)

    @app.command(**example(t, "evidence"))
    def evidence(
        only: Annotated[
            list[str] | None, typer.Option("--only", help=t("help.evidence_only"), metavar="KEY")
        ] = None,
        replicates: Annotated[
            int | None, typer.Option("--replicates", help=t("help.evidence_replicates"))
        ] = None,
        seed: Annotated[int, typer.Option("--seed", help=t("help.seed"))] = 1,
        workers: Annotated[int | None, typer.Option("--workers", help=t("help.workers"))] = None,
        out: Annotated[
            Path | None, typer.Option("--out", help=t("help.evidence_out"), metavar="FILE")
        ] = None,
        lang: Annotated[Language, lang_option(t)] = own,
        quiet: Annotated[bool, typer.Option("--quiet", help=t("help.evidence_quiet"))] = False,
        as_json: Annotated[bool, typer.Option("--json", help=t("help.json"))] = False,
        debug: Annotated[bool, typer.Option("--debug", help=t("help.debug"))] = False,
    ) -> None:
        from .evidence import Asked, evidence_command

        evidence_command(
            Asked(
                only=tuple(only or ()),
                replicates=replicates,
                seed=seed,
                workers=workers,
                out=out,
                lang=lang.value,
                quiet=quiet,
                as_json=as_json,
                debug=debug,
            )
        )
