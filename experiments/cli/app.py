"""The commands and their options; what they do is in the other files of this folder.

Nothing is imported here that takes its time: ``langeadem --help`` is immediate.
"""

# No `from __future__ import annotations` here: the options of a command are made when the app is
# built, with texts in its language, and Typer could not find those texts by name afterwards.
import sys
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from ...viz.text import DEFAULT_LANGUAGE, LANGUAGES, Texts, texts
from .add_calibrate import add_calibrate
from .add_compare import add_compare
from .add_evidence import add_evidence
from .add_place import add_place
from .add_report import add_report
from .add_sensitivity import add_sensitivity
from .add_study import add_study
from .add_sweep import add_sweep
from .add_workshop import add_workshop
from .options import Format, Language, example, in_language, lang_option

# The class of usage errors; recent versions of Typer hold a copy of click of their own.
_UsageError: Any = typer.BadParameter.__mro__[1]


class Kind(StrEnum):
    """What can be listed."""

    places = "places"
    programmes = "programmes"
    calendars = "calendars"
    policies = "policies"
    studies = "studies"
    ensembles = "ensembles"
    risks = "risks"
    parameters = "parameters"
    mechanisms = "mechanisms"
    phases = "phases"
    events = "events"


def language_of(arguments: Sequence[str]) -> str:
    """Return the language asked for among the arguments, for help and errors; Dutch otherwise."""
    for at, word in enumerate(arguments):
        value = ""
        if word == "--lang" and at + 1 < len(arguments):
            value = arguments[at + 1]
        elif word.startswith("--lang="):
            value = word.removeprefix("--lang=")
        if value in LANGUAGES:
            return value
    return DEFAULT_LANGUAGE


