"""Thirty people at once in the workshop: ``python -m tests.load.load_workshop``.

Thirty tabs of a real browser, each with a context (cookies, storage) of its own, on a server for
strangers (``--public``, two workers). All of them have a scenario of their own and try a programme in
it at the same moment; meanwhile a worker process is killed, some tabs are closed, and a laptop with some
more falls away. Prints what it saw, and ends with 1 when it is not what is promised.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from langeadem.viz.text import texts
from langeadem.viz.workshop.limits import PUBLIC

from ..browsing import COMPILING_MS, Visitor, chromium, workshop

VISITORS = int(os.environ.get("LOAD_VISITORS", "30"))
#: Of them: tabs that are closed, and tabs on a laptop that falls away.
CLOSED, LOST = VISITORS // 6, VISITORS // 6
#: What the server and its workers may take, and one more tab, in MB.
MOST_MB, MOST_MB_A_TAB = 3_000, 25
#: A tab that lost its connection is waited for so long; a quarter of an hour outside of this test.
CULL_SECONDS = 15
_PATIENCE = 900.0
_PEOPLE = 420
_SCENARIO = """place = "average"
years = 10
[figures]
households = 200
residents = {people}
"""
_T = texts("nl")


# -- the server, which also writes down how it is ---------------------------------------------------


def serve() -> None:
    """Serve as the command does, and write every half second how many there are and what waits."""
    from langeadem.viz.workshop.jobs import service
    from langeadem.viz.workshop.serve import server

    made = server(PUBLIC, "127.0.0.1", int(sys.argv[sys.argv.index("--port") + 1]), 2)
    from solara.server import kernel_context, settings

    settings.kernel.cull_timeout = f"{CULL_SECONDS}s"

    def watch() -> None:
        path = Path(os.environ["LOAD_STATUS"])
        while True:
            own = service()
            told = {
                "tabs": len(kernel_context.contexts),
                "waiting": own.waiting,
                "kept_mb": own.kept_bytes / 1e6,
                "pids": [os.getpid(), *_children()],
            }
            path.with_suffix(".new").write_text(json.dumps(told))
            path.with_suffix(".new").replace(path)
            time.sleep(0.5)

    threading.Thread(target=watch, daemon=True).start()
    made.run()


def _children() -> list[int]:
    """Return the processes of this one that work."""
    own, found = os.getpid(), []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            if int(stat.read_text().rsplit(")", 1)[1].split()[1]) != own:
                continue
            if b"spawn_main" in (stat.parent / "cmdline").read_bytes():
                found.append(int(stat.parent.name))
    return found


class Server:
    """How the server is, from what it writes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.most_mb = 0.0

    def now(self) -> dict[str, Any]:
        """Return the last that was written, with the memory of all its processes."""
        told = json.loads(self.path.read_text())
        told["mb"] = sum(_resident_mb(pid) for pid in told["pids"])
        self.most_mb = max(self.most_mb, told["mb"])
        return told

    def until(self, what: str, good: Any, seconds: float = 120.0) -> float:
        """Wait until something holds; return how long that took."""
        began = time.monotonic()
        while not good(self.now()):
            if time.monotonic() - began > seconds:
                raise SystemExit(f"FAILED: {what} took more than {seconds:.0f} s: {self.now()}")
            time.sleep(0.25)
        return time.monotonic() - began


def _resident_mb(pid: int) -> float:
    with contextlib.suppress(OSError):
        return (
            int(Path(f"/proc/{pid}/statm").read_text().split()[1])
            * os.sysconf("SC_PAGE_SIZE")
            / 1e6
        )
    return 0.0


# -- the visitors -----------------------------------------------------------------------------------


