"""A programme as an agent: it receives money, employs key workers, finds and supports participants."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from ..scenarios import BEGINNINGS, FundedProgramme, Saving
from .account import Account, dues, shared_out
from .kept import Kept
from .organisation import Organisation
from .rates import Rates
from .workforce import Workforce

if TYPE_CHECKING:
    from ..model.delivery import Delivery
    from ..model.neighbourhood import Neighbourhood
    from ..model.purses import Purses
    from ..model.staffing import PostTable
    from .key_worker import KeyWorker
    from .resident import Resident

_GOES_ON, _FRESH, _NEW_NAME, _RELAY = range(len(BEGINNINGS))

#: What is counted for a saving, by what it is per.
_SAVED_PER = {
    "supported_month": "supported_months",
    "found_work": "found_work",
    "completion": "completions",
}

#: Where money alone says how many places there are.
_NO_MOST = 2**62

#: Months in which a key worker of a stopped programme is free to work for another.
FREE_MONTHS = 6


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
    workforce : Workforce
        Its posts and key workers.
    dues : list of dict
        What each payer pays, month by month: payer -> (kind, cents).
    turns : list of bool
        Whether it begins, stops or changes hands, month by month.
    places : int
        Participants that there is money for now.
    memory_months : float
        Months of work that the organisation still knows of.
    funded, working : bool
        Whether there is money, and support, this month.
    opens, admits_from, closed_until : int
        Months from which it works, lets people start, and is open again after it had to close.
    delivery : Delivery
        Reach and trajectories, and the loops over them.
    row : record
        How it stands in the table of all programmes: `RUNNING`.
    """

    delivery: Delivery
    account: Account
    row: Any
    places = Kept(int)
    working = Kept(bool)
    memory_months = Kept(float)
    opens = Kept(int)
    admits_from = Kept(int)
    closed_until = Kept(int)

    def __init__(
        self, model: Neighbourhood, key: str, funded: FundedProgramme, grants_cents: list[int]
    ) -> None:
        super().__init__(model)
        self.key = key
        self.funded = funded
        self.spec = spec = funded.programme
        self.work_rung = spec.offers.work_rung
        months = model.setup.months
        self.rates = Rates.of(model.rules)
        self.schedule = funded.schedule(months)
        self.grants_cents = grants_cents
        self.dues = dues(funded, self.schedule, self.grants_cents)
        self.turns = self._turns()
        acts = model.setup.mechanisms.documented_risks and spec.risk.on
        self._risk_kind = spec.risk.kind if acts else ""
        self._risk_size = spec.risk.size
        self._growth = self.risk_size("no_growth")
        self.workforce = Workforce(
            self, [self._felt(float(ends_in)) for ends_in in self.schedule.ends_in]
        )
        self.funded = False
        self.first_month: int | None = None
        self.left_behind = 0
        self.missed_until = 0
        self._unit_growth = 1.0
        self._start_eur = spec.money.start_eur
        self._saves = spec.saves
        self._fixed_at_first = 100 * spec.money.fixed_eur_per_month
        self._per_place_at_first = spec.per_place_cents()

    def _turns(self) -> list[bool]:
        paid = [bool(due) for due in self.dues]
        return [
            now != before or (now and begins != _GOES_ON)
            for now, before, begins in zip(paid, [False, *paid], self.schedule.begins, strict=False)
        ]

    def enter_tables(self, running: Any, posts: PostTable, number: int) -> None:
        """Get a row in the tables of how programmes stand, and write down in it what stays the same."""
        self.row = row = running[number]
        row["fades"] = 0.5 ** (1.0 / self.rates.quality_memory_half_life)
        row["guided"] = 1.0 - self.risk_size("thin_guidance")
        row["refuses"] = self.risk_size("resistance")
        row["refuses_months"] = self.spec.risk.months if self._risk_kind == "resistance" else 0
        row["caseload"] = self.spec.staff.caseload
        row["key_worker_eur"] = self.spec.staff.salary_eur_per_month * (
            1 + self.spec.money.overhead
        )
        row["places_on_card"] = max(1, self.spec.places)
        row["work_on_card"] = self.delivery.plan.work_places
        self.workforce.enter_table(posts, number)

    def enter_purse(self, purses: Purses, number: int) -> None:
        """Get a purse for the money, and write down in it what things cost."""
        self._purses, self._number = purses, number
        self._purse: Any = purses.rows[number]
        self.account = Account(self._purse, purses.payers)
        self._purse["place_eur"] = self.spec.money.place_eur_per_month
        self._purse["start_eur"] = self._start_eur
        # By column: to write to a row costs several times as much.
        names = ("growth", "fixed", "per_place", "start")
        self._costs: list[Any] = [purses.rows[name] for name in names]
        self._write_costs()

    # -- what others ask ----------------------------------------------------------------------

    @property
    def most_places(self) -> int:
        """Places that money can pay for at most: rooms are built once, other places come with money."""
        return max(self.spec.places, self.spec.offers.rooms) if self.spec.offers.rooms else _NO_MOST

    @property
    def started_month(self) -> int | None:
        """Month in which it began for the last time, or None where it does not run."""
        return int(self.row["started"]) or None

    @started_month.setter
    def started_month(self, month: int | None) -> None:
        self.row["started"] = month or 0

    @property
    def may_lose_its_venue(self) -> bool:
        """Whether luck may close it for a while."""
        return self.risk_size("venue_closed") > 0.0

    @property
    def left_until(self) -> int:
        """Month from which on nobody misses support any more that stopped, 0 where nobody was left."""
        return self.missed_until if self.left_behind and not self.funded else 0

    @property
    def costs_grow(self) -> bool:
        """Whether things cost more every month now."""
        return self.funded and self._growth > 0.0

    @property
    def participants(self) -> list[Resident]:
        """Everybody in support now."""
        return [self.model.person(row) for row in self.delivery.rows_in_support().tolist()]

    @property
    def workers(self) -> list[KeyWorker]:
        """The key workers now."""
        return self.workforce.workers

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
        return self._risk_size if kind == self._risk_kind else 0.0

    def _felt(self, ends_in: float) -> float:
        """Return the months to the end of the money as key workers feel them."""
        felt = min(ends_in, float(self.schedule.FAR))
        uncertain = self.risk_size("funding_uncertain")
        if uncertain > 0.0:
            felt = min(felt, 1.0 + (1.0 - uncertain) * self.rates.staffing_insecurity_months)
        return felt

    def is_paid_by(self, payer: str) -> bool:
        """Return whether a payer ever pays this programme."""
        return any(payer in due for due in self.dues)

    # -- the month ----------------------------------------------------------------------------

    def begin_or_stop(self) -> None:
        """Begin, go on, change hands or stop, as the calendar says; payers have paid by now."""
        at = self.model.month - 1
        # Beyond the horizon of the scenario no money is known of.
        known = at < len(self.dues)
        self.funded = known and bool(self.dues[at])
        self._purse["funded"] = self.funded
        begins = self.schedule.begins[at] if known else _GOES_ON
        if not self.funded:
            if self.started_month is not None or self.workforce.posts:
                self.stop()
            self.rest()
        elif self.started_month is None:
            self._begin(begins or _FRESH)
        elif begins in (_FRESH, _NEW_NAME) and self.grants_cents[at] > 0:
            self.stop()
            self._begin(begins)
        elif begins == _RELAY:
            self._change_hands(self.schedule.handover[at])
        if self.funded:
            self.let_costs_grow()

    def rest(self) -> None:
        """Live a month without money: some who were left have no support. Know-how fades in a loop."""
        if self.model.month < self.left_until:
            self._write_gap("participants left without support", self.left_behind)

    def _write_gap(self, unit: str, people: int) -> None:
        """Write down for whom there is no support now: it is they who bear it."""
        self.model.cashbook.write(
            self.model.month, self._number, "gap", unit, 0.0, "participants", 0, float(people)
        )

    def staff(self, posts: int) -> None:
        """See that there are so many posts, filled where they can be."""
        if gone := self.workforce.staff(posts):
            self.free_hands(gone)

    def stop(self) -> None:
        """End it on everybody: key workers go, participants are left, money goes back."""
        transferred = self.spec.risk.kind == "no_transfer" and self.risk_size("no_transfer") == 0.0
        self.places = 0
        self.working = False
        self.staff(0)
        lost = self.delivery.abandon_all(keep=transferred)
        self.left_behind = 0 if transferred else lost
        self.missed_until = self.model.month + self.spec.support.duration_months
        if self.risk_size("no_transfer") > 0.0:
            self.memory_months = 0.0
        self._give_back()
        self.started_month = None
        self._purse["owed"] = 0

    def free_hands(self, count: int) -> None:
        """See key workers go whom there is no money for; they are free for others for a while."""
        self.model.free_hands += [self.model.month + FREE_MONTHS] * count

    def lose(self, worker: KeyWorker) -> None:
        """See a key worker leave: relations break except what handover saves, the post is empty."""
        free_hand = self.rates.staffing_freed_hands > 0.0 and self.model.take_free_hand()
        self.workforce.lose(worker, free_hand)
        self.delivery.break_relations(worker.post, self.spec.staff.handover)
        self.memory_months *= 1.0 - self.risk_size("key_person")

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
            self._purse["owed"] += round(100 * share * self.spec.money.start_up_eur)
        self.opens = self.admits_from = self.model.month + lag

    def _change_hands(self, handover: float) -> None:
        """Pass to another party: what is handed over stays, the rest begins anew."""
        self.workforce.replace_all()
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
            self.admits_from, self.opens = self.opens, self.model.month

    def _give_back(self) -> None:
        """Return what was not spent; what was paid in this month is for what begins now."""
        self._purses.give_back(self._number, self.rates.staffing_freed_money)

    def _invest(self) -> None:
        cents = round(100 * self.spec.money.investment_eur)
        if cents:
            self._purses.invest(self._number, shared_out(cents, self.spec.payers))

    # -- costs and posts ----------------------------------------------------------------------

    def let_costs_grow(self) -> None:
        """See what things cost this month, where that grows."""
        if self._growth > 0.0 and self.first_month is not None:
            growth = self._growth
            self._unit_growth = (1.0 + growth) ** ((self.model.month - self.first_month) / 12.0)
            self._write_costs()

    def _write_costs(self) -> None:
        """Write down in the purse what things cost now."""
        number, grown_by = self._number, self._unit_growth
        growth, fixed, per_place, start = self._costs
        growth[number] = grown_by
        fixed[number] = round(self._fixed_at_first * grown_by)
        per_place[number] = math.ceil(self._per_place_at_first * grown_by)
        start[number] = round(100 * self._start_eur * grown_by)

    def close_venue_by_chance(self) -> None:
        """Lose the venue for a while, if it comes to that."""
        chance = self.risk_size("venue_closed")
        if not self.working:
            return
        (draw,) = self.model.luck.pairs(
            "venue_closed", [1], self.delivery.identity, self.model.month
        )
        if draw < chance:
            self.closed_until = self.model.month + self.spec.risk.months
            self.working = False

    # -- rooms --------------------------------------------------------------------------------

    def rooms_paid_for(self) -> int:
        """Return how many rooms this month's money keeps open: as many times as places."""
        share = min(1.0, self.places / max(1, self.spec.places)) if self.funded else 0.0
        return math.ceil(round(self.spec.offers.rooms * share, 9))

    def see_to_rooms(self) -> None:
        """Close the rooms that nobody pays for, and write down who loses one."""
        if lost := self.delivery.keep_paid_rooms():
            self._write_gap("people who lose their room", lost)

    # -- support ------------------------------------------------------------------------------

    def close_support(self) -> None:
        """See what others are spared by a month of support, and who was left without a place."""
        for saving in self._saves:
            self._write_saving(saving)
        if self.funded and (left := self.delivery.counted("abandoned")):
            self._write_gap("participants left without a place", left)

    def _write_saving(self, saving: Saving) -> None:
        """Write down what others are spared this month; it stands beside the book."""
        number = self.delivery.counted(_SAVED_PER[saving.per])
        if number:
            unit_cents = round(100 * saving.eur)
            self.model.cashbook.write(
                self.model.month,
                self._number,
                "saving",
                saving.per,
                unit_cents,
                saving.payer,
                unit_cents * number,
                float(number),
            )
