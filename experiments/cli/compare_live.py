"""What is on the screen while policies are compared: a table that sharpens, and the time left."""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from rich.console import Group, RenderableType
from rich.live import Live
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskProgressColumn, TextColumn
from rich.text import Text

from ...viz.text import Texts
from .screen import console, table_of

if TYPE_CHECKING:
    from ..comparison import Comparison


class LiveTable:
    """The comparison so far, on stderr; silent when asked and when not on a terminal.

    Attributes
    ----------
    moving : bool
        Whether anything is shown.
    """

    def __init__(self, t: Texts, silent: bool) -> None:
        self._t = t
        to = console(to_stderr=True)
        self.moving = to.is_terminal and not silent
        self._bars = Progress(
            SpinnerColumn(style="blue"),
            TextColumn("{task.description}"),
            BarColumn(bar_width=30, complete_style="blue", pulse_style="bar.back"),
            TaskProgressColumn(),
            TextColumn("{task.fields[left]}"),
            console=to,
        )
        self._task: Any = None
        self._earlier = 0
        self._shown: RenderableType = Text(t("compare.first_results"))
        self._live = Live(console=to, transient=True, refresh_per_second=4)

    def __enter__(self) -> Self:
        """Start showing."""
        if self.moving:
            self._live.start()
            self._draw()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Leave the screen as it was."""
        if self.moving:
            self._live.stop()

    def told(self, done: int, failed: int, total: int, found: Comparison | None) -> None:
        """Show how far it is, and what it says so far."""
        if not self.moving:
            return
        over = done + failed
        if self._task is None:
            # What an earlier session did tells nothing of the time left.
            self._earlier = over
            self._task = self._bars.add_task("", total=max(total - over, 1), left="")
        self._count("progress.compare", over - self._earlier, over, total)
        if found is not None:
            from . import compare_outcome

            listing = compare_outcome.live_listing(found, self._t)
            self._shown = table_of(listing)
        self._draw()

    def following(self, total: int, what: str = "progress.courses") -> None:
        """Say that the calendars are followed month by month, or ``what`` else comes afterwards."""
        if not self.moving:
            return
        if self._task is not None:
            self._bars.remove_task(self._task)
        self._following, self._what = total, what
        self._task = self._bars.add_task("", total=max(total, 1), left="")
        self.followed(0)

    def followed(self, done: int, total: int | None = None) -> None:
        """Say that so many are done, of as many as there turn out to be."""
        if not self.moving:
            return
        if total is not None and total != self._following:
            self._following = total
            self._bars.update(self._task, total=max(total, 1))
        self._count(self._what, done, done, self._following)
        self._draw()

    def _count(self, what: str, completed: int, done: int, total: int) -> None:
        words = self._t(what, done=self._t.number(done), total=self._t.number(total))
        self._bars.update(self._task, completed=completed, description=words)
        seconds = self._bars.tasks[0].time_remaining
        left = "" if seconds is None else self._t("progress.left", seconds=round(seconds))
        self._bars.update(self._task, left=left)

    def _draw(self) -> None:
        self._live.update(Group(self._shown, Text(""), self._bars))
