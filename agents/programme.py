"""A programme as an agent: it receives money, employs key workers, finds and supports participants."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from ..scenarios import BEGINNINGS, FundedProgramme, Saving
from .account import Account, dues, shared_out
from .organisation import Organisation
from .rates import Rates
from .supporting import plainly_grown
from .workforce import Workforce

if TYPE_CHECKING:
    from ..model.delivery import Delivery
    from ..model.neighbourhood import Neighbourhood
    from ..model.purses import Purses
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
    delivery : Delivery
        Reach and trajectories, and the loops over them.
    """

    delivery: Delivery
    account: Account

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
        self._guided = 1.0 - self.risk_size("thin_guidance")
        self.workforce = Workforce(
            self, [self._felt(float(ends_in)) for ends_in in self.schedule.ends_in]
        )
        self.places = 0
        self.funded = False
        self.working = False
        self.memory_months = 0.0
        self.started_month: int | None = None
        self.first_month: int | None = None
        self.opens = 0
        self.admits_from = 0
        self.left_behind = 0
        self.missed_until = 0
        self.closed_until = 0
        self._unit_growth = 1.0
        # Looked up every month: kept here, where little has to be fetched for it.
        self._place_eur = spec.money.place_eur_per_month
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

    def enter_purse(self, purses: Purses, number: int) -> None:
        """Get a purse for the money, and write down in it what things cost."""
        self._purses, self._number = purses, number
        self._purse: Any = purses.rows[number]
        self.account = Account(self._purse, purses.payers)
        self._purse["place_eur"] = self._place_eur
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
            if self.started_month is not None:
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
            self._let_costs_grow()

    def go_on(self) -> None:
        """Live a month in which nothing begins or stops, with or without money."""
        if self.funded:
            self._let_costs_grow()
        else:
            self.rest()

    def rest(self) -> None:
        """Live a month without money: some who were left have no support, and know-how fades."""
        if self.left_behind and self.model.month < self.missed_until:
            self._write_gap("participants left without support", self.left_behind)
        half_life = self.rates.quality_memory_half_life
        self.memory_months *= 0.5 ** (1.0 / half_life)

    def _write_gap(self, unit: str, people: int) -> None:
        """Write down for whom there is no support now: it is they who bear it."""
        self.model.cashbook.write(
            self.model.month, self._number, "gap", unit, 0.0, "participants", 0, float(people)
        )

    def staff(self, places: int, enough: bool) -> None:
        """See to the posts for so many places; without ``enough`` for what is fixed there are none.

        What the key workers cost is then in `workforce`.
        """
        if self.funded:
            if places != self.places:
                self.places = places
                self.delivery.bring_work(places)
            if enough:
                extra = self.delivery.places_by_volunteers()
                gone = self.workforce.staff(places, extra, self._unit_growth)
            else:
                gone = self.workforce.disband()
            if gone:
                self.free_hands(gone)
        month = self.model.month
        self.working = (
            self.funded and self.places > 0 and month >= self.opens and month >= self.closed_until
        )
        if self._risk_kind == "venue_closed":
            self._close_venue_by_chance()

    def stop(self) -> None:
        """End it on everybody: key workers go, participants are left, money goes back."""
        transferred = self.spec.risk.kind == "no_transfer" and self.risk_size("no_transfer") == 0.0
        self.places = 0
        self.working = False
        self.free_hands(self.workforce.disband())
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

    def _let_costs_grow(self) -> None:
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

    # -- rooms --------------------------------------------------------------------------------

    def rooms_paid_for(self) -> int:
        """Return how many rooms this month's money keeps open: as many times as places."""
        share = min(1.0, self.places / max(1, self.spec.places)) if self.funded else 0.0
        return math.ceil(round(self.spec.offers.rooms * share, 9))

    def see_to_rooms(self) -> None:
        """Close the rooms that nobody pays for, and write down who loses one."""
        if lost := self.delivery.keep_paid_rooms():
            self._write_gap("people who lose their room", lost)

    # -- outreach and support -----------------------------------------------------------------

    def outreach(self) -> tuple[int, float, int]:
        """Return how many to approach this month, the share that refuses, and starts paid for."""
        if not self.working or self.model.month < self.admits_from:
            return 0, 0.0, 0
        limit = self.delivery.approaches(self.workforce.strength.capacity)
        refused = self._refused() if self._risk_kind == "resistance" else 0.0
        return limit, refused, self._starts_paid_for()

    def _refused(self) -> float:
        resisted = self.risk_size("resistance")
        since = self.model.month - self.opens
        return resisted if since < self.spec.risk.months else 0.0

    def _starts_paid_for(self) -> int:
        if self._start_eur <= 0.0:
            return self.places + 1000
        reserved = round(100 * self.places * self._place_eur * self._unit_growth)
        left = int(self._purse["available"]) - reserved
        return max(0, left // math.ceil(100 * self._start_eur * self._unit_growth))

    def close_support(self) -> None:
        """See what a month of support adds to know-how, and what others are spared by it."""
        for saving in self._saves:
            self._write_saving(saving)
        if self.funded and (left := self.delivery.counted("abandoned")):
            self._write_gap("participants left without a place", left)
        if self.working:
            self.memory_months += 1.0

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

    def quality_of_all(self, mass: float) -> float:
        """Return the part of quality that participants share: memory, setting, friction, drift.

        ``mass`` is what it is multiplied by where many are supported at one time.
        """
        rules, month = self.rates, self.model.month
        memory = plainly_grown(
            rules.quality_memory_start, self.memory_months, rules.quality_memory_months
        )
        friction, months = 0.0, month - self.opens
        if months < rules.quality_friction_months:
            friction = rules.quality_friction * (1.0 - months / rules.quality_friction_months)
        years = (month - (self.started_month or month)) / 12.0
        drift = min(rules.counterforces_drift_most, rules.counterforces_drift * years)
        return (
            self.delivery.setting * memory * (1.0 - friction) * (1.0 - drift) * mass * self._guided
        )

    def check_month(self, supported: int) -> None:
        """Check that the places hold those who are ``supported``.

        Raises
        ------
        RuntimeError
            When they do not.
        """
        fit = self.workforce.strength.slots
        if supported > fit:
            raise RuntimeError(
                f"month {self.model.month}: {self.key} supports {supported} where {fit} fit"
            )

    def means_of_work(self, available_cents: int, spent_cents: int) -> tuple[float, ...]:
        """Return money, places, posts and memory of the month, as the chronicle writes them.

        ``available_cents`` is in the purse now, ``spent_cents`` was spent since the start.
        """
        at = self.model.month - 1
        levels = self.schedule.level
        posts, filled, _, capacity = self.workforce.strength
        return (
            levels[at] if at < len(levels) else 0.0,
            self.working,
            self.places,
            posts,
            posts - filled,
            filled,
            capacity,
            self.memory_months,
            available_cents / 100,
            spent_cents / 100,
        )
