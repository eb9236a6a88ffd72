"""``langeadem compare``: policies beside each other at equal money, sharper with every replicate."""

from __future__ import annotations

import hashlib
import re
import shlex
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

import typer

from ...viz.text import Texts, texts
from .folder import RunFolder
from .run import as_json, check_seed
from .screen import Doing, InputError, answering
from .settings import overrides
from .sweep import refusing_study
from .workers import check_workers_asked, cluster

if TYPE_CHECKING:
    from ..arms import Arms
    from ..comparing import Comparing
    from ..comparison import Comparison
    from ..contributions import Contributions
    from ..courses import Course
    from ..equal_money import Money
    from ..store import Store
    from .compare_live import LiveTable

_PERCENT = re.compile(r"(\d+(?:[.,]\d+)?) ?%")


@dataclass(frozen=True)
class Asked:
    """The options of ``langeadem compare``."""

    scenario: str
    policies: tuple[str, ...]
    baseline: str
    horizons: str
    replicates: int
    precision: str | None
    money: str
    ensemble: Path | None
    seed: int
    settings: tuple[str, ...]
    by_mechanism: bool
    retry_failed: bool
    workers: int | None
    executor: str
    scheduler: str | None
    out: Path | None
    lang: str
    quiet: bool
    as_json: bool
    debug: bool

    def command(self, here: bool = False) -> str:
        """Return the command that does this again; ``here`` with where it is saved, to type it."""
        words = ["langeadem", "compare", self.scenario]
        for policy in self.policies:
            words += ["--policy", policy]
        if self.baseline != "none":
            words += ["--baseline", self.baseline]
        words += ["--horizons", self.horizons, "--replicates", str(self.replicates)]
        if self.precision is not None:
            words += ["--precision", self.precision]
        if self.money != "total":
            words += ["--money", self.money]
        if self.ensemble is not None:
            words += ["--ensemble", str(self.ensemble) if here else self.ensemble.name]
        words += ["--seed", str(self.seed)]
        for setting in self.settings:
            words += ["--set", setting]
        if self.by_mechanism:
            words.append("--by-mechanism")
        if here and self.out is not None:
            words += ["--out", str(self.out)]
        return shlex.join(words)


def compare_command(asked: Asked) -> None:
    """Check everything, live what is not there yet, and show how the policies compare."""
    t = texts(asked.lang)
    with answering(t, asked.debug) as doing, refusing_study(t):
        comparing = _comparing(asked, t)
        folder = RunFolder(asked.out or default_folder(comparing.arms))
        with cluster(asked.scheduler) as executor:
            found, parts = _lived(comparing, folder, asked, executor, t, doing)
        _report(found, parts, folder, asked, t)
    if found.failed or (parts is not None and parts.failed):
        raise typer.Exit(1)


def _comparing(asked: Asked, t: Texts) -> Comparing:
    """Return the comparison, everything in it built and checked before anything is lived."""
    from ..comparing import Comparing

    check_workers_asked(asked.workers, asked.executor, asked.scheduler, t)
    if len(set(asked.policies)) < len(asked.policies):
        twice = next(one for one in asked.policies if asked.policies.count(one) > 1)
        key = "compare.only_twice" if len(set(asked.policies)) == 1 else "compare.twice"
        raise InputError(t(key, policy=twice))
    if len(asked.policies) == 1:
        raise InputError(t("compare.only_one", policy=asked.policies[0]))
    horizons = _horizons(asked.horizons, t)
    precision = _precision(asked.precision, t)
    check_seed(asked.seed, t, max(asked.replicates, 1))
    arms = _arms(asked, horizons, t)
    check_seed(asked.seed, t, asked.replicates * len(arms.worlds))
    return Comparing(arms, asked.seed, asked.replicates, precision)


def _arms(asked: Asked, horizons: Sequence[int], t: Texts, off: str | None = None) -> Arms:
    """Return the arms over some horizons; ``off`` is a mechanism to switch off in all of them."""
    from ..arms import arms_of

    settings = overrides(asked.settings, None, t)
    return arms_of(
        asked.scenario,
        asked.policies or None,
        baseline=asked.baseline,
        horizons=horizons,
        money=cast("Money", asked.money),
        ensemble=asked.ensemble,
        overrides=settings if off is None else {**settings, f"mechanisms.{off}": False},
    )


def _horizons(text: str, t: Texts) -> tuple[int, ...]:
    try:
        return tuple(int(word) for word in text.split(","))
    except ValueError:
        raise InputError(t("compare.horizons_form", text=text)) from None


