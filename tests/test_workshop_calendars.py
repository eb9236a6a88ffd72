"""Page 4 in a real browser: years by tap, drag and key, one purse, the board, and files taken home.

What is protected here: what a finger does on the timeline is what is lived; a group's words are
never anything but words; what one group puts on the board the others see, and cannot change.
"""

from __future__ import annotations

import csv
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from langeadem.experiments.arms import arms_of
from langeadem.experiments.equal_money import grants_of
from langeadem.scenarios import load
from langeadem.viz.text import texts

from .browsing import COMPILING_MS, Visitor, chromium, in_browser, workshop

pytestmark = [pytest.mark.browser, in_browser]
#: One programme in a small place: a life is a second.
SMALL = "page=money&place=staalmanpleinbuurt&x_paid=watch-out"
Visit = Callable[..., Visitor]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with workshop(tmp_path_factory.mktemp("server")) as where:
        yield where


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as one:
        yield one


@pytest.fixture
def visit(browser: Any, address: str) -> Iterator[Visit]:
    made: list[Visitor] = []

    def visit(query: str = SMALL, width: int = 1366, height: int = 900) -> Visitor:
        visitor = Visitor(browser, address, width, height)
        made.append(visitor)
        visitor.page.on("dialog", lambda dialog: visitor.wrong.append(f"dialog: {dialog.message}"))
        visitor.go(f"?{query}")
        visitor.page.wait_for_selector(".tl-year")
        return visitor

    yield visit
    for one in made:
        one.close()


def year(page: Any, plan: int, number: int) -> Any:
    """Return a year of a plan, both counted from 1."""
    return page.locator(".tl-years").nth(plan - 1).locator(".tl-year").nth(number - 1)


def pressed(page: Any, plan: int) -> list[int]:
    """Return the years of a plan that have money."""
    own = page.locator(".tl-years").nth(plan - 1).locator(".tl-year")
    found = own.evaluate_all("all => all.map(one => one.getAttribute('aria-pressed') === 'true')")
    return [at for at, on in enumerate(found, 1) if on]


def until(page: Any, plan: int, years: list[int]) -> None:
    """Wait until a plan has money in these years and in no others."""
    page.wait_for_function(
        """([plan, years]) => {
            const own = document.querySelectorAll('.tl-years')[plan - 1];
            const on = [...own.querySelectorAll('.tl-year')].map(
                (one, at) => one.getAttribute('aria-pressed') === 'true' ? at + 1 : 0);
            return JSON.stringify(on.filter(Boolean)) === JSON.stringify(years);
        }""",
        arg=[plan, years],
    )


def purses(page: Any) -> set[str]:
    """Return the amounts that stand on the cards, once every card has its head."""
    page.wait_for_function(
        "document.querySelectorAll('.ph-purse b').length"
        " === document.querySelectorAll('.tl-years').length"
    )
    return set(page.locator(".ph-purse b").all_inner_texts())


def lived(page: Any, plans: int) -> None:
    """Wait until something is known of this many plans, to the end."""
    known = f"document.querySelectorAll('.co svg').length === {plans}"
    page.wait_for_function(known, timeout=COMPILING_MS)
    ended = "/30 (jaar|years)/.test(document.querySelector('h1').innerText)"
    page.wait_for_function(ended, timeout=COMPILING_MS)


EVERY = list(range(1, 31))


def test_years_are_given_and_taken_by_tap_drag_and_key(visit: Visit) -> None:
    """And whatever is done, every plan holds the same purse to the cent."""
    visitor = visit()
    page = visitor.page
    amount = purses(page)
    assert len(amount) == 1
    until(page, 1, EVERY)
    year(page, 1, 10).click()
    until(page, 1, [one for one in EVERY if one != 10])
    # What is said above the years grows with what is known: where a year is, is looked up anew.
    year(page, 1, 15).hover()
    page.mouse.down()
    year(page, 1, 20).hover()
    page.mouse.up()
    left = [one for one in EVERY if one != 10 and not 15 <= one <= 20]
    until(page, 1, left)
    year(page, 1, 10).focus()
    page.keyboard.press(" ")
    until(page, 1, sorted([*left, 10]))
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    until(page, 1, sorted({*left, 10} - {11}))
    assert purses(page) == amount
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowUp")
    page.wait_for_function(
        "document.querySelector('.tl-years').querySelectorAll('.tl-year')[9].ariaLabel !== "
        "document.querySelector('.tl-years').querySelectorAll('.tl-year')[8].ariaLabel"
    )
    assert purses(page) == amount
    page.get_by_role("button", name="Stap terug").click()
    page.get_by_role("button", name="Stap terug").click()
    until(page, 1, sorted([*left, 10]))
    assert purses(page) == amount
    assert visitor.wrong == []


