"""A programme: whom it wants, how it finds them, what it does, what it costs, what documents say."""

from .card import APPROACHES, PROGRAMME_GROUPS, ProgrammeSpec, programme_keys
from .documented import MEASURES, Documented, Measure, Risk, Setting
from .means import PAYERS, Money, Payer, Saving, Shares, Staff
from .offers import Bonds, Offers
from .reach import LADDERS, Eligibility, Funnel
from .support import Nudges, Support

__all__ = [
    "APPROACHES",
    "LADDERS",
    "MEASURES",
    "PAYERS",
    "PROGRAMME_GROUPS",
    "Bonds",
    "Documented",
    "Eligibility",
    "Funnel",
    "Measure",
    "Money",
    "Nudges",
    "Offers",
    "Payer",
    "ProgrammeSpec",
    "Risk",
    "Saving",
    "Setting",
    "Shares",
    "Staff",
    "Support",
    "programme_keys",
]
