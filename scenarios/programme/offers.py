"""What comes with a place: ties, and real and finite things."""

from __future__ import annotations

from pydantic import Field

from ..parameters.base import Group, par


class Bonds(Group):
    """Ties that taking part makes, and what becomes of who completes."""

    peers: float = par(
        0.0,
        unit="1/month",
        low=0,
        high=1,
        source="judgement: none unless a programme states it; EVIDENCE D16",
        doc="Chance a month of a tie with another participant.",
    )
    mentor: bool = Field(
        default=False,
        description="The key worker counts as a tie to outside while the two work together.",
    )
    bridges: float = par(
        0.0,
        unit="1/month",
        low=0,
        high=1,
        source="judgement: none unless a programme states it",
        doc="Chance a month of a lasting tie to somebody outside.",
    )
    word_of_mouth: float = par(
        0.05,
        unit="1/month",
        low=0,
        high=1,
        source="judgement: digest 003 L254, a participant sent her brother; no rate published",
        doc="Chance a month that a participant tells a tie of the programme.",
    )
    volunteers: float = par(
        0.0,
        unit="share of completions",
        low=0,
        high=1,
        source="judgement: none unless a programme states it",
        doc="Share of those who complete and become volunteer or role model.",
    )
    volunteer_ties: int = par(
        3,
        unit="ties",
        low=0,
        high=50,
        source="judgement: a role model knows and is known; digest 001 M29",
        doc="Ties that a volunteer keeps up more than before.",
    )
    volunteer_load: float = par(
        0.0,
        unit="hours/week",
        low=0,
        high=60,
        source="judgement: light unless a programme states it",
        doc="What is asked of a volunteer.",
    )
    volunteers_support: float = par(
        0.0,
        unit="places for each volunteer",
        low=0,
        high=5,
        source="judgement: none unless a programme states it",
        doc="Places that a volunteer can serve beside the staff.",
    )


class Offers(Group):
    """Real and finite things that a place brings."""

    work_rung: int = par(
        0,
        unit="rung",
        low=0,
        high=3,
        source="judgement: none unless a programme states it",
        doc="Working rung held with the place: 1 unpaid work, 2 internship, 3 subsidised job; 0 none.",
    )
    work_places: int = par(
        0,
        unit="places",
        low=0,
        high=100_000,
        source="judgement: none unless a programme states it",
        doc="Number of work places of that rung.",
    )
    rooms: int = par(
        0,
        unit="dwellings",
        low=0,
        high=1000,
        source="judgement: none unless a programme states it",
        doc="Supported dwellings that the programme adds; their residents are its participants.",
    )
    tenure_change: bool = Field(
        default=False, description="Participants buy the dwelling that they rent."
    )
    buy_back: bool = Field(
        default=False, description="The landlord buys the dwelling back when they leave."
    )
    skips_queue: bool = Field(
        default=False,
        description="Who completes is offered another dwelling in the neighbourhood first.",
    )
