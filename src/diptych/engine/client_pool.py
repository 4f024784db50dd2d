"""The open clients: one per endpoint, shared by all of its requests."""

import asyncio
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, NamedTuple
from weakref import WeakValueDictionary

from diptych.core.endpoint import Endpoint
from diptych.core.settings import Settings

if TYPE_CHECKING:
    from diptych.simulated.transport import SimulatedTransport
    from diptych.wire.client import Client


class ClientKey(NamedTuple):
    """What requests must have in common to share a client."""

    endpoint: Endpoint
    simulated: bool

    @classmethod
    def of(cls, settings: Settings) -> "ClientKey":
        """Return the key of the client that asks with these settings."""
        return cls(settings.endpoint, settings.simulated)


class ClientPool:
    """Opens each client once. A client keeps its connections from one request to the next, until it is removed."""

    def __init__(self, timeout: float | None, seed: int | None, clock: Callable[[], float]) -> None:
        self._timeout = timeout
        self._seed = seed
        self._clock = clock
        self._clients: dict[ClientKey, Client] = {}
        self._opening: WeakValueDictionary[ClientKey, asyncio.Lock] = WeakValueDictionary()
        """One for each client that is being opened, for as long as a request waits for it."""

    async def client_for(self, settings: Settings) -> "Client":
        """Return the client for these settings, which has the key to send.

        Raises what loading the SDK or creating its client raises, and `ConfigurationError` where a key cannot be had.
        """
        key = ClientKey.of(settings)
        lock = self._opening.setdefault(key, asyncio.Lock())
        async with lock:
            if key not in self._clients:
                # In another thread: loading an SDK takes a second, reading certificates 20 ms.
                self._clients[key] = await asyncio.to_thread(self._new_client, settings)
            client = self._clients[key]
            await client.ensure_key()
            return client

    def are_all_in(self, keys: Collection[ClientKey]) -> bool:
        """Whether each client that is open has one of these keys."""
        return all(key in keys for key in self._clients)

    def remove_unneeded(self, needed: Collection[ClientKey]) -> "list[Client]":
        """Forget every client that is not needed. Return those clients, which the caller must close."""
        return [self._clients.pop(key) for key in list(self._clients) if key not in needed]

    def _new_client(self, settings: Settings) -> "Client":
        # Imported here, since the wire loads much: the screen is painted first.
        from diptych.wire.client import Client
        from diptych.wire.loading import load, load_prices_soon

        load(settings)
        load_prices_soon(settings)
        endpoint = settings.endpoint
        transport = self._simulated_transport() if settings.simulated else None
        timeout = endpoint.connection.timeout if self._timeout is None else self._timeout
        return Client(endpoint, self._clock, simulated=settings.simulated, transport=transport, timeout=timeout)

    def _simulated_transport(self) -> "SimulatedTransport":
        from diptych.simulated.transport import SimulatedTransport

        return SimulatedTransport(seed=self._seed)
