"""The options of ``calibrate``."""

# No `from __future__ import annotations` here: see app.py.
from pathlib import Path
from typing import Annotated

import typer

from ...viz.text import Texts
from .options import Language, example, lang_option


def add_calibrate(app: typer.Typer, t: Texts) -> None:
    """Add ``calibrate`` to the command line."""
    own = Language(t.lang)

    @app.command(**example(t, "calibrate"))
    def calibrate(
        budget: Annotated[
            int, typer.Option("--budget", help=t("help.calibrate_budget"), metavar="RUNS")
        ] = 2000,
        sets: Annotated[int, typer.Option("--sets", help=t("help.calibrate_sets"))] = 200,
        priors: Annotated[
            Path | None, typer.Option("--priors", help=t("help.calibrate_priors"), metavar="FILE")
        ] = None,
        synthetic: Annotated[
            bool, typer.Option("--synthetic", help=t("help.calibrate_synthetic"))
        ] = False,
        seed: Annotated[int, typer.Option("--seed", help=t("help.calibrate_seed"))] = 1,
        workers: Annotated[int | None, typer.Option("--workers", help=t("help.workers"))] = None,
        out: Annotated[
            Path | None, typer.Option("--out", help=t("help.calibrate_out"), metavar="FOLDER")
        ] = None,
        lang: Annotated[Language, lang_option(t)] = own,
        quiet: Annotated[bool, typer.Option("--quiet", help=t("help.quiet"))] = False,
        as_json: Annotated[bool, typer.Option("--json", help=t("help.json"))] = False,
        debug: Annotated[bool, typer.Option("--debug", help=t("help.debug"))] = False,
    ) -> None:
        from .calibrate import Asked, calibrate_command

        calibrate_command(
            Asked(
                budget=budget,
                sets=sets,
                priors=priors,
                synthetic=synthetic,
                seed=seed,
                workers=workers,
                out=out,
                lang=lang.value,
                quiet=quiet,
                as_json=as_json,
                debug=debug,
            )
        )
