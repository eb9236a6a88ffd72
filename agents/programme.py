"""A programme as an agent: it receives money, employs key workers, finds and supports participants."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ..scenarios import BEGINNINGS, FundedProgramme, Saving
from .account import Account, dues, shared_out
from .organisation import Organisation
from .rates import Rates
from .supporting import plain_critical_mass, plainly_grown
from .workforce import Workforce

if TYPE_CHECKING:
    from ..model.delivery import Delivery
    from ..model.neighbourhood import Neighbourhood
    from .key_worker import KeyWorker
    from .resident import Resident

_GOES_ON, _FRESH, _NEW_NAME, _RELAY = range(len(BEGINNINGS))

#: What is counted for a saving, by what it is per.
_SAVED_PER = {
    "supported_month": "supported_months",
    "found_work": "found_work",
    "completion": "completions",
}

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
        self.work_rung = spec.offers.work_rung
        months = model.setup.months
        self.rates = Rates.of(model.rules)
        self._cashbook = model.cashbook
        self.schedule = funded.schedule(months)
        rate = model.setup.parameters.counterforces.discount_rate
        self.grants_cents = funded.grants_cents(months, rate)
        self.dues = dues(funded, self.schedule, self.grants_cents)
        self.account = Account(list(spec.payers))
        acts = model.setup.mechanisms.documented_risks and spec.risk.on
        self._risk_kind = spec.risk.kind if acts else ""
        self._risk_size = spec.risk.size
        self._guided = 1.0 - self.risk_size("thin_guidance")
        self.workforce = Workforce(
            self, [self._felt(float(ends_in)) for ends_in in self.schedule.ends_in]
        )
        self.places = 0
        self.working = False
        self.memory_months = 0.0
        self.started_month: int | None = None
        self.first_month: int | None = None
        self.opens = 0
        self.admits_from = 0
        self.owed_cents = 0
        self.left_behind = 0
        self.closed_until = 0
        self._unit_growth = 1.0
        # Looked up every month: kept here, where little has to be fetched for it.
        self._place_eur = spec.money.place_eur_per_month
        self._start_eur = spec.money.start_eur
        self._saves = spec.saves
        self._fixed_at_first = 100 * spec.money.fixed_eur_per_month
        self._per_place_at_first = spec.per_place_cents()
        self._fixed_cents = 0
        self._per_place_cents = -1

    # -- what others ask ----------------------------------------------------------------------

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

    def step(self) -> None:
        """Begin, go on or stop as the calendar says; pay, and see to the posts.

        Funders have paid by now.
        """
        month = self.model.month
        at = month - 1
        # Beyond the horizon of the scenario no money is known of.
        known = at < len(self.dues)
        funded = known and bool(self.dues[at])
        begins = self.schedule.begins[at] if known else _GOES_ON
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
            self._change_hands(self.schedule.handover[at])
        if funded:
            self._pay_and_staff()
        self.working = (
            funded and self.places > 0 and month >= self.opens and month >= self.closed_until
        )
        if self._risk_kind == "venue_closed":
            self._close_venue_by_chance()
        self.account.paid_now.clear()

    def stop(self) -> None:
        """End it on everybody: key workers go, participants are left, money goes back."""
        transferred = self.spec.risk.kind == "no_transfer" and self.risk_size("no_transfer") == 0.0
        self.places = 0
        self.working = False
        self.free_hands(self.workforce.disband())
        lost = self.delivery.abandon_all(keep=transferred)
        self.left_behind = 0 if transferred else lost
        if self.risk_size("no_transfer") > 0.0:
            self.memory_months = 0.0
        self._give_back()
        self.started_month = None
        self.owed_cents = 0

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
            self.owed_cents += round(100 * share * self.spec.money.start_up_eur)
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
        for payer, cents in self.account.give_back(self.account.paid_now).items():
            self.model.funders[payer].take_back(self, cents)

    def _invest(self) -> None:
        cents = round(100 * self.spec.money.investment_eur)
        if not cents:
            return
        for payer, part in shared_out(cents, self.spec.payers).items():
            if part:
                self.model.funders[payer].pay(self, "grant", part)
                # Not money for places.
                self.account.paid_now[payer] -= part
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
        half_life = self.rates.quality_memory_half_life
        self.memory_months *= 0.5 ** (1.0 / half_life)

    # -- money and posts ----------------------------------------------------------------------

    def _spend(self, kind: str, unit: str, cents: int, quantity: float) -> None:
        if cents <= 0:
            return
        self._cashbook.write(
            self.model.month, self.key, kind, unit, cents / quantity, self.account.spend(cents)
        )

    def _unit_costs(self) -> None:
        growth = self.risk_size("no_growth")
        if growth > 0.0 and self.first_month is not None:
            self._unit_growth = (1.0 + growth) ** ((self.model.month - self.first_month) / 12.0)
        self._fixed_cents = round(self._fixed_at_first * self._unit_growth)
        self._per_place_cents = math.ceil(self._per_place_at_first * self._unit_growth)

    def _pay_and_staff(self) -> None:
        """Pay what is fixed and owed, see how many places there is money for, and staff them."""
        if self._per_place_cents < 0 or self._unit_growth != 1.0 or self._risk_kind == "no_growth":
            self._unit_costs()
        if self.account.available_cents < self._fixed_cents:
            self.places = 0
            self.free_hands(self.workforce.disband())
            return
        if self._fixed_cents:
            self._spend("fixed", "month", self._fixed_cents, 1.0)
        if self.owed_cents:
            owed = min(self.owed_cents, self.account.available_cents)
            self._spend("start_up", "fresh start", owed, 1.0)
            self.owed_cents -= owed
        self.places = self._affordable()
        extra = self.delivery.places_by_volunteers()
        gone = self.workforce.staff(self.places, extra, self._unit_growth)
        if gone:
            self.free_hands(gone)
        self._spend("staff", "fte-month", self.workforce.cents, self.workforce.fte or 1.0)

    def _affordable(self) -> int:
        """Return the places that this month's money pays for."""
        at = self.model.month - 1
        if self._per_place_cents <= 0:
            return round(self.spec.places * self.schedule.level[at])
        income = sum(self.account.paid_now.values())
        planned = max(0, income - self._fixed_cents) // self._per_place_cents
        return min(planned, self.account.available_cents // self._per_place_cents)

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
        left = self.account.available_cents - reserved
        return max(0, left // math.ceil(100 * self._start_eur * self._unit_growth))

    def pay_for_support(self, starts: int, supported: int) -> None:
        """Pay for this month's starts and filled places, and write down what others are spared."""
        grown_by = self._unit_growth
        if starts and self._start_eur:
            self._spend("starts", "start", starts * round(100 * self._start_eur * grown_by), starts)
        if supported and self._place_eur:
            filled = min(self.places, supported)
            cents = int(filled * 100 * self._place_eur * grown_by + 1e-6)
            self._spend("places", "place-month", cents, float(filled or 1))
        for saving in self._saves:
            self._write_saving(saving)
        if self.working:
            self.memory_months += 1.0

    def _write_saving(self, saving: Saving) -> None:
        """Write down what others are spared this month; it stands beside the book."""
        number = self.delivery.counted(_SAVED_PER[saving.per])
        if number:
            unit_cents = round(100 * saving.eur)
            parts = {saving.payer: unit_cents * number}
            self.model.cashbook.write(
                self.model.month, self.key, "saving", saving.per, unit_cents, parts, float(number)
            )

    def quality_of_all(self, supported: int, residents: int) -> float:
        """Return the part of quality that participants share: memory, setting, friction, drift.

        ``supported`` are in support now, of the ``residents`` that there were last month.
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
        mass = plain_critical_mass(
            supported / max(1, residents),
            rules.counterforces_critical_share,
            rules.counterforces_critical_gain,
        )
        return (
            self.delivery.setting * memory * (1.0 - friction) * (1.0 - drift) * mass * self._guided
        )

    def check_month(self, supported: int) -> None:
        """Check the money of the month, and that the places hold those who are ``supported``.

        Raises
        ------
        RuntimeError
            When money or places do not add up.
        """
        if not self.account.balances():
            raise RuntimeError(
                f"month {self.model.month}: the money of {self.key} does not balance"
            )
        fit = self.workforce.strength.slots
        if supported > fit:
            raise RuntimeError(
                f"month {self.model.month}: {self.key} supports {supported} where {fit} fit"
            )

    def means_of_work(self) -> tuple[float, ...]:
        """Return money, places, posts and memory of the month, as the chronicle writes them."""
        at = self.model.month - 1
        levels, account = self.schedule.level, self.account
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
            account.available_cents / 100,
            account.spent_cents / 100,
        )
