"""A programme as an agent: it receives money, employs key workers, finds and supports participants."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..scenarios import BEGINNINGS, FundedProgramme
from .account import Account, shared_out
from .key_worker import KeyWorker
from .organisation import Organisation
from .supporting import critical_mass, grown

if TYPE_CHECKING:
    from ..model.delivery import Delivery
    from ..model.neighbourhood import Neighbourhood
    from .resident import Resident

_GOES_ON, _FRESH, _NEW_NAME, _RELAY = range(len(BEGINNINGS))

#: Months in which a key worker of a stopped programme is free to work for another.
FREE_MONTHS = 6


@dataclass
class Post:
    """A post of a key worker: filled, or empty until a month; ``slots`` participants fit."""

    worker: KeyWorker | None
    vacant_until: int = 0
    slots: int = 0


class Programme(Organisation):
    """An organised effort that nudges residents, for as long as money flows.

    Attributes
    ----------
    key : str
        Name in the catalogue or the policy.
    spec : ProgrammeSpec
        Its card and numbers.
    account : Account
        Its money.
    posts : list of Post
        Posts that there is money for now.
    places : int
        Participants that there is money for now.
    memory_months : float
        Months of work that the organisation still knows of.
    working : bool
        Whether there is support this month.
    delivery : Delivery
        Reach and trajectories, and the loops over them.
    """

    delivery: Delivery

    def __init__(self, model: Neighbourhood, key: str, funded: FundedProgramme) -> None:
        super().__init__(model)
        self.key = key
        self.funded = funded
        self.spec = spec = funded.programme
        months = model.setup.months
        self.schedule = funded.schedule(months)
        rate = model.setup.parameters.counterforces.discount_rate
        self.grants_cents = funded.grants_cents(months, rate)
        self.account = Account(list(spec.payers))
        self.posts: list[Post] = []
        self.places = 0
        self.working = False
        self.memory_months = 0.0
        self.started_month: int | None = None
        self.first_month: int | None = None
        self.opens = 0
        self.owed_cents = 0
        self.left_behind = 0
        self.closed_until = 0
        self._unit_growth = 1.0
        self._post_luck: tuple[int, np.ndarray] = (-1, np.zeros(0))

    # -- what others ask ----------------------------------------------------------------------

    @property
    def participants(self) -> list[Resident]:
        """Everybody in support now."""
        return [self.model.person(row) for row in self.delivery.rows_in_support().tolist()]

    @property
    def workers(self) -> list[KeyWorker]:
        """The key workers now."""
        return [post.worker for post in self.posts if post.worker is not None]

    @property
    def money_ends_in_months(self) -> int | None:
        """Months until the known end of the money, or None where it is secure."""
        at = min(self.model.month, len(self.schedule.level)) - 1
        ends = int(self.schedule.ends_in[max(0, at)])
        return None if ends >= self.schedule.FAR else ends

    def relations_of(self, post: int) -> dict[int, float]:
        """Return the months together with a post, by identity of the participant."""
        return self.delivery.relations_of(post)

    def risk_size(self, kind: str) -> float:
        """Return how much of a documented risk acts: 0 where it is another or switched off."""
        risk = self.spec.risk
        acts = self.model.setup.mechanisms.documented_risks and risk.on and risk.kind == kind
        return risk.size if acts else 0.0

    def felt_end(self) -> float:
        """Return the months to the end of the money as key workers feel them."""
        ends = self.money_ends_in_months
        felt = float(self.schedule.FAR if ends is None else ends)
        uncertain = self.risk_size("funding_uncertain")
        if uncertain > 0.0:
            felt = min(felt, 1.0 + (1.0 - uncertain) * self.model.rules.staffing_insecurity_months)
        return felt

    def luck_of_post(self, post: int) -> float:
        """Return this month's draw of the key worker in a post."""
        month, draws = self._post_luck
        if month != self.model.month or post >= len(draws):
            numbers = np.arange(1, max(len(self.posts), post + 1) + 1)
            draws = self.model.luck.pairs(
                "worker_leaves", numbers, self.delivery.identity, self.model.month
            )
            self._post_luck = (self.model.month, draws)
        return float(draws[post])

    def due_from(self, payer: str) -> list[tuple[str, int]]:
        """Return what a payer pays this month: (kind, cents)."""
        at = self.model.month - 1
        if at >= len(self.grants_cents):
            return []
        cents = self.grants_cents[at]
        due = []
        if cents:
            only = self.schedule.payer[at]
            if only is None:
                part = shared_out(cents, self.spec.payers).get(payer, 0)
            else:
                part = cents if payer == only else 0
            if part:
                due.append(("grant", part))
        elif self.schedule.bridged_by[at] == payer and self.started_month is not None:
            due.append(("bridge", self.spec.full_month_cents()))
        return due

    # -- the month ----------------------------------------------------------------------------

    def step(self) -> None:
        """Begin, go on or stop as the calendar says; pay, and see to the posts."""
        at = self.model.month - 1
        if at >= len(self.grants_cents):
            return
        funded = self.grants_cents[at] > 0 or self.schedule.bridged_by[at] is not None
        begins = int(self.schedule.begins[at])
        if not funded:
            if self.started_month is not None:
                self.stop()
            self._write_gap()
            self._forget()
        elif self.started_month is None:
            self._begin(begins or _FRESH)
        elif begins in (_FRESH, _NEW_NAME) and self.grants_cents[at] > 0:
            self.stop()
            self._begin(begins)
        elif begins == _RELAY:
            self._change_hands(float(self.schedule.handover[at]))
        if funded:
            self._pay_and_staff()
        self.working = (
            funded and self.places > 0 and self.model.month >= max(self.opens, self.closed_until)
        )
        self._close_venue_by_chance()

    def stop(self) -> None:
        """End it on everybody: key workers go, participants are left, money goes back."""
        transferred = self.spec.risk.kind == "no_transfer" and self.risk_size("no_transfer") == 0.0
        self.places = 0
        self.working = False
        freed = len(self.workers)
        self._set_posts(0)
        self.model.free_hands += [self.model.month + FREE_MONTHS] * freed
        self.left_behind = self.delivery.abandon_all(keep=transferred)
        if self.risk_size("no_transfer") > 0.0:
            self.memory_months = 0.0
        self._give_back()
        self.started_month = None
        self.owed_cents = 0

    def lose(self, worker: KeyWorker) -> None:
        """See a key worker leave: relations break except what handover saves, the post is empty."""
        rules = self.model.rules
        post = self.posts[worker.post]
        post.worker = None
        months = float(self.model.setup.parameters.staffing.vacancy_months)
        if rules.staffing_freed_hands > 0.0 and self.model.take_free_hand():
            months *= 1.0 - rules.staffing_freed_hands
        post.vacant_until = self.model.month + max(1, math.ceil(months))
        self.delivery.break_relations(worker.post, self.spec.staff.handover)
        self.memory_months *= 1.0 - self.risk_size("key_person")
        worker.remove()

    # -- beginnings and ends ------------------------------------------------------------------

    def _begin(self, kind: int) -> None:
        month = self.model.month
        if kind == _NEW_NAME:
            self.memory_months = 0.0
        if kind == _RELAY:
            # Nobody is there to hand over from after a gap.
            self.memory_months = 0.0
        self.started_month = month
        if self.first_month is None:
            self.first_month = month
            self._invest()
            self.delivery.open_rooms()
        self._start_up(1.0)

    def _start_up(self, share: float) -> None:
        lag = 0
        if self.model.setup.mechanisms.start_up:
            slow = self.spec.risk.months if self.risk_size("slow_start") > 0.0 else 0
            lag = math.ceil(share * (self.spec.staff.start_up_months + slow))
            self.owed_cents += round(100 * share * self.spec.money.start_up_eur)
        self.opens = self.model.month + lag

    def _change_hands(self, handover: float) -> None:
        """Pass to another party: what is handed over stays, the rest begins anew."""
        for post, worker in enumerate(self.posts):
            if worker.worker is not None:
                worker.worker.remove()
                worker.worker = self._hire(post)
        if handover > 0.0:
            self.delivery.break_relations(-1, handover)
        else:
            self.left_behind = self.delivery.abandon_all(keep=False)
        self.memory_months *= handover
        self.started_month = self.model.month
        self._give_back()
        self._start_up(1.0 - handover)
        if handover > 0.0:
            # Whoever was in support stays in it while the new party gets going.
            self.opens = self.model.month

    def _give_back(self) -> None:
        for payer, cents in self.account.give_back().items():
            self.model.funders[payer].take_back(self, cents)

    def _invest(self) -> None:
        cents = round(100 * self.spec.money.investment_eur)
        if not cents:
            return
        for payer, part in shared_out(cents, self.spec.payers).items():
            if part:
                self.model.funders[payer].pay(self, "grant", part)
        self._spend("investment", "investment", cents, 1.0)

    def _write_gap(self) -> None:
        if self.first_month is not None and self.left_behind:
            self.model.cashbook.write(
                self.model.month,
                self.key,
                "gap",
                "participants left without support",
                0.0,
                {"participants": 0},
                float(self.left_behind),
            )

    def _forget(self) -> None:
        half_life = self.model.rules.quality_memory_half_life
        self.memory_months *= 0.5 ** (1.0 / half_life)

    # -- money and posts ----------------------------------------------------------------------

    def _spend(self, kind: str, unit: str, cents: int, quantity: float) -> None:
        if cents <= 0:
            return
        unit_cents = cents / quantity
        self.model.cashbook.write(
            self.model.month, self.key, kind, unit, unit_cents, self.account.spend(cents)
        )

    def _unit_costs(self) -> None:
        growth = self.risk_size("no_growth")
        years = (self.model.month - (self.first_month or self.model.month)) / 12.0
        self._unit_growth = (1.0 + growth) ** years if growth > 0.0 else 1.0

    def _pay_and_staff(self) -> None:
        """Pay what is fixed and owed, see how many places there is money for, and staff them."""
        self._unit_costs()
        money, grown_by = self.spec.money, self._unit_growth
        fixed = round(100 * money.fixed_eur_per_month * grown_by)
        if self.account.available_cents < fixed:
            self.places = 0
            self._set_posts(0)
            return
        self._spend("fixed", "month", fixed, 1.0)
        owed = min(self.owed_cents, self.account.available_cents)
        self._spend("start_up", "fresh start", owed, 1.0)
        self.owed_cents -= owed
        at = self.model.month - 1
        income = self.grants_cents[at] or self.spec.full_month_cents()
        per_place = max(1, math.ceil(self.spec.per_place_cents() * grown_by))
        planned = max(0, income - fixed) // per_place if self.spec.per_place_cents() else None
        if planned is None:
            planned = round(self.spec.places * float(self.schedule.level[at]))
        self.places = int(min(planned, self.account.available_cents // per_place))
        self._staff()

    def _staff(self) -> None:
        count = math.ceil(self.places / self.spec.staff.caseload)
        self._set_posts(count)
        extra = self.delivery.places_by_volunteers() if count else 0
        share, more = divmod(self.places + extra, count) if count else (0, 0)
        staff = self.spec.staff
        month_eur = staff.salary_eur_per_month * (1 + self.spec.money.overhead) * self._unit_growth
        cents, fte = 0, 0.0
        paid, paid_more = divmod(self.places, count) if count else (0, 0)
        for number, post in enumerate(self.posts):
            post.slots = share + (number < more)
            if post.worker is None and self.model.month >= post.vacant_until:
                post.worker = self._hire(number)
            if post.worker is not None:
                part = (paid + (number < paid_more)) / staff.caseload
                cents += int(100 * part * month_eur + 1e-6)
                fte += part
        self._spend("staff", "fte-month", cents, fte or 1.0)

    def _hire(self, post: int) -> KeyWorker:
        return KeyWorker(self.model, self, post, self.spec.staff.experience_months)

    def _set_posts(self, count: int) -> None:
        while len(self.posts) > count:
            post = self.posts.pop()
            if post.worker is not None:
                post.worker.remove()
        while len(self.posts) < count:
            self.posts.append(Post(self._hire(len(self.posts))))

    def _close_venue_by_chance(self) -> None:
        chance = self.risk_size("venue_closed")
        if not self.working or chance <= 0.0:
            return
        (draw,) = self.model.luck.pairs(
            "venue_closed", [1], self.delivery.identity, self.model.month
        )
        if draw < chance:
            self.closed_until = self.model.month + self.spec.risk.months
            self.working = False

    # -- outreach and support -----------------------------------------------------------------

    def reach_out(self) -> None:
        """Approach people and let those on the list start, while there is support."""
        self.delivery.settle()
        if not self.working:
            return
        limit = self.delivery.approaches(self.places)
        if self.spec.approach in ("target_group", "individual"):
            # Who has a group or a person in mind does not go on when there is no room.
            room = min(self.places - self.delivery.filled_places(), self._jobs_or_room())
            limit = limit if self.delivery.waiting() < room else 0
        if limit > 0:
            self.delivery.approach(limit, self._refused())
        self.delivery.admit(self._starts_paid_for(), self.jobs_left())

    def _refused(self) -> float:
        resisted = self.risk_size("resistance")
        since = self.model.month - self.opens
        return resisted if since < self.spec.risk.months else 0.0

    def _starts_paid_for(self) -> int:
        money = self.spec.money
        if money.start_eur <= 0.0:
            return self.places + len(self.posts) * 1000
        reserved = round(100 * self.places * money.place_eur_per_month * self._unit_growth)
        left = self.account.available_cents - reserved
        return max(0, left // math.ceil(100 * money.start_eur * self._unit_growth))

    def _jobs_or_room(self) -> int:
        return self.jobs_left() if self.spec.offers.work_rung else self.places

    def jobs_left(self) -> int:
        """Return the work places of the programme that are free."""
        return max(0, int(self.delivery.plan.work_places) - self.delivery.jobs_given())

    def support(self) -> None:
        """Support everybody for a month, and pay for starts and filled places."""
        common = self.quality_of_all() if self.working else 0.0
        starts = self.delivery.support(common)
        money, grown_by = self.spec.money, self._unit_growth
        if starts:
            self._spend("starts", "start", starts * round(100 * money.start_eur * grown_by), starts)
        filled = min(self.places, self.delivery.filled_places())
        cents = int(filled * 100 * money.place_eur_per_month * grown_by + 1e-6)
        self._spend("places", "place-month", cents, float(filled or 1))
        if self.working:
            self.memory_months += 1.0

    def quality_of_all(self) -> float:
        """Return the part of quality that participants share: memory, setting, friction, drift."""
        rules, delivery = self.model.rules, self.delivery
        memory = grown(rules.quality_memory_start, self.memory_months, rules.quality_memory_months)
        months = self.model.month - self.opens
        friction = rules.quality_friction * max(0.0, 1.0 - months / rules.quality_friction_months)
        years = (self.model.month - (self.started_month or self.model.month)) / 12.0
        drift = min(rules.counterforces_drift_most, rules.counterforces_drift * years)
        mass = critical_mass(
            delivery.filled_places() / max(1, self.model.count_here_last_month()),
            rules.counterforces_critical_share,
            rules.counterforces_critical_gain,
        )
        guided = 1.0 - self.risk_size("thin_guidance")
        return (
            float(delivery.plan.setting)
            * memory
            * (1.0 - friction)
            * (1.0 - drift)
            * mass
            * guided
        )

    def posts_as_arrays(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return slots, whether there is a key worker, and quality by experience, by post."""
        rules = self.model.rules
        slots = np.array([post.slots for post in self.posts], dtype=np.int64)
        filled = np.array([post.worker is not None for post in self.posts], dtype=np.int64)
        experience = np.array(
            [
                grown(
                    rules.quality_experience_start,
                    post.worker.experience_months,
                    rules.quality_experience_months,
                )
                if post.worker is not None
                else 0.0
                for post in self.posts
            ]
        )
        return slots, filled, experience

    def check(self) -> None:
        """Refuse a month whose money or places do not add up."""
        if not self.account.balances():
            raise RuntimeError(f"month {self.model.month}: the money of {self.key} does not balance")
        room = sum(post.slots for post in self.posts)
        if self.delivery.filled_places() > room:
            raise RuntimeError(
                f"month {self.model.month}: {self.key} supports"
                f" {self.delivery.filled_places()} where {room} fit"
            )

    def as_row(self) -> dict[str, Any]:
        """Return what is written down of the month beside what is counted."""
        return {
            "level": float(self.schedule.level[self.model.month - 1])
            if self.model.month <= len(self.schedule.level)
            else 0.0,
            "working": int(self.working),
            "places": self.places,
            "posts": len(self.posts),
            "posts_vacant": sum(post.worker is None for post in self.posts),
            "capacity": sum(post.slots for post in self.posts if post.worker is not None),
            "memory_months": self.memory_months,
            "key_workers": len(self.workers),
            "balance_eur": self.account.available_cents / 100,
            "spent_eur": self.account.spent_cents / 100,
        }
