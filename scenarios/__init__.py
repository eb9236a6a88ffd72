"""What is asked: typed, validated scenarios and the catalogue of real places."""

from .amounts import AMOUNTS, in_parts
from .calendar import BEGINNINGS, CalendarSpec, Schedule, Stretch, present_value
from .differences import Difference, differences, require_comparable
from .errors import Problem, ScenarioError, nearest_name
from .load import OF_POLICY, load, load_place, with_policy
from .load_policy import load_calendar, load_policy, load_programme, policy_names
from .load_text import load_text
from .mechanisms import Mechanisms, mechanism_descriptions
from .parameters import ParameterCard, Parameters, parameter_cards
from .place import FIGURES, TENURES, Figure, Figures, Place
from .policy import FundedProgramme, LandlordRules, Policy
from .programme import (
    LADDERS,
    MEASURES,
    PAYERS,
    PROGRAMME_GROUPS,
    Documented,
    ProgrammeSpec,
    Saving,
    programme_keys,
)
from .risks import RISKS
from .scenario import Scenario
from .shipped import DEFAULT_PLACE, catalogue_names

__all__ = [
    "AMOUNTS",
    "BEGINNINGS",
    "DEFAULT_PLACE",
    "FIGURES",
    "LADDERS",
    "MEASURES",
    "OF_POLICY",
    "PAYERS",
    "PROGRAMME_GROUPS",
    "RISKS",
    "TENURES",
    "CalendarSpec",
    "Difference",
    "Documented",
    "Figure",
    "Figures",
    "FundedProgramme",
    "LandlordRules",
    "Mechanisms",
    "ParameterCard",
    "Parameters",
    "Place",
    "Policy",
    "Problem",
    "ProgrammeSpec",
    "Saving",
    "Scenario",
    "ScenarioError",
    "Schedule",
    "Stretch",
    "catalogue_names",
    "differences",
    "in_parts",
    "load",
    "load_calendar",
    "load_place",
    "load_policy",
    "load_programme",
    "load_text",
    "mechanism_descriptions",
    "nearest_name",
    "parameter_cards",
    "policy_names",
    "present_value",
    "programme_keys",
    "require_comparable",
    "with_policy",
]
