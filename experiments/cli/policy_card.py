"""The card of a policy: its programmes, what pays them, its rules of letting, and when it acts."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.text import Text

from ...scenarios import (
    FundedProgramme,
    LandlordRules,
    Policy,
    Scenario,
    load_policy,
    with_policy,
)
from ...scenarios.document import read_toml
from ...viz.text import Texts
from ...viz.text.field_cards import field_cards, value_text
from ...viz.text.money_words import amount_words
from .calendar_card import height_sign, payers_of
from .scenario_card import show_changes
from .screen import Listing, as_sentence, print_plain, show_facts, show_listing

_PERIOD = 5
#: Where the rules of letting do their work, once the landlord has taken them up.
_LETTING = "moving"


def show_policy(asked: str, policy: Policy, setup: Scenario, t: Texts, out: Console) -> None:
    """Print what a policy does and what it costs over the years of a scenario.

    ``asked`` is the name or the file that it was asked by.
    """
    facts = {"": as_sentence(t.of_model(policy.about)), t("explain.source"): policy.source}
    facts[t("explain.choose")] = f"langeadem run wielwijk --policy {asked}"
    title = t("explain.policy", name=policy.key)
    show_facts(out, title, {label: text for label, text in facts.items() if text})
    if policy.programmes:
        out.print()
        show_listing(out, _programmes(policy, t))
        out.print()
        _show_money(policy, setup, t, out)
    rules = _rules(policy.landlord, t)
    if rules.rows:
        out.print()
        show_listing(out, rules)
    out.print()
    print_plain(out, Text(_phases(policy, t)))
    if asked.endswith(".toml"):
        _show_base(asked, setup.model_copy(update={"policy": policy}), t, out)


def _show_base(asked: str, setup: Scenario, t: Texts, out: Console) -> None:
    """Print in what a policy of one's own differs from the policy that it names as its base."""
    base = read_toml(Path(asked), asked).data.get("base")
    if not isinstance(base, str):
        return
    name = str(Path(asked).parent / base) if base.endswith(".toml") else base
    out.print()
    show_changes(name, setup.model_copy(update={"policy": load_policy(name)}), setup, t, out)


def _programmes(policy: Policy, t: Texts) -> Listing:
    columns = [t("list.programme"), t("list.calendar"), t("list.places"), t("acts.from_year")]
    scaled = any(
        funded.equal_money_to or funded.money_eur is not None
        for funded in policy.programmes.values()
    )
    rows = []
    for name, funded in policy.programmes.items():
        places, year = t.number(funded.programme.places), t.value(funded.starts_year)
        row = [name, funded.calendar.key, places, year]
        rows.append([*row, _equal(funded, t)] if scaled else row)
    if scaled:
        columns.append(t("acts.equal"))
    return Listing(columns, rows, frozenset({2, 3}), frozenset({1, 4}))


def _equal(funded: FundedProgramme, t: Texts) -> str:
    """Return what a programme's money is scaled to: another calendar's, or an amount."""
    if funded.money_eur is not None:
        cents = 0 if funded.money_eur.is_integer() else 2
        name = t("budget.eur", amount=t.number(funded.money_eur, cents))
    elif funded.equal_money_to is None:
        return "-"
    else:
        name = funded.equal_money_to.key
    if funded.equal_in == "present_value":
        name = t("acts.worth", name=name)
    # Who carries a gap pays beside the money that is made equal.
    bridged = any(one.bridged_by for one in funded.calendar.stretches)
    return t("acts.and_gaps", name=name) if bridged else name


def _yearly_cents(policy: Policy, setup: Scenario, t: Texts) -> dict[str, list[int]]:
    """Return what every programme is paid in each year of the scenario, in cents."""
    grants = with_policy(setup, policy).grants_cents()
    return {
        name: [sum(cents[at : at + 12]) for at in range(0, setup.months, 12)]
        for name, cents in grants.items()
    }


