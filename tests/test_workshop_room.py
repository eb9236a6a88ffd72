"""A group in the workshop, in a real browser: every page, and the whole path of an hour.

What is protected here: on a machine with nothing but itself, each page opens in both languages and
at three widths without a word of complaint of the browser; a table gets from a place to a plan on
the board of another table, and what it takes home is what it made. One server for all, as strangers
would reach it (``--public``), and a place so small that a life takes a moment. Where Chromium is not
installed these tests are left out and say so. More, with more time: ``uv run pytest -m browser``.
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from langeadem.experiments.equal_money import grants_of
from langeadem.scenarios import load, parameter_cards
from langeadem.viz.text import Texts, texts
from langeadem.viz.workshop.limits import PUBLIC
from langeadem.viz.workshop.state import PAGES

from .asking import call
from .browsing import COMPILING_MS, Visitor, chromium, in_browser, workshop

pytestmark = in_browser
WIDTHS = ((1920, 1080), (1366, 768), (390, 844))
#: A wing of a neighbourhood; more years than a public server lives.
SMALL = 'place = "average"\nyears = 60\n[figures]\nhouseholds = 200\nresidents = 420\n'
TOO_MANY = PUBLIC.households + 1
LARGE = f'place = "average"\n[figures]\nhouseholds = {TOO_MANY}\nresidents = {2 * TOO_MANY}\n'
Visit = Callable[..., Visitor]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("room")
    (made / "small.toml").write_text(SMALL)
    (made / "short.toml").write_text(SMALL.replace("60", "10"))
    (made / "large.toml").write_text(LARGE)
    return made


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    with workshop(folder, "--public") as where:
        yield where


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as one:
        yield one


@pytest.fixture
def visit(browser: Any, address: str, folder: Path) -> Iterator[Visit]:
    made: list[Visitor] = []

    def visit(lang: str = "nl", file: str = "short.toml") -> Visitor:
        visitor = Visitor(browser, address)
        made.append(visitor)
        visitor.go(f"?place=staalmanpleinbuurt&lang={lang}")
        visitor.drawn(COMPILING_MS)
        visitor.upload(folder / file, lang)
        # The page of the place before is gone, and so is where its file was chosen.
        visitor.page.wait_for_selector(".la-answer:has-text('420')")
        return visitor

    yield visit
    for one in made:
        one.close()


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_every_page_opens_at_every_width(visit: Visit, lang: str) -> None:
    """An error, a text beyond the edge, something asked elsewhere, or what some cannot read or work.

    In English as it is on a projector: large, on dark, with controls that make room.
    """
    visitor, t = visit(lang), texts(lang)
    page = visitor.page
    if lang == "en":
        page.get_by_role("button", name=t("workshop.bar_present")).click()
        page.wait_for_selector(".la-dark details.la-fold")
    for key in PAGES:
        visitor.turn_to(key, lang)
        for width, height in WIDTHS:
            page.set_viewport_size({"width": width, "height": height})
            page.wait_for_function("document.documentElement.scrollWidth <= window.innerWidth")
        assert page.locator("html").get_attribute("lang") == lang
        assert t("workshop.page_broke") not in page.inner_text("body"), key
        assert visitor.barriers() == [], key
        assert lang == "en" or visitor.beyond_keys() == [], key
    assert visitor.wrong == []


def test_a_public_server_has_its_limits(visit: Visit, folder: Path) -> None:
    """A place that fills the memory, or a horizon without end, asked by a stranger."""
    t, visitor = texts("nl"), visit(file="small.toml")
    page = visitor.page
    frames = 4 * PUBLIC.years
    page.wait_for_function(f"document.querySelector('.la-play input')?.max == {frames}")
    visitor.upload(folder / "large.toml")
    refused = t(
        "workshop.too_large",
        households=t.number(TOO_MANY),
        most=t.number(PUBLIC.households),
    )
    page.wait_for_selector(f"[role=alert]:has-text('{refused}')")
    assert visitor.wrong == []


def test_two_visitors_have_two_worlds(visit: Visit) -> None:
    """The one world of all that a page made the usual way would have: a step of one moves both."""
    one, two = visit(), visit()
    for visitor in (one, two):
        visitor.turn_to("inside")
        visitor.page.get_by_role("button", name="Open een wereld").click()
        visitor.page.wait_for_selector(".la-facts")
    one.page.get_by_role("button", name="Step", exact=True).click()
    month = "document.querySelector('.la-facts dd')?.innerText"
    one.page.wait_for_function(f"{month} === '1'")
    assert two.page.evaluate(month) == "0"
    assert one.wrong == two.wrong == []


def test_the_path_of_a_table(visit: Visit, tmp_path: Path) -> None:
    """Place, programme, guess, reveal, two calendars, board; and all of it taken home."""
    t = texts("nl")
    visitor = visit()
    _place(visitor, tmp_path, t)
    _programme(visitor, tmp_path, t)
    _guess_and_reveal(visitor, tmp_path, t)
    code, plans = _two_calendars(visitor, tmp_path, t)
    other = visit()
    _board(other, code)
    _assumption(visitor, tmp_path, t)
    assert visitor.wrong == []
    for one in (visitor, other):
        one.close()
    _can_be_compared(plans, tmp_path)


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _all_is_lived(page: Any, told: str) -> None:
    """Wait until every world is lived up to its last year.

    Either alone is not enough: nothing is computed before it begins either, and the count that is
    told is already right when the first years of every world are there.
    """
    page.wait_for_function(
        """told => document.querySelector('.la-under')?.innerText.includes(told)
            && !document.querySelector('.la-working progress')""",
        arg=told,
    )


def _place(visitor: Visitor, folder: Path, t: Texts) -> None:
    visitor.drawn()
    page = visitor.page
    page.wait_for_function("document.querySelector('.la-play input')?.max == 40")
    assert t.number(420) in page.inner_text(".la-answer")
    assert visitor.take(t("workshop_take.picture"), folder).read_bytes().startswith(b"\x89PNG")
    rows = _rows(visitor.take(t("workshop_take.data"), folder))
    assert [int(row["month"]) for row in rows] == list(range(121))
    scenario = visitor.take(t("workshop_take.scenario"), folder)
    assert load(str(scenario)).years == 10


def _programme(visitor: Visitor, folder: Path, t: Texts) -> None:
    visitor.turn_to("programme")
    page = visitor.page
    page.get_by_role("button", name=t("workshop_try.where_street")).click()
    page.wait_for_function("location.search.includes('x_where=street')")
    _all_is_lived(page, " 6 werelden")
    drawn = int(page.get_attribute("canvas", "data-drawn"))
    assert page.inner_text(".pr-panel h2").startswith(t.number(drawn))
    assert visitor.take(t("workshop_take.picture"), folder).read_bytes().startswith(b"\x89PNG")
    rows = _rows(visitor.take(t("workshop_take.data"), folder))
    assert {int(row["luck"]) for row in rows} == set(range(1, 7))
    scenario = load(str(visitor.take(t("workshop_take.scenario"), folder)))
    spec = scenario.policy.programmes["watch-out"].programme
    assert spec.eligibility.streets == (0,)


def _guess_and_reveal(visitor: Visitor, folder: Path, t: Texts) -> None:
    visitor.turn_to("why")
    page = visitor.page
    page.locator(".gu input").fill("0.4")
    page.get_by_role("button", name=t("workshop_why.reveal")).click()
    page.wait_for_selector(".wy-bar")
    assert "0,40" in page.inner_text(".wy-guessed")
    page.wait_for_selector(".wy-seen, .wy-missed", timeout=COMPILING_MS)
    assert visitor.take(t("workshop_take.picture"), folder).read_bytes().startswith(b"\x89PNG")
    with zipfile.ZipFile(visitor.take(t("workshop_take.data"), folder)) as packed:
        ledger = list(csv.DictReader(io.StringIO(packed.read("ledger.csv").decode())))
    values = {row["term"]: float(row["value"]) for row in ledger}
    assert sum(values.values()) != 0.0
    shown = page.locator(".wy-row").last.inner_text()
    assert t.signed(sum(values.values()), 3) in shown
    page.get_by_role("button", name=t("workshop_why.change_aftercare")).click()
    page.wait_for_selector(".wy-after")


def _two_calendars(visitor: Visitor, folder: Path, t: Texts) -> tuple[str, Path]:
    """Make a plan of one's own, and put it on a board; return the code of the board, and all plans."""
    visitor.turn_to("money")
    page = visitor.page
    page.locator(".ph-row select").nth(1).select_option("sprint")
    year, name = page.locator(".tl-year").nth(2), page.locator(".ph-name").first
    pressed = year.get_attribute("aria-pressed")
    year.click()
    name.fill("Lange adem")
    # What is typed stays while the answer to the tap comes in.
    page.wait_for_function(
        "was => document.querySelectorAll('.tl-year')[2].getAttribute('aria-pressed') !== was",
        arg=pressed,
    )
    assert name.input_value() == "Lange adem"
    name.press("Enter")
    page.wait_for_function("document.querySelectorAll('.co svg').length === 2")
    # What stood here before is of another plan, and all of that is lived.
    plan_file = t("workshop_money.take_plan", plan="Lange adem")
    page.locator(".la-take").get_by_role("button", name=plan_file, exact=True).wait_for()
    _all_is_lived(page, " 6 keer")
    assert len(set(page.locator(".ph-purse b").all_inner_texts())) == 1
    page.get_by_role("button", name=t("workshop_board.open")).click()
    code = page.inner_text(".bo-large").strip()
    page.get_by_role("button", name=t("workshop_board.post", plan="Lange adem")).click()
    page.wait_for_selector(".bo tbody tr")
    rows = _rows(visitor.take(t("workshop_take.data"), folder))
    assert {row["plan"] for row in rows} == {"Lange adem", "de sprint"}
    assert {row["replicates"] for row in rows} == {"6"}
    plan = visitor.take(plan_file, folder)
    granted = [float(row["mean"]) for row in rows if row["outcome"] == "granted_eur"]
    assert max(granted) == pytest.approx(grants_of(load(str(plan))).total_cents / 100)
    return code, visitor.take(t("workshop_money.take_all"), folder)


