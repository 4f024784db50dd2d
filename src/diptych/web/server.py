"""The web server that shows the app: one page, the files that it needs, and a WebSocket with an app behind it."""

import asyncio
import json
import socket
from collections.abc import Awaitable, Callable, Iterator, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import textual_serve
from aiohttp import WSCloseCode, WSMsgType, web
from textual_serve.download_manager import DownloadManager

from diptych.core.wording.open_files import why_none_opens
from diptych.web.access import Access
from diptych.web.app_process import AppProcess

_STATIC = Path(textual_serve.__file__).parent / "static"
"""The terminal emulator for browsers that comes with textual-serve, with its style and its font."""

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""The terminal emulator writes style elements; everything else comes from this server only."""

_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}

_HEARTBEAT = 15.0
"""Seconds between two pings that check whether the browser is still there."""

_GOODBYE = 2.0
"""Seconds that a browser has to confirm that a WebSocket is closed."""

_LONGEST_MESSAGE = 64 * 1024 * 1024
"""The most bytes of a message. A message may be a paste; the app itself refuses what is too long for it."""

SHUTDOWN = 8.0
"""Seconds that all apps have to end when the server does. Each is killed before that."""

_LARGEST_SIZE = 1_000
"""Columns and rows that a terminal may have."""

_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class WebServer:
    """Shows an app in browsers: each page that is opened has its own process, which ends with the page.

    `commands` are the words that start the apps, one after another. `say` is given a sentence if one cannot be started.
    """

    def __init__(self, access: Access, commands: Iterator[Sequence[str]], say: Callable[[str], object]) -> None:
        self._access = access
        self._say = say
        self._commands = commands
        self._downloads = DownloadManager()  # which textual-serve needs; Diptych writes its files itself
        self._open: set[web.WebSocketResponse] = set()

    def application(self) -> web.Application:
        """Return the application for aiohttp."""
        application = web.Application(middlewares=[self._guard])
        application.add_routes(
            [
                web.get("/", self._page),
                web.get("/page.css", _file("page.css", "text/css")),
                web.get("/page.js", _file("page.js", "text/javascript")),
                web.static("/static", _STATIC),
                web.get("/ws", self._websocket),
            ]
        )
        application.on_shutdown.append(self._close_all)
        return application

    @web.middleware
    async def _guard(self, request: web.Request, handler: _Handler) -> web.StreamResponse:
        """Let only the user of the app through; see `diptych.web.access`."""
        is_websocket = request.path == "/ws"
        why = self._access.why_foreign(request.host, request.headers.get("Origin"), needs_origin=is_websocket)
        response: web.StreamResponse
        if why:
            response = _refusal(why)
        elif self._access.has_cookie(request.cookies):
            try:
                response = await handler(request)
            except web.HTTPException as error:
                response = error
        elif request.path == "/" and self._access.takes_token(request.query.get("token", "")):
            response = web.Response(status=303, headers={"Location": "/"})
            response.set_cookie(self._access.cookie_name, self._access.cookie, httponly=True, samesite="Strict")
        else:
            response = _refusal("The address works once, with its token. Start `diptych web` again for a new one.")
        if not response.prepared:
            response.headers.update(_HEADERS)
        return response

    async def _page(self, request: web.Request) -> web.Response:
        page = _text("page.html").replace("WEBSOCKET", f"ws://{request.host}/ws")
        return web.Response(text=page, content_type="text/html")

    async def _websocket(self, request: web.Request) -> web.WebSocketResponse:
        """Run an app for as long as the page is open."""
        websocket = web.WebSocketResponse(timeout=_GOODBYE, heartbeat=_HEARTBEAT, max_msg_size=_LONGEST_MESSAGE)
        await websocket.prepare(request)
        app = AppProcess(
            next(self._commands),
            write_bytes=websocket.send_bytes,
            write_str=websocket.send_str,
            close=websocket.close,
            download_manager=self._downloads,
        )
        self._open.add(websocket)
        try:
            await self._start(app, request)
            async for message in websocket:
                if message.type is WSMsgType.TEXT:
                    await _pass_on(message.data, app, websocket)
        except ConnectionError:
            pass  # the browser is gone
        finally:
            self._open.discard(websocket)
            await asyncio.shield(app.end())  # the handler is cancelled if the browser is gone
        return websocket

    async def _start(self, app: AppProcess, request: web.Request) -> None:
        """Start an app in the size that its page has. Raises `OSError`, and says why."""
        width, height = _size(request.query.get("width"), 80), _size(request.query.get("height"), 24)
        try:
            await app.start(width, height)
        except OSError as error:
            self._say(f"The app of a page cannot be started: {why_none_opens(error) or error.strerror or error}.")
            raise

    async def _close_all(self, application: web.Application) -> None:
        del application
        await asyncio.gather(*(websocket.close(code=WSCloseCode.GOING_AWAY) for websocket in self._open))


async def serve(server: WebServer, listening: socket.socket, stop: asyncio.Event) -> None:
    """Serve on a socket until the event is set, and until every app has ended."""
    runner = web.AppRunner(server.application(), access_log=None, shutdown_timeout=SHUTDOWN)
    await runner.setup()
    try:
        await web.SockSite(runner, listening).start()
        await stop.wait()
    finally:
        await runner.cleanup()


async def _pass_on(text: str, app: AppProcess, websocket: web.WebSocketResponse) -> None:
    """Pass a message of the page on to the app. What is not a message of textual-serve's page is ignored."""
    try:
        message = json.loads(text)
    except (ValueError, RecursionError):
        return
    match message:
        case ["stdin", str(typed)]:
            await app.send_bytes(typed.encode("utf-8", "replace"))
        case ["resize", {"width": width, "height": height}]:
            await app.set_terminal_size(_size(width, 80), _size(height, 24))
        case ["ping", sent]:
            await websocket.send_json(["pong", sent])
        case ["focus"]:
            await app.focus()
        case ["blur"]:
            await app.blur()


def _size(value: Any, default: int) -> int:
    """Return a number of columns or rows that the page has sent."""
    try:
        return min(max(int(value), 1), _LARGEST_SIZE)
    except (TypeError, ValueError, OverflowError):
        return default


def _refusal(why: str) -> web.Response:
    return web.Response(status=403, text=f"{why}\n")


def _text(name: str) -> str:
    return files(__package__).joinpath(name).read_text("utf-8")


def _file(name: str, content_type: str) -> _Handler:
    """Return a handler that sends a file of this package."""

    async def send(request: web.Request) -> web.Response:
        del request
        return web.Response(text=_text(name), content_type=content_type)

    return send