@dataclass
class Guest:
    """One tab: what it asked for, and what it saw."""

    visitor: Visitor
    people: int
    asked: float | None = None
    first: float | None = None
    done: float | None = None
    failed: bool = False
    places_in_queue: list[int] = field(default_factory=list)

    def look(self, began: float) -> None:
        """Write down what stands on the page."""
        seen = self.visitor.page.evaluate(_SEEN)
        for words in seen["working"]:
            if (found := _AHEAD.search(words)) is not None:
                self.places_in_queue.append(int(found[1].replace(".", "")))
        self.failed = self.failed or any(_FAILED in words for words in seen["notices"])
        if self.asked is None and seen["turned"]:
            self.asked = time.monotonic() - began
        if self.first is None and seen["answered"]:
            self.first = time.monotonic() - began
        if self.done is None and self.first is not None and not seen["working"]:
            self.done = time.monotonic() - began


_SEEN = """() => ({
    turned: !!document.querySelector(".pb"),
    answered: !!document.querySelector("canvas[data-drawn]"),
    working: [...document.querySelectorAll(".la-working[role=status]")].map((one) => one.innerText),
    notices: [...document.querySelectorAll(".la-notice")].map((one) => one.innerText),
})"""
_TURN = """(at) => {
    const tab = document.querySelectorAll(".la-tab")[1];
    setTimeout(() => tab.click(), at - Date.now());
}"""
_AHEAD = re.compile(re.escape(_T("workshop.waiting", ahead="#")).replace(r"\#", r"([\d.]+)"))
_FAILED = _T("workshop.failed_aborted", why="").strip()


def arrive(browser: Any, address: str, folder: Path) -> list[Guest]:
    """Let everybody in, each with a scenario of one's own, a resident larger than the last."""
    guests = []
    for at in range(VISITORS):
        people = _PEOPLE + at
        file = folder / f"{people}.toml"
        file.write_text(_SCENARIO.format(people=people))
        visitor = Visitor(browser, address)
        visitor.go("?place=staalmanpleinbuurt")
        visitor.drawn()
        visitor.upload(file)
        visitor.page.wait_for_selector(f".la-answer:has-text('{_T.number(people)}')")
        guests.append(Guest(visitor, people))
    return guests


def ask_at_once(guests: list[Guest]) -> float:
    """Have all tabs turn to the second page at one moment; return that moment."""
    wait = 2.0 + 0.1 * len(guests)
    began, at = time.monotonic() + wait, 1000 * (time.time() + wait)
    for guest in guests:
        guest.visitor.page.evaluate(_TURN, at)
    while (left := began - time.monotonic()) > 0:
        time.sleep(left)
    return began


def watch(guests: list[Guest], began: float, until: Any) -> None:
    """Look at all tabs in turn until something holds of them."""
    while not until():
        if time.monotonic() - began > _PATIENCE:
            raise SystemExit(f"FAILED: not ready after {_PATIENCE:.0f} s")
        for guest in guests:
            guest.look(began)


# -- what is promised -------------------------------------------------------------------------------


