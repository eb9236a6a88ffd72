"""Icons of the four ladders, as paths in a square of 16."""

from __future__ import annotations

#: A book, a briefcase, a house and a ball: the hue is never the only sign.
LADDER_ICONS = {
    "learning": "M2 3h5l1 1 1-1h5v10H9l-1 1-1-1H2zM8 4v10",
    "working": "M2 6h12v7H2zM6 6V4h4v2M2 9h12",
    "housing": "M2 8l6-5 6 5M4 7v6h8V7M7 13v-3h2v3",
    "leisure": "M14 8A6 6 0 1 1 2 8a6 6 0 0 1 12 0zM3 5c3 2 7 2 10 0M3 11c3-2 7-2 10 0",
}
