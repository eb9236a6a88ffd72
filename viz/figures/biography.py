"""Two lines about a resident, made from the facts of the record and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ..text import Texts

if TYPE_CHECKING:
    from ...experiments.lives import Life

#: How a trajectory stands -> key of its words.
_STATUS = {
    "supported": "supported",
    "aftercare": "aftercare",
    "volunteer": "volunteer",
    "completed": "completed",
    "dropped out": "dropped_out",
    "abandoned": "abandoned",
    "handed over": "handed_over",
    "left": "left",
    "died": "died",
}
#: Rules with a first line of their own, for who took no part.
_OWN_LINE = ("housemate", "newcomer", "neighbour", "never_reached")


def year_of(month: int) -> int:
    """Return the year in which a month falls; the first twelve months are year 1."""
    return max(1, -(-month // 12))


def biography(life: Life, t: Texts, names: Mapping[str, str] | None = None) -> tuple[str, str]:
    """Return how it began and how it ended, a line each.

    Parameters
    ----------
    life
        The facts.
    t
        Texts of a language.
    names
        Name of a programme by key, as people call it; without one the key itself.
    """
    return _beginning(life, t, names or {}), _ending(life, t)


def _beginning(life: Life, t: Texts, names: Mapping[str, str]) -> str:
    told = {"year": t.number(year_of(life.from_month)), "rung": t.number(life.rung_start)}
    if life.spans:
        told["year"] = t.number(year_of(life.spans[0][0]))
        keys = dict.fromkeys(life.programmes)
        programme = t.listing([names.get(key, key) for key in keys])
        status = t(
            f"biography.{_STATUS.get(life.status or '', 'other')}", duration=_duration(life, t)
        )
        return t("biography.took_part", **told, programme=programme, status=status)
    if life.rule not in _OWN_LINE:
        return t("biography.apart", **told)
    if life.rule == "newcomer":
        told["year"] = t.number(year_of(life.arrived_month or life.from_month))
    if life.rule in ("housemate", "neighbour"):
        many = len(life.participants) != 1
        count = {"count": t.number(len(life.participants))} if many else {}
        return t(f"biography.{life.rule}_{'some' if many else 'one'}", **told, **count)
    return t(f"biography.{life.rule}", **told)


def _duration(life: Life, t: Texts) -> str:
    key = "biography.month" if life.months_supported == 1 else "biography.months"
    return t(key, months=t.number(life.months_supported))


def _ending(life: Life, t: Texts) -> str:
    """Return where the story ended, beside the twin."""
    if life.living == "dead" and life.died_month is not None:
        now = t(
            "biography.died_at",
            year=t.number(year_of(life.died_month)),
            rung=t.number(life.rung_end),
        )
        return f"{now}; {_twin(life, t)}."
    now = t("biography.stands", rung=t.number(life.rung_end))
    if life.living == "elsewhere" and life.left_month is not None:
        now = t(
            "biography.moved", year=t.number(year_of(life.left_month)), rung=t.number(life.rung_end)
        )
    return f"{now}; {_twin(life, t)}."


def _twin(life: Life, t: Texts) -> str:
    if life.twin_end is None:
        known = (life.twin_rung >= 0).any()
        return t("biography.twin_died" if known else "biography.no_twin")
    if life.living != "dead" and life.twin_end == life.rung_end:
        return t("biography.twin_same")
    gone = life.twin_left_month is not None and life.living == "here"
    key = "biography.twin_elsewhere" if gone else "biography.twin"
    return t(key, rung=t.number(life.twin_end))