def _precision(text: str | None, t: Texts) -> float | None:
    if text is None:
        return None
    found = _PERCENT.fullmatch(text.strip())
    share = float(found[1].replace(",", ".")) / 100 if found else 0.0
    if not 0 < share < 1:
        raise InputError(t("compare.precision_form", text=text))
    return share


def default_folder(arms: Arms) -> Path:
    """Return where a comparison is saved: one folder for each question and version of the model."""
    manifest = arms.manifest((0,))
    content = f"{manifest.study_key} {manifest.model_version}"
    key = hashlib.sha256(content.encode()).hexdigest()[:8]
    name = re.sub(r"[^\w.-]+", "-", f"compare-{arms.baseline.name}-{key}").strip(".")
    return Path("results") / name


def _lived(
    comparing: Comparing,
    folder: RunFolder,
    asked: Asked,
    executor: Executor | None,
    t: Texts,
    doing: Doing,
) -> tuple[Comparison, Contributions | None]:
    """Live the runs, follow the calendars, and save everything; on Ctrl-C show what there is."""
    from ..store import Store
    from .compare_live import LiveTable

    silent = asked.quiet or asked.as_json
    with Store.open(folder.path, comparing.manifest(asked.command())) as store:
        doing.what = t("doing.compare", folder=folder.shown)
        try:
            with LiveTable(t, silent) as live:
                told = live.told if live.moving else None
                found = comparing.live(
                    store,
                    executor=executor,
                    workers=asked.workers,
                    told=told,
                    retry_failed=asked.retry_failed,
                )
                followed = _followed(found, folder.path, asked, live)
                parts = _by_mechanism(found, folder.path, asked, executor, live, t)
        except KeyboardInterrupt:
            _interrupted(comparing, store, folder, asked, t)
            raise typer.Exit(1) from None
        doing.what = t("doing.saving", folder=folder.shown)
        if len(found.cells):
            from .compare_block import save

            save(found, followed, parts, folder.path, asked.command(), asked.lang)
    return found, parts


def _by_mechanism(
    found: Comparison,
    folder: Path,
    asked: Asked,
    executor: Executor | None,
    live: LiveTable,
    t: Texts,
) -> Contributions | None:
    """Live it again with each mechanism of continuity off, where that was asked."""
    from ..contributions import contributions, mechanisms_on

    last = found.horizons[-1]
    if not asked.by_mechanism or not found.replicates(last):
        return None
    on = mechanisms_on(found.arms)
    replicates = max(2, found.lucks)
    live.following(0, "progress.mechanisms")
    return contributions(
        found,
        lambda name: _arms(asked, (last,), t, name),
        seed=asked.seed,
        replicates=replicates,
        mechanisms=on,
        folder=folder,
        command=asked.command(),
        executor=executor,
        workers=asked.workers,
        retry_failed=asked.retry_failed,
        told=lambda done, failed, total: live.followed(done + failed, total),
    )


def _followed(found: Comparison, folder: Path, asked: Asked, live: LiveTable) -> list[Course]:
    """Return the course of each calendar in the first finished replicates."""
    from ..courses import FOLLOWED, courses

    last = found.horizons[-1]
    if not found.replicates(last):
        return []
    units = found.units(last)
    here = units.loc[units["world"] == found.arms.worlds[0], "seed"]
    if here.empty:
        return []
    seeds = sorted(here.tolist())[:FOLLOWED]
    live.following(len(seeds))
    return courses(found.arms, seeds, workers=asked.workers, folder=folder, told=live.followed)


def _interrupted(
    comparing: Comparing, store: Store, folder: RunFolder, asked: Asked, t: Texts
) -> None:
    """Show what is there already, and say how to go on."""
    from . import compare_outcome

    found = comparing.look(store)
    if len(found.cells) and not (asked.quiet or asked.as_json):
        compare_outcome.show(found, t)
    lines = t(
        "compare.interrupted",
        done=t.number(len(store.done())),
        total=t.number(comparing.total),
        folder=folder.shown,
        command=asked.command(here=True),
    )
    typer.echo(lines, err=True)


def _report(
    found: Comparison,
    parts: Contributions | None,
    folder: RunFolder,
    asked: Asked,
    t: Texts,
) -> None:
    from . import compare_outcome

    if not len(found.cells):
        typer.echo(t("compare.nothing", folder=folder.shown), err=True)
        raise typer.Exit(1)
    if asked.as_json:
        typer.echo(as_json(compare_outcome.as_data(found, t, folder.shown, parts)), nl=False)
    elif asked.quiet:
        typer.echo(folder.shown)
    else:
        compare_outcome.show(found, t, parts)
        typer.echo(t("run.saved", folder=folder.shown))
