"""What the figures of assumptions share: the words of a row, its values, and the source line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ...scenarios import AMOUNTS, parameter_cards
from ..text import Texts
from ..text.field_cards import TOP_KEYS, field_cards
from ..text.outcome_words import OutcomeWords
from ..text.policy_names import policy_name
from .effects import LINE
from .style import BODY, MARGIN, SMALL, SOFT, Page
from .wording import moment

WIDTH = 10.0
#: Width of the words at the left, in inches.
WORDS = 3.35
#: Rows of assumptions in one picture; more would not be read.
MOST_ROWS = 12


@dataclass(frozen=True)
class StudyFacts:
    """Which worlds a figure of a study is about.

    Attributes
    ----------
    study, place
        Names.
    policies
        Keys: one, or two of which the difference is shown (first minus second).
    outcome, year
        What is shown, at the end of which year.
    replicates, runs, seed, version
        What was computed; ``seed`` is the first.
    worlds
        In how many plausible worlds, of which outcomes are the mean.
    """

    study: str
    place: str
    policies: tuple[str, ...]
    outcome: str
    year: int
    replicates: int
    runs: int
    seed: int
    version: str
    worlds: int = 1

    @property
    def is_difference(self) -> bool:
        """Whether the outcome is that of one policy minus that of another."""
        return len(self.policies) == 2

    def what(self, t: Texts) -> str:
        """Return what is looked at, in words."""
        words = OutcomeWords(self.outcome, t).words
        if not self.is_difference:
            return words
        a, b = self.names(t)
        return t("assume.difference", a=a, b=b, outcome=words)

    def names(self, t: Texts) -> list[str]:
        """Return what people call the policies."""
        return [policy_name(one, t) for one in self.policies]

    def when(self, t: Texts) -> str:
        """Return when it is, "na 10 jaar"."""
        return moment(t, 12 * self.year)

    def unit(self, t: Texts) -> str:
        """Return what stands at an axis: the unit, and of what it is a difference."""
        unit = OutcomeWords(self.outcome, t).unit
        if not self.is_difference:
            return as_title(unit)
        a, b = self.names(t)
        return as_title(t("outcome_unit.of_difference", a=a, b=b, unit=unit))

    def source(self, t: Texts) -> str:
        """Return the line at the foot."""
        line = t(
            "assume.source",
            version=self.version,
            study=self.study,
            place=self.place,
            policies=t.listing(self.names(t)),
            runs=t.number(self.runs),
            replicates=t.number(self.replicates),
            seed=str(self.seed),
        )
        several = self.worlds > 1
        return line + " " + t("assume.worlds", worlds=t.number(self.worlds)) if several else line


def as_title(text: str) -> str:
    """Return a text with a capital."""
    return text[:1].upper() + text[1:]


def assumption_words(key: str, t: Texts) -> str:
    """Return what an assumption means, in one sentence without a full stop; its key if unknown."""
    plain = key.removeprefix("parameters.")
    card = parameter_cards().get(plain)
    if card is None and plain.startswith("programmes."):
        _, programme, inner = plain.split(".", 2)
        if inner in TOP_KEYS:
            # Without where a list of them is found, which is of no use in a picture.
            meaning = t(f"top_key.{inner}").partition(" (langeadem")[0].rstrip(".")
            return f"{programme}: {meaning}"
        field = field_cards().get(inner)
        return f"{programme}: {t.of_model(field.doc).rstrip('.')}" if field else plain
    if plain in AMOUNTS:
        return t(f"policy_key.{plain}").rstrip(".")
    # Names of other parameters stand in backticks there.
    return t.of_model(card.doc).rstrip(".").replace("`", "") if card else plain


def trimmed(value: float, t: Texts) -> str:
    """Return a value with at most three digits, and no zeros at its end."""
    return t.value(float(f"{value:.3g}"))


class Rows:
    """Rows of assumptions under each other, each as high as its words.

    Parameters
    ----------
    keys
        The assumptions, from above.
    t
        Texts of a language.
    at_least
        Height of a row, in inches.
    more
        Rows of their own below: name -> words.
    """

    def __init__(
        self,
        keys: Sequence[str],
        t: Texts,
        at_least: float = 0.5,
        more: Mapping[str, str] | None = None,
    ) -> None:
        measure = Page(WIDTH, 1)
        width = WORDS - 0.25
        self._keys = list(keys)
        self._lines = {
            key: measure.wrapped(assumption_words(key, t), width, BODY) for key in self._keys
        }
        self._more = {
            name: measure.wrapped(words, width, BODY) for name, words in (more or {}).items()
        }
        self.heights = {
            key: max(at_least, LINE * len(lines) + SMALL / 72 * 1.4 + 0.16)
            for key, lines in self._lines.items()
        } | {name: max(at_least, LINE * len(lines) + 0.16) for name, lines in self._more.items()}

    @property
    def height(self) -> float:
        """Height of all rows, in inches."""
        return sum(self.heights.values())

    def places(self, top: float) -> dict[str, float]:
        """Return the middle of every row, in inches from the foot of the page."""
        found = {}
        for name, height in self.heights.items():
            found[name] = top - height / 2
            top -= height
        return found

    def write(self, page: Page, places: Mapping[str, float]) -> None:
        """Write the words of every row, and the key of an assumption small under them."""
        for key, lines in {**self._lines, **self._more}.items():
            own = key in self._lines
            block = LINE * len(lines) + (SMALL / 72 * 1.3 if own else 0.0)
            y = places[key] + block / 2 - 0.8 * BODY / 72
            for line in lines:
                page.write(MARGIN, y, line, BODY)
                y -= LINE
            if own:
                page.write(MARGIN, y + 0.02, key, SMALL, color=SOFT)
