"""Says that a server cannot accept clients, since the process or the machine has too many connections open."""

import asyncio
import os
from collections.abc import Callable
from math import inf
from typing import Any

from diptych.core.wording.open_files import why_none_opens

_FREE_AGAIN = 5.0
"""Seconds without an error after which the next one is said again. asyncio tries to accept clients every second."""


class WaitingClients:
    """Handles the exceptions of an event loop: what keeps clients waiting is said with `say`, once until it is over.

    asyncio accepts the clients when it can. All other exceptions are left to its own handler.
    """

    def __init__(self, say: Callable[[str], object]) -> None:
        self._say = say
        self._latest = -inf

    def __call__(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """Handle what an event loop tells its exception handler."""
        error = context.get("exception")
        if not isinstance(error, OSError) or "socket" not in context:  # which only errors of accepting have
            loop.default_exception_handler(context)
            return
        if loop.time() - self._latest > _FREE_AGAIN:
            why = why_none_opens(error) or os.strerror(error.errno or 0)
            self._say(f"New clients have to wait: {why}.")
        self._latest = loop.time()
