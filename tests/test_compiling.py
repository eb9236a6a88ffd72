"""Kept machine code is never older than the rules it was made from."""

from __future__ import annotations

import importlib
import pkgutil
import shutil
from pathlib import Path

import langeadem.model as model
import pytest
from langeadem.agents import compiling


def kernels() -> dict[str, object]:
    """Return every loop of the model that is kept on disk, by name."""
    found = {}
    for module in pkgutil.iter_modules(model.__path__):
        for name, value in vars(importlib.import_module(f"langeadem.model.{module.name}")).items():
            if getattr(getattr(value, "_cache", None), "cache_path", None):
                found[name] = value
    return found


@pytest.mark.skipif(not compiling.COMPILED, reason="numba is switched off")
def test_every_loop_is_stamped_with_all_the_rules() -> None:
    """Protects from stale code: numba alone looks at the file of a loop, not at the rules it calls."""
    found = kernels()
    assert {"wellbeing", "attempts", "take_stock", "let_vacancies", "make_ties"} <= set(found)
    for name, dispatcher in found.items():
        stamp = dispatcher._cache._cache_file._source_stamp  # type: ignore[attr-defined]
        assert stamp == compiling.rules_fingerprint(), name


def test_a_changed_rule_changes_the_stamp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Protects developers: an edit of a rule in agents/ makes the loops in model/ compile again."""
    root = Path(compiling.__file__).parent.parent
    for room in ("agents", "model"):
        shutil.copytree(root / room, tmp_path / room)
    monkeypatch.setattr(compiling, "_PACKAGE", tmp_path)
    before = compiling.rules_fingerprint.__wrapped__()
    assert before == compiling.rules_fingerprint()
    rules = tmp_path / "agents" / "climbing.py"
    rules.write_text(rules.read_text() + "\n# changed\n")
    assert compiling.rules_fingerprint.__wrapped__() != before
