"""Spreads the requests to an endpoint over several clients of its SDK, each with a connection pool of its own.

httpcore2 looks at every connection of a pool whenever one of its requests begins or ends. With 256 connections in one
pool, that took a fifth of the CPU of a request.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

MOST_REQUESTS = 16
"""Requests that share a connection pool."""


@dataclass(slots=True)
class _Used:
    """A client of the SDK, and how many requests it carries now."""

    sdk_client: Any
    requests: int = 0


class SdkClients:
    """Clients of one SDK, each made by `new_client`: the first at once, another whenever all of them are busy.

    No client carries more than `most_requests` at once.
    """

    def __init__(self, new_client: Callable[[], Any], most_requests: int) -> None:
        self._new_client = new_client
        self._most_requests = most_requests
        self._clients = [_Used(new_client())]

    @contextmanager
    def one(self) -> Iterator[Any]:
        """Yield a client for one request: the first that has room, since it may have a connection that is idle."""
        used = next((each for each in self._clients if each.requests < self._most_requests), None)
        if used is None:
            used = _Used(self._new_client())
            self._clients.append(used)
        used.requests += 1
        try:
            yield used.sdk_client
        finally:
            used.requests -= 1

    async def close(self) -> None:
        """Close every connection, also if closing another one fails."""
        await asyncio.gather(*(used.sdk_client.close() for used in self._clients))
