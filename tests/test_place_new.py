"""A place of one's own, from a downloaded table of Statistics Netherlands (CBS).

What is protected here: the table is read in each of the ways in which it is published, no figure is
taken from the wrong column or year, what the table keeps back becomes a default that says so, and
the generated population is held against what was given. The tables are made by hand, with the names
of columns as published.
"""

from __future__ import annotations

import codecs
import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from langeadem.experiments import given as given_module
from langeadem.experiments.given import NOT_MEASURED, compare_given
from langeadem.model.neighbourhood import Neighbourhood
from langeadem.scenarios import FIGURES, TENURES, ScenarioError, load
from langeadem.scenarios.cbs import Region, number, read_region
from langeadem.scenarios.cbs_editions import ALLOWED, WRONG, editions
from langeadem.scenarios.cbs_place import CONTEXT, place_toml
from langeadem.scenarios.load_text import load_text
from langeadem.viz.text import texts

from .asking import call as ask
from .asking import flat

#: Columns that every download begins with, by layout, and how each is filled for a region.
_RAW = "ID;WijkenEnBuurten;Gemeentenaam_1;SoortRegio_2;Codering_3"
_SHOWN = (
    '"Wijken en buurten";"Regioaanduiding/Gemeentenaam (naam)"'
    ';"Regioaanduiding/Soort regio (omschrijving)";"Regioaanduiding/Codering (code)"'
)
_KWB = "gwb_code_10;gwb_code_8;regio;gm_naam;recs;gwb_code;ind_wbi"
_RAW_PEOPLE = (
    ";AantalInwoners_5;Mannen_6;k_0Tot15Jaar_8;k_15Tot25Jaar_9;k_25Tot45Jaar_10;k_45Tot65Jaar_11"
    ";k_65JaarOfOuder_12"
)
_SHOWN_PEOPLE = (
    ';"Bevolking/Aantal inwoners (aantal)";"Bevolking/Geslacht/Mannen (aantal)"'
    + "".join(
        f';"Bevolking/Leeftijdsgroepen/{ages} (aantal)"'
        for ages in (
            "0 tot 15 jaar",
            "15 tot 25 jaar",
            "25 tot 45 jaar",
            "45 tot 65 jaar",
            "65 jaar of ouder",
        )
    )
    + "".join(
        f';"Bevolking/Particuliere huishoudens/{kind} (aantal)"'
        for kind in (
            "Huishoudens totaal",
            "Eenpersoonshuishoudens",
            "Huishoudens zonder kinderen",
            "Huishoudens met kinderen",
        )
    )
)
_KWB_PEOPLE = (
    ";a_inw;a_man;a_00_14;a_15_24;a_25_44;a_45_64;a_65_oo;a_hh;a_1p_hh;a_hh_z_k;a_hh_m_k"
    ";p_koopw;p_wcorpw;p_ov_hw"
)
_ASSISTANCE = '"Sociale zekerheid/Personen per soort uitkering; Bijstand (aantal)"'

#: Name of a file -> its line of names, as published in that year.
HEADERS = {
    "84286NED_UntypedDataSet_01022021_101010.csv": (
        f"{_RAW};IndelingswijzigingWijkenEnBuurten_4{_RAW_PEOPLE};HuishoudensTotaal_28"
        ";Eenpersoonshuishoudens_29;HuishoudensZonderKinderen_30;HuishoudensMetKinderen_31"
        ";Koopwoningen_40;InBezitWoningcorporatie_42;InBezitOverigeVerhuurders_43"
        ";PersonenPerSoortUitkeringBijstand_80"
    ),
    "85318NED_UntypedDataSet_01022024_101010.csv": (
        f"{_RAW};IndelingswijzigingGemeenteWijkBuurt_4{_RAW_PEOPLE};HuishoudensTotaal_28"
        ";Eenpersoonshuishoudens_29;HuishoudensZonderKinderen_30;HuishoudensMetKinderen_31"
        ";Koopwoningen_40;InBezitWoningcorporatie_42;InBezitOverigeVerhuurders_43"
        ";OpleidingsniveauLaag_64;OpleidingsniveauMiddelbaar_65;OpleidingsniveauHoog_66"
        ";PersonenPerSoortUitkeringBijstand_83"
    ),
    "85618NED_UntypedDataSet_01022025_101010.csv": (
        f"{_RAW};IndelingswijzigingGemeenteWijkBuurt_4{_RAW_PEOPLE};HuishoudensTotaal_29"
        ";Eenpersoonshuishoudens_30;HuishoudensZonderKinderen_31;HuishoudensMetKinderen_32"
        ";Koopwoningen_41;InBezitWoningcorporatie_43;InBezitOverigeVerhuurders_44"
        ";BasisonderwijsVmboMbo1_70;HavoVwoMbo24_71;HboWo_72;PersonenPerSoortUitkeringBijstand_92"
    ),
    "85984NED_UntypedDataSet_01022026_101010.csv": (
        f"{_RAW};IndelingswijzigingGemeenteWijkBuurt_4{_RAW_PEOPLE};HuishoudensTotaal_29"
        ";Eenpersoonshuishoudens_30;HuishoudensZonderKinderen_31;HuishoudensMetKinderen_32"
        ";Koopwoningen_47;InBezitWoningcorporatie_49;InBezitOverigeVerhuurders_50"
        ";BasisonderwijsVmboMbo1_67;HavoVwoMbo24_68;HboWo_69;PersonenPerSoortUitkeringBijstand_87"
    ),
    "Kerncijfers_wijken_en_buurten_2020_11122021_141648.csv": (
        f'{_SHOWN}{_SHOWN_PEOPLE};"Wonen/Woningen naar eigendom/Koopwoningen (%)"'
        ';"Wonen/Woningen naar eigendom/Huurwoningen/In bezit woningcorporatie (%)"'
        ';"Wonen/Woningen naar eigendom/Huurwoningen/In bezit overige verhuurders (%)"'
        ';"Opleidingsniveau/Opleidingsniveau laag (aantal)"'
        ';"Opleidingsniveau/Opleidingsniveau middelbaar (aantal)"'
        f';"Opleidingsniveau/Opleidingsniveau hoog (aantal)";{_ASSISTANCE}'
    ),
    "Kerncijfers_wijken_en_buurten_2024_11122025_141648.csv": (
        f'{_SHOWN}{_SHOWN_PEOPLE};"Wonen en vastgoed/Woningen naar eigendom/Koopwoningen (%)"'
        ';"Wonen en vastgoed/Woningen naar eigendom/Huurwoningen/In bezit woningcorporatie (%)"'
        ';"Wonen en vastgoed/Woningen naar eigendom/Huurwoningen/In bezit overige verhuurders (%)"'
        ';"Onderwijs/Hoogst behaald onderwijsniveau/Basisonderwijs, vmbo, mbo1 (aantal)"'
        ';"Onderwijs/Hoogst behaald onderwijsniveau/Havo, vwo, mbo2-4 (aantal)"'
        f';"Onderwijs/Hoogst behaald onderwijsniveau/Hbo, wo (aantal)";{_ASSISTANCE}'
    ),
    "kwb-2021.csv": f"{_KWB}{_KWB_PEOPLE};a_opl_lg;a_opl_md;a_opl_hg;a_soz_wb",
    "kwb2024.csv": f"{_KWB}{_KWB_PEOPLE};a_opl_bvm;a_opl_hvm;a_opl_hw;a_soz_wb;a_nb_won ",
}
KWB = "kwb-2021.csv"

