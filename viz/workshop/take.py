"""What every page offers to take along: picture, data, scenario, a link, and paper."""

from __future__ import annotations

import base64
import itertools
import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import solara

from ...scenarios import Scenario
from .downloads import NotWritableError, file_name, scenario_toml
from .session import Session

_LOG = logging.getLogger(__name__)
_NUMBERS = itertools.count(1)


@dataclass(frozen=True)
class More:
    """Something else that a page gives.

    Attributes
    ----------
    label : str
        What its button says, as it stands.
    filename, mime : str
        What the file is.
    make : callable
        Called when somebody asks for it.
    """

    label: str
    filename: str
    mime: str
    make: Callable[[], str | bytes]


@solara.component_vue("take.vue")
def _Row(
    files: list[str],
    busy: int,
    ready: dict[str, Any],
    problem: str,
    labels: dict[str, str],
    event_file: Callable[[int], None],
) -> None:
    """Draw the row: files that the server makes, and the two that the browser does by itself."""


@solara.component
def TakeAlong(
    session: Session,
    name: str,
    *,
    picture: Callable[[], bytes] | None = None,
    data: Callable[[], str | bytes] | None = None,
    scenario: Callable[[], Scenario] | None = None,
    more: Sequence[More] = (),
) -> None:
    """Show the row of things to take along; what is None is left out.

    Parameters
    ----------
    session
        Whose words are used.
    name
        What files are called, without ending.
    picture, data, scenario
        Called when somebody asks for it: PNG, CSV, and the scenario that is written as TOML.
    more
        What else the page gives.
    """
    t = session.t
    busy, set_busy = solara.use_state(-1, key="busy")
    ready, set_ready = solara.use_state({}, key="ready")
    problem, set_problem = solara.use_state("", key="problem")

    def own(kind: str, ending: str, mime: str, make: Callable[[], Any]) -> More:
        file = file_name(name, ending, default="lange-adem")
        return More(t(f"workshop_take.{kind}"), file, mime, make)

    offers = [
        own(kind, ending, mime, make)
        for kind, ending, mime, make in (
            ("picture", "png", "image/png", picture),
            ("data", "csv", "text/csv", data),
            ("scenario", "toml", "application/toml", _text_of(scenario)),
        )
        if make is not None
    ]
    offers += more

    def make(one: More) -> None:
        try:
            set_ready(_packed(one))
        except NotWritableError as error:
            set_problem(t("workshop_take.not_writable", what=error.what))
        except Exception:  # The page goes on; who asked is told.
            _LOG.exception("a file could not be made")
            set_problem(t("workshop_take.failed"))
        finally:
            set_busy(-1)

    def asked(at: object) -> None:
        # A picture takes a second: the page goes on meanwhile.
        if busy < 0 and isinstance(at, int) and 0 <= at < len(offers):
            set_problem("")
            set_busy(at)
            threading.Thread(target=make, args=(offers[at],), daemon=True).start()

    if session.state.upload and not session.state.upload_fits:
        solara.HTML("p", t("workshop_take.not_in_link"), classes=["la-soft", "la-small"])
    _Row(
        files=[one.label for one in offers],
        busy=busy,
        ready=ready,
        problem=problem,
        labels={one: t(f"workshop_take.{one}") for one in ("link", "copied", "print", "making")},
        event_file=asked,
    )


def _packed(one: More) -> dict[str, Any]:
    """Return a file as it is sent to the page; equal files have numbers of their own."""
    content = one.make()
    data = content.encode() if isinstance(content, str) else content
    return {
        "name": one.filename,
        "mime": one.mime,
        "data": base64.b64encode(data).decode(),
        "number": next(_NUMBERS),
    }


def _text_of(scenario: Callable[[], Scenario] | None) -> Callable[[], str] | None:
    return None if scenario is None else lambda: scenario_toml(scenario())
