"""What the report says of the sixteen projects that it studied, in our words."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Statement:
    """What the report says of one project.

    Attributes
    ----------
    label : str
        Short name, behind the number of the project in the report.
    row : int
        That number, 1 to 16.
    said : str
        What the report says of reach and results, paraphrased.
    reference : str
        Where.
    """

    label: str
    row: int
    said: str
    reference: str


def _row(row: int, label: str, said: str) -> Statement:
    return Statement(label, row, said, f"digest 000 section 4 row {row}, L{30 + row}")


#: At which scale effects show; said of all sixteen together and of none by itself.
SCALE_STATEMENT = Statement(
    "all",
    0,
    "effects show at the stairwell, the complex or the street and not at the neighbourhood, because"
    " of their scale, their size and how long they last",
    "digest 000 section 5, L52",
)

#: By key of the programme, in the order of the report.
STATEMENTS: dict[str, Statement] = {
    "vooruit": _row(1, "VoorUit!", "20 students live and are active in the area; reach only"),
    "boot": _row(2, "BOOT", "125 students active in the area; reach only"),
    "cruyff-courts": _row(3, "Cruyff Courts", "17 to 33% of the young people are reached"),
    "xpoint": _row(4, "XPoint", "650 homes visited, a neutral place in the area; reach only"),
    "bewonersadviseurs-staalkans": _row(
        5, "Staalkans", "over 200 of some 900 homes visited; trust was lost when the money stopped"
    ),
    "koopgarant": _row(6, "Koopgarant", "23 dwellings sold, from rent to ownership"),
    "watch-out": _row(7, "Watch Out", "20 young supervisors in the streets; everybody gains by it"),
    "assistent-buurtbeheerders": _row(8, "Buurtbeheerders", "7 took part, 2 of them stopped"),
    "prachtwerk": _row(9, "Prachtwerk", "2 took part, where dozens were hoped for"),
    "empowerment-transvaal": _row(
        10, "Empowerment", "60 trained; half a year later they say they think and act otherwise"
    ),
    "foyer-henegouwerlaan": _row(
        11, "Foyer", "32 rooms filled; four in five leave with success, which is not defined"
    ),
    "je-eigen-stek": _row(12, "Je Eigen Stek", "room for 16; 6 moved on to a dwelling"),
    "bedrijfscatering-roc": _row(13, "Bedrijfscatering", "about 10 students at work every day"),
    "squashing-kids": _row(
        14, "Squashing Kids", "of 700 children 70 went on, 10 were talents, 3 reached the top"
    ),
    "ibzw": _row(15, "IBZW", "7 tenants, of whom 2 got a contract of their own back"),
    "restylen-huishoudens": _row(16, "Restylen", "6 households guided for half a year each"),
}
