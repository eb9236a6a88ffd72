"""What ``langeadem sweep`` and ``results`` say: how many runs, outcomes by policy, what failed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rich.text import Text

from ...viz.text import Texts
from ...viz.text.outcome_words import OutcomeWords
from ..outcomes import OUTCOMES
from ..sweep_table import Extreme, Line, lines, missing, short_names
from .screen import InputError, Listing, console, print_plain, show_listing

if TYPE_CHECKING:
    import pandas as pd

    from ..manifest import Manifest
    from ..store import Status, Store
    from ..study import Study
    from ..sweeps import Sweep

#: Outcomes that get a table on the screen; all are in the folder.
_SHOWN = 6
#: Failures that are listed on the screen.
_FAILURES = 12
#: Settings of a point that are named in a sentence.
_NAMED = 4
_DECIMALS = {
    "rungs": 3,
    "score": 3,
    "share": 3,
    "rung-years": 1,
    "people": 1,
    "times": 1,
    "months": 1,
    "EUR": 0,
    "EUR per rung-year": 0,
}


def decimals(outcome: str) -> int:
    """Return with how many decimals an outcome is written."""
    digits = _DECIMALS[OUTCOMES[outcome].unit]
    # Differences with a twin are small beside what they are differences of.
    small = outcome.split(".")[0] in ("gap", "effect", "ledger")
    return digits + 1 if small else digits


def answer(study: Study, status: Status, t: Texts) -> str:
    """Return how many runs are there and what they are of, in a sentence."""
    size = {
        "policies": _number_of("policies", len(study.policies), t),
        "points": _number_of("points", len(study.points()), t),
        "replicates": _number_of("replicates", study.replicates, t),
    }
    parts = [size["policies"], size["points"], size["replicates"]]
    if study.ensemble is not None:
        parts.insert(2, _number_of("worlds", len(study.ensemble.worlds), t))
    total, done = t.number(status.planned), t.number(status.done)
    what = t.listing(parts)
    if status.failed:
        return t(
            "sweep.answer_failed", done=done, total=total, failed=t.number(status.failed), what=what
        )
    if status.left:
        return t("sweep.answer_part", done=done, total=total, what=what)
    return t("sweep.answer", total=total, what=what)


def _number_of(what: str, number: int, t: Texts) -> str:
    if number == 1:
        return t(f"sweep.{what}_one")
    return t(f"sweep.{what}", number=t.number(number))


def show(found: Sweep, finding: str, t: Texts) -> None:
    """Print the answer with what stands out, a table an outcome, and what failed."""
    out = console()
    print_plain(out, Text(answer(found.study, found.status(), t)))
    if finding:
        print_plain(out, Text(finding))
    out.print()
    every = last_lines(found)
    for title, listing in outcome_tables(every, found.store.manifest, t):
        print_plain(out, Text(title, style="bold"))
        show_listing(out, listing)
        out.print()
    if len(found.store.manifest.outcomes) > _SHOWN:
        more = ", ".join(found.store.manifest.outcomes[_SHOWN:])
        print_plain(out, Text(t("sweep.more_outcomes", names=more)))
    for note in notes(every, found.store.manifest, t):
        print_plain(out, Text(note))
    if found.store.set_aside:
        print_plain(out, Text(t("sweep.set_aside", names=", ".join(found.store.set_aside))))
    show_failures(found.failed(), found.store.manifest, t)
    out.print()


def last_lines(found: Sweep) -> list[Line]:
    """Return every outcome by policy at the end of the last year; policies as the study has them."""
    manifest = found.store.manifest
    last = max(manifest.years)
    frame = found.frame(where={"year": last})
    order = {arm.scenario.policy.key: at for at, arm in enumerate(found.study.arms())}
    frame = frame.sort_values("policy", key=lambda one: one.map(order), kind="stable")
    return lines(frame, ("policy",), manifest.outcomes, list(manifest.labels))


def outcome_tables(
    every: Sequence[Line], manifest: Manifest, t: Texts
) -> list[tuple[str, Listing]]:
    """Return a title and a table for each outcome, a row a policy."""
    found = []
    spread = any(line.points > 1 for line in every)
    columns = [t("sweep.policy"), t("sweep.mean"), t("sweep.interval")]
    columns += [t("sweep.lowest"), t("sweep.highest")] if spread else []
    for outcome in manifest.outcomes[:_SHOWN]:
        rows = [
            _row(line, decimals(outcome), spread, t) for line in every if line.outcome == outcome
        ]
        listing = Listing(columns, rows, frozenset(range(1, len(columns))))
        found.append((outcome_title(outcome, max(manifest.years), t), listing))
    return found


def outcome_title(outcome: str, year: int, t: Texts) -> str:
    """Return an outcome with its unit and year, as the head of a table."""
    words = OutcomeWords(outcome, t).words
    return t("sweep.title", outcome=outcome, words=words, year=year, unit=unit_words(outcome, t))


def unit_words(outcome: str, t: Texts) -> str:
    """Return the unit of an outcome; a share is written from 0 to 1 here, as it is in the files."""
    unit = OUTCOMES[outcome].unit
    return t.of_model(unit) if unit == "share" else OutcomeWords(outcome, t).unit


def _row(line: Line, digits: int, spread: bool, t: Texts) -> list[str]:
    cells = [str(line.group["policy"]), t.number(line.mean, digits), interval(line, digits, t)]
    if spread:
        cells += [t.number(one.value, digits) for one in (line.lowest, line.highest)]
    return cells


def interval(line: Line, digits: int, t: Texts) -> str:
    """Return the 95% interval over replicates, or a dash with one replicate."""
    if not math.isfinite(line.low):
        return "-"
    return t("sweep.from_to", low=t.number(line.low, digits), high=t.number(line.high, digits))


def notes(every: Sequence[Line], manifest: Manifest, t: Texts) -> list[str]:
    """Return what the tables rest on, and at which points the first outcome is lowest and highest."""
    replicates = min((line.replicates for line in every), default=len(manifest.seeds))
    found = [t("sweep.interval_note", replicates=t.number(replicates))]
    first = [line for line in every if line.outcome == manifest.outcomes[0] and line.points > 1]
    if not first:
        return found
    found.append(t("sweep.extremes_note"))
    lowest = min(first, key=lambda line: line.lowest.value)
    highest = max(first, key=lambda line: line.highest.value)
    told = {}
    for name, line, end in (
        ("low", lowest, lowest.lowest),
        ("high", highest, highest.highest),
    ):
        told[name] = t.number(end.value, decimals(line.outcome))
        told[f"{name}_at"] = point_words(line, end, t)
    if lowest.lowest.where and highest.highest.where and told["low"] != told["high"]:
        found.append(t("sweep.extremes", outcome=manifest.outcomes[0], **told))
    return found


def point_words(line: Line, end: Extreme, t: Texts) -> str:
    """Return a point with its policy and settings in words."""
    settings = [f"{name} {setting(value, t)}" for name, value in end.where.items()][:_NAMED]
    return ", ".join([str(line.group["policy"]), *settings])


def setting(value: Any, t: Texts) -> str:
    """Return the value of a setting as a table shows it."""
    if missing(value):
        return "-"
    if isinstance(value, bool) or type(value).__name__ == "bool_":
        return t("sweep.on") if value else t("sweep.off")
    if isinstance(value, str):
        return value
    number = float(value)
    return t.value(number) if number.is_integer() else t.value(float(f"{number:.4g}"))


# -- failures and status --------------------------------------------------------------------------


def show_failures(failed: pd.DataFrame, manifest: Manifest, t: Texts) -> None:
    """Print the runs that failed: where, which, with what message; nothing when there are none."""
    if not len(failed):
        return
    out = console()
    out.print()
    show_listing(out, failure_listing(failed.head(_FAILURES), manifest, t))
    if len(failed) > _FAILURES:
        print_plain(out, Text(t("sweep.more_failures", number=t.number(len(failed) - _FAILURES))))
    print_plain(out, Text(t("sweep.left_out")))
    print_plain(out, Text(t("sweep.retry")))


def failure_listing(failed: pd.DataFrame, manifest: Manifest, t: Texts) -> Listing:
    """Return a row a run that failed."""
    names = short_names(list(manifest.labels))
    rows = []
    for row in failed.to_dict("records"):
        settings = [
            f"{names[key]} {setting(row[key], t)}"
            for key in manifest.labels
            if setting(row[key], t) != "-"
        ]
        scenario = ", ".join([row["policy"], *([row["world"]] if row["world"] else []), *settings])
        origin = t(f"sweep.origin_{row['origin']}")
        rows.append([origin, scenario, str(row["seed"]), row["message"]])
    columns = [t(f"sweep.{name}") for name in ("origin", "scenario", "seed", "message")]
    return Listing(columns, rows, frozenset({2}), frozenset({1, 3}), t("sweep.failures"))


def check_same(store: Store, asked: Manifest, t: Texts) -> None:
    """Refuse a folder that is of another study than the one asked; raise InputError."""
    if store.manifest.study_key != asked.study_key:
        raise InputError(t("sweep.other_study", folder=str(store.folder)))


def show_status(status: Status, t: Texts) -> None:
    """Print how far a study is."""
    out = console()
    told = {name: t.number(getattr(status, name)) for name in ("planned", "done", "failed", "left")}
    print_plain(out, Text(t("sweep.status", **told)))
    if status.damaged:
        print_plain(out, Text(t("sweep.damaged", names=", ".join(status.damaged))))
    if status.set_aside:
        print_plain(out, Text(t("sweep.set_aside", names=", ".join(status.set_aside))))


def status_data(status: Status) -> dict[str, Any]:
    """Return the same for machines."""
    names = ("planned", "done", "failed", "left", "chunks", "damaged", "set_aside")
    return {
        name: list(value) if isinstance(value := getattr(status, name), tuple) else value
        for name in names
    }


# -- for machines and reports ---------------------------------------------------------------------


def as_data(found: Sweep, finding: str, t: Texts, folder: str) -> dict[str, Any]:
    """Return what is shown, for machines."""
    status = found.status()
    return {
        "answer": answer(found.study, status, t),
        "finding": finding,
        "status": status_data(status),
        "outcomes": [line_data(line) for line in last_lines(found)],
        "failed": failures_data(found.failed()),
        "folder": folder,
    }


def line_data(line: Line) -> dict[str, Any]:
    """Return a line of a table for machines; numbers that are not known are null."""
    return {
        **{key: plain(value) for key, value in line.group.items()},
        "outcome": line.outcome,
        "unit": OUTCOMES[line.outcome].unit,
        **{name: plain(getattr(line, name)) for name in ("mean", "low", "high")},
        "replicates": line.replicates,
        "points": line.points,
        "lowest": _extreme_data(line.lowest),
        "highest": _extreme_data(line.highest),
    }


def failures_data(failed: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the runs that failed, for machines."""
    return [
        {name: plain(value) for name, value in row.items()} for row in failed.to_dict("records")
    ]


def _extreme_data(end: Extreme) -> dict[str, Any]:
    return {"value": plain(end.value), "at": {key: plain(one) for key, one in end.where.items()}}


def plain(value: Any) -> Any:
    """Return a value as JSON holds it; what is no number is null."""
    if missing(value):
        return None
    if hasattr(value, "item"):
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else value
