"""What page 4 gives to take home: its picture, its numbers, and plans that the command line reads."""

from __future__ import annotations

import io
import threading
from collections.abc import Sequence
from importlib.metadata import version

import numpy as np

from ...experiments.courses import Course
from ...scenarios import Policy, Scenario
from ..figures.calendars import courses_figure
from ..text import Texts
from .downloads import bundle, csv_text, file_name, policy_toml, scenario_toml
from .money_words import answer, euros, headed, under
from .plan_drawing import COLOURS
from .plan_results import COLUMNS, Outcome, table
from .purse import Funded

_DPI = 150
#: One figure at a time: each takes a core for a second, and thirty people can ask one at once.
_DRAWING = threading.Lock()


def figure_png(outcomes: Sequence[Outcome], names: Sequence[str], t: Texts) -> bytes:
    """Return the plans under each other as a picture for a report.

    Plans of which no life is finished are left out.

    Raises
    ------
    ValueError
        When no plan has a finished life.
    """
    known = [at for at, one in enumerate(outcomes) if one.replicates]
    drawn = [outcomes[at] for at in known]
    first = outcomes[0].funded
    place = first.scenario.place.name
    source = t(
        "workshop_money.source",
        version=version("langeadem"),
        place=place,
        count=min((one.replicates for one in drawn), default=0),
        key=first.scenario.key(),
    )
    with _DRAWING:
        figure = courses_figure(
            [_course(one, t) for one in drawn],
            title=answer(outcomes, names, first.total_cents, t),
            below=under(outcomes, names, t),
            source=source,
            names=[headed(names[at]) for at in known],
            colours=[COLOURS[at] for at in known],
            lang=t.lang,
        )
        out = io.BytesIO()
        figure.savefig(out, format="png", dpi=_DPI)
    return out.getvalue()


def _course(one: Outcome, t: Texts) -> Course:
    lives = list(one.whole.values())
    programmes = one.funded.scenario.policy.programmes
    return Course(
        policies=("plan",),
        programmes={key: t.of_model(own.programme.name) for key, own in programmes.items()},
        grants_eur=one.funded.by_programme / 100,
        working=np.array([life.working for life in lives]).mean(axis=0),
        monthly={
            "key_workers": np.array([life.key_workers for life in lives]),
            "supported_months": np.array([life.in_support for life in lives]),
        },
        yearly={
            name: np.array([life.yearly[name] for life in lives])
            for name in (
                "rung_years.participants",
                "rung_years.people",
                "rung_years.neighbourhood",
                "trust_participants",
            )
        },
    )


def numbers_csv(outcomes: Sequence[Outcome], names: Sequence[str]) -> str:
    """Return what is known of the plans, a row a plan, year and outcome."""
    return csv_text(COLUMNS, table(outcomes, names))


# -- scenarios --------------------------------------------------------------------------------


def named(one: Funded, name: str) -> Scenario:
    """Return the scenario of a plan with what the plan is called written in it."""
    policy = one.scenario.policy
    calendar = one.plan.calendar(name=name)
    programmes = {
        key: own.model_copy(update={"calendar": calendar}) for key, own in policy.programmes.items()
    }
    return one.scenario.model_copy(
        update={"policy": policy.model_copy(update={"programmes": programmes})}
    )


def plan_toml(one: Funded, name: str, t: Texts) -> str:
    """Return the scenario with a plan as TOML, for ``langeadem run`` and ``compare``.

    Raises
    ------
    NotWritableError
        As `scenario_toml` does.
    """
    purse = euros(one.total_cents, t)
    notes = [name, t("workshop_money.note_purse", purse=purse), "langeadem run FILE.toml"]
    return scenario_toml(named(one, name), notes)


def plans_zip(plans: Sequence[Funded], names: Sequence[str], t: Texts) -> bytes:
    """Return all plans as files that ``langeadem compare`` sets beside each other as they are here.

    The scenario, a policy a plan, and the command that compares them.

    Raises
    ------
    NotWritableError
        As `scenario_toml` does.
    """
    bare = plans[0].scenario.policy.without_programmes()
    place = plans[0].scenario.model_copy(update={"policy": bare})
    files = {"scenario.toml": scenario_toml(place, [t("workshop_money.note_place")])}
    for at, (one, name) in enumerate(zip(plans, names, strict=True)):
        purse = t("workshop_money.note_purse", purse=euros(one.total_cents, t))
        policy: Policy = named(one, name).policy
        files[_file_of(name, at)] = policy_toml(policy, [name, purse])
    words = " ".join(f"--policy {_file_of(name, at)}" for at, name in enumerate(names))
    command = (
        f"langeadem compare scenario.toml {words} --horizons {plans[0].plan.years} --money as-is"
    )
    files["README.txt"] = t("workshop_money.read_me", command=command) + "\n"
    return bundle(files)


def _file_of(name: str, at: int) -> str:
    return f"{at + 1}-{file_name(name, 'toml')}"