#: Residents, men, five ages, households of four kinds, three tenures, three schoolings, assistance.
NUMBERS = [260, 130, 40, 30, 75, 70, 45, 120, 50, 30, 40, 24, 60, 15, 70, 90, 40, 22]
OTHER = [
    9000,
    4500,
    1500,
    900,
    2500,
    2400,
    1700,
    4100,
    1500,
    1200,
    1400,
    55,
    30,
    14,
    1500,
    2800,
    2400,
    210,
]
#: Where each of them stands in `NUMBERS`.
AT = {
    "residents": 0,
    "age_0_14": 2,
    "age_15_24": 3,
    "age_25_44": 4,
    "age_45_64": 5,
    "age_65_plus": 6,
    "households": 7,
    "one_person": 8,
    "without_children": 9,
    "with_children": 10,
    "owner_occupied": 11,
    "housing_association": 12,
    "other_landlord": 13,
    "schooling_low": 14,
    "schooling_middle": 15,
    "assistance": 17,
}
AGES = ("age_0_14", "age_15_24", "age_25_44", "age_45_64", "age_65_plus")
KINDS = ("one_person", "without_children", "with_children")
SCHOOLING_2023 = ("a_opl_bvm", "a_opl_hvm", "a_opl_hw")
WHERE = "WK050503"
NEW = ("place", "new", "--cbs", KWB, "--code", WHERE)
YEARS = {
    "84286": 2018,
    "85318": 2022,
    "85618": 2023,
    "85984": 2024,
    "_2020_": 2020,
    "_2024_": 2024,
    "kwb-2021": 2021,
    "kwb2024": 2024,
}


def _changed(**changes: Any) -> list[Any]:
    """Return the numbers of the region with some of them changed."""
    numbers: list[Any] = list(NUMBERS)
    for name, value in changes.items():
        numbers[AT[name]] = value
    return numbers


def _row(name: str, code: str, called: str, kind: str, numbers: list[Any]) -> str:
    """Return a line of the table, padded with spaces as the published ones are."""
    if name.startswith("8"):
        start = ["1", f"{code:<10}", f"{'Dordrecht':<40}", f"{kind:<10}", f"{code:<10}", "1"]
        numbers = [*numbers[:14], *numbers[17:]] if "84286" in name else numbers
    elif name.startswith("K"):
        start = [f'"{called}"', '"Dordrecht"', f'"{kind}"', f'"{code}"']
    else:
        start = [code, code[2:], called, "Dordrecht", kind, code, "1"]
        numbers = [*numbers, 3] if name == "kwb2024.csv" else numbers
    return ";".join([*start, *(f"{one!s:>8}" for one in numbers)])


def _text(name: str, numbers: list[Any] = NUMBERS) -> str:
    """Return a table of four regions; ``numbers`` are of the district asked for."""
    rows = [
        _row(name, "GM0505", "Dordrecht", "Gemeente", [120 * one for one in NUMBERS]),
        _row(name, WHERE, "Wijk 03 Sint-Jozëf", "Wijk", numbers),
        _row(name, "WK050504", "Wijk 04 Krispijn", "Wijk", OTHER),
        _row(name, "BU05050301", "Sint-Jozëf-Oost", "Buurt", ["."] * len(NUMBERS)),
    ]
    return "\n".join([HEADERS[name], *rows, ""])


def _file(folder: Path, name: str = KWB, numbers: list[Any] = NUMBERS) -> Path:
    path = folder / name
    path.write_text(_text(name, numbers), encoding="utf-8")
    return path


def _region(folder: Path, **changes: Any) -> Region:
    return read_region(_file(folder, KWB, _changed(**changes)), WHERE)


def _figures(region: Region) -> dict[str, dict[str, Any]]:
    return tomllib.loads(place_toml(region))["figures"]