class _Commands(TyperGroup):
    """All commands: usage errors are one line on stderr, in the language asked for."""

    def main(  # type: ignore[override]
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> Any:
        words = list(sys.argv[1:] if args is None else args)
        t = texts(language_of(words))
        try:
            code = super().main(words, prog_name=prog_name, standalone_mode=False, **extra)
        except _UsageError as error:
            from .usage import usage_problem

            typer.echo(usage_problem(error, t), err=True)
            code = 2
        except (typer.Abort, KeyboardInterrupt):
            typer.echo(t("error.interrupted"), err=True)
            code = 1
        if not standalone_mode:
            return code
        sys.exit(code if isinstance(code, int) else 0)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Return the command that the first word names, or the first two: ``place new``."""
        two = " ".join(args[:2])
        return super().resolve_command(ctx, [two, *args[2:]] if two in self.commands else args)

    def get_help(self, ctx: Any) -> str:
        return in_language(super().get_help(ctx), texts(ctx.obj or DEFAULT_LANGUAGE))


def build_app(lang: str = DEFAULT_LANGUAGE) -> typer.Typer:
    """Return the command line with help in a language."""
    t = texts(lang)
    app = typer.Typer(
        cls=_Commands,
        help=t("help.app"),
        epilog=t("help.app_example"),
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        context_settings={"obj": lang, "max_content_width": 100},
    )
    _add_start(app, t)
    _add_run(app, t)
    _add_why(app, t)
    _add_visible(app, t)
    add_compare(app, t)
    add_sweep(app, t)
    add_sensitivity(app, t)
    add_study(app, t)
    add_evidence(app, t)
    add_calibrate(app, t)
    add_report(app, t)
    add_workshop(app, t)
    _add_looking_up(app, t)
    add_place(app, t)
    return app


def _add_start(app: typer.Typer, t: Texts) -> None:
    version_help = t("help.version")

    def show_version(asked: bool) -> None:
        if asked:
            from importlib.metadata import version

            typer.echo(f"langeadem {version('langeadem')}")
            raise typer.Exit

    @app.callback(invoke_without_command=True)
    def start(
        ctx: typer.Context,
        version: Annotated[
            bool, typer.Option("--version", help=version_help, callback=show_version, is_eager=True)
        ] = False,
    ) -> None:
        if ctx.invoked_subcommand is None:
            typer.echo(ctx.get_help())


def _add_run(app: typer.Typer, t: Texts) -> None:
    own = Language(t.lang)

    @app.command(**example(t, "run"))
    def run(
        scenario: Annotated[str, typer.Argument(help=t("help.scenario"))] = "average",
        policy: Annotated[
            str | None,
            typer.Option("--policy", help=t("help.policy"), metavar="NAME"),
        ] = None,
        years: Annotated[int | None, typer.Option("--years", help=t("help.years"))] = None,
        seed: Annotated[int, typer.Option("--seed", help=t("help.seed"))] = 1,
        settings: Annotated[
            list[str] | None, typer.Option("--set", help=t("help.set"), metavar="KEY=VALUE")
        ] = None,
        out: Annotated[
            Path | None, typer.Option("--out", help=t("help.out"), metavar="FOLDER")
        ] = None,
        kind: Annotated[Format, typer.Option("--format", help=t("help.format"))] = Format.parquet,
        persons: Annotated[bool, typer.Option("--persons", help=t("help.persons"))] = False,
        lang: Annotated[Language, lang_option(t)] = own,
        quiet: Annotated[bool, typer.Option("--quiet", help=t("help.quiet"))] = False,
        as_json: Annotated[bool, typer.Option("--json", help=t("help.json"))] = False,
        debug: Annotated[bool, typer.Option("--debug", help=t("help.debug"))] = False,
    ) -> None:
        from .run import Asked, run_command

        run_command(
            Asked(
                scenario=scenario,
                policy=policy,
                years=years,
                seed=seed,
                settings=tuple(settings or ()),
                out=out,
                kind=kind.value,
                persons=persons,
                lang=lang.value,
                quiet=quiet,
                as_json=as_json,
                debug=debug,
            )
        )


def _add_why(app: typer.Typer, t: Texts) -> None:
    own = Language(t.lang)

    @app.command(**example(t, "why"))
    def why(
        scenario: Annotated[str, typer.Argument(help=t("help.scenario"))] = "average",
        policy: Annotated[
            str | None, typer.Option("--policy", help=t("help.why_policy"), metavar="NAME")
        ] = None,
        baseline: Annotated[
            str, typer.Option("--baseline", help=t("help.baseline"), metavar="NAME")
        ] = "none",
        indicator: Annotated[
            str | None, typer.Option("--indicator", help=t("help.indicator"), metavar="NAME")
        ] = None,
        year: Annotated[int, typer.Option("--year", help=t("help.year"))] = 10,
        replicates: Annotated[int, typer.Option("--replicates", help=t("help.replicates"))] = 20,
        seed: Annotated[int, typer.Option("--seed", help=t("help.seed"))] = 1,
        respondents: Annotated[
            int, typer.Option("--respondents", help=t("help.respondents"))
        ] = 300,
        settings: Annotated[
            list[str] | None, typer.Option("--set", help=t("help.set"), metavar="KEY=VALUE")
        ] = None,
        ensemble: Annotated[
            Path | None, typer.Option("--ensemble", help=t("help.why_ensemble"), metavar="NAME")
        ] = None,
        workers: Annotated[int | None, typer.Option("--workers", help=t("help.workers"))] = None,
        out: Annotated[
            Path | None, typer.Option("--out", help=t("help.why_out"), metavar="FOLDER")
        ] = None,
        lang: Annotated[Language, lang_option(t)] = own,
        quiet: Annotated[bool, typer.Option("--quiet", help=t("help.quiet"))] = False,
        as_json: Annotated[bool, typer.Option("--json", help=t("help.json"))] = False,
        debug: Annotated[bool, typer.Option("--debug", help=t("help.debug"))] = False,
    ) -> None:
        from .why import Asked, why_command

        why_command(
            Asked(
                scenario=scenario,
                policy=policy,
                baseline=baseline,
                indicator=indicator,
                year=year,
                replicates=replicates,
                seed=seed,
                respondents=respondents,
                settings=tuple(settings or ()),
                ensemble=ensemble,
                workers=workers,
                out=out,
                lang=lang.value,
                quiet=quiet,
                as_json=as_json,
                debug=debug,
            )
        )


def _add_visible(app: typer.Typer, t: Texts) -> None:
    own = Language(t.lang)

    @app.command(**example(t, "visible"))
    def visible(
        programme: Annotated[str, typer.Argument(help=t("help.programme"))],
        place: Annotated[str, typer.Argument(help=t("help.scenario"))] = "average",
        indicator: Annotated[
            str | None,
            typer.Option("--indicator", help=t("help.visible_indicator"), metavar="NAME"),
        ] = None,
        years: Annotated[
            str, typer.Option("--years", help=t("help.visible_years"), metavar="N,N,...")
        ] = "2,4,6,10,16,20,30",
        replicates: Annotated[
            int, typer.Option("--replicates", help=t("help.visible_replicates"))
        ] = 20,
        seed: Annotated[int, typer.Option("--seed", help=t("help.seed"))] = 1,
        respondents: Annotated[
            int, typer.Option("--respondents", help=t("help.respondents"))
        ] = 300,
        settings: Annotated[
            list[str] | None, typer.Option("--set", help=t("help.set"), metavar="KEY=VALUE")
        ] = None,
        workers: Annotated[int | None, typer.Option("--workers", help=t("help.workers"))] = None,
        out: Annotated[
            Path | None, typer.Option("--out", help=t("help.visible_out"), metavar="FOLDER")
        ] = None,
        lang: Annotated[Language, lang_option(t)] = own,
        quiet: Annotated[bool, typer.Option("--quiet", help=t("help.quiet"))] = False,
        as_json: Annotated[bool, typer.Option("--json", help=t("help.json"))] = False,
        debug: Annotated[bool, typer.Option("--debug", help=t("help.debug"))] = False,
    ) -> None:
        from .visible import Asked, visible_command

        visible_command(
            Asked(
                programme=programme,
                place=place,
                indicator=indicator,
                years=years,
                replicates=replicates,
                seed=seed,
                respondents=respondents,
                settings=tuple(settings or ()),
                workers=workers,
                out=out,
                lang=lang.value,
                quiet=quiet,
                as_json=as_json,
                debug=debug,
            )
        )


def _add_looking_up(app: typer.Typer, t: Texts) -> None:
    own = Language(t.lang)

    @app.command("list", **example(t, "list"))
    def list_(
        what: Annotated[Kind, typer.Argument(help=t("help.what"))],
        lang: Annotated[Language, lang_option(t)] = own,
    ) -> None:
        from .lists import list_command

        list_command(what.value, lang.value)

    @app.command(**example(t, "explain"))
    def explain(
        words: Annotated[list[str], typer.Argument(help=t("help.key"), metavar=t("help.words"))],
        scenario: Annotated[
            str, typer.Option("--scenario", help=t("help.explain_scenario"), metavar="SCENARIO")
        ] = "average",
        policy: Annotated[
            str | None,
            typer.Option("--policy", help=t("help.explain_policy"), metavar="NAME"),
        ] = None,
        settings: Annotated[
            list[str] | None, typer.Option("--set", help=t("help.set"), metavar="KEY=VALUE")
        ] = None,
        lang: Annotated[Language, lang_option(t)] = own,
    ) -> None:
        from .explain import Asked, explain_command

        explain_command(Asked(words, scenario, policy, tuple(settings or ()), lang.value))
