"""Tells the user that a server cannot accept clients, since too many files and connections are open."""

import asyncio
from collections.abc import Callable
from math import inf
from typing import Any

from diptych.core.wording.open_files import why_none_opens

_FREE_AGAIN = 5.0
"""Seconds without an error after which the next one is told. asyncio tries to accept clients every second."""


class WaitingClients:
    """An exception handler for an event loop. It calls `say` once when clients have to wait, until that is over.

    asyncio accepts the clients as soon as it can. All other exceptions go to the loop's default handler.
    """

    def __init__(self, say: Callable[[str], object]) -> None:
        self._say = say
        self._latest = -inf

    def __call__(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """Handle an exception of the loop; `context` describes it as `loop.call_exception_handler` does."""
        error = context.get("exception")
        if not isinstance(error, OSError) or "socket" not in context:  # only a failed accept has a socket
            loop.default_exception_handler(context)
            return
        if loop.time() - self._latest > _FREE_AGAIN:
            why = why_none_opens(error) or error.strerror or error
            self._say(f"New clients have to wait: {why}.")
        self._latest = loop.time()
