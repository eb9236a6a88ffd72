"""Terminals that cannot show every character."""

from __future__ import annotations

import sys


def survive_any_encoding() -> None:
    """Let a terminal that lacks a character show another in its place, instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")
