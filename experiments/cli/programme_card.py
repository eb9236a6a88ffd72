"""The card of a programme: what it is, whom it wants, what it does, what it costs, what was counted."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from ...scenarios import MEASURES, Documented, ProgrammeSpec, load_calendar
from ...viz.text import Texts
from ...viz.text.field_cards import (
    FIELD_GROUPS,
    basis_of,
    field_cards,
    shares_text,
    value_of,
    value_text,
)
from .notes import Notes
from .risk_card import numbers_of, risk_words
from .screen import Listing, as_sentence, print_plain, show_facts, show_listing

#: Groups that are shown as tables, in the order of a participant's way through the programme.
_SHOWN = ("eligibility", "funnel", "support", "nudges", "bonds", "offers", "staff", "money")
#: Keys that at their default leave out nobody, or are shown elsewhere on the card.
_UNSAID = ("eligibility.rung_from", "eligibility.rung_to", "eligibility.burden_to", "funnel.unit")
#: Keys that say something only where another does.
_NEEDS = {
    "funnel.referral_creaming": "funnel.referral",
    "support.aftercare_dose": "support.aftercare_months",
    "bonds.volunteer_ties": "bonds.volunteers",
}
#: Widest that the column of units may be.
_UNIT = 18
_BAR = 30


def show_programme(spec: ProgrammeSpec, t: Texts, out: Console) -> None:
    """Print the whole card; every number has its unit and the number of a note with its source."""
    notes = Notes()
    _show_what(spec, notes, t, out)
    out.print()
    _show_risk(spec, notes, t, out)
    out.print()
    _show_funnel(spec, t, out)
    out.print()
    show_listing(out, _numbers(spec, notes, t))
    out.print()
    show_facts(out, t("programme.cost"), _cost(spec, notes, t))
    if spec.documented:
        out.print()
        show_listing(out, _documented(spec, notes, t))
    out.print()
    columns = [t("place.note"), t("place.rests_on")]
    show_listing(out, Listing(columns, notes.rows(), frozenset({0}), frozenset({1})))


def _with_note(text: str, note: str, t: Texts) -> str:
    return f"{text}  {t('programme.see_note', note=note)}"


def _show_what(spec: ProgrammeSpec, notes: Notes, t: Texts, out: Console) -> None:
    places = _with_note(t.number(spec.places), notes.number(basis_of(spec, "places", t)), t)
    facts = {
        "": as_sentence(t.of_model(spec.about)),
        t("programme.where"): t.of_model(spec.where),
        t("programme.partners"): spec.partners,
        t("programme.approach"): t(f"approach.{spec.approach}"),
        t("programme.intervention"): spec.intervention,
        t("programme.ladder"): t(f"ladder.{spec.ladder}"),
        t("programme.places"): places,
        t("programme.calendar"): spec.calendar,
        t("programme.success"): spec.success_factor,
        t("explain.source"): spec.source,
    }
    title = t("programme.title", key=spec.key, name=t.of_model(spec.name))
    show_facts(out, title, {label: text for label, text in facts.items() if text})
    print_plain(out, Text(t("programme.as_written")))


def _show_risk(spec: ProgrammeSpec, notes: Notes, t: Texts, out: Console) -> None:
    risk = spec.risk
    facts = {
        t("programme.kind"): risk.kind,
        t("programme.does"): risk_words(risk.kind, t, risk.size, risk.months),
        t("programme.document"): risk.text or _undocumented(spec, notes, t),
        t("programme.acts"): t("explain.on" if risk.on else "explain.off"),
    }
    for name in numbers_of(risk.kind):
        key = f"risk.{name}"
        unit = t.of_model(field_cards()[key].unit)
        text = f"{value_text(value_of(spec, key), t)}  {unit}"
        facts[name] = _with_note(text, notes.number(basis_of(spec, key, t)), t)
    show_facts(out, t("programme.risk"), facts)


def _undocumented(spec: ProgrammeSpec, notes: Notes, t: Texts) -> str:
    """Return that no document names a risk, with what the kind on the card rests on."""
    return _with_note(t("programme.no_risk"), notes.number(basis_of(spec, "risk.kind", t)), t)


def _show_funnel(spec: ProgrammeSpec, t: Texts, out: Console) -> None:
    """Print what becomes of a hundred who are approached, as counts and bars."""
    funnel = spec.funnel
    steps = {"approached": 1.0}
    steps["contact"] = funnel.contact
    steps["visit"] = steps["contact"] * funnel.visit
    steps["start"] = steps["visit"] * funnel.start
    months = spec.support.duration_months
    if funnel.drop_out:
        steps["complete"] = steps["start"] * (1 - funnel.drop_out) ** months
    full = "#" if out.options.ascii_only else "█"
    title = t(f"programme.of_hundred_{funnel.unit}")
    rows = [
        [t(f"step.{name}"), t.number(100 * share), full * max(1, round(_BAR * share))]
        for name, share in steps.items()
    ]
    columns = [t("programme.step"), t("unit.count"), ""]
    show_listing(out, Listing(columns, rows, frozenset({1}), frozenset(), title))
    print_plain(out, Text(t("programme.funnel_at")))


def _numbers(spec: ProgrammeSpec, notes: Notes, t: Texts) -> Listing:
    rows: list[list[str]] = []
    headings: set[int] = set()
    for group in _SHOWN:
        keys = [key for key in _keys(group) if _is_said(spec, key)]
        headings.add(len(rows))
        title = t(f"group.{group}") if keys else t("programme.nothing", group=t(f"group.{group}"))
        rows.append([group, title, "", "", ""])
        for key in keys:
            card = field_cards()[key]
            rows.append(
                [
                    key.split(".")[1],
                    t.of_model(card.doc).removesuffix("."),
                    value_text(value_of(spec, key), t),
                    t.of_model(card.unit),
                    notes.number(basis_of(spec, key, t)),
                ]
            )
    columns = [t("list.key"), t("list.meaning"), t("list.value"), t("place.unit"), t("place.note")]
    wide = frozenset({1, 3})
    numbers, tops = frozenset({2, 4}), frozenset(headings)
    return Listing(columns, rows, numbers, wide, headings=tops, at_most={3: _UNIT})


def _keys(group: str) -> list[str]:
    return [f"{group}.{name}" for name in FIELD_GROUPS[group].model_fields]


def _is_said(spec: ProgrammeSpec, key: str) -> bool:
    """Whether a key says something: what is off or zero unless stated, and is not stated, does not."""
    value = value_of(spec, key)
    if key in spec.sources or value != field_cards()[key].default:
        return True
    needs = _NEEDS.get(key)
    if needs is not None and not value_of(spec, needs):
        return False
    return key not in _UNSAID and bool(value)


def euro(cents: float, t: Texts) -> str:
    """Return an amount in whole euros."""
    return t("budget.eur", amount=t.number(cents / 100))


def _cost(spec: ProgrammeSpec, notes: Notes, t: Texts) -> dict[str, str]:
    """Return what it costs, computed from the numbers above, who pays and who is spared what."""
    month, months = spec.full_month_cents(), spec.support.duration_months
    facts = {
        t("budget.month"): euro(month, t),
        t("budget.posts"): t.number(spec.places / spec.staff.caseload, 1),
    }
    if spec.places:
        facts[t("budget.place")] = euro(month / spec.places, t)
        facts[t("budget.trajectory", months=months)] = euro(months * month / spec.places, t)
    payers = shares_text(spec.payers, t)
    if any(one.shares for one in load_calendar(spec.calendar).stretches):
        payers = t("budget.payers_else", payers=payers)
    facts[t("budget.payers")] = _with_note(payers, notes.number(basis_of(spec, "payers", t)), t)
    for saving in spec.saves:
        spared = t(f"spared.{saving.per}", amount=t.value(saving.eur))
        text = _with_note(spared, notes.number(saving.source), t)
        label = t("budget.spared", payer=t(f"payer_the.{saving.payer}"))
        facts[label] = f"{facts[label]}; {text}" if label in facts else text
    return facts


def _documented(spec: ProgrammeSpec, notes: Notes, t: Texts) -> Listing:
    rows = []
    for one in spec.documented:
        why = one.why
        if one.unmet:
            why = as_sentence(why) + " " + t("programme.unmet", why=one.unmet)
        value, margin = _counted(one, t), f"±{t.percent(one.tolerance)}"
        words = t.of_model(MEASURES[one.measure])
        rows.append([words, value, margin, why, notes.number(one.source)])
    setting = spec.setting
    columns = [t(f"programme.{one}") for one in ("counted", "value", "margin", "why_margin")]
    title = t("programme.documented", place=t.of_model(setting.place), months=setting.months)
    return Listing(
        [*columns, t("place.note")], rows, frozenset({1, 2, 4}), frozenset({0, 3}), title
    )


def _counted(one: Documented, t: Texts) -> str:
    if one.measure.endswith("_share"):
        return f"{t.value(round(100 * one.value, 6))}%"
    return t.value(one.value)
