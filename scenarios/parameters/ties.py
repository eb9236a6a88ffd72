"""Parameters of the social network."""

from typing import Self

from pydantic import model_validator

from .base import Group, par


class Ties(Group):
    """Who knows whom, for how long, and what ties carry."""

    mean_wanted: float = par(
        8.0,
        unit="ties",
        low=0,
        high=60,
        source="judgement: EVIDENCE D3 counts 2-3 confidants; wider networks are larger",
        doc="Mean number of ties outside the household that a resident keeps up.",
    )
    spread: float = par(
        0.6,
        unit="share",
        low=0,
        high=1,
        source="judgement",
        doc="Half-width of the spread of the wanted number of ties around its mean.",
    )
    key_share: float = par(
        0.015,
        unit="share of residents from 12 years",
        low=0,
        high=0.5,
        source="judgement: a few key figures (digest 001 M59, M87)",
        doc="Share of residents who are, or grow up to be, key figures.",
    )
    key_factor: float = par(
        4.0,
        unit="times",
        low=1,
        high=20,
        source="judgement",
        doc="Multiple of the wanted ties of a key figure.",
    )
    share_stairwell: float = par(
        0.22,
        unit="share",
        low=0,
        high=1,
        source="EVIDENCE D4, D6: local ties are about a third of the network",
        doc="Share of ties made within the stairwell.",
    )
    share_street: float = par(
        0.16,
        unit="share",
        low=0,
        high=1,
        source="EVIDENCE D4, D6",
        doc="Share of ties made within the street.",
    )
    share_outside: float = par(
        0.37,
        unit="share",
        low=0,
        high=1,
        source="EVIDENCE D6: most ties lie outside the neighbourhood (assumption)",
        doc="Share of ties that are bridges to people outside; the rest are friends and kin within the neighbourhood.",
    )
    closure: float = par(
        0.35,
        unit="share",
        low=0,
        high=1,
        source="judgement: friends of friends meet",
        doc="Share of friendships made through a common tie (clustering).",
    )
    homophily: int = par(
        4,
        unit="candidates",
        low=1,
        high=20,
        source="EVIDENCE D14: no Dutch figure; 60-75% same-rung ties assumed",
        doc="Number of people met from whom the most alike becomes the friend (1 = no homophily).",
    )
    focus: float = par(
        1.5,
        unit="rungs",
        low=0,
        high=20,
        source="EVIDENCE D16: ties form in settings such as schools and community centres",
        doc="Likeness that a shared setting (club, school of one's own or of the children) counts for.",
    )
    lifetime: float = par(
        16.0,
        unit="years",
        low=0.5,
        high=100,
        source="EVIDENCE D1, D2: 48% left after seven years",
        doc="Mean lifetime of a tie; the loss is 1 - exp(-1/lifetime) a year.",
    )
    formation_rate: float = par(
        0.045,
        unit="1/month",
        low=0,
        high=1,
        source="EVIDENCE D1: the size of networks is stable; newcomers need time (judgement)",
        doc="Chance a month that one missing tie is made.",
    )
    cut_on_leaving: float = par(
        0.65,
        unit="share",
        low=0,
        high=1,
        source="judgement: EVIDENCE A7, D1; most neighbour ties end with a move",
        doc="Share of ties that end when one of the two leaves the neighbourhood.",
    )
    exchange_months: int = par(
        3,
        unit="months",
        low=1,
        high=12,
        source="judgement: norms and news travel in months; also bounds the cost of the ties",
        doc="Months between two moments at which ties pass on agency, trust and job information.",
    )
    bridge_working: float = par(
        0.75,
        unit="share",
        low=0,
        high=1,
        source="judgement: people outside are more often at work than here",
        doc="Share of outside bridges who are at work.",
    )
    bridge_agency: float = par(
        0.70, unit="share", low=0, high=1, source="judgement", doc="Mean agency of outside bridges."
    )

    @model_validator(mode="after")
    def _shares_of_one_whole(self) -> Self:
        total = self.share_stairwell + self.share_street + self.share_outside
        if total > 1 + 1e-9:
            raise ValueError(
                f"share_stairwell, share_street and share_outside add up to {total:.3g}, above 1"
            )
        return self