def _refused(folder: Path, name: str, text: str | bytes, code: str = WHERE) -> list[Any]:
    """Return the problems for which a file is refused."""
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(ScenarioError) as refused:
        read_region(path, code)
    assert all(problem.where == str(path) for problem in refused.value.problems)
    return list(refused.value.problems)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a current folder with a table."""
    monkeypatch.chdir(tmp_path)
    _file(tmp_path)
    return tmp_path


# -- reading -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", HEADERS)
def test_every_way_of_publishing_says_the_same(name: str, tmp_path: Path) -> None:
    """The same region is read from each download, each figure from its own column and year."""
    region = read_region(_file(tmp_path, name), "wk050503 ")
    year = next(year for part, year in YEARS.items() if part in name)
    assert (region.code, region.municipality, region.edition.year) == (WHERE, "Dordrecht", year)
    assert region.name == ("" if name.startswith("8") else "Wijk 03 Sint-Jozëf")
    schooled = year != 2018
    kept = {"schooling_low", "schooling_middle", "schooling_high"}
    concepts = [
        *("residents", "age_0_14", "age_15_24", "age_25_44", "age_45_64", "age_65_plus"),
        *("households", "one_person", "without_children", "with_children"),
        *("owner_occupied", "housing_association", "other_landlord"),
        *("schooling_low", "schooling_middle", "schooling_high", "assistance"),
    ]
    expected = dict(zip(concepts, [NUMBERS[0], *NUMBERS[2:]], strict=True))
    found = {concept: cell.value for concept, cell in region.cells.items()}
    assert found == {
        concept: value for concept, value in expected.items() if schooled or concept not in kept
    }
    # Men are in the table and are no figure of ours; the neighbour's row is nobody's.
    assert read_region(tmp_path / name, "WK050504").value("residents") == OTHER[0]


def test_three_editions_or_more_are_known() -> None:
    """Protects the mapping: every edition names every concept in every layout, but two have no schooling."""
    assert len(editions()) >= 3
    for year, edition in editions().items():
        named = [set(names) - {"name"} for names in edition.names.values()]
        assert named[0] == named[1] == named[2]
        assert ("schooling_low" in named[0]) == (year not in (2018, 2025))
        for names in edition.names.values():
            assert len(set(names.values())) == len(names)
    assert len({edition.table for edition in editions().values()}) == len(editions())


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (b"", "utf-8"),
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (b"", "cp1252"),
    ],
)
def test_encodings(mark: bytes, encoding: str, tmp_path: Path) -> None:
    """An accent and a mark at the start are read whatever program saved the file."""
    for name in (KWB, "Kerncijfers_wijken_en_buurten_2020_11122021_141648.csv"):
        path = tmp_path / name
        path.write_bytes(mark + _text(name).encode(encoding))
        region = read_region(path, WHERE)
        assert region.name == "Wijk 03 Sint-Jozëf"
        assert region.value("residents") == 260


@pytest.mark.parametrize("separator", [",", "\t"])
def test_other_separators_and_lines_above(separator: str, tmp_path: Path) -> None:
    """A workbook saved elsewhere has commas or tabs, and a table may have its title above it."""
    path = tmp_path / KWB
    text = _text(KWB).replace(";", separator)
    path.write_text(f"Kerncijfers wijken en buurten 2021\n\n{text}Bron: CBS\n", encoding="utf-8")
    assert read_region(path, WHERE).value("households") == 120


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", 12),
        ("   4175 ", 4175),
        ("4.175", 4175),
        ("17 811 291", 17_811_291),
        ("2,1", 2.1),
        ("2.1", 2.1),
        ("0.455", 0.455),
        ("0", 0),
        ("", None),
        ("       .", None),
        ("x", None),
        ("-", None),
        (",", None),
        ("NaN", None),
        ("-99997", None),
    ],
)
def test_numbers(text: str, value: float | None) -> None:
    """Decimal commas and points, thousands, and what the table keeps back, which is not zero."""
    assert number(text) == value


@pytest.mark.parametrize(
    "text",
    ["twaalf", "1;2", "12%", "inf", "8_455", "1e3", "+5", "5.", ".5", "1.23,4", "1.234 567", "٣"],
)
def test_no_number(text: str) -> None:
    """A word is no figure that is kept back, and what Python reads as a number need not be one."""
    with pytest.raises(ValueError, match=r"."):
        number(text)


# -- what is refused -----------------------------------------------------------------------------------


def test_files_that_are_no_table(tmp_path: Path) -> None:
    """Nothing there, a workbook, text of another kind and bytes of no text each say what they are."""
    with pytest.raises(ScenarioError, match="cannot be read: No such file or directory"):
        read_region(tmp_path / KWB, WHERE)
    with pytest.raises(ScenarioError, match="cannot be read: Is a directory"):
        read_region(tmp_path, WHERE)
    for content, said in (
        (b"PK\x03\x04rest", "workbook"),
        (b"", "no line with names"),
        (b"a;b\n1;2\n", "no line with names"),
        (b"\x81\x8d", "no encoding"),
    ):
        (problem,) = _refused(tmp_path, KWB, content)
        assert said in problem.message


def test_an_edition_is_never_guessed(tmp_path: Path) -> None:
    """The columns of one year fit the next: the name of the file says it, or the option."""
    for name in ("mijn.csv", "kwb-2021-en-2022.csv"):
        (problem,) = _refused(tmp_path, name, _text(KWB))
        assert "--edition" in problem.message
        assert "2018, 2019, 2020" in problem.allowed
        assert read_region(tmp_path / name, WHERE, 2021).edition.year == 2021
    (problem,) = _refused(tmp_path, "86999NED_UntypedDataSet.csv", _text(KWB))
    assert "86999NED" in problem.message


def test_an_unknown_edition_is_refused_with_the_names_it_lacks(tmp_path: Path) -> None:
    """An older table is not read by the names of a newer one."""
    text = _text(KWB).replace("a_soz_wb", "p_soz_wb").replace("a_inw", "aant_inw")
    problems = _refused(tmp_path, "kwb-2012.csv", text)
    assert problems[0].message.startswith("edition 2012 is not known")
    assert [problem.message for problem in problems[1:]] == [
        "column a_inw is missing; edition 2018 has it",
        "column a_soz_wb is missing; edition 2018 has it",
    ]
    assert [problem.nearest for problem in problems[1:]] == ["aant_inw", "p_soz_wb"]
    # Even where every column is there: a figure of an unknown year is nobody's to vouch for.
    assert len(_refused(tmp_path, "kwb-2012.csv", _text(KWB))) == 1


def test_a_column_that_is_missing_or_double_is_named(tmp_path: Path) -> None:
    """A selection of topics, and the names of another year, say which columns they lack."""
    (problem,) = _refused(tmp_path, KWB, _text(KWB).replace("p_wcorpw", "p_huurw"))
    assert problem.message == "column p_wcorpw is missing; edition 2021 has it"
    missing = _refused(tmp_path, "kwb-2023.csv", _text(KWB))
    assert [one.message.split()[1] for one in missing] == ["a_opl_bvm", "a_opl_hvm", "a_opl_hw"]
    name = "85318NED_UntypedDataSet_01022024_101010.csv"
    (problem,) = _refused(tmp_path, name, _text(name).replace("Mannen_6", "Koopwoningen_39"))
    assert problem.message == "column Koopwoningen is there more than once"


def test_a_region_that_is_not_there_brings_the_nearest(tmp_path: Path) -> None:
    """A slip in a code, and a name where a code was asked."""
    (problem,) = _refused(tmp_path, KWB, _text(KWB), "WK050530")
    near = ["WK050504 (Wijk 04 Krispijn)", f"{WHERE} (Wijk 03 Sint-Jozëf)"]
    assert problem.nearest == ", ".join(near)
    (problem,) = _refused(tmp_path, KWB, _text(KWB), "krispijn")
    assert problem.nearest == "WK050504 (Wijk 04 Krispijn)"
    (problem,) = _refused(tmp_path, KWB, _text(KWB), "zzzz")
    assert not problem.nearest
    twice = _text(KWB).replace("WK050504", WHERE)
    (problem,) = _refused(tmp_path, KWB, twice)
    assert problem.message == f"region {WHERE} is there 2 times"


def test_a_cell_that_is_no_number_is_located(tmp_path: Path) -> None:
    """The column and the line of the file."""
    (problem,) = _refused(tmp_path, KWB, _text(KWB, _changed(households="veel")))
    assert (problem.key, problem.line, problem.message) == ("a_hh", 3, "veel: is not a number")


@pytest.mark.parametrize("value", [".", 0])
def test_a_place_needs_residents_and_households(value: Any, tmp_path: Path) -> None:
    """What everything is made of is not filled in."""
    for concept, column, parts in (("residents", "a_inw", AGES), ("households", "a_hh", KINDS)):
        region = _region(tmp_path, **{concept: value, **dict.fromkeys(parts, value)})
        with pytest.raises(ScenarioError) as refused:
            place_toml(region)
        (problem,) = refused.value.problems
        assert (problem.key, problem.line) == (column, 3)


# -- figures that cannot be ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("concept", "column", "text", "kind", "allowed"),
    [
        ("residents", "a_inw", "8_455", "not_number", "count"),
        ("residents", "a_inw", "veel", "not_number", "count"),
        ("households", "a_hh", "3.5", "not_whole", "count"),
        ("households", "a_hh", "8,455", "not_whole", "count"),
        ("age_15_24", "a_15_24", "-5", "negative", "count"),
        ("assistance", "a_soz_wb", "22,5", "not_whole", "count"),
        ("owner_occupied", "p_koopw", "101", "over_100", "percentage"),
        ("housing_association", "p_wcorpw", "-1", "negative", "percentage"),
        ("other_landlord", "p_ov_hw", "15%", "not_number", "percentage"),
    ],
)
def test_a_figure_that_cannot_be_is_located(
    concept: str, column: str, text: str, kind: str, allowed: str, folder: Path
) -> None:
    """File, line, column, what is wrong and what is allowed with its decimal mark; exit code 2."""
    _file(folder, KWB, _changed(**{concept: text}))
    for lang, line in (("nl", "regel 3"), ("en", "line 3")):
        done = ask(*NEW, "--lang", lang)
        t = texts(lang)
        wrong = t(f"place_new.wrong.{kind}", text=text)
        said = t("problem.allowed", allowed=t(f"place_new.allowed.{allowed}"))
        assert done.exit_code == 2, done.output
        assert done.stderr == f"{KWB}, {line}: {column}: {wrong}; {said}\n"
        assert "komma" in said or "comma" in said
    assert [path.name for path in folder.iterdir()] == [KWB]


def test_all_figures_that_cannot_be_are_told_at_once(tmp_path: Path) -> None:
    """Who mends a table by hand need not come back for every cell."""
    problems = _refused(
        tmp_path, KWB, _text(KWB, _changed(owner_occupied=240, households=119.5, age_0_14="?"))
    )
    assert [problem.key for problem in problems] == ["a_00_14", "a_hh", "p_koopw"]


def test_a_percentage_may_have_decimals(tmp_path: Path) -> None:
    """A comma and a point both stand before decimals, up to a hundred."""
    for text, value in (("24,5", 24.5), ("24.5", 24.5), ("0", 0), (" 25 ", 25)):
        assert _region(tmp_path, owner_occupied=text).value("owner_occupied") == value
    region = _region(tmp_path, owner_occupied=100, housing_association=0, other_landlord=0)
    assert region.value("owner_occupied") == 100


@pytest.mark.parametrize(
    ("changes", "column", "message", "allowed"),
    [
        (
            {"age_65_plus": 90},
            "a_inw",
            "260: the residents by age (a_00_14, a_15_24, a_25_44, a_45_64, a_65_oo) add up to 305",
            "a sum from 236 to 284,",
        ),
        ({"residents": 200}, "a_inw", "add up to 260", "from 176 to 224,"),
        # Figures of a municipality are not rounded.
        (
            {"residents": 262, "age_0_14": 41, "age_15_24": 31, "age_25_44": 76, "age_45_64": 71}
            | {"age_65_plus": 44},
            "a_inw",
            "add up to 263",
            "from 262 to 262,",
        ),
        # What is kept back is no less than nothing.
        ({"age_65_plus": ".", "residents": 150}, "a_inw", "add up to 215", "from 0 to 170,"),
        (
            {"with_children": 90},
            "a_hh",
            "120: the households by kind (a_1p_hh, a_hh_z_k, a_hh_m_k) add up to 170",
            "from 104 to 136,",
        ),
        (
            {"owner_occupied": 80},
            "p_koopw",
            "the percentages of homes by owner (p_koopw, p_wcorpw, p_ov_hw) add up to 155",
            "at most 101.5,",
        ),
    ],
)
def test_parts_add_up_to_the_whole(
    changes: dict[str, Any], column: str, message: str, allowed: str, tmp_path: Path
) -> None:
    """Parts that say something else than the whole are an error of the table, and not of rounding."""
    (problem,) = _refused(tmp_path, KWB, _text(KWB, _changed(**changes)))
    assert (problem.key, problem.line) == (column, 3)
    assert message in problem.message
    assert allowed in problem.allowed


@pytest.mark.parametrize(
    "changes",
    [
        {"residents": 280},
        {"residents": 240},
        {"age_65_plus": ".", "age_0_14": "."},
        {"residents": 261, "age_65_plus": 46},
        # Oudorp in 2023.
        {"households": 6190, "one_person": 2220, "without_children": 1805, "with_children": 2155},
        {"owner_occupied": 26},
        {"owner_occupied": 4},
    ],
)
def test_what_rounding_explains_is_accepted(changes: dict[str, Any], tmp_path: Path) -> None:
    """Counts are rounded to fives and percentages to whole ones; owners may be unknown."""
    region = _region(tmp_path, **changes)
    assert {concept: region.cells[concept].text for concept in changes} == {
        concept: str(value) for concept, value in changes.items()
    }


@pytest.mark.parametrize("code", [WHERE, "WK050504"])
def test_a_row_that_was_cut_short(code: str, folder: Path) -> None:
    """A download that broke off is refused whole: which rows it lacks nobody knows."""
    lines = _text(KWB).splitlines()
    names = lines[0].split(";")
    for cells in (len(names) - 1, 10, 2, 1):
        cut = ";".join(lines[2].split(";")[:cells])
        Path(KWB).write_text("\n".join([*lines[:2], cut, *lines[3:]]), encoding="utf-8")
        for lang, line in (("nl", "regel 3"), ("en", "line 3")):
            done = ask("place", "new", "--cbs", KWB, "--code", code, "--lang", lang)
            t = texts(lang)
            told = {"cells": str(cells), "columns": str(len(names))}
            allowed = t("place_new.allowed.semicolons", columns=str(len(names)))
            assert done.exit_code == 2, done.output
            assert done.stderr == (
                f"{KWB}, {line}: {names[cells]}: {t('place_new.wrong.cut_short', **told)};"
                f" {t('problem.allowed', allowed=allowed)}\n"
            )


def test_a_row_that_is_too_long(tmp_path: Path) -> None:
    """Nothing shows through of the program that reads it, and no cell is read as its neighbour."""
    text = _text(KWB)
    columns = len(HEADERS[KWB].split(";"))
    (problem,) = _refused(tmp_path, KWB, text.replace("Krispijn", "Kris;pijn;;"))
    assert (problem.key, problem.line) == ("a_soz_wb", 4)
    assert problem.message.startswith(f"this row is too long: it has {columns + 3} cells")
    assert problem.allowed == (
        f"{columns} cells with semicolons between them; decimals behind a comma or a point"
    )
    problems = _refused(tmp_path, KWB, text.replace("\nWK", "\n;WK"))
    assert [problem.line for problem in problems] == [3, 4]
    # Of a file that is broken all through, the first rows say it.
    assert len(_refused(tmp_path, KWB, text + ";1" * 40 + "\nWK1;2" * 40)) == 3


def test_a_decimal_comma_between_commas(folder: Path) -> None:
    """Where commas separate the cells, the mark that is expected in a number is the point."""
    text = _text(KWB, _changed(owner_occupied="24,5")).replace(";", ",")
    Path(KWB).write_text(text, encoding="utf-8")
    done = ask(*NEW)
    assert done.exit_code == 2
    assert done.stderr.startswith(f"{KWB}, regel 3: a_soz_wb: deze rij is te lang")
    assert "decimalen na een punt\n" in done.stderr
    Path(KWB).write_text(text.replace("24,5", "24.5"), encoding="utf-8")
    assert ask(*NEW, "--quiet").exit_code == 0


def test_a_quotation_mark_that_is_not_closed(tmp_path: Path) -> None:
    """It would take the rest of the table into one cell."""
    for name, line, column in ((KWB, 4, "regio"), ("kwb2024.csv", 4, "regio")):
        broken = _text(name).replace("Wijk 04", '"Wijk 04')
        (problem,) = _refused(tmp_path, name, broken)
        assert (problem.key, problem.line) == (column, line)
        assert "quotation mark" in problem.message


@pytest.mark.parametrize("end", ["Bron: CBS", '"Bron: CBS"', "\n   \n", "© CBS 2025\n"])
def test_a_line_with_the_source_is_no_row(end: str, tmp_path: Path) -> None:
    """Downloads end in where they are from, which is one cell and no row that was cut short."""
    for name in HEADERS:
        path = tmp_path / name
        path.write_text(_text(name) + end, encoding="utf-8")
        assert read_region(path, WHERE).value("households") == 120


def test_what_is_wrong_is_said_alike_in_both_languages() -> None:
    """What the scenarios' room says in English is what the command says, and all of it is in Dutch."""
    t = texts("en")
    for table, said in (("wrong", WRONG), ("allowed", ALLOWED)):
        prefix = f"place_new.{table}."
        there = {key.removeprefix(prefix): t.raw(key) for key in t.keys() if key.startswith(prefix)}  # noqa: SIM118
        assert there == said


