"""The server of the workshop: every asset from this machine, no other network, nothing kept."""

from __future__ import annotations

import socket
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from uvicorn import Server

    from .limits import Limits

_HERE = Path(__file__).resolve().parent
_APP = "langeadem.viz.workshop.app"
#: Nothing is loaded from elsewhere, and no page of elsewhere can hold ours in a frame.
_HEADERS = {
    "content-security-policy": (
        "default-src 'self' data: blob:; script-src 'self' 'unsafe-inline' 'unsafe-eval';"
        " style-src 'self' 'unsafe-inline'; connect-src 'self' ws: wss: data:;"
        " object-src 'none'; base-uri 'self'; frame-ancestors 'self'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
}


class NotReadyError(RuntimeError):
    """The server cannot start; the text says what to do."""


def build(limits: Limits, workers: int) -> Starlette:
    """Return the web application; the engine and its workers are started.

    Raises
    ------
    NotReadyError
        When what a page loads is not installed.
    """
    _settings(limits)
    # First: what one thread has half loaded, a page in another would fail on.
    import pandas  # noqa: F401
    import solara.server.starlette as ours
    from solara.server import app as apps
    from solara.server import settings
    from starlette.applications import Starlette
    from starlette.middleware import Middleware
    from starlette.routing import Mount

    assets = Path(settings.assets.proxy_cache_dir)
    if not any(assets.glob("@widgetti/solara-vuetify-app@*/dist/*.min.js")):
        raise NotReadyError("solara-assets is not installed: pip install solara-assets")

    class Local(ours.StaticCdn):
        """What Solara's pages load, from this machine; what is not here is not fetched."""

        def lookup_path(self, path: str) -> Any:
            return ours.StaticFilesOptionalAuth.lookup_path(self, path)

    script = apps.AppScript(_APP)
    # Solara looks for templates and assets in the folder that holds this one.
    script.directory = _HERE / "pages"
    apps.apps["__default__"] = script

    from ...scenarios import load
    from .jobs import service
    from .replay import film_piece
    from .state import START_PLACE, State

    engine = service(limits, workers)
    # What most sessions see first is there before they come.
    engine.ask("opening", [film_piece(load(START_PLACE), State().seed)])
    shown = [route for route in ours.routes if getattr(route, "path", "") not in _UNUSED]
    return Starlette(
        routes=[Mount("/_solara/cdn", app=Local(directory=assets)), *shown],
        lifespan=ours.lifespan,
        middleware=[Middleware(_Headers), *ours.middleware],
    )


#: Routes of Solara that a workshop does not use.
_UNUSED = frozenset({"/resourcez", "/_solara/api/evict/{kernel_id}", "/_solara/cdn"})


def _settings(limits: Limits) -> None:
    """Set Solara up before its server is imported."""
    import solara.settings
    from solara.server import settings

    # Solara advises https for pages inside pages of others; ours are not shown there.
    warnings.filterwarnings("ignore", message="Cookies with samesite=none")

    settings.telemetry.mixpanel_enable = False
    settings.assets.fontawesome_enabled = False
    settings.theme.title = "Lange Adem"
    settings.theme.loader = "workshop"
    settings.theme.show_banner = False
    settings.main.mode = "production"
    settings.session.http_only = True
    # A phone that slept finds its tab as it was; later than that, the link of the tab opens it anew.
    settings.kernel.cull_timeout = "15m" if limits.public else "2h"
    settings.theme.force_refresh = True
    settings.kernel.max_per_session = 8 if limits.public else 100
    solara.settings.main.check_hooks = "off"


class _Headers:
    """Adds the headers of every answer."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        async def with_headers(message: Any) -> None:
            if message["type"] == "http.response.start":
                more = [(name.encode(), value.encode()) for name, value in _HEADERS.items()]
                message = {**message, "headers": [*message.get("headers", ()), *more]}
            await send(message)

        await self.app(scope, receive, with_headers if scope["type"] == "http" else send)


def server(limits: Limits, host: str, port: int, workers: int = 2) -> Server:
    """Return a server that is ready to run.

    Raises
    ------
    NotReadyError
        When the port is taken, or what a page loads is not installed.
    """
    import uvicorn

    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OSError as error:
            raise NotReadyError(f"{host}:{port}: {error.strerror or error}") from None
    settings = uvicorn.Config(
        build(limits, workers), host=host, port=port, log_level="warning", ws_max_size=4_000_000
    )
    return uvicorn.Server(settings)
