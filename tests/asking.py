"""Asking the command line, for the tests: what it shows, and files of one's own to ask about."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from langeadem.experiments.cli.app import build_app, language_of
from typer.testing import CliRunner

CALENDAR = """
name = "Own"
about = "half a year of money, then a gap"
source = "a test"
then = "repeat"
[[stretches]]
months = 6
begins = "fresh"
payer = "fund"
[[stretches]]
months = 6
level = 0.0
bridged_by = "landlord"
"""
POLICY = """
about = "one programme, later and better paid"
source = "a test"
[programmes.watch-out]
calendar = "cliff"
equal_money_to = "continuous"
starts_year = 1
[landlord]
housing_career = 0.3
"""
BASE = 'place = "wielwijk"\npolicy = "watch-out"\n'
SCENARIO = """
base = "base.toml"
years = 20
[parameters.moving]
local_wish = 0.25
[mechanisms]
crowding = false
[figures]
share_benefit = 0.2
[programmes.watch-out]
places = 44
[landlord]
housing_career = 0.3
"""


def write_own_files(folder: Path) -> None:
    """Write a calendar, a policy, and a scenario with its base."""
    for name, text in (
        ("own.toml", CALENDAR),
        ("policy.toml", POLICY),
        ("base.toml", BASE),
        ("scenario.toml", SCENARIO),
    ):
        (folder / name).write_text(text, encoding="utf-8")


def call(*words: str) -> Any:
    """Run a command in this process and return its result."""
    return CliRunner().invoke(build_app(language_of(words)), list(words))


def shown(*words: str) -> str:
    """Return what a command shows; it must succeed and fit the page, except for a command to copy."""
    done = call(*words)
    assert done.exit_code == 0, done.output
    lines = [line for line in done.stdout.splitlines() if not line.startswith(("Uitv", "To run"))]
    assert max(len(line) for line in lines) <= 100, words
    assert "\x1b" not in done.stdout
    return done.stdout


def flat(text: str) -> str:
    """Return a text without its line breaks and columns."""
    return " ".join(text.split())
