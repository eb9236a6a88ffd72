"""The posts of a programme: who is hired and who leaves."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .key_worker import KeyWorker
from .supporting import leave_chance

if TYPE_CHECKING:
    from ..model.staffing import PostTable
    from .programme import Programme


#: A month after every other.
_NEVER = 1 << 30


@dataclass
class Post:
    """A post of a key worker: filled, or empty until a month."""

    worker: KeyWorker | None
    vacant_until: int = 0


class Workforce:
    """The key workers of one programme.

    How many participants fit at their posts and what they cost is reckoned in loops over the
    table of all posts, which is told here who is hired and who leaves.

    Attributes
    ----------
    posts : list of Post
        Posts that there is money for now.
    """

    def __init__(self, programme: Programme, ends_in: list[float]) -> None:
        """Employ nobody yet; ``ends_in`` is the months to the end of money as felt, by month."""
        self._programme = programme
        self.posts: list[Post] = []
        self._chances = self._chances_by_month(ends_in)
        #: Who may go, by month: posts with a luck that some month's chance is above, and that luck.
        self._at_risk: dict[int, list[tuple[int, float]]] = {}
        self._known_posts = self._known_months = 0

    def enter_table(self, table: PostTable, number: int) -> None:
        """Get a row in the table of the posts of all programmes."""
        self._table, self._number = table, number
        self._see_when_to_hire()

    @property
    def workers(self) -> list[KeyWorker]:
        """Everybody in a post."""
        return [post.worker for post in self.posts if post.worker is not None]

    @property
    def slots(self) -> list[int]:
        """How many participants fit at each post."""
        return self._table.slots[self._number, : len(self.posts)].tolist()

    def staff(self, count: int) -> int:
        """See that there are so many posts, and hire for those that were empty for long enough.

        Returns how many key workers had to go.
        """
        gone = self._set_posts(count)
        month = self._month()
        for number, post in enumerate(self.posts):
            if post.worker is None and month >= post.vacant_until:
                post.worker = self._hire(number)
        self._see_when_to_hire()
        return gone

    def _see_when_to_hire(self) -> None:
        """Write down from which month on somebody is to be hired."""
        vacant = [post.vacant_until for post in self.posts if post.worker is None]
        self._programme.row["hires_from"] = min(vacant, default=_NEVER)

    def _month(self) -> int:
        return self._programme.model.month

    def _hire(self, number: int) -> KeyWorker:
        programme = self._programme
        staff = programme.spec.staff
        worker = KeyWorker(programme.model, programme, number, staff.experience_months)
        self._table.fill(self._number, number, worker.since)
        programme.row["changed"] = 1
        return worker

    def _set_posts(self, count: int) -> int:
        """Let posts come or go, the last first; return how many key workers had to go."""
        gone = 0
        row = self._programme.row
        if len(self.posts) != count:
            row["posts"], row["changed"] = count, 1
            self._table.reserve(count)
        while len(self.posts) > count:
            post = self.posts.pop()
            if post.worker is not None:
                post.worker.remove()
                gone += 1
        while len(self.posts) < count:
            self.posts.append(Post(self._hire(len(self.posts))))
        return gone

    def replace_all(self) -> None:
        """Put other people in every post: another party takes over."""
        for number, post in enumerate(self.posts):
            if post.worker is not None:
                post.worker.remove()
                post.worker = self._hire(number)

    def lose(self, worker: KeyWorker, free_hand: bool) -> None:
        """See a key worker leave; the post stays empty for a while, shorter with a free hand."""
        rates = self._programme.rates
        post = self.posts[worker.post]
        post.worker = None
        self._table.empty(self._number, worker.post)
        self._programme.row["changed"] = 1
        months = rates.staffing_vacancy_months
        if free_hand:
            months *= 1.0 - rates.staffing_freed_hands
        post.vacant_until = self._month() + max(1, math.ceil(months))
        self._see_when_to_hire()
        worker.remove()

    def _chances_by_month(self, ends_in: list[float]) -> list[float]:
        """Return how likely it is to leave, month by month, with the money felt to end so soon."""
        rates = self._programme.rates
        chances = {
            months: leave_chance(
                rates.staffing_leave_rate,
                months,
                rates.staffing_insecurity_months,
                rates.staffing_insecurity_factor,
            )
            for months in set(ends_in)
        }
        return [chances[months] for months in ends_in]

    def leaving(self, month: int) -> list[KeyWorker]:
        """Return the key workers whom luck takes this month, those hired in it included."""
        posts = self.posts
        if len(posts) > self._known_posts or month > self._known_months:
            self._look_ahead(len(posts), month)
        if not posts or month not in self._at_risk:
            return []
        workers = [posts[number].worker for number in self._lost(month) if number < len(posts)]
        return [worker for worker in workers if worker is not None]

    def loses(self, post: int, month: int) -> bool:
        """Return whether the key worker in a post leaves this month."""
        if post >= self._known_posts or month > self._known_months:
            self._look_ahead(post + 1, month)
        return post in self._lost(month)

    def _lost(self, month: int) -> list[int]:
        """Return the posts that luck takes somebody from this month."""
        chance = self._chances[min(month, len(self._chances)) - 1]
        return [post for post, luck in self._at_risk.get(month, ()) if luck < chance]

    def _look_ahead(self, posts: int, month: int) -> None:
        """Look up for so many posts when luck may take somebody: up to the horizon, or beyond it."""
        if month > self._known_months:
            self._known_months = max(2 * month, len(self._chances))
            self._known_posts = 0
            self._at_risk = {}
        programme, most = self._programme, max(self._chances)
        for post in range(self._known_posts, posts):
            luck = programme.model.luck.over_months(
                "worker_leaves", post + 1, programme.delivery.identity, self._known_months
            )
            for at in np.flatnonzero(luck < most).tolist():
                self._at_risk.setdefault(at + 1, []).append((post, float(luck[at])))
        self._known_posts = max(posts, self._known_posts)
