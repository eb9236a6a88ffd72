"""What people call a policy: a name of the street for the shipped ones, its own key for others."""

from __future__ import annotations

from . import Texts

_SECTION = "policy_name"


def policy_name(key: str, t: Texts) -> str:
    """Return what people call a policy."""
    name = f"{_SECTION}.{key.replace('-', '_')}"
    return t(name) if name in t.keys() else key  # noqa: SIM118
