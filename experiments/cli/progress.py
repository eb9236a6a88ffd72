"""How far a run is: what, how many of how many, and how long still; on stderr."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from types import TracebackType
from typing import Any, Self

from rich.progress import BarColumn, SpinnerColumn, TaskProgressColumn, TextColumn
from rich.progress import Progress as Bars
from rich.text import Text

from ...viz.text import Texts
from .screen import console


class Progress:
    """Progress of one run; silent when asked, and without moving parts when not on a terminal."""

    def __init__(self, t: Texts, silent: bool) -> None:
        self._t = t
        self._silent = silent
        self._console = console(to_stderr=True)
        self._moving = self._console.is_terminal and not silent
        self._bars = Bars(
            SpinnerColumn(style="blue"),
            TextColumn("{task.description}"),
            # Where the length is not known the bar stays still and the spinner turns.
            BarColumn(bar_width=30, complete_style="blue", pulse_style="bar.back"),
            TaskProgressColumn(),
            TextColumn("{task.fields[left]}"),
            console=self._console,
            transient=True,
            disable=not self._moving,
        )
        self._task: Any = None

    def __enter__(self) -> Self:
        """Start showing."""
        self._bars.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Leave the screen as it was."""
        self._bars.stop()

    def building(self, place: str) -> None:
        """Say that the neighbourhood is being composed."""
        self._show(self._t("progress.building", place=place), None)

    def living(self, years: int) -> None:
        """Say that the years begin to pass."""
        self._years = years
        self._show(self._t("progress.year", year=1, years=years), 12 * years)

    def lived(self, month: int) -> None:
        """Say that this many months have been lived."""
        if not self._moving:
            return
        year = min(self._years, month // 12 + 1)
        seconds = self._bars.tasks[0].time_remaining
        left = "" if seconds is None else self._time_left(seconds)
        self._bars.update(
            self._task,
            completed=month,
            description=self._t("progress.year", year=year, years=self._years),
            left=left,
        )

    def counting(self, what: str, total: int, **known: int) -> None:
        """Say that so many pieces of work begin; ``what`` is a text with ``{done}`` and ``{total}``."""
        self._counted = (what, total, known)
        self._show(self._t(what, done=0, total=total, **known), total)

    def counting_on(self, what: str, total: int, done: int) -> None:
        """Say that work goes on of which this many pieces are done; those tell nothing of its pace."""
        self._counted = (what, total, {})
        self._show(self._t(what, done=done, total=total), total, done)

    def counted(self, done: int) -> None:
        """Say that this many pieces are done."""
        if not self._moving:
            return
        what, total, known = self._counted
        seconds = self._bars.tasks[0].time_remaining
        left = "" if seconds is None else self._time_left(seconds)
        words = self._t(what, done=done, total=total, **known)
        self._bars.update(self._task, completed=done, description=words, left=left)

    def evaluating(self) -> None:
        """Say that evaluators are looking."""
        self._show(self._t("progress.evaluating"), None)

    def saving(self) -> None:
        """Say that tables and figures are being written."""
        self._show(self._t("progress.saving"), None)

    def _time_left(self, seconds: float) -> str:
        """Return how long it still takes, in words that fit its length."""
        if seconds < 120:
            return self._t("progress.left", seconds=round(seconds))
        hours, minutes = divmod(round(seconds / 60), 60)
        if not hours:
            return self._t("progress.left_minutes", minutes=minutes)
        return self._t("progress.left_hours", hours=hours, minutes=minutes)

    def _show(self, what: str, total: int | None, completed: int = 0) -> None:
        if not self._moving:
            return
        if self._task is not None:
            self._bars.remove_task(self._task)
        self._task = self._bars.add_task(what, total=total, completed=completed, left="")

    @contextlib.contextmanager
    def telling_of_translation(self) -> Iterator[None]:
        """Say so once if numba has to compile the rules, which takes its time the first time."""
        if self._silent:
            yield
            return
        from numba.core import event

        progress, told = self, False

        class Listener(event.Listener):
            def on_start(self, event: Any) -> None:
                nonlocal told
                if not told and _is_kept(event.data.get("dispatcher")):
                    told = True
                    progress._console.print(Text(progress._t("progress.translating")))

            def on_end(self, event: Any) -> None:
                pass

        with event.install_listener("numba:compile", Listener()):
            yield


def _is_kept(dispatcher: Any) -> bool:
    """Return whether this is a loop whose machine code is kept on disk.

    Small rules that are called by themselves are compiled anew in every run, in no time.
    """
    cache = getattr(dispatcher, "_cache", None)
    return cache is not None and type(cache).__name__ != "NullCache"
