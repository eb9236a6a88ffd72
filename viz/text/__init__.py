"""Every text that is shown, in plain Dutch and plain English, and numbers as people write them."""

from __future__ import annotations

import functools
import math
import re
import string
import tomllib
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any

LANGUAGES = ("nl", "en")
DEFAULT_LANGUAGE = "nl"

#: language -> (thousands mark, decimal mark)
_MARKS = {"nl": (".", ","), "en": (",", ".")}
_PLACEHOLDER = re.compile(r"\\\{(\w+)\\\}")


class TextError(LookupError):
    """A text that was asked for does not exist, or does not fit the values given."""


class Texts:
    """The texts of one language.

    Parameters
    ----------
    lang
        ``"nl"`` or ``"en"``.
    entries
        Text by key, e.g. ``"run.saved"``; a text may hold placeholders such as ``{place}``.
    """

    def __init__(self, lang: str, entries: Mapping[str, str]) -> None:
        self.lang = lang
        self._entries = dict(entries)

    def __call__(self, key: str, /, **values: str | int) -> str:
        """Return the text with this key, its placeholders filled in.

        Raises
        ------
        TextError
            When there is no such text, or the values are not exactly its placeholders.
        """
        text = self._entries.get(key)
        if text is None:
            raise TextError(f"text {key!r} is missing in {self.lang}.toml")
        wanted = placeholders(text)
        if wanted != set(values):
            raise TextError(
                f"text {key!r} in {self.lang}.toml has placeholders {sorted(wanted)}"
                f" and was given {sorted(values)}"
            )
        return text.format(**values)

    def keys(self) -> list[str]:
        """Return all keys, in the order of the file."""
        return list(self._entries)

    def raw(self, key: str) -> str:
        """Return the text with its placeholders as they stand in the file."""
        return self._entries[key]

    # -- numbers ------------------------------------------------------------------------------

    def number(self, value: float, decimals: int = 0) -> str:
        """Return a number in the way of the language: ``1.719`` and ``2,58`` in Dutch."""
        if not math.isfinite(value):
            return "-"
        # Adding zero turns -0.0, which rounding can leave, into 0.0.
        plain = f"{round(value, decimals) + 0.0:,.{decimals}f}"
        thousands, decimal = _MARKS[self.lang]
        return plain.translate(str.maketrans({",": thousands, ".": decimal}))

    def signed(self, value: float, decimals: int = 0) -> str:
        """Return a difference with its sign; no sign where it rounds to zero."""
        if math.isfinite(value) and round(value, decimals) > 0:
            return "+" + self.number(value, decimals)
        return self.number(value, decimals)

    def percent(self, share: float, decimals: int = 0) -> str:
        """Return a share from 0 to 1 as a percentage, ``65%``."""
        return self.number(100 * share, decimals) + "%" if math.isfinite(share) else "-"

    def value(self, value: Any) -> str:
        """Return a parameter's or figure's value with all its digits; a tuple by element."""
        if isinstance(value, tuple | list):
            return "  ".join(self.value(element) for element in value)
        if isinstance(value, float) and not value.is_integer():
            digits = f"{value:.10f}".rstrip("0").rstrip(".")
            whole, _, decimals = digits.partition(".")
            return self.number(float(digits), len(decimals)) if decimals else whole
        return self.number(float(value))

    def listing(self, words: Sequence[str]) -> str:
        """Return words as one enumeration: ``a, b en c``."""
        if len(words) < 2:
            return "".join(words)
        return f"{', '.join(words[:-1])} {self('word.and')} {words[-1]}"

    # -- sentences of the model ---------------------------------------------------------------

    def of_model(self, sentence: str) -> str:
        """Return a sentence that another room states in English, in this language.

        Those rooms describe parameters, mechanisms, phases, events and units where they are
        declared, in English. A sentence without a translation is returned as it is: it comes from
        the rooms below, and being understood in English beats being lost.
        """
        if self.lang == "en":
            return sentence
        return _model_sentences(self.lang)[0].get(sentence, sentence)

    def of_problem(self, message: str) -> str:
        """Return what another room, or Typer, says is wrong; it may hold names and values."""
        if self.lang == "en":
            return message
        exact, patterns = _model_sentences(self.lang)
        if message in exact:
            return exact[message]
        for pattern, translation in patterns:
            if found := pattern.fullmatch(message):
                names = found.groupdict()
                if "problem" in names:
                    # What is wrong at a place that was named first.
                    names["problem"] = self.of_problem(names["problem"])
                return translation.format(**names)
        return message


def policy_words(key: str, t: Texts) -> str:
    """Return how a sentence speaks of a policy: ``zonder aanpak``, ``met aanpak carousel``."""
    return t("policy.none") if key == "none" else t("policy.with", name=key)


def placeholders(text: str) -> set[str]:
    """Return the names of the placeholders in a text."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@functools.cache
def texts(lang: str = DEFAULT_LANGUAGE) -> Texts:
    """Return the texts of a language; raise `TextError` for a language that there is not."""
    if lang not in LANGUAGES:
        raise TextError(f"unknown language {lang!r}; allowed: {', '.join(LANGUAGES)}")
    return Texts(lang, _flat(_read(f"{lang}.toml")))


def model_sentences(lang: str) -> dict[str, str]:
    """Return the translations of sentences of the other rooms: English sentence -> sentence."""
    groups = _read(f"model_{lang}.toml").values()
    return {english: text for group in groups for english, text in group.items()}


@functools.cache
def _model_sentences(lang: str) -> tuple[dict[str, str], list[tuple[re.Pattern[str], str]]]:
    exact: dict[str, str] = {}
    patterns = []
    for english, text in model_sentences(lang).items():
        if placeholders(english):
            pattern = _PLACEHOLDER.sub(r"(?P<\1>.+)", re.escape(english))
            patterns.append((re.compile(pattern, re.DOTALL), text))
        else:
            exact[english] = text
    return exact, patterns


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(files(__name__).joinpath(name).read_text(encoding="utf-8"))


def _flat(data: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    entries: dict[str, str] = {}
    for key, value in data.items():
        if isinstance(value, dict):
            entries.update(_flat(value, f"{prefix}{key}."))
        elif isinstance(value, str):
            entries[f"{prefix}{key}"] = value
        else:
            raise TextError(f"text {prefix + key!r} is not a text")
    return entries
