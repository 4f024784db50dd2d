"""Where the rows of the matrix are played: an engine with a faulty side on the left, and a steady one on the right."""

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import pytest

from diptych.core.endpoint import ApiName
from diptych.core.run import Run
from diptych.engine.engine import Engine
from tests.faults.fault import Fault, Place
from tests.support.answers import Answer, Gate, Step
from tests.support.asking import settings
from tests.support.engines import Watched, real_engine
from tests.support.loopback import LoopbackServer
from tests.support.streams import chat

STEADY_TEXT = "I go on, whatever happens."
_GATE = Gate("faulty side has ended", beat=b": here\n\n")
_STEADY: list[Step] = [*chat("I go on, ")[:2], _GATE, *chat("whatever happens.")[1:]]


@dataclass
class Bench:
    """The server, the other places that a side may ask, and the engines by their `--timeout`."""

    server: LoopbackServer
    places: dict[Place, str]
    resources: ExitStack
    engines: dict[float | None, Watched] = field(default_factory=dict)

    def play(self, fault: Fault, api: ApiName) -> Run:
        """Let both sides be asked, and give the faulty side's run once it has ended.

        The other side is in the middle of its answer all that time; afterwards it goes on to its end, unharmed.
        """
        watched = self.engine(fault.timeout)
        with self.arranged(fault, api, watched.engine):
            round_ = watched.engine.ask_again() if watched.engine.rounds else watched.engine.ask("hi")
            faulty, steady = round_.runs["left"], round_.runs["right"]
            watched.watcher.wait(lambda: steady.text)
            if fault.is_stopped:
                watched.watcher.wait(lambda: "".join(faulty.text).startswith(fault.text) and faulty.stamps.headers)
                watched.engine.stop("left")
            watched.watcher.wait(lambda: faulty.ended)
            assert not steady.ended, steady.failure
            self.let_go_on()
            watched.watcher.wait(lambda: steady.ended)
        assert (steady.state, "".join(steady.text)) == ("complete", STEADY_TEXT), steady.failure
        return faulty

    @contextmanager
    def arranged(self, fault: Fault, api: ApiName, engine: Engine) -> Iterator[None]:
        """A block in which the engine's next round meets the fault on the left, and a steady server on the right."""
        self.server.reset()
        self.server.plan(Answer(_STEADY), key="steady")
        self.server.plan(*fault.plays(api), key="*")
        engine.configure("left", settings(api, self.places[fault.place], model="faulty"))
        with pytest.MonkeyPatch.context() as patch:
            if fault.place == "behind a proxy":
                patch.setenv("HTTPS_PROXY", self.server.url)
            if fault.place == "behind a dead proxy":
                patch.setenv("HTTPS_PROXY", self.places["nobody"])
            yield

    def let_go_on(self) -> None:
        """Let the steady side go on to its end."""
        self.server.open(_GATE.name)

    def wait_until_left(self) -> None:
        """Wait until the server sees that the faulty side's connection is closed."""
        requests = enumerate(self.server.received, 1)
        self.server.gone(next(number for number, request in requests if request.json["model"] == "faulty"))

    def engine(self, timeout: float | None) -> Watched:
        """An engine with that silence allowed; one for all rows that have it."""
        if timeout not in self.engines:
            steady = settings("openai-chat", self.server.url, model="steady")
            engine = real_engine({"left": steady, "right": steady}, timeout)
            self.engines[timeout] = self.resources.enter_context(engine)
        return self.engines[timeout]


@contextmanager
def a_bench(server: LoopbackServer) -> Iterator[Bench]:
    """Everything that the rows need, without a way beyond this machine and without waits between attempts."""
    with ExitStack() as resources:
        patch = resources.enter_context(pytest.MonkeyPatch.context())
        patch.setattr("diptych.wire.retry._FIRST_BACKOFF", 0.02)
        patch.setattr("diptych.wire.bounded_body._PATIENCE", 0.5)
        # Every other place takes another client; a full collection for each would take longer than the rows.
        patch.setattr("diptych.engine.scheduler.reclaim", lambda: None)
        patch.setattr("socket.getaddrinfo", _no_name_but_numbers(socket.getaddrinfo))
        nobody = resources.enter_context(socket.socket())
        nobody.bind(("127.0.0.1", 0))  # bound, but nobody listens
        silent = resources.enter_context(socket.create_server(("127.0.0.1", 0)))
        full = resources.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        for _ in range(3):  # as many as the kernel takes without anyone accepting them, and more
            waiting = resources.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(full.getsockname())
        resetting = resources.enter_context(_resetting_server())
        places: dict[Place, str] = {
            "server": server.url,
            "nobody": f"http://127.0.0.1:{nobody.getsockname()[1]}",
            "unknown": "http://models.invalid",
            "no TLS": server.url.replace("http:", "https:"),
            "silent TLS": f"https://127.0.0.1:{silent.getsockname()[1]}",
            "full": f"http://127.0.0.1:{full.getsockname()[1]}",
            "resetting": f"http://127.0.0.1:{resetting}",
            "resetting TLS": f"https://127.0.0.1:{resetting}",
            "behind a proxy": "https://models.invalid",
            "behind a dead proxy": "https://elsewhere.invalid",
        }
        yield Bench(server, places, resources)


@contextmanager
def _resetting_server() -> Iterator[int]:
    """The port of a server that resets every connection as soon as it stands."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with suppress(OSError):  # the listener is shut down
            while True:
                connection, _ = listener.accept()
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                connection.close()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    with listener:
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)
        thread.join(20)


def _no_name_but_numbers(real: Callable[..., Any]) -> Callable[..., Any]:
    """Name resolution that asks nobody: every name is unknown, and only addresses are known."""

    def getaddrinfo(host: Any, *more: Any, **named: Any) -> Any:
        if host in ("models.invalid", b"models.invalid"):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return real(host, *more, **named)

    return getaddrinfo