# -- another edition than the name of the file says ------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "edition", "named"),
    [
        ("kwb-2021.csv", 2022, "2021"),
        ("kwb-2021-en-2022.csv", 2019, "2021, 2022"),
        ("85039NED_UntypedDataSet_01022024.csv", 2022, "2021 (85039NED)"),
        ("86999NED_UntypedDataSet.csv", 2021, "86999NED"),
        ("kwb-1999.csv", 2021, "1999"),
    ],
)
def test_another_edition_that_fits_is_remarked(
    name: str, edition: int, named: str, folder: Path
) -> None:
    """Nobody cites the wrong year unawares: it is said, and it is in the file and the figures."""
    Path(KWB).rename(name)
    words = ("place", "new", "--cbs", name, "--code", WHERE, "--edition", str(edition))
    for lang, extra in (("nl", ("--quiet",)), ("en", ("--json",)), ("nl", ())):
        done = ask(*words, "--lang", lang, *extra)
        assert done.exit_code == 0, done.output
        told = {"named": named, "year": str(edition)}
        assert done.stderr == texts(lang)("place_new.other_edition", **told) + "\n"
        if "--json" in extra:
            data = json.loads(done.stdout)
            assert (data["edition"], data["named_edition"]) == (edition, named)
        written = Path("sint-jozef.toml").read_text(encoding="utf-8")
        assert f"# The name of the table's file says {named};" in written
        Path("sint-jozef.toml").unlink()


