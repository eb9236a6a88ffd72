"""The table of what each mechanism of continuity adds to the differences between policies."""

from __future__ import annotations

from ...scenarios import mechanism_descriptions
from ...viz.text import Texts
from ...viz.text.policy_names import policy_name
from ..contributions import AGAINST_CONTINUITY, Contributions
from .screen import Listing


def contributions_listing(parts: Contributions, t: Texts) -> tuple[Listing, str]:
    """Return the table and what has to be known of it; those that do most come first."""
    policies = parts.whole.policies[1:]
    about = mechanism_descriptions()
    found = {name: [parts.of(name, one) for one in policies] for name in parts.without}
    largest = sorted(found, key=lambda name: -max(abs(one.mean) for one in found[name]))
    rows = []
    for name in largest:
        words = about[name]
        against = t("compare.yes") if name in AGAINST_CONTINUITY else t("compare.no")
        cells = [
            t("compare.plus_minus", mean=t.signed(one.mean), half=t.number(one.half))
            for one in found[name]
        ]
        rows.append([f"{name}: {t.of_model(words)}", against, *cells])
    columns = [t("compare.head_mechanism"), t("compare.head_against")]
    columns += [policy_name(one, t) for one in policies]
    numbers = frozenset(range(2, len(columns)))
    title = t("compare.title_mechanisms", years=str(parts.horizon))
    note = t("compare.note_mechanisms", reference=policy_name(parts.whole.reference, t))
    return Listing(columns, rows, numbers, frozenset({0, *numbers}), title), note
