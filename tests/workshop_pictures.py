"""Makes the pictures of the workshop that the READMEs show: ``python -m tests.workshop_pictures``."""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from .browsing import COMPILING_MS, Visitor, chromium, workshop

FOLDER = Path(__file__).resolve().parent.parent / "viz" / "pictures"


@dataclass(frozen=True)
class Shot:
    """A picture: size of the window, what is asked, what to wait for, and what to click then."""

    width: int
    height: int
    query: str
    shown: str
    clicked: tuple[str, ...] = ()


#: By name of the file.
PICTURES = {
    "workshop.png": Shot(
        1366, 800, "?lang=en&quarter=60&stairwell=40", ".la-one", (".la-one >> nth=0",)
    ),
    "workshop-programme.png": Shot(
        1366, 800, "?lang=en&place=staalmanpleinbuurt&page=programme", "canvas[data-drawn]"
    ),
    "workshop-why.png": Shot(
        1366,
        900,
        "?lang=en&place=staalmanpleinbuurt&page=why&x_guess=0.30&x_seen=1",
        ".wy-seen, .wy-missed",
    ),
    "workshop-money.png": Shot(
        1366, 900, "?lang=en&place=staalmanpleinbuurt&page=money&x_paid=watch-out", ".co svg"
    ),
    "workshop-projector.png": Shot(
        1920, 1080, "?lang=en&presenting=1&quarter=60&colour=working", "[data-drawn]"
    ),
    "workshop-phone.png": Shot(390, 844, "?lang=en&quarter=60&colour=working", "[data-drawn]"),
    "workshop-assumptions.png": Shot(
        1366,
        800,
        "?lang=en&page=assumptions&x_param=moving.local_wish&x_value=0.6",
        "svg[role=img]",
    ),
}


def main(names: list[str]) -> None:
    """Write the pictures, or some of them by name, once everything in them is computed."""
    with (
        tempfile.TemporaryDirectory() as folder,
        workshop(Path(folder)) as address,
        chromium() as browser,
    ):
        for name in names or PICTURES:
            shot = PICTURES[name]
            visitor = Visitor(browser, address, shot.width, shot.height)
            visitor.context.set_default_timeout(COMPILING_MS)
            page = visitor.go(shot.query)
            page.wait_for_selector(shot.shown, state="attached")
            page.wait_for_function("!document.querySelector('.la-working progress')")
            for one in shot.clicked:
                page.locator(one).click()
                page.wait_for_selector(".la-life")
            # Type that is still on its way would give other widths.
            page.evaluate("document.fonts.ready.then(() => true)")
            page.screenshot(path=FOLDER / name)
            visitor.close()


if __name__ == "__main__":
    main(sys.argv[1:])