def test_years_are_tapped_on_a_phone(visit: Visit) -> None:
    """A finger on a year of 30 pixels does what a mouse does."""
    visitor = visit(width=390, height=844)
    page = visitor.page
    box = year(page, 2, 12).bounding_box()
    assert box["width"] >= 24
    assert box["height"] >= 24
    year(page, 1, 12).tap()
    until(page, 1, [one for one in EVERY if one != 12])
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert visitor.wrong == []


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_a_preset_and_the_purse_are_chosen(visit: Visit, lang: str) -> None:
    """Four plans, each of them known, all with the purse that was chosen."""
    t = texts(lang)
    visitor = visit(f"{SMALL}&lang={lang}")
    page = visitor.page
    before = purses(page)
    page.get_by_role("button", name="5", exact=True).click()
    page.wait_for_function(
        """before => [...document.querySelectorAll('.ph-purse b')].every(
            one => !before.includes(one.innerText))""",
        arg=list(before),
    )
    for count in (3, 4):
        page.get_by_role("button", name=t("workshop_money.add")).click()
        page.wait_for_function(f"document.querySelectorAll('.tl-years').length === {count}")
    assert page.get_by_role("button", name=t("workshop_money.add")).is_disabled()
    page.locator(".ph-row select").nth(2).select_option("sprint")
    until(page, 3, [1, 2, 3, 4])
    assert len(purses(page)) == 1
    page.get_by_role("button", name=t("workshop_money.remove")).nth(3).click()
    page.wait_for_function("document.querySelectorAll('.tl-years').length === 3")
    assert visitor.wrong == []


def test_a_name_is_a_name(visit: Visit) -> None:
    """Whatever it holds: in the heading, on the card, in the link, on the board."""
    name = "<img src=x onerror=alert(1)>"
    visitor = visit()
    page = visitor.page
    lived(page, 2)
    page.locator(".ph-name").first.fill(f"  {name}  ")
    page.locator(".ph-name").first.press("Enter")
    page.wait_for_function("document.querySelector('h1').innerText.includes('<img src=x')")
    assert page.locator("h1 img, .bo img, table img").count() == 0
    again = visit(page.url.partition("?")[2])
    again.page.wait_for_function("document.querySelector('.ph-name').value.startsWith('<img')")
    assert again.page.locator(".ph-name").first.input_value() == name
    page.get_by_role("button", name="Open een bord").click()
    page.get_by_role("button", name=re.compile("Zet <img")).click()
    page.wait_for_selector(".bo tbody tr")
    assert name in page.inner_text(".bo tbody")
    assert visitor.wrong == again.wrong == []


def test_a_board_is_shared_and_plans_on_it_are_of_who_put_them(visit: Visit) -> None:
    """One table opens it, another joins with the code and sees the plan within seconds."""
    one, two = visit(), visit(f"{SMALL}&x_plan1=~sprint&x_plan2=~cliff")
    lived(one.page, 2)
    lived(two.page, 2)
    one.page.get_by_role("button", name="Open een bord").click()
    code = one.page.inner_text(".bo-large").strip()
    two.page.fill(".bo-code", "ZZZZZ")
    two.page.press(".bo-code", "Enter")
    two.page.wait_for_selector(".bo [role=alert]")
    two.page.fill(".bo-code", code.lower())
    two.page.press(".bo-code", "Enter")
    two.page.wait_for_selector(".bo-large")
    one.page.get_by_role("button", name="Zet De marathon op het bord").click()
    two.page.wait_for_selector(".bo tbody tr:has-text('De marathon')")
    assert two.page.get_by_role("button", name=re.compile("Haal van het bord")).count() == 0
    two.page.get_by_role("button", name="Zet De klif op het bord").click()
    one.page.wait_for_selector(".bo tbody tr:has-text('De klif')")
    # Loaded again it is the same table: its plan is still its own.
    one.page.reload()
    one.page.get_by_role("button", name="Haal van het bord De marathon").click()
    two.page.wait_for_function("document.querySelectorAll('.bo tbody tr').length === 1")
    assert one.wrong == two.wrong == []


def test_what_is_taken_home_is_what_was_made(visit: Visit, tmp_path: Path) -> None:
    """Picture, numbers, a scenario that runs, and plans that are compared as they were."""
    visitor = visit(f"{SMALL}&x_plan1=Adem~relay&x_plan2=~60x1f-300x0")
    page = visitor.page
    lived(page, 2)
    assert visitor.take("Beeld", tmp_path).read_bytes().startswith(b"\x89PNG")
    with visitor.take("Cijfers", tmp_path).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["plan"] for row in rows} == {"Adem", "Plan B"}
    assert {int(row["year"]) for row in rows} == set(EVERY)
    plan = visitor.take("Scenario: Adem", tmp_path)
    scenario = load(plan)
    cents = grants_of(scenario).total_cents
    amount = page.locator(".ph-purse b").first.inner_text()
    assert int(re.sub(r"\D", "", amount)) == cents
    program = "from langeadem.experiments.cli import main; main()"
    asked = ["run", str(plan), "--set", "years=2", "--quiet", "--out", str(tmp_path / "run")]
    done = subprocess.run([sys.executable, "-c", program, *asked], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    with zipfile.ZipFile(visitor.take("Alle plannen", tmp_path)) as packed:
        packed.extractall(tmp_path / "plans")
        policies = sorted(name for name in packed.namelist() if name[0].isdigit())
    arms = arms_of(
        tmp_path / "plans" / "scenario.toml",
        [str(tmp_path / "plans" / name) for name in policies],
        horizons=(30,),
        money="as-is",
    )
    for policy in arms.policies:
        assert grants_of(arms.scenario(policy)).total_cents == cents
    assert visitor.wrong == []
