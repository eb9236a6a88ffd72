"""What people call a policy: a name of the street for the shipped ones, its own key for others."""

from __future__ import annotations

from . import Texts


def policy_name(key: str, t: Texts) -> str:
    """Return what people call a policy."""
    name = key.replace("-", "_")
    known = f"policy_name.{name}" in t.keys()  # noqa: SIM118
    return t(f"policy_name.{name}") if known else key