def _show_money(policy: Policy, setup: Scenario, t: Texts, out: Console) -> None:
    yearly = _yearly_cents(policy, setup, t)
    total = [sum(year) for year in zip(*yearly.values(), strict=True)]
    whole = t("budget.eur", amount=t.number(sum(total) / 100))
    mean = t("budget.eur", amount=t.number(sum(total) / 100 / setup.years))
    period = t("run.in_year") if setup.years == 1 else t("run.in_years", years=setup.years)
    answer = t("acts.total", period=period, total=whole, mean=mean)
    print_plain(out, Text(as_sentence(answer), style="bold"))
    if amount := amount_words(policy, setup.place.figure("residents"), t):
        print_plain(out, Text(amount))
    if bridged := _bridged(policy, setup, sum(total), t):
        print_plain(out, Text(bridged))
    show_listing(out, _bars({**yearly, t("acts.together"): total}, out.options.ascii_only, t))
    sign = "#" if out.options.ascii_only else "█"
    print_plain(out, Text(t("acts.legend", sign=sign)))
    out.print()
    show_listing(out, _periods({**yearly, t("acts.together"): total}, t))


def _bridged(policy: Policy, setup: Scenario, granted_cents: int, t: Texts) -> str:
    """Return what those pay who carry gaps, which comes beside what calendars pay; or nothing."""
    payers, cents = [], 0
    for funded in policy.programmes.values():
        carried = [one for one in funded.schedule(setup.months).carried_by() if one is not None]
        payers += carried
        cents += len(carried) * funded.programme.full_month_cents()
    if not cents or not granted_cents:
        return ""
    amount = t("budget.eur", amount=t.number(cents / 100))
    share = t.percent(cents / granted_cents)
    return t("acts.bridged", payers=payers_of(payers, t), amount=amount, share=share)


def _bars(yearly: dict[str, list[int]], plain: bool, t: Texts) -> Listing:
    """Return a sign a year for each programme, as high as its money in that year."""
    rows = []
    for name, years in yearly.items():
        most = max(*years, 1)
        rows.append([name, "".join(height_sign(cents / most, plain) for cents in years)])
    return Listing([t("list.programme"), t("acts.by_year")], rows)


def _periods(yearly: dict[str, list[int]], t: Texts) -> Listing:
    """Return thousands of euros a year, by five years, and in all."""
    years = len(next(iter(yearly.values())))
    starts = range(0, years, _PERIOD)
    rows = []
    for name, cents in yearly.items():
        parts = [cents[at : at + _PERIOD] for at in starts]
        means = [t.number(sum(part) / len(part) / 100_000) for part in parts]
        rows.append([name, *means, t.number(sum(cents) / 100_000)])
    columns = [_years_text(at + 1, min(years, at + _PERIOD)) for at in starts]
    columns = [t("list.programme"), *columns, t("acts.in_all")]
    title = t("acts.thousands")
    return Listing(columns, rows, frozenset(range(1, len(columns))), title=title)


def _years_text(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}-{last}"


def _rules(rules: LandlordRules, t: Texts) -> Listing:
    rows = []
    for name, field in LandlordRules.model_fields.items():
        value = getattr(rules, name)
        if value != field.default:
            card = field_cards()[f"landlord.{name}"]
            meaning = f"{t.of_model(card.doc).removesuffix('.')} ({t.of_model(card.unit)})"
            rows.append([card.key, value_text(value, t), value_text(field.default, t), meaning])
    columns = [t("acts.rule"), t("list.value"), t("acts.usual"), t("list.meaning_and_unit")]
    return Listing(columns, rows, frozenset({1, 2}), frozenset({3}))


def _phases(policy: Policy, t: Texts) -> str:
    """Return in which phases of the month a policy does something, by their names and places."""
    from ...model import PHASES
    from ...model.install import LANDLORD_ACT, PROGRAMME_ACTS

    asked = [phase for phase, _ in PROGRAMME_ACTS] if policy.programmes else []
    if policy.landlord != LandlordRules():
        asked += [LANDLORD_ACT[0], _LETTING]
    named = [
        t("acts.phase", name=name, at=at)
        for at, (name, _) in enumerate(PHASES, start=1)
        if name in asked
    ]
    return t("acts.phases", phases=t.listing(named)) if named else t("acts.no_phase")
