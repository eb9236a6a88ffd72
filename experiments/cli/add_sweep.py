"""The options of ``sweep`` and ``results``."""

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


def add_sweep(app: typer.Typer, t: Texts) -> None:
    """Add ``sweep`` and ``results`` to the command line."""
    _add_sweep(app, t)
    _add_results(app, t)


def _add_sweep(app: typer.Typer, t: Texts) -> None:
    own = Language(t.lang)

    @app.command(**example(t, "sweep"))
    def sweep(
        study: Annotated[str, typer.Argument(help=t("help.study"))],
        out: Annotated[
            Path | None, typer.Option("--out", help=t("help.sweep_out"), metavar="FOLDER")
        ] = None,
        add_replicates: Annotated[
            int | None, typer.Option("--add-replicates", help=t("help.add_replicates"))
        ] = None,
        retry_failed: Annotated[
            bool, typer.Option("--retry-failed", help=t("help.retry_failed"))
        ] = False,
        ensemble: Annotated[Path | None, ensemble_option(t)] = None,
        status: Annotated[bool, typer.Option("--status", help=t("help.sweep_status"))] = False,
        workers: Annotated[int | None, typer.Option("--workers", help=t("help.workers"))] = None,
        executor: Annotated[Workers, executor_option(t)] = Workers.local,
        scheduler: Annotated[str | None, scheduler_option(t)] = None,
        lang: Annotated[Language, lang_option(t)] = own,
        quiet: Annotated[bool, typer.Option("--quiet", help=t("help.quiet"))] = False,
        as_json: Annotated[bool, typer.Option("--json", help=t("help.json"))] = False,
        debug: Annotated[bool, typer.Option("--debug", help=t("help.debug"))] = False,
    ) -> None:
        from .sweep import Asked, sweep_command

        sweep_command(
            Asked(
                study=study,
                out=out,
                add_replicates=add_replicates,
                retry_failed=retry_failed,
                ensemble=ensemble,
                status=status,
                workers=workers,
                executor=executor.value,
                scheduler=scheduler,
                lang=lang.value,
                quiet=quiet,
                as_json=as_json,
                debug=debug,
            )
        )


def _add_results(app: typer.Typer, t: Texts) -> None:
    own = Language(t.lang)

    @app.command(**example(t, "results"))
    def results(
        folder: Annotated[Path, typer.Argument(help=t("help.results_folder"), metavar="FOLDER")],
        where: Annotated[
            list[str] | None,
            typer.Option("--where", help=t("help.where"), metavar="COLUMN=VALUE"),
        ] = None,
        columns: Annotated[
            str | None, typer.Option("--columns", help=t("help.columns"), metavar="NAME,NAME,...")
        ] = None,
        export: Annotated[
            Path | None, typer.Option("--export", help=t("help.export"), metavar="FILE")
        ] = None,
        status: Annotated[bool, typer.Option("--status", help=t("help.results_status"))] = False,
        verify: Annotated[bool, typer.Option("--verify", help=t("help.verify"))] = False,
        failed: Annotated[bool, typer.Option("--failed", help=t("help.failed"))] = False,
        lang: Annotated[Language, lang_option(t)] = own,
        as_json: Annotated[bool, typer.Option("--json", help=t("help.json"))] = False,
        debug: Annotated[bool, typer.Option("--debug", help=t("help.debug"))] = False,
    ) -> None:
        from .results import Asked, results_command

        results_command(
            Asked(
                folder=folder,
                where=tuple(where or ()),
                columns=columns,
                export=export,
                status=status,
                verify=verify,
                failed=failed,
                lang=lang.value,
                as_json=as_json,
                debug=debug,
            )
        )