@pytest.mark.parametrize(
    ("name", "edition"),
    [
        ("kwb-2021.csv", 2021),
        ("kwb-2021-en-2022.csv", 2022),
        ("85039NED_UntypedDataSet_01022024.csv", 2021),
        ("tabel.csv", 2021),
    ],
)
def test_an_edition_that_the_name_says_too_needs_no_remark(
    name: str, edition: int, folder: Path
) -> None:
    """Shows that the remark is only there where something is the matter."""
    Path(KWB).rename(name)
    words = ("place", "new", "--cbs", name, "--code", WHERE, "--edition", str(edition), "--json")
    done = ask(*words)
    assert (done.exit_code, done.stderr) == (0, "")
    assert json.loads(done.stdout)["named_edition"] is None
    assert "name of the table" not in Path("sint-jozef.toml").read_text(encoding="utf-8")


def test_another_edition_that_does_not_fit_is_refused(folder: Path) -> None:
    """First what contradicts what, then the columns that are missing."""
    for lang, said in (
        ("nl", "de naam van het bestand zegt 2021 en --edition zegt 2023"),
        ("en", "the name of the file says 2021 and --edition says 2023"),
    ):
        done = ask(*NEW, "--edition", "2023", "--lang", lang)
        assert done.exit_code == 2
        first, *others = done.stderr.splitlines()
        assert first.startswith(f"{KWB}: {said}")
        assert all(column in line for column, line in zip(SCHOOLING_2023, others, strict=True))
    assert [path.name for path in folder.iterdir()] == [KWB]


