"""``langeadem workshop``: the app for a room full of people, in the browser."""

from __future__ import annotations

import contextlib
import socket
import threading
import webbrowser
from dataclasses import dataclass

import typer

from ...viz.text import texts


@dataclass(frozen=True)
class Asked:
    """What was asked on the command line."""

    port: int
    host: str
    public: bool
    browser: bool
    workers: int
    lang: str
    debug: bool


def workshop_command(asked: Asked) -> None:
    """Serve the workshop until Ctrl-C."""
    from ...viz.workshop.limits import OPEN, PUBLIC
    from ...viz.workshop.serve import NotReadyError, server

    t = texts(asked.lang)
    query = "" if asked.lang == "nl" else f"?lang={asked.lang}"
    everywhere = asked.host in ("0.0.0.0", "::")  # noqa: S104
    shown = "localhost" if everywhere or asked.host == "127.0.0.1" else asked.host
    address = f"http://{shown}:{asked.port}/{query}"
    try:
        made = server(PUBLIC if asked.public else OPEN, asked.host, asked.port, asked.workers)
    except NotReadyError as error:
        if asked.debug:
            raise
        typer.echo(t("workshop.not_ready", why=str(error)), err=True)
        raise typer.Exit(1) from None
    typer.echo(t("workshop.open_at", address=address))
    if everywhere and (own := _own_address()):
        typer.echo(t("workshop.for_the_room", address=f"http://{own}:{asked.port}/{query}"))
    typer.echo(t("workshop.how_to_stop"))
    if asked.browser:
        # After the server has had the time to listen.
        timer = threading.Timer(1.0, webbrowser.open, (address,))
        timer.daemon = True
        timer.start()
    made.run()


def _own_address() -> str:
    """Return the address of this machine on its network; empty where it has none."""
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as trial:
        # Of a datagram nothing is sent: the system only chooses from where it would be.
        trial.connect(("192.0.2.1", 9))
        return str(trial.getsockname()[0])
    return ""
