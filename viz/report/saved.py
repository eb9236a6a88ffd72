"""Reading a folder of results back: its summary, scenarios, figures and record."""

from __future__ import annotations

import base64
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from ...scenarios import Scenario
from ..text import Texts
from .blocks import SUMMARY, Block, FigureBlock, Summary

#: What a run or a study writes of itself, beside its summary.
RECORDS = ("run.json", "study.json")
#: An absolute path, of which a reader elsewhere needs the last part only.
_FOLDERS = re.compile(
    r"(?:(?<=[\s'\"=(:])|^)(?:~|[A-Za-z]:)?(?:[/\\][^\s/\\'\"]+)+[/\\](?=[^\s/\\])"
)


class ReportError(ValueError):
    """No report can be made of this; the message says why, in the language of the reader."""


@dataclass(frozen=True)
class Picture:
    """A figure as it is embedded: ``data`` is base64, sizes are in dots."""

    title: str
    alt: str
    section: str
    data: str
    width: int
    height: int


@dataclass(frozen=True)
class Arm:
    """One scenario that was lived, what it was in the question, and for how many years."""

    title: str
    scenario: Scenario
    years: int


@dataclass(frozen=True)
class Saved:
    """Everything of a folder that a report shows.

    Attributes
    ----------
    block
        The summary in the language of the report, without anybody's folders in it.
    pictures
        Its figures.
    arms
        Its scenarios; each different one once.
    finished
        Date on which the result was made, ``YYYY-MM-DD``; empty where it is not written down.
    versions
        Version by package, and of the model.
    varied
        What a study varied, by key: a list of values, or a table of ends, as its file says.
    """

    block: Block
    pictures: tuple[Picture, ...]
    arms: tuple[Arm, ...]
    finished: str
    versions: dict[str, str]
    varied: dict[str, Any]


def read_saved(folder: Path, t: Texts) -> Saved:
    """Return what a folder holds, in the language of the texts.

    Raises
    ------
    ReportError
        When it is no folder of results, or a file in it is missing or cannot be read.
    """
    block = _block(folder, t)
    record = _record(folder, t)
    return Saved(
        block=block,
        pictures=tuple(_picture(folder, one, t) for one in block.figures),
        arms=tuple(_arms(folder, block, t)),
        finished=_date(record),
        versions=_versions(record),
        varied=_varied(record),
    )


def without_folders(text: str) -> str:
    """Return a text in which absolute paths are names of files: folders are one machine's own."""
    return _FOLDERS.sub("", text)


def _block(folder: Path, t: Texts) -> Block:
    if not folder.is_dir():
        raise ReportError(t("report.no_folder", path=str(folder)))
    path = folder / SUMMARY
    if not path.exists():
        ours = any((folder / name).exists() for name in RECORDS)
        raise ReportError(t("report.no_summary" if ours else "report.foreign", path=str(folder)))
    data = _scrubbed(_json(path, t))
    try:
        summary = Summary.model_validate_json(json.dumps(data))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        reason = f"{where}: {first['msg']}" if where else first["msg"]
        raise ReportError(t("report.corrupt", file=SUMMARY, reason=reason)) from None
    return summary.nl if t.lang == "nl" else summary.en


def _json(path: Path, t: Texts) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise ReportError(t("report.unreadable", file=path.name, reason=reason)) from None
    except (ValueError, RecursionError) as error:
        raise ReportError(t("report.corrupt", file=path.name, reason=str(error))) from None


def _scrubbed(data: Any) -> Any:
    if isinstance(data, str):
        return without_folders(data)
    if isinstance(data, list):
        return [_scrubbed(one) for one in data]
    if isinstance(data, dict):
        return {name: _scrubbed(one) for name, one in data.items()}
    return data


def _bytes(folder: Path, name: str, t: Texts) -> bytes:
    try:
        return (folder / name).read_bytes()
    except FileNotFoundError:
        raise ReportError(t("report.missing", file=name)) from None
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise ReportError(t("report.unreadable", file=name, reason=reason)) from None


def _picture(folder: Path, figure: FigureBlock, t: Texts) -> Picture:
    from PIL import Image

    data = _bytes(folder, figure.file, t)
    try:
        with Image.open(io.BytesIO(data), formats=["PNG"]) as image:
            width, height = image.size
            image.load()
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        reason = t("report.no_picture")
        raise ReportError(t("report.corrupt", file=figure.file, reason=reason)) from None
    embedded = base64.b64encode(data).decode("ascii")
    return Picture(figure.title, figure.alt, figure.section, embedded, width, height)


def _arms(folder: Path, block: Block, t: Texts) -> Iterator[Arm]:
    known = set()
    for one in block.scenarios:
        data = _bytes(folder, one.file, t)
        try:
            scenario = Scenario.model_validate_json(data)
        except ValidationError as error:
            first = error.errors()[0]
            reason = f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"
            raise ReportError(t("report.corrupt", file=one.file, reason=reason)) from None
        if scenario.key() not in known:
            known.add(scenario.key())
            title = one.title or t("report.arm", policy=scenario.policy.key)
            yield Arm(title, scenario, min(one.years or scenario.years, scenario.years))


def _record(folder: Path, t: Texts) -> dict[str, Any]:
    for name in RECORDS:
        if (folder / name).exists():
            data = _json(folder / name, t)
            if not isinstance(data, dict):
                reason = t("report.no_table")
                raise ReportError(t("report.corrupt", file=name, reason=reason))
            return data
    return {}


def _date(record: dict[str, Any]) -> str:
    for name in ("finished", "created"):
        found = re.match(r"\d{4}-\d{2}-\d{2}", str(record.get(name, "")))
        if found:
            return found[0]
    return ""


def _versions(record: dict[str, Any]) -> dict[str, str]:
    found = {}
    if isinstance(record.get("model_version"), str):
        found["langeadem"] = record["model_version"]
    for name in ("versions", "packages"):
        if isinstance(record.get(name), dict):
            found |= {str(package): str(one) for package, one in record[name].items()}
    return found


def _varied(record: dict[str, Any]) -> dict[str, Any]:
    """Return the parameters that a study varied; none where the record is of no study."""
    found: Any = record
    for name in ("study", "vary", "parameters"):
        found = found.get(name) if isinstance(found, dict) else None
    return {str(key): one for key, one in found.items()} if isinstance(found, dict) else {}