# -- the place file ------------------------------------------------------------------------------------


def test_figures_are_those_of_the_table(tmp_path: Path) -> None:
    """Each figure by arithmetic of its own; what the table does not give is the average place's."""
    region = _region(tmp_path)
    figures = _figures(region)
    expected = {
        "households": 120,
        "residents": 260,
        "share_social_rent": 60 / 99 * 65 / 67,
        "share_supported": 60 / 99 * 2 / 67,
        "share_private_rent": 15 / 99,
        "share_owner_occupied": 24 / 99,
        "share_under_18": (40 + 9) / 260,
        "share_65_plus": 45 / 260,
        "share_low_education": 70 / 200,
        "share_benefit": 22 / (21 + 75 + 70 + 7),
        # The average place has half a minor a household.
        "share_single_parent": 0.12 * (round(49 / 260, 4) * 260 / 120) / 0.5,
    }
    for name, value in expected.items():
        assert figures[name]["value"] == pytest.approx(value, abs=0.00011), name
    average = load("average").place
    for name in set(FIGURES) - set(expected):
        assert figures[name]["value"] == average.figure(name), name
        assert figures[name]["default"].startswith("average"), name
    assert figures["residents"]["source"] == (
        "CBS, Kerncijfers wijken en buurten 2021 (85039NED), WK050503, a_inw"
    )


def test_every_figure_says_what_it_rests_on(tmp_path: Path) -> None:
    """One basis each; what is derived names the row of the table and ends in its value."""
    region = _region(tmp_path)
    place = load_text(place_toml(region), "own.toml").place
    assert (place.name, place.municipality, place.synthetic) == ("Sint-Jozëf", "Dordrecht", False)
    assert region.name in "Wijk 03 Sint-Jozëf"
    for name in FIGURES:
        figure = getattr(place.figures, name)
        if figure.basis == "default":
            assert figure.year is None
            continue
        assert figure.year == 2021
        assert f"(85039NED), {WHERE}" in figure.why
        if figure.basis == "derived":
            assert float(re.findall(r"\d+(?:\.\d+)?", figure.why)[-1]) == figure.value
    assert set(place.context) == {key for key, _ in CONTEXT.values()}


