"""A workshop server of its own, and a real browser that reaches that server and nothing else."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from langeadem.viz.text import texts
from langeadem.viz.workshop.state import PAGES

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
in_browser = pytest.mark.skipif(
    CHROMIUM is None, reason="Chromium is not on this machine: apt-get install chromium"
)
#: Solara's own navigator.vue (1.64) says ``modules.export`` where ``module.exports`` is meant; ipyvue
#: warns of it and reads it the old way.
_HARMLESS = (
    "Failed to evaluate Vue script and find module.exports, falling back to old method,"
    " please use module.exports = { ... }"
)
PATIENCE_MS = 180_000
#: Where the rules of the model are compiled first, a first life takes minutes.
COMPILING_MS = 300_000


#: What starts a workshop as its command does.
PROGRAM = "from langeadem.experiments.cli import main; main()"


@contextlib.contextmanager
def workshop(folder: Path, *words: str, program: str = PROGRAM) -> Iterator[str]:
    """Run a server on a free port, without any network but this machine; give its address."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port = trial.getsockname()[1]
    nowhere = dict.fromkeys(("http_proxy", "https_proxy", "all_proxy"), "http://127.0.0.1:9")
    log = (folder / "server.log").open("w")
    process = subprocess.Popen(
        [sys.executable, "-c", program, "workshop", "--no-browser", "--port", str(port), *words],
        stdout=log,
        stderr=subprocess.STDOUT,
        env={**os.environ, **nowhere, "no_proxy": "127.0.0.1,localhost"},
    )
    address = f"http://127.0.0.1:{port}/"
    try:
        _wait_for(address, process, folder / "server.log")
        yield address
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
        log.close()


def _wait_for(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(600):
        if process.poll() is not None:
            raise RuntimeError(log.read_text(encoding="utf-8"))
        with contextlib.suppress(OSError):
            urllib.request.urlopen(address, timeout=5).close()
            return
        time.sleep(0.2)
    raise RuntimeError("the server did not start\n" + log.read_text(encoding="utf-8"))


_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]


