"""The options of ``sensitivity`` and ``frontier``."""

# No `from __future__ import annotations` here: see app.py.
from enum import StrEnum
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


class EqualMoney(StrEnum):
    """What of the policies is made equal."""

    total = "total"
    present_value = "present-value"
    as_is = "as-is"


class Prefer(StrEnum):
    """Which of the outcomes is best."""

    most = "most"
    least = "least"


def add_sensitivity(app: typer.Typer, t: Texts) -> None:
    """Add ``sensitivity`` and ``frontier`` to the command line."""
    _add_sensitivity(app, t)
    _add_frontier(app, t)


def _add_sensitivity(app: typer.Typer, t: Texts) -> None:
    own = Language(t.lang)

    @app.command(**example(t, "sensitivity"))
    def sensitivity(
        study: Annotated[str, typer.Argument(help=t("help.analysed_study"))] = "what-matters",
        outcome: Annotated[
            str | None, typer.Option("--outcome", help=t("help.study_outcome"), metavar="NAME")
        ] = None,
        year: Annotated[int | None, typer.Option("--year", help=t("help.study_year"))] = None,
        keep: Annotated[int, typer.Option("--keep", help=t("help.keep"))] = 6,
        trajectories: Annotated[
            int, typer.Option("--trajectories", help=t("help.trajectories"))
        ] = 10,
        samples: Annotated[
            int | None, typer.Option("--samples", help=t("help.sobol_samples"))
        ] = None,
        second_order: Annotated[
            bool, typer.Option("--second-order", help=t("help.second_order"))
        ] = False,
        replicates: Annotated[
            int | None, typer.Option("--replicates", help=t("help.study_replicates"))
        ] = None,
        seed: Annotated[int | None, typer.Option("--seed", help=t("help.study_seed"))] = None,
        money: Annotated[
            EqualMoney, typer.Option("--money", help=t("help.study_money"))
        ] = EqualMoney.total,
        retry_failed: Annotated[
            bool, typer.Option("--retry-failed", help=t("help.retry_failed"))
        ] = False,
        ensemble: Annotated[Path | None, ensemble_option(t)] = None,
        workers: Annotated[int | None, typer.Option("--workers", help=t("help.workers"))] = None,
        executor: Annotated[Workers, executor_option(t)] = Workers.local,
        scheduler: Annotated[str | None, scheduler_option(t)] = None,
        out: Annotated[
            Path | None, typer.Option("--out", help=t("help.sensitivity_out"), metavar="FOLDER")
        ] = None,
        lang: Annotated[Language, lang_option(t)] = own,
        quiet: Annotated[bool, typer.Option("--quiet", help=t("help.quiet"))] = False,
        as_json: Annotated[bool, typer.Option("--json", help=t("help.json"))] = False,
        debug: Annotated[bool, typer.Option("--debug", help=t("help.debug"))] = False,
    ) -> None:
        from .sensitivity import Asked, sensitivity_command

        sensitivity_command(
            Asked(
                study=study,
                outcome=outcome,
                year=year,
                keep=keep,
                trajectories=trajectories,
                samples=samples,
                second_order=second_order,
                replicates=replicates,
                seed=seed,
                money=money.value,
                retry_failed=retry_failed,
                ensemble=ensemble,
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


def _add_frontier(app: typer.Typer, t: Texts) -> None:
    own = Language(t.lang)

    @app.command(**example(t, "frontier"))
    def frontier(
        study: Annotated[str, typer.Argument(help=t("help.analysed_study"))] = "where-it-turns",
        outcome: Annotated[
            str | None, typer.Option("--outcome", help=t("help.study_outcome"), metavar="NAME")
        ] = None,
        year: Annotated[int | None, typer.Option("--year", help=t("help.study_year"))] = None,
        prefer: Annotated[Prefer, typer.Option("--prefer", help=t("help.prefer"))] = Prefer.most,
        samples: Annotated[
            int | None, typer.Option("--samples", help=t("help.frontier_samples"))
        ] = None,
        replicates: Annotated[
            int | None, typer.Option("--replicates", help=t("help.study_replicates"))
        ] = None,
        seed: Annotated[int | None, typer.Option("--seed", help=t("help.study_seed"))] = None,
        money: Annotated[
            EqualMoney, typer.Option("--money", help=t("help.study_money"))
        ] = EqualMoney.total,
        retry_failed: Annotated[
            bool, typer.Option("--retry-failed", help=t("help.retry_failed"))
        ] = False,
        ensemble: Annotated[Path | None, ensemble_option(t)] = None,
        workers: Annotated[int | None, typer.Option("--workers", help=t("help.workers"))] = None,
        executor: Annotated[Workers, executor_option(t)] = Workers.local,
        scheduler: Annotated[str | None, scheduler_option(t)] = None,
        out: Annotated[
            Path | None, typer.Option("--out", help=t("help.frontier_out"), metavar="FOLDER")
        ] = None,
        lang: Annotated[Language, lang_option(t)] = own,
        quiet: Annotated[bool, typer.Option("--quiet", help=t("help.quiet"))] = False,
        as_json: Annotated[bool, typer.Option("--json", help=t("help.json"))] = False,
        debug: Annotated[bool, typer.Option("--debug", help=t("help.debug"))] = False,
    ) -> None:
        from .frontier import Asked, frontier_command

        frontier_command(
            Asked(
                study=study,
                outcome=outcome,
                year=year,
                prefer=prefer.value,
                samples=samples,
                replicates=replicates,
                seed=seed,
                money=money.value,
                retry_failed=retry_failed,
                ensemble=ensemble,
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