def _can_be_compared(plans: Path, folder: Path) -> None:
    """Do what the file beside the plans says, in fewer worlds."""
    with zipfile.ZipFile(plans) as packed:
        packed.extractall(folder)
        said = packed.read("README.txt").decode()
    command = next(line for line in said.splitlines() if "langeadem compare" in line)
    _, _, words = command.partition("langeadem ")
    words = [str(folder / one) if one.endswith(".toml") else one for one in words.split()]
    out = str(folder / "compared")
    made = call(*words, "--replicates", "2", "--workers", "1", "--json", "--out", out)
    assert made.exit_code == 0, made.output
    assert json.loads(made.stdout)


def _assumption(visitor: Visitor, folder: Path, t: Texts) -> None:
    """Change one by keyboard, and take home what that does."""
    visitor.turn_to("assumptions")
    page = visitor.page
    page.get_by_label(t("workshop_assume.find")).fill("moving.local_wish")
    page.locator(".la-row").focus()
    page.keyboard.press("Enter")
    page.get_by_role("slider").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("location.search.includes('x_value=')")
    page.wait_for_selector("svg[role=img]")
    assert visitor.take(t("workshop_take.picture"), folder).read_bytes().startswith(b"\x89PNG")
    scenario = load(str(visitor.take(t("workshop_take.scenario"), folder)))
    assert scenario.parameters.moving.local_wish > load("average").parameters.moving.local_wish
    rows = {row["key"]: row for row in _rows(visitor.take(t("workshop_take.data"), folder))}
    assert set(rows) == set(parameter_cards())


def _board(other: Visitor, code: str) -> None:
    """Another table sees the plan, and cannot take it off."""
    other.turn_to("money")
    other.page.fill(".bo-code", code.lower())
    other.page.press(".bo-code", "Enter")
    other.page.wait_for_selector(".bo tbody tr:has-text('Lange adem')")
    assert other.page.locator(".bo tbody button").count() == 0
    assert "sprint" not in other.page.inner_text("h1")
    assert other.wrong == []