@pytest.mark.parametrize(
    ("kept", "become_default"),
    [
        (("schooling_middle",), {"share_low_education"}),
        (("assistance",), {"share_benefit"}),
        (("age_65_plus",), {"share_65_plus"}),
        (("age_15_24",), {"share_under_18", "share_benefit"}),
        (("other_landlord",), {f"share_{tenure}" for tenure in TENURES}),
    ],
)
def test_what_the_table_keeps_back_is_a_default_that_says_so(
    kept: tuple[str, ...], become_default: set[str], tmp_path: Path
) -> None:
    """Kept back is not zero; nothing else changes."""
    before = _figures(_region(tmp_path))
    region = _region(tmp_path, **dict.fromkeys(kept, "       ."))
    after = _figures(region)
    for name in set(FIGURES) - {"share_single_parent"}:
        if name in become_default:
            assert "the table does not give it" in after[name]["default"]
        else:
            assert after[name] == before[name]
    place = load_text(place_toml(region), "own.toml").place
    gone = {CONTEXT[concept][0] for concept in kept if concept in CONTEXT}
    assert set(place.context) == {key for key, _ in CONTEXT.values()} - gone


@pytest.mark.parametrize(
    "shares", [(33, 33, 33), (0, 100, 0), (1, 0, 98), (17, 50, 34), (7, 7, 83)]
)
def test_tenures_add_up(shares: tuple[int, int, int], tmp_path: Path) -> None:
    """Percentages are published whole and may add up to 99 or 101; the place's add up to 1."""
    names = ("owner_occupied", "housing_association", "other_landlord")
    region = _region(tmp_path, **dict(zip(names, shares, strict=True)))
    place = load_text(place_toml(region), "own.toml").place
    owned, social, private = (share / sum(shares) for share in shares)
    assert place.figure("share_owner_occupied") == pytest.approx(owned, abs=0.0003)
    assert place.figure("share_private_rent") == pytest.approx(private, abs=0.0003)
    rented = place.figure("share_social_rent") + place.figure("share_supported")
    assert rented == pytest.approx(social, abs=0.0003)


def test_more_minors_bring_no_more_single_parents_than_usual(tmp_path: Path) -> None:
    """The average place's share is lowered where there are few minors and else left as it is."""
    region = _region(tmp_path, age_0_14=90, age_45_64=20)
    assert _figures(region)["share_single_parent"]["value"] == 0.12


# -- given against generated -----------------------------------------------------------------------------


def test_the_generated_population_meets_the_table(tmp_path: Path) -> None:
    """What the place is built from is met; what the table says besides is counted and shown."""
    setup = load_text(place_toml(_region(tmp_path)), "own.toml")
    world = Neighbourhood(setup, rng=3)
    rows = {row.figure: row for row in compare_given(setup.place, world)}
    assert set(rows) == {*FIGURES, *(key for key, _ in CONTEXT.values())} - set(NOT_MEASURED)
    assert [name for name, row in rows.items() if row.met is False] == []
    assert {name for name, row in rows.items() if row.met is None} == set(setup.place.context)
    people = world.people.rows[: world.people.count]
    age = -people["birth"] // 12
    bands = ((0, 14), (15, 24), (25, 44), (45, 64))
    counted = [rows[f"residents_aged_{low}_to_{high}"].generated for low, high in bands]
    assert counted == [((age >= low) & (age <= high)).sum() for low, high in bands]
    assert sum(counted) + rows["share_65_plus"].generated == 260
    kinds = ("one_person_households", "households_without_children", "households_with_children")
    assert sum(rows[kind].generated for kind in kinds) == 120
    assert rows["share_65_plus"].given == pytest.approx(45, abs=0.02)


def test_a_population_of_another_place_is_found_out(tmp_path: Path) -> None:
    """Shows that the comparison can fail: every figure that is counted is off."""
    setup = load_text(place_toml(_region(tmp_path)), "own.toml")
    changed = {
        f"figures.{name}": setup.place.figure(name) + 0.06 for name in FIGURES if name[:3] == "sha"
    }
    tenures = {
        "social_rent": -0.18,
        "private_rent": 0.06,
        "owner_occupied": 0.06,
        "supported": 0.06,
    }
    changed |= {
        f"figures.share_{tenure}": setup.place.figure(f"share_{tenure}") + by
        for tenure, by in tenures.items()
    }
    other = load_text(
        place_toml(_region(tmp_path)),
        "own.toml",
        overrides={**changed, "figures.residents": 261, "figures.households": 121},
    )
    rows = compare_given(other.place, Neighbourhood(setup, rng=3))
    near = [row.figure for row in rows if row.met]
    assert near == []


# -- the command -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_the_command_makes_a_place_that_runs(lang: str, folder: Path) -> None:
    """One command makes the file; it is shown, loaded and run like any place."""
    done = ask(*NEW, "--lang", lang)
    assert done.exit_code == 0, done.output
    assert max(len(line) for line in done.stdout.splitlines()) <= 100
    assert "Sint-Jozëf" in done.stdout.splitlines()[0]
    assert done.stdout.splitlines()[-1].endswith("sint-jozef.toml")
    t = texts(lang)
    for name in set(FIGURES) - set(NOT_MEASURED):
        assert t(f"figure.{name}") in done.stdout
    assert done.stdout.count(t("place_new.met") + "\n") == 14
    assert t("place_new.not_met") not in done.stdout
    place = load("sint-jozef.toml").place
    assert (place.key, place.figure("residents")) == ("sint-jozef", 260)
    card = ask("place", "sint-jozef.toml", "--lang", lang)
    assert card.exit_code == 0
    assert "a_inw" in card.stdout
    if lang == "nl":
        assert ask("run", "sint-jozef.toml", "--years", "1", "--quiet").exit_code == 0