@contextlib.contextmanager
def chromium() -> Iterator[Any]:
    """Start a browser that resolves no name and uses no network in the background."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=_ARGUMENTS)
        yield browser
        browser.close()


#: Numbers what can be worked and is there to see; gives what each is, by number.
_CONTROLS = """() => {
  const kinds = "button, a[href], input:not([type=hidden]), select, textarea, summary, "
    + "[role=button], [role=slider], [role=tab], [role=checkbox], [role=radio], [role=switch]";
  const there = el => {
    const style = getComputedStyle(el), box = el.getBoundingClientRect();
    return style.visibility !== "hidden" && box.width > 0 && box.height > 0 && !el.disabled
      && !el.closest(".la-mesa, [aria-hidden=true], [inert]")
      && (el.tagName === "SUMMARY" || !el.closest("details:not([open])"));
  };
  const along = el => el.tabIndex < 0
    && [...el.parentElement.children].some(one => one !== el && one.tabIndex === 0);
  const found = [...document.querySelectorAll(kinds)].filter(el => there(el) && !along(el));
  found.forEach((el, at) => { el.dataset.number = at; });
  return Object.fromEntries(found.map((el, at) => [String(at), el.outerHTML.slice(0, 120)]));
}"""
#: The number of what has the focus, and whether a ring shows so.
_AT = """() => {
  const el = document.activeElement;
  const around = [el, ...el.querySelectorAll("*"), el.closest("label, .v-input")];
  const ring = one => one && getComputedStyle(one).outlineStyle !== "none"
    && parseFloat(getComputedStyle(one).outlineWidth) > 0;
  return [el.dataset.number ?? "", around.some(ring)];
}"""


class Visitor:
    """A browser tab in a context of its own, that writes down everything that goes wrong."""

    def __init__(self, browser: Any, address: str, width: int = 1366, height: int = 768) -> None:
        self.address = address
        self.context = browser.new_context(
            viewport={"width": width, "height": height},
            has_touch=width < 500,
            accept_downloads=True,
        )
        self.context.set_default_timeout(PATIENCE_MS)
        self.page = self.context.new_page()
        self.wrong: list[str] = []
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.wrong.append(f"error: {error}"))
        self.page.on("request", self._asked)
        self.page.on("response", self._answered)

    def _said(self, message: Any) -> None:
        if message.type in ("error", "warning") and message.text != _HARMLESS:
            self.wrong.append(f"{message.type}: {message.text}")

    def _asked(self, request: Any) -> None:
        own = (self.address, self.address.replace("http", "ws", 1), "data:", "blob:")
        if not request.url.startswith(own):
            self.wrong.append(f"asked elsewhere: {request.url}")

    def _answered(self, response: Any) -> None:
        if response.status >= 400:
            self.wrong.append(f"{response.status}: {response.url}")

    def go(self, query: str = "") -> Any:
        """Open the workshop and wait for its bar; return the page."""
        self.page.goto(self.address + query)
        self.page.wait_for_selector(".la-bar")
        return self.page

    def drawn(self, patience_ms: int = PATIENCE_MS) -> None:
        """Wait until the picture of the neighbourhood is there."""
        self.page.wait_for_selector("[data-drawn]", state="attached", timeout=patience_ms)

    def turn_to(self, key: str, lang: str = "nl") -> None:
        """Go to a page of the workshop by its tab, and wait until it says something."""
        number = PAGES.index(key) + 1
        name = f"{number} {texts(lang)(f'workshop.page_{key}')}"
        tab = self.page.get_by_role("button", name=name, exact=True)
        if tab.get_attribute("aria-current") == "page":
            return
        before = self.page.inner_text(".la-answer")
        tab.click()
        self.page.wait_for_selector(f".la-tab[aria-current=page]:has-text('{number} ')")
        # The bar is there a moment before the page: what the page before said does not count.
        self.page.wait_for_function(
            "before => ![before, ''].includes("
            "document.querySelector('.la-answer')?.innerText.trim() ?? '')",
            arg=before.strip(),
        )

    def upload(self, file: Path, lang: str = "nl") -> None:
        """Give a scenario of one's own to the first page."""
        chooser = "input[type=file]"
        if not self.page.locator(chooser).count():
            more = texts(lang)("workshop_place.more")
            self.page.get_by_role("button", name=more, exact=True).click()
        self.page.set_input_files(chooser, file)

    def take(self, label: str, folder: Path) -> Path:
        """Take something home by its button; return the file."""
        with self.page.expect_download() as waiting:
            self.page.locator(".la-take").get_by_role("button", name=label, exact=True).click()
        path = folder / waiting.value.suggested_filename
        waiting.value.save_as(path)
        return path

    def barriers(self) -> list[str]:
        """Return what keeps people from reading or working the page: WCAG 2.1, A and AA, by axe.

        Mesa's own page, which is not ours to mend, is left out.
        """
        from axe_playwright_python.sync_playwright import Axe

        found = Axe().run(
            self.page,
            context={"exclude": [[".la-mesa"]]},
            options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]},
        )
        return [
            f"{one['id']}: {node['html'][:200]} ({node['failureSummary'][:300]})"
            for one in found.response["violations"]
            for node in one["nodes"]
        ]

    def beyond_keys(self) -> list[str]:
        """Return the controls that the Tab key does not come to, or that do not show when it does.

        Of a row of controls that arrow keys go along, one is enough. Mesa's own page is left out.
        """
        self.page.mouse.click(2, 2)
        self.page.evaluate("document.activeElement.blur()")
        left: dict[str, str] = self.page.evaluate(_CONTROLS)
        unseen = []
        for _ in range(2 * len(left) + 50):
            if not left:
                break
            self.page.keyboard.press("Tab")
            number, shows = self.page.evaluate(_AT)
            if number in left:
                name = left.pop(number)
                if not shows:
                    unseen.append(f"without a ring: {name}")
        return [*left.values(), *unseen]

    def close(self) -> None:
        """Leave."""
        self.context.close()
