"""What is asked: typed, validated scenarios and the catalogue of real places."""

from .errors import Problem, ScenarioError, nearest_name
from .load import load, load_place
from .mechanisms import Mechanisms, mechanism_descriptions
from .parameters import ParameterCard, Parameters, parameter_cards
from .place import FIGURES, TENURES, Figure, Figures, Place
from .scenario import Scenario
from .shipped import DEFAULT_PLACE, POLICIES, catalogue_names

__all__ = [
    "DEFAULT_PLACE",
    "FIGURES",
    "POLICIES",
    "TENURES",
    "Figure",
    "Figures",
    "Mechanisms",
    "ParameterCard",
    "Parameters",
    "Place",
    "Problem",
    "Scenario",
    "ScenarioError",
    "catalogue_names",
    "load",
    "load_place",
    "mechanism_descriptions",
    "nearest_name",
    "parameter_cards",
]
