"""How much the workshop lets people ask: more among ourselves than on a public address."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """What a session may ask, and what the server keeps.

    Attributes
    ----------
    public : bool
        Whether strangers can reach the server.
    households : int
        Households of the largest place that may be asked.
    years : int
        Longest horizon.
    upload_bytes : int
        Size of an uploaded scenario.
    waiting : int
        Pieces of work that one session may have waiting.
    cache_bytes : int
        What is kept of computed runs, all sessions together.
    piece_seconds : float
        After this long a piece of work is given up; seconds of the clock, so that a machine which
        does other work too needs room: the longest piece takes some twenty on a quiet one.
    """

    public: bool = False
    households: int = 40_000
    years: int = 100
    upload_bytes: int = 200_000
    waiting: int = 2_000
    cache_bytes: int = 600_000_000
    piece_seconds: float = 300.0


OPEN = Limits()
#: Nobody can keep both cores busy for long, nor fill the memory.
PUBLIC = Limits(
    public=True,
    households=8_000,
    years=30,
    upload_bytes=60_000,
    waiting=300,
    cache_bytes=300_000_000,
    piece_seconds=180.0,
)