def main() -> int:
    """Let thirty people in, and say what was seen."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["LOAD_STATUS"] = str(folder / "status.json")
        program = "from tests.load.load_workshop import serve; serve()"
        with workshop(folder, program=program) as address, chromium() as browser:
            state = Server(folder / "status.json")
            problems = [*_crowd(browser, address, state, folder)]
            wrong = (folder / "server.log").read_text(encoding="utf-8")
            if "Traceback" in wrong:
                problems.append(f"the server wrote:\n{wrong[-2000:]}")
    for problem in problems:
        print(f"FAILED: {problem}")
    return 1 if problems else 0


def _crowd(browser: Any, address: str, state: Server, folder: Path) -> Iterator[str]:
    """Yield what is not as promised."""
    with contextlib.closing(Visitor(browser, address)) as first:
        first.go("?place=staalmanpleinbuurt")
        first.drawn(COMPILING_MS)
    state.until("the first tab is gone", lambda now: now["tabs"] == 0)
    alone = state.now()["mb"]
    began = time.monotonic()
    guests = arrive(browser, address, folder)
    stay, away = guests[: VISITORS - LOST], guests[VISITORS - LOST :]
    print(f"{VISITORS} tabs open after {time.monotonic() - began:.0f} s")
    each = (state.now()["mb"] - alone) / VISITORS
    print(f"memory: {alone:.0f} MB with nobody, {each:.1f} MB more a tab")
    began = ask_at_once(guests)
    state.until("a queue", lambda now: now["waiting"] >= VISITORS)
    print(f"all asked at once: {state.now()['waiting']} pieces wait")
    half = VISITORS // 2
    watch(guests, began, lambda: sum(one.first is not None for one in guests) >= half)
    os.kill(state.now()["pids"][1], signal.SIGKILL)
    watch(guests, began, lambda: all(one.first is not None or one.failed for one in guests))
    gone = [one for one in stay if one.done is None][:CLOSED]
    before = state.now()["waiting"]
    for guest in gone:
        guest.visitor.close()
    for guest in away:
        # Nobody tells the server that a battery is empty.
        guest.visitor.page.route("**/_solara/api/close/**", lambda route: route.abort())
        guest.visitor.close()
    kept = [one for one in stay if one not in gone]
    print(f"{len(gone)} tabs closed and {len(away)} lost with {before} pieces waiting")
    watch(kept, began, lambda: all(one.done is not None for one in kept))
    seconds = state.until("a clean-up", lambda now: now["tabs"] == len(kept))
    print(f"tabs that went were cleaned up {seconds:.0f} s after the others were done")
    yield from _judged(guests, kept, state, each)
    for guest in kept:
        guest.visitor.close()
    state.until("an empty room", lambda now: now["tabs"] == 0 and not now["waiting"])
    end = state.now()
    print(f"afterwards: {end['mb']:.0f} MB, {end['kept_mb']:.1f} MB of it results that are kept")
    if end["kept_mb"] * 1e6 > PUBLIC.cache_bytes:
        yield "more is kept than is allowed"


def _judged(guests: list[Guest], kept: list[Guest], state: Server, each: float) -> Iterator[str]:
    """Yield what went wrong for the guests."""
    firsts = sorted(one.first for one in guests if one.first is not None)
    dones = sorted(one.done for one in guests if one.done is not None)
    print(
        f"first answers after {firsts[0]:.1f} to {firsts[-1]:.1f} s (middle {_middle(firsts):.1f})"
    )
    print(f"whole answers after {dones[0]:.1f} to {dones[-1]:.1f} s (middle {_middle(dones):.1f})")
    queued = [one for one in guests if one.places_in_queue]
    most = max((max(one.places_in_queue) for one in queued), default=0)
    print(f"{len(queued)} of {len(guests)} saw their place in the queue; the highest was {most}")
    print(f"most memory of the server and its workers: {state.most_mb:.0f} MB")
    failed = [one for one in guests if one.failed]
    print(f"a worker was killed: {len(failed)} of {len(guests)} were told, the others went on")
    waits = sorted(one.first - one.asked for one in guests if one.first and one.asked)
    print(f"from asking to a first answer {waits[0]:.1f} to {waits[-1]:.1f} s")
    # Served in the order of arrival, the last would wait for nearly all of it; in turn, for a round.
    if waits[-1] > dones[-1] / 2:
        yield "somebody waited half of the time that all of it took for a first answer"
    if not queued:
        yield "nobody saw a place in the queue"
    if len(failed) > 1:
        yield f"one worker died and {len(failed)} tabs were told"
    if state.most_mb > MOST_MB or each > MOST_MB_A_TAB:
        yield f"memory: {state.most_mb:.0f} MB, {each:.1f} MB a tab"
    for guest in kept:
        guest.visitor.turn_to("neighbourhood")
        said = guest.visitor.page.inner_text(".la-answer")
        if _T.number(guest.people) not in said:
            yield f"a tab of {guest.people} residents says: {said}"
        if guest.visitor.wrong:
            yield f"a tab complained: {guest.visitor.wrong[:3]}"


def _middle(values: list[float]) -> float:
    return values[len(values) // 2]


if __name__ == "__main__":
    sys.exit(main())
