"""Runs the web server that shows the app in browsers, until a signal ends it."""

import asyncio
import os
import socket
import sys
import webbrowser
from collections.abc import Iterator, Sequence
from contextlib import suppress

import click

from diptych.cli.command_error import CommandError
from diptych.cli.signals import Shutdown, shutdown_signals
from diptych.cli.standard_error import say, warn
from diptych.cli.waiting_clients import WaitingClients
from diptych.core.endpoint import is_loopback
from diptych.web.access import Access
from diptych.web.server import SHUTDOWN, WebServer, serve


def run_web(host: str, port: int, commands: Iterator[Sequence[str]], *, opens: bool) -> None:
    """Serve apps, each started with the next words of `commands`, and print the address of the page."""
    with _listening(host, port) as listening, shutdown_signals() as shutdown:
        asyncio.run(_serve(listening, host, commands, shutdown, opens=opens))


def _listening(host: str, port: int) -> socket.socket:
    """Return a socket that listens. Raises `CommandError`."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        return socket.create_server(address[:2], family=family)
    except OSError as error:
        # The text of the error may repeat the address; a name that cannot be resolved has no number of the system.
        number = error.errno or 0
        reason = os.strerror(number) if number > 0 else error.strerror or error
        raise CommandError(f"Nothing can listen on {host}, port {port}: {reason}.") from None


async def _serve(
    listening: socket.socket, host: str, commands: Iterator[Sequence[str]], shutdown: Shutdown, *, opens: bool
) -> None:
    """Serve until a signal comes, and exit with its code."""
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    loop.set_exception_handler(WaitingClients(say))
    codes: list[int] = []

    def end(code: int) -> None:
        codes.append(code)
        with suppress(RuntimeError):  # the loop is closed: the server has stopped, and another signal changes nothing
            loop.call_soon_threadsafe(stop.set)

    shutdown.on_signal(end)
    shutdown.allow(2 * SHUTDOWN)
    access = Access(host, listening.getsockname()[1])
    others = ""
    if not is_loopback(host):
        warn("Everyone on the way to this machine can read and change what the page shows.")
        others = (
            " On other machines, put the address of this one in place of 127.0.0.1." if access.is_everywhere else ""
        )
    click.echo(access.url)
    say(f"Open this address in a browser; it works once.{others} Ctrl+C ends the server and its apps.")
    if opens:
        _open(access.url)
    await serve(WebServer(access, commands, say), listening, stop)
    sys.exit(codes[0])


def _open(url: str) -> None:
    """Open a page in the browser of the user."""
    if not webbrowser.open(url):
        warn("No browser was found. Open the address yourself.")
