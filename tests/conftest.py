"""What every test stands on: a machine without keys and proxies, and a loopback server for those that ask for it."""

import signal
import sys
from collections.abc import Iterator

import hypothesis
import pytest

from tests.support.loopback import LoopbackServer, running_server

hypothesis.settings.register_profile("diptych", deadline=None)  # a busy machine is no failure
hypothesis.settings.register_profile("long", deadline=None, max_examples=2_000)  # for tests/fuzz, by hand
hypothesis.settings.load_profile("diptych")

_VARIABLES = (
    "ANTHROPIC_API_KEY",
    "ANTHROPIC_AUTH_TOKEN",
    "ANTHROPIC_BASE_URL",
    "ANTHROPIC_CUSTOM_HEADERS",
    "OPENAI_API_KEY",
    "OPENAI_BASE_URL",
    "OPENAI_ORG_ID",
    "OPENAI_PROJECT_ID",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "NO_PROXY",
)


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in _VARIABLES:
        monkeypatch.delenv(variable, raising=False)
        monkeypatch.delenv(variable.lower(), raising=False)


@pytest.fixture(scope="session", autouse=True)
def _own_history(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test writes into the history of whoever runs it, nor a crash report among theirs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))
        patch.setenv("DIPTYCH_HISTORY", str(tmp_path_factory.mktemp("history") / "history.db"))
        yield


@pytest.fixture(scope="session", autouse=True)
def _own_signals() -> Iterator[None]:
    """Signals do the same however the tests were started: `nohup` and `&` start them with some that are ignored.

    Commands that the tests start would inherit that; a handler they do not inherit. And no watchdog ends the process
    of the tests themselves, however busy the machine is.
    """
    ignored = []
    for name in ("SIGINT", "SIGHUP", "SIGQUIT"):
        number = getattr(signal, name, None)  # Windows has one of them
        if number is not None and signal.getsignal(number) is signal.SIG_IGN:
            ignored.append(number)
            signal.signal(number, lambda *_: None)
    with pytest.MonkeyPatch.context() as patch:
        if sys.platform != "win32":
            patch.setattr("diptych.cli.watchdog.GRACE", 600.0)
            patch.setattr("diptych.cli.watchdog._TWICE", 600.0)
        yield
    for number in ignored:
        signal.signal(number, signal.SIG_IGN)


@pytest.fixture(scope="session")
def _server() -> Iterator[LoopbackServer]:
    with running_server() as server:
        yield server


@pytest.fixture
def server(_server: LoopbackServer) -> LoopbackServer:
    """A server of this machine that answers as the test plans."""
    _server.reset()
    return _server
