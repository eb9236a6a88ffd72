"""Compile the rules and loops with numba; plain Python with ``NUMBA_DISABLE_JIT=1``.

Nothing is compiled at import: numba compiles a loop at its first call and keeps the machine code
on disk. Numba looks only at the file of a loop to see whether its kept code is stale, while our
loops call rules in other files; so the kept code is stamped with a fingerprint of all of them.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numba
from numba.core import config

F = TypeVar("F", bound=Callable[..., Any])

#: False when numba is switched off and rules and loops run as plain Python.
COMPILED = not getattr(config, "DISABLE_JIT", 0)

_PACKAGE = Path(__file__).resolve().parent.parent


@functools.cache
def rules_fingerprint() -> str:
    """Return a hash of every source file that compiled code can come from."""
    digest = hashlib.sha256()
    for folder in ("agents", "model"):
        for path in sorted((_PACKAGE / folder).glob("*.py")):
            digest.update(path.name.encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def rule(function: F) -> F:
    """Compile a scalar rule; it becomes part of the loops that call it."""
    return numba.njit(error_model="numpy")(function)  # type: ignore[return-value]


def unrolled(function: F) -> F:
    """Write a scalar rule out in the loops that call it, so that they do several steps at a time."""
    return numba.njit(error_model="numpy", inline="always")(function)  # type: ignore[return-value]


def kernel(function: F) -> F:
    """Compile a loop over arrays and keep the machine code on disk."""
    dispatcher: Any = numba.njit(cache=True, error_model="numpy")(function)
    if COMPILED:
        dispatcher._cache._cache_file._source_stamp = rules_fingerprint()
    return dispatcher
