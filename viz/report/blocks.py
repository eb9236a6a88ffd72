"""What a command leaves behind for a report: ``summary.json``, one block a language."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

#: The file in a folder of results that holds the blocks.
SUMMARY = "summary.json"

_STRICT = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)
#: What may stand in a cell: words, or a number that the report writes as its language does.
Cell = str | int | float | None


def _inside(name: str) -> str:
    """Return the name of a file in the folder itself; raise ValueError for any other."""
    if name in ("", ".", "..") or "/" in name or "\\" in name or "\0" in name:
        raise ValueError(f"{name!r} is not the name of a file in the folder of the results")
    return name


class FigureBlock(BaseModel):
    """A picture that was saved: its finding as title, and what is to be seen for who cannot see it.

    Attributes
    ----------
    file
        Name of a PNG in the folder.
    title
        What it shows, as one sentence.
    alt
        How it shows that; may be empty.
    section
        ``"results"``, or ``"ledger"`` for what adds up to a figure.
    """

    model_config = _STRICT

    file: str
    title: str
    alt: str = ""
    section: Literal["results", "ledger"] = "results"

    _names_a_file = field_validator("file")(_inside)


class TableBlock(BaseModel):
    """A table as it is on the screen.

    Attributes
    ----------
    title
        What the table says.
    headers
        Names of the columns, units included.
    rows
        Cells by row, each row as long as ``headers``.
    units
        Unit of all numbers, where there is only one.
    note
        What a reader must know of it.
    strong
        Rows, by their place, that add up or head the others.
    numbers
        Columns, by their place, that hold numbers; without it the report looks for itself.
    section
        ``"results"``, or ``"ledger"`` for what adds up to a figure.
    """

    model_config = _STRICT

    title: str
    headers: list[str] = Field(min_length=1)
    rows: list[list[Cell]]
    units: str = ""
    note: str = ""
    strong: list[int] = Field(default_factory=list)
    numbers: list[int] | None = None
    section: Literal["results", "ledger"] = "results"

    @model_validator(mode="after")
    def _as_wide_as_its_head(self) -> TableBlock:
        for at, row in enumerate(self.rows):
            if len(row) != len(self.headers):
                raise ValueError(f"row {at} has {len(row)} cells and {len(self.headers)} headers")
        return self


class ScenarioBlock(BaseModel):
    """A scenario that was lived, saved as JSON.

    Attributes
    ----------
    file
        Name of the file in the folder.
    title
        What it was in the question.
    years
        Years after which the question looks, where that is before its horizon.
    """

    model_config = _STRICT

    file: str
    title: str = ""
    years: int | None = Field(default=None, ge=1, le=100)

    _names_a_file = field_validator("file")(_inside)


class Block(BaseModel):
    """A result in one language.

    Attributes
    ----------
    command
        The exact command that makes it again.
    lang
        Language of all words below.
    question
        What was asked, as one sentence with a question mark.
    answer
        The answer in sentences, every number in it computed.
    facts
        Label and text of what else was asked: years, replicates, seeds.
    figures, tables
        What is shown, most important first.
    caveats
        What a reader must not conclude, and what the numbers do not hold.
    assumptions
        Keys most relevant to this result, as ``langeadem explain KEY`` takes them.
    scenarios
        What was lived: one for each arm that differs.
    """

    model_config = _STRICT

    command: str
    lang: Literal["nl", "en"]
    question: str
    answer: str
    facts: list[tuple[str, str]] = Field(default_factory=list)
    figures: list[FigureBlock] = Field(default_factory=list)
    tables: list[TableBlock] = Field(default_factory=list)
    caveats: list[str] = Field(default_factory=list)
    assumptions: list[str] = Field(default_factory=list)
    scenarios: list[ScenarioBlock] = Field(default_factory=list)

    @field_validator("scenarios", mode="before")
    @classmethod
    def _a_name_alone_will_do(cls, found: object) -> object:
        if not isinstance(found, list):
            return found
        return [{"file": one} if isinstance(one, str) else one for one in found]

    @field_validator("facts", mode="before")
    @classmethod
    def _pairs(cls, found: object) -> object:
        """Take pairs as JSON holds them: lists of two."""
        if not isinstance(found, list):
            return found
        return [tuple(one) if isinstance(one, list) else one for one in found]


class Summary(BaseModel):
    """The blocks of a folder, by language."""

    model_config = _STRICT

    nl: Block
    en: Block

    @model_validator(mode="after")
    def _each_in_its_language(self) -> Summary:
        for lang, block in (("nl", self.nl), ("en", self.en)):
            if block.lang != lang:
                raise ValueError(f"the block {lang!r} is in {block.lang!r}")
        return self
