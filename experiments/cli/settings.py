"""``--set KEY=VALUE``: differences from the scenario, values as TOML."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from typing import Any

from ...viz.text import Texts
from .screen import InputError

#: A name or a path, which after a key of a programme or a policy needs no quotes.
_NAME = re.compile(r"[A-Za-z][\w./-]*")


def overrides(settings: Sequence[str], years: int | None, t: Texts) -> dict[str, Any]:
    """Return the differences by key, as `load` takes them.

    Raises
    ------
    InputError
        For a setting without ``=``, a value that is not TOML, or a key that is given twice.
    """
    found: dict[str, Any] = {} if years is None else {"years": years}
    for setting in settings:
        key, equals, value = setting.partition("=")
        key = key.strip()
        if not equals or not key:
            raise InputError(t("settings.form", setting=setting))
        if key in found:
            raise InputError(t("settings.twice", key=key))
        found[key] = _value(key, value, t)
    return found


def _value(key: str, text: str, t: Texts) -> Any:
    named = key == "policy" or key.startswith("programmes.")
    if named and _NAME.fullmatch(text) and text not in ("true", "false", "inf", "nan"):
        return text
    try:
        table = tomllib.loads(f"value = {text}")
    except (tomllib.TOMLDecodeError, RecursionError):
        raise InputError(t("settings.toml", key=key, value=" ".join(text.split()))) from None
    if set(table) != {"value"}:
        raise InputError(t("settings.toml", key=key, value=" ".join(text.split())))
    return table["value"]
