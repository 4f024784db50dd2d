"""Plays the rows of the matrix, with an engine whose left side is faulty and whose right side is steady."""

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from typing import Any

import pytest

from diptych.core.endpoint import ApiName, Connection
from diptych.core.run import Run
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
    """The test's server, the URLs of all places, and an engine."""

    server: LoopbackServer
    places: dict[Place, str]
    watched: Watched

    def play(self, fault: Fault, api: ApiName) -> Run:
        """Ask both sides. Return the run of the faulty side once it has ended.

        Until then, the other side is in the middle of its answer. Afterwards it must complete it.
        """
        watched, engine = self.watched, self.watched.engine
        with self.arranged(fault, api):
            round_ = engine.send(engine.draft_again() if engine.rounds else engine.draft("hi"))
            faulty, steady = round_.runs["left"], round_.runs["right"]
            watched.watcher.wait(lambda: steady.text)
            if fault.is_stopped:
                watched.watcher.wait(lambda: "".join(faulty.text).startswith(fault.text) and faulty.stamps.headers)
                engine.stop("left")
            watched.watcher.wait(lambda: faulty.ended)
            assert not steady.ended, steady.failure
            self.let_go_on()
            watched.watcher.wait(lambda: steady.ended)
        assert (steady.state, "".join(steady.text)) == ("complete", STEADY_TEXT), steady.failure
        return faulty

    @contextmanager
    def arranged(self, fault: Fault, api: ApiName) -> Iterator[None]:
        """Prepare the fault for the left side of the engine's next round, and a steady server for the right side.

        The `--timeout` of the fault holds for the left side alone: the steady server may stall on a busy machine.
        """
        self.server.reset()
        self.server.plan(Answer(_STEADY), key="steady")
        answers = fault.plays(api)
        self.server.plan(*answers, key="*")
        asked = settings(api, self.places[fault.place], model="faulty")
        connection = Connection(timeout=fault.timeout, timeout_source="--timeout")
        self.watched.engine.configure("left", replace(asked, endpoint=replace(asked.endpoint, connection=connection)))
        is_endless = any(answer.end == "hang" and answer.status not in (0, 200) for answer in answers)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("diptych.wire.bounded_body._PATIENCE", 1.5 if is_endless else 60.0)
            if fault.place == "behind a proxy":
                patch.setenv("HTTPS_PROXY", self.server.url)
            if fault.place == "behind a dead proxy":
                patch.setenv("HTTPS_PROXY", self.places["nobody"])
            yield

    def let_go_on(self) -> None:
        """Let the steady side complete its answer."""
        self.server.open(_GATE.name)

    def wait_until_left(self) -> None:
        """Wait until the server notices that the connection of the faulty side is closed."""
        requests = enumerate(self.server.received, 1)
        self.server.gone(next(number for number, request in requests if request.json["model"] == "faulty"))


@contextmanager
def a_bench(server: LoopbackServer) -> Iterator[Bench]:
    """Set up everything that the rows need. Nothing leaves this machine, and retries wait only briefly."""
    with ExitStack() as resources:
        patch = resources.enter_context(pytest.MonkeyPatch.context())
        patch.setattr("diptych.wire.retry._FIRST_BACKOFF", 0.02)
        # Every other place takes another client; a full collection for each would take longer than the rows.
        patch.setattr("diptych.engine.scheduler.reclaim", lambda: None)
        patch.setattr("socket.getaddrinfo", _no_name_but_numbers(socket.getaddrinfo))
        nobody = resources.enter_context(socket.socket())
        nobody.bind(("127.0.0.1", 0))  # bound, but not listening
        silent = resources.enter_context(socket.create_server(("127.0.0.1", 0)))
        full = resources.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        for _ in range(3):  # more than the kernel queues before they are accepted
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
        steady = settings("openai-chat", server.url, model="steady")
        watched = resources.enter_context(real_engine({"left": steady, "right": steady}))
        yield Bench(server, places, watched)


@contextmanager
def _resetting_server() -> Iterator[int]:
    """Yield the port of a server that resets every connection as soon as it is established."""
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
    """Return a `getaddrinfo` that knows no host name of the tests, and does not ask the network for it."""

    def getaddrinfo(host: Any, *more: Any, **named: Any) -> Any:
        if host in ("models.invalid", b"models.invalid"):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return real(host, *more, **named)

    return getaddrinfo
