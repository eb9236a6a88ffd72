"""Makes the pictures of the workshop that the READMEs show: ``python -m tests.workshop_pictures``."""

from __future__ import annotations

import tempfile
from pathlib import Path

from .browsing import Visitor, chromium, workshop

FOLDER = Path(__file__).resolve().parent.parent / "viz" / "pictures"
#: File -> width, height, query, what to wait for and what to click before.
PICTURES = {
    "workshop.png": (1366, 800, "?lang=en&quarter=60&stairwell=40", ".la-one", (".la-one",)),
    "workshop-phone.png": (390, 844, "?lang=en&quarter=60&colour=working", "[data-drawn]", ()),
    "workshop-assumptions.png": (
        1366,
        800,
        "?lang=en&page=assumptions&x_param=moving.local_wish&x_value=0.6",
        "svg[role=img]",
        (),
    ),
}


def main() -> None:
    """Write the pictures."""
    with (
        tempfile.TemporaryDirectory() as folder,
        workshop(Path(folder)) as address,
        chromium() as browser,
    ):
        for name, (width, height, query, shown, clicked) in PICTURES.items():
            visitor = Visitor(browser, address, width, height)
            page = visitor.go(query)
            page.wait_for_selector(shown, state="attached")
            for one in clicked:
                page.locator(one).first.click()
            page.wait_for_timeout(2_000)
            page.screenshot(path=FOLDER / name)
            visitor.close()


if __name__ == "__main__":
    main()
