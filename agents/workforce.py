"""The posts of a programme: who is hired, who leaves, what it costs."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from .key_worker import KeyWorker
from .supporting import leave_chance

if TYPE_CHECKING:
    from .programme import Programme


#: A month after every other.
_NEVER = 1 << 30
#: Places that posts were never seen to for.
_NOBODY_YET = -1


@dataclass
class Post:
    """A post of a key worker: filled, or empty until a month; ``slots`` participants fit."""

    worker: KeyWorker | None
    vacant_until: int = 0
    slots: int = 0


class Strength(NamedTuple):
    """Posts, how many of them are filled, and the participants who fit in all and in those."""

    posts: int
    filled: int
    slots: int
    capacity: int


class Workforce:
    """The key workers of one programme.

    What they cost and when posts are to be seen to is in the ``row`` of the programme.

    Attributes
    ----------
    posts : list of Post
        Posts that there is money for now.
    changed : bool
        Whether posts changed since participants were last given theirs.
    strength : Strength
        What there is since participants were last given their posts.
    """

    def __init__(self, programme: Programme, ends_in: list[float]) -> None:
        """Employ nobody yet; ``ends_in`` is the months to the end of money as felt, by month."""
        self._programme = programme
        self.posts: list[Post] = []
        self.changed = True
        self.strength = Strength(0, 0, 0, 0)
        staff = programme.spec.staff
        self._caseload = staff.caseload
        self._month_eur = staff.salary_eur_per_month * (1 + programme.spec.money.overhead)
        self._vacant: set[int] = set()
        self._laid_out: tuple[int, int] | None = None
        self._slots = 0
        self._at_work = (0, 0)
        self._chances = self._chances_by_month(ends_in)
        #: Who may go, by month: posts with a luck that some month's chance is above, and that luck.
        self._at_risk: dict[int, list[tuple[int, float]]] = {}
        self._known_posts = self._known_months = 0

    @property
    def workers(self) -> list[KeyWorker]:
        """Everybody in a post."""
        return [post.worker for post in self.posts if post.worker is not None]

    def take_stock(self) -> Strength:
        """See what there is, now that participants are given their posts."""
        self.changed = False
        posts, vacant = self.posts, self._vacant
        empty = sum(posts[number].slots for number in vacant)
        self.strength = Strength(
            len(posts), len(posts) - len(vacant), self._slots, self._slots - empty
        )
        row = self._programme.row
        _, row["filled"], row["slots"], row["capacity"] = self.strength
        return self.strength

    def staff(self, places: int, extra: int, unit_growth: float) -> int:
        """See that there are posts for ``places``, and ``extra`` slots beside those that are paid.

        Returns how many key workers had to go.
        """
        row = self._programme.row
        as_before = places == row["staffed_places"] and extra == row["staffed_extra"]
        if as_before and self._month() < row["hires_from"]:
            self._price(places, unit_growth)
            return 0
        count = math.ceil(places / self._caseload)
        gone = self._set_posts(count)
        self._fill(places, extra if count else 0)
        self._price(places, unit_growth)
        row["staffed_places"], row["staffed_extra"] = places, extra
        return gone

    def _fill(self, places: int, extra: int) -> None:
        """Give each post its slots and a key worker."""
        posts = self.posts
        self._slots = places + extra if posts else 0
        slots = divmod(self._slots, max(1, len(posts)))
        if slots != self._laid_out:
            self._lay_out_slots(*slots)
        hires_from = self._hire_where_vacant() if self._vacant else _NEVER
        (plain, larger), paid_more = self._parts(places)
        at_larger = paid_more - sum(number < paid_more for number in self._vacant)
        at_work = len(posts) - len(self._vacant) - at_larger
        fte = 0.0
        for part, count in ((larger, at_larger), (plain, at_work)):
            for _ in range(count):
                fte += part
        self._at_work = at_work, at_larger
        row = self._programme.row
        row["fte"], row["hires_from"] = fte, hires_from

    def _lay_out_slots(self, share: int, more: int) -> None:
        """Give each post its slots, and the first ``more`` of them one more."""
        self.changed, self._laid_out = True, (share, more)
        for number, post in enumerate(self.posts):
            post.slots = share + 1 if number < more else share

    def _hire_where_vacant(self) -> int:
        """Hire for posts that were empty for long enough; return when the next one was."""
        month, hires_from = self._month(), _NEVER
        for number in sorted(self._vacant):
            post = self.posts[number]
            if month < post.vacant_until:
                hires_from = min(hires_from, post.vacant_until)
                continue
            post.worker = self._hire(number)
            self._vacant.discard(number)
            self.changed = True
        return hires_from

    def _parts(self, places: int) -> tuple[tuple[float, float], int]:
        """Return the full-time key workers of a post and of one with a place more, and how many have that."""
        paid, paid_more = divmod(places, max(1, len(self.posts)))
        caseload = self._caseload
        return (paid / caseload, (paid + 1) / caseload), paid_more

    def _price(self, places: int, unit_growth: float) -> None:
        """See what the key workers at work cost."""
        month_eur = self._month_eur * unit_growth
        parts, _ = self._parts(places)
        plain, larger = (int(100 * part * month_eur + 1e-6) for part in parts)
        row = self._programme.row
        row["cents"] = self._at_work[0] * plain + self._at_work[1] * larger
        row["priced_at"] = unit_growth

    def _month(self) -> int:
        return self._programme.model.month

    def _hire(self, post: int) -> KeyWorker:
        programme = self._programme
        return KeyWorker(programme.model, programme, post, programme.spec.staff.experience_months)

    def _set_posts(self, count: int) -> int:
        gone = 0
        if len(self.posts) != count:
            self.changed, self._laid_out = True, None
        while len(self.posts) > count:
            post = self.posts.pop()
            self._vacant.discard(len(self.posts))
            if post.worker is not None:
                post.worker.remove()
                gone += 1
        while len(self.posts) < count:
            self.posts.append(Post(self._hire(len(self.posts))))
        return gone

    def disband(self) -> int:
        """Let everybody go; return how many."""
        gone = self._set_posts(0)
        self._slots = 0
        row = self._programme.row
        row["staffed_places"], row["cents"], row["fte"] = _NOBODY_YET, 0, 0.0
        return gone

    def replace_all(self) -> None:
        """Put other people in every post: another party takes over."""
        self.changed = True
        for number, post in enumerate(self.posts):
            if post.worker is not None:
                post.worker.remove()
                post.worker = self._hire(number)

    def lose(self, worker: KeyWorker, free_hand: bool) -> None:
        """See a key worker leave; the post stays empty for a while, shorter with a free hand."""
        rates = self._programme.rates
        post = self.posts[worker.post]
        post.worker = None
        self._vacant.add(worker.post)
        self.changed = True
        self._programme.row["staffed_places"] = _NOBODY_YET
        months = rates.staffing_vacancy_months
        if free_hand:
            months *= 1.0 - rates.staffing_freed_hands
        post.vacant_until = self._month() + max(1, math.ceil(months))
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
