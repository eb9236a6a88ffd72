"""What a study of scale found in one world, as a file: a study that was stopped goes on with it."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import numpy as np

from .runs import model_version
from .visibility import Search, Visibility


def file_of(folder: Path, looker: str, one: Search) -> Path:
    """Return where a world is kept: its name changes with all that was asked and with the model."""
    content = [
        one.scenario.key(),
        one.programme.model_dump_json(),
        one.indicator,
        one.years,
        one.most_places,
        one.replicates,
        one.seed,
        one.surveys,
        one.level,
        repr(one.monitor),
        model_version(),
    ]
    key = hashlib.sha256(json.dumps(content).encode()).hexdigest()[:16]
    return folder / f"{looker}-{key}.json"


def read(path: Path, places: tuple[int, ...]) -> Visibility | None:
    """Return what is kept of these sizes; None where there is nothing, or of other sizes."""
    if not path.exists():
        return None
    data = json.loads(path.read_text(encoding="utf-8"))
    if tuple(data["places"]) != places:
        return None
    # JSON knows no NaN: where nobody lives there is no difference.
    rate, effect = (
        {str(scale): np.array(rows, dtype=np.float64) for scale, rows in data[name].items()}
        for name in ("rate", "effect")
    )
    return Visibility(
        programme=data["programme"],
        place=data["place"],
        indicator=data["indicator"],
        years=tuple(data["years"]),
        places=places,
        rate=rate,
        effect=effect,
        reached=np.array(data["reached"], dtype=np.float64),
        replicates=data["replicates"],
        surveys=data["surveys"],
    )


def write(path: Path, found: Visibility) -> None:
    """Keep a world, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    data = {
        name: getattr(found, name)
        for name in ("programme", "place", "indicator", "replicates", "surveys", "years", "places")
    }
    for name in ("rate", "effect"):
        rows = getattr(found, name).items()
        data[name] = {scale: _plain(one) for scale, one in rows}
    data["reached"] = _plain(found.reached)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        unfinished.write_text(json.dumps(data, allow_nan=False) + "\n", encoding="utf-8")
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def _plain(values: np.ndarray) -> list[list[float | None]]:
    """Return rows of numbers as JSON knows them."""
    return [[None if np.isnan(one) else float(one) for one in row] for row in values]
