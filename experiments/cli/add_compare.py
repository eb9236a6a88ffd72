"""The options of ``compare``."""

# No `from __future__ import annotations` here: see app.py.
from pathlib import Path
from typing import Annotated

import typer

from ...viz.text import Texts
from .options import (
    Language,
    Workers,
    ensemble_option,
    example,
    executor_option,
    lang_option,
    scheduler_option,
)


def add_compare(app: typer.Typer, t: Texts) -> None:
    """Add ``compare`` to the command line."""
    own = Language(t.lang)

    @app.command(**example(t, "compare"))
    def compare(
        scenario: Annotated[str, typer.Argument(help=t("help.scenario"))] = "average",
        policies: Annotated[
            list[str] | None,
            typer.Option("--policy", help=t("help.compare_policy"), metavar="NAME"),
        ] = None,
        baseline: Annotated[
            str, typer.Option("--baseline", help=t("help.baseline"), metavar="NAME")
        ] = "none",
        horizons: Annotated[
            str, typer.Option("--horizons", help=t("help.horizons"), metavar="N,N,...")
        ] = "5,10,20,30",
        replicates: Annotated[
            int, typer.Option("--replicates", help=t("help.compare_replicates"))
        ] = 50,
        precision: Annotated[
            str | None, typer.Option("--precision", help=t("help.precision"), metavar="N%")
        ] = None,
        money: Annotated[
            str,
            typer.Option(
                "--money", help=t("help.compare_money"), metavar="total|present-value|as-is"
            ),
        ] = "total",
        ensemble: Annotated[Path | None, ensemble_option(t)] = None,
        seed: Annotated[int, typer.Option("--seed", help=t("help.seed"))] = 1,
        settings: Annotated[
            list[str] | None, typer.Option("--set", help=t("help.set"), metavar="KEY=VALUE")
        ] = None,
        by_mechanism: Annotated[
            bool, typer.Option("--by-mechanism", help=t("help.by_mechanism"))
        ] = False,
        retry_failed: Annotated[
            bool, typer.Option("--retry-failed", help=t("help.retry_failed"))
        ] = False,
        workers: Annotated[int | None, typer.Option("--workers", help=t("help.workers"))] = None,
        executor: Annotated[Workers, executor_option(t)] = Workers.local,
        scheduler: Annotated[str | None, scheduler_option(t)] = None,
        out: Annotated[
            Path | None, typer.Option("--out", help=t("help.compare_out"), metavar="FOLDER")
        ] = None,
        lang: Annotated[Language, lang_option(t)] = own,
        quiet: Annotated[bool, typer.Option("--quiet", help=t("help.quiet"))] = False,
        as_json: Annotated[bool, typer.Option("--json", help=t("help.json"))] = False,
        debug: Annotated[bool, typer.Option("--debug", help=t("help.debug"))] = False,
    ) -> None:
        from .compare import Asked, compare_command

        compare_command(
            Asked(
                scenario=scenario,
                policies=tuple(policies or ()),
                baseline=baseline,
                horizons=horizons,
                replicates=replicates,
                precision=precision,
                money=money,
                ensemble=ensemble,
                seed=seed,
                settings=tuple(settings or ()),
                by_mechanism=by_mechanism,
                retry_failed=retry_failed,
                workers=workers,
                executor=executor.value,
                scheduler=scheduler,
                out=out,
                lang=lang.value,
                quiet=quiet,
                as_json=as_json,
                debug=debug,
            )
        )