@pytest.mark.parametrize(
    ("lang", "counted"),
    [
        ("nl", "staan er 2 in de tabel, zijn er 8 uit de tabel afgeleid en zijn er 4 ingevuld"),
        ("en", "2 are in the table, 8 are derived from the table and 4 are filled in"),
    ],
)
def test_what_is_derived_is_not_told_as_given(lang: str, counted: str, folder: Path) -> None:
    """The table knows no supported homes: only what is in it is counted as in it."""
    done = ask(*NEW, "--lang", lang)
    assert counted in flat(done.stdout)
    t = texts(lang)
    rows = {
        name: line
        for line in done.stdout.splitlines()
        for name in FIGURES
        if line.startswith(t(f"figure.{name}") + "  ")
    }
    for name, basis in (("share_supported", "derived"), ("residents", "source")):
        assert t(f"basis.{basis}") in rows[name]
    assert not re.search(r"\b(gegeven|given)\b", done.stdout)


def test_options_of_the_command(folder: Path) -> None:
    """A name, a file and an edition of one's own; figures for machines; only the file."""
    Path(KWB).rename("tabel.csv")
    words = ("place", "new", "--cbs", "tabel.csv", "--code", WHERE, "--edition", "2021")
    done = ask(*words, "--name", "Mijn wijk", "--quiet")
    assert (done.exit_code, done.stdout) == (0, "mijn-wijk.toml\n")
    assert load("mijn-wijk.toml").place.name == "Mijn wijk"
    done = ask(*words, "--out", "eigen.toml", "--json")
    data = json.loads(done.stdout)
    assert (data["place"], data["saved"]) == ("eigen", "eigen.toml")
    assert "85039NED" in data["source"]
    given = {row["figure"]: row for row in data["given"]}
    assert given["residents"]["met"] is True
    assert given["residents_aged_0_to_14"]["met"] is None
    assert given["residents"]["basis"] == "source"
    assert given["share_supported"]["basis"] == "derived"
    assert given["share_debts"]["basis"] == "default"


def test_a_file_that_is_there_is_not_written_over(folder: Path) -> None:
    """Figures that somebody filled in by hand are worth more than a table read twice."""
    Path("sint-jozef.toml").write_text("mine", encoding="utf-8")
    done = ask(*NEW)
    assert done.exit_code == 2
    assert "sint-jozef.toml" in done.stderr
    assert Path("sint-jozef.toml").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(
    ("words", "dutch"),
    [
        (("--cbs", "niet.csv"), "het bestand bestaat niet"),
        (("--code", "WK050505"), "(Wijk 03 Sint-Jozëf)?"),
        (("--edition", "2023"), "kolom a_opl_bvm ontbreekt"),
        (("--edition", "1999"), "jaargang 1999 is niet bekend"),
        (("--code", "BU05050301"), "de tabel geeft dit cijfer niet (.)"),
        (("--out", "wijk.csv"), "eindigt op .toml"),
        (("--out", "nergens/wijk.toml"), "kan niet geschreven worden"),
        (("--name", " "), "kan niet leeg zijn"),
        (("--seed", "-1"), "-1"),
    ],
)
def test_bad_input_says_what_and_writes_nothing(
    words: tuple[str, str], dutch: str, folder: Path
) -> None:
    """Exit code 2, in the language of the reader, and no file is left behind."""
    done = ask(*NEW, *words)
    assert done.exit_code == 2, done.output
    assert dutch in done.stderr
    assert not done.stdout
    assert [path.name for path in folder.iterdir()] == [KWB]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"residents": 700, "age_25_44": 515}, "residents / households"),
        ({"age_65_plus": 170, "age_25_44": 20, "age_45_64": 0}, "share_65_plus"),
        ({"residents": 150, "age_25_44": 0, "age_45_64": 35}, "figures"),
    ],
)
def test_figures_of_which_no_place_can_be_made(
    changes: dict[str, int], said: str, folder: Path
) -> None:
    """The message names the table and the region, for there is no place file; none is left."""
    _file(folder, KWB, _changed(**changes))
    done = ask(*NEW, "--lang", "en")
    assert done.exit_code == 2, done.output
    assert f"{KWB}, {WHERE}, line 3: " in done.stderr
    assert said in done.stderr
    assert [path.name for path in folder.iterdir()] == [KWB]


def test_a_figure_that_is_not_met_is_a_failure(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit code 1, the figures by name, and the file, which is as the table says, is kept."""
    monkeypatch.setattr(given_module, "ALLOWED", -1.0)
    done = ask(*NEW)
    assert done.exit_code == 1
    assert "jonger dan 18" in done.stderr
    assert "klopt niet" in done.stdout
    assert Path("sint-jozef.toml").exists()


def test_help_says_how(folder: Path) -> None:
    """The command of two words has help of its own in both languages, and `place` leads to it."""
    for lang in ("nl", "en"):
        done = ask("place", "new", "--help", "--lang", lang)
        assert done.exit_code == 0
        assert "langeadem place new --cbs" in done.stdout
        assert "langeadem place new" in " ".join(
            ask("place", "--help", "--lang", lang).stdout.split()
        )
    missing = ask("place", "new", "--code", WHERE)
    assert missing.exit_code == 2
    assert "--cbs" in missing.stderr
