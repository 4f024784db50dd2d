"""What every test stands on: a machine without keys and proxies, and a loopback server for those that ask for it.

It also decides how the tests run: in how many processes, and with how many examples for each property.
"""

import gc
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from diptych.engine.stream_loop import StreamLoop
from diptych.store.recorder import Recorder
from tests.support.loopback import LoopbackServer, running_server

# Commands and processes of pytest-xdist that tests start need not compile every module anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# Collecting the tests makes a million objects that stay: it takes a fifth less time if nobody looks for garbage.
gc.disable()

# A busy machine is not a failure, so no example has a deadline, and none takes too long to be made. Every run tries the
# same examples, so that a failure is due to what was changed; `--hypothesis-profile=long` looks for others.
_patient = hypothesis.settings(deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.register_profile("diptych", _patient, derandomize=True, max_examples=40)
hypothesis.settings.register_profile("ci", _patient, derandomize=True, max_examples=100)
hypothesis.settings.register_profile("long", _patient, max_examples=2_000)
hypothesis.settings.load_profile("diptych")

_TOOLS = (
    *(".coverage", ".hypothesis", ".pytest_cache", "snapshot_report.html"),
    *(".ruff_cache", ".mypy_cache", ".import_linter_cache", "build", "uv.lock"),
)
"""How the names of what pytest and other tools write there begin. Each process of pytest writes a `.coverage` file."""

_SCREEN_TESTS = tuple(
    Path(__file__).parent / name for name in ("tui", "pictures", "faults/test_on_screen.py", "fuzz/test_app.py")
)

_LONGEST_NAME = 100
"""The length up to which a text that is a parameter of a test is its name as a whole."""

_VARIABLES = (
    "ANTHROPIC_API_KEY",
    "ANTHROPIC_AUTH_TOKEN",
    "ANTHROPIC_BASE_URL",
    "ANTHROPIC_CUSTOM_HEADERS",
    "OPENAI_CUSTOM_HEADERS",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "SSLKEYLOGFILE",
    "OPENAI_API_KEY",
    "OPENAI_BASE_URL",
    "OPENAI_ORG_ID",
    "OPENAI_PROJECT_ID",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "NO_PROXY",
    "DIPTYCH_CONFIG",
    "TRACEPARENT",
    "TRACESTATE",
)


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """How many processes `-n auto` is, which is the default: three for two cores if all tests were asked for.

    A third of their time, tests wait for commands in terminals and for servers. Chosen tests run in this process, since
    starting others takes longer than most of them; `-n 2` asks for others.
    """
    is_given_paths = config.args_source is pytest.Config.ArgsSource.ARGS
    is_filtered = any(config.getoption(name, None) for name in ("keyword", "markexpr", "lf"))
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return 0 if is_given_paths or is_filtered else cores + (cores + 1) // 2


def pytest_itemcollected(item: pytest.Item) -> None:
    """Measure no coverage in tests of the screen, which would take two thirds longer.

    The layers below the screen, all of whose branches must be covered, have tests of their own.
    """
    if any(map(item.path.is_relative_to, _SCREEN_TESTS)):
        item.add_marker("no_cover")


def pytest_make_parametrize_id(val: object) -> str | None:
    """Name tests by the beginning of a long text: each name is sent many times between the processes of the tests.

    Hostile texts of a megabyte made the names of all tests seven megabytes long.
    """
    if not isinstance(val, str | bytes) or len(val) <= _LONGEST_NAME:
        return None
    beginning = val[:_LONGEST_NAME]
    text = beginning if isinstance(beginning, str) else beginning.decode("latin-1")
    return f"{text.encode('unicode_escape').decode('ascii')}...{len(val)}"


def pytest_collection_finish() -> None:
    """Collect garbage seldom: an app that opens makes so many objects that looking for it took a quarter of the time.

    What was imported stays to the end, so that no collection needs to look at it.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 10, 5)
    gc.enable()


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in (*_VARIABLES, *(name for name in os.environ if name.startswith("OTEL_"))):
        monkeypatch.delenv(variable, raising=False)
        monkeypatch.delenv(variable.lower(), raising=False)


@pytest.fixture(scope="session", autouse=True)
def _own_history(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test reads the config file, or writes into the history, cache or state, of the person who runs it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.mktemp("config")))
        patch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        patch.setenv("DIPTYCH_HISTORY", str(tmp_path_factory.mktemp("history") / "history.db"))
        yield


@pytest.fixture(scope="session", autouse=True)
def _clean_working_folder() -> Iterator[None]:
    """No test leaves a file in the folder that the tests are run from."""
    before = set(Path().iterdir())
    yield
    left = sorted(path.name for path in set(Path().iterdir()) - before if not path.name.startswith(_TOOLS))
    assert not left, f"tests wrote into the working folder: {', '.join(left)}"


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


@pytest.fixture(scope="session", autouse=True)
def _patient_checks() -> Iterator[None]:
    """Let a check of an answer take long, since a busy machine is not a failure."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("diptych.engine.checks.checking_process.TIME_LIMIT", 30.0)
        patch.setattr("diptych.json_schema.answers.TIME_LIMIT", 60.0)
        yield


@pytest.fixture(scope="session", autouse=True)
def _patient_ends() -> Iterator[None]:
    """Let the last writes, lines, spans and streams take long, since a busy machine is not a failure."""
    with pytest.MonkeyPatch.context() as patch:
        for method in (StreamLoop.close, Recorder.close):
            patch.setattr(method, "__defaults__", (60.0,))
        for wait in ("_WAIT", "_SHORT_WAIT"):
            patch.setattr(f"diptych.cli.close_recorder.{wait}", 60.0)
        patch.setattr("diptych.serving.request_log._PATIENCE", 60.0)
        patch.setattr("diptych.telemetry.round_spans.PATIENCE", 60.0)
        yield


@pytest.fixture
def lasting_connections(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep connections that are idle: httpx2 closes them after five seconds, which a busy machine may need."""
    from anthropic import _constants as of_anthropic
    from openai import _constants as of_openai

    for limits in (of_anthropic.DEFAULT_CONNECTION_LIMITS, of_openai.DEFAULT_CONNECTION_LIMITS):
        monkeypatch.setattr(limits, "keepalive_expiry", None)


class _KeepFrozen:
    """The garbage collector, for which what the collection of the tests made stays frozen, and nothing else is."""

    def __getattr__(self, name: str) -> Any:
        return (lambda: None) if name in {"freeze", "unfreeze"} else getattr(gc, name)


@pytest.fixture(scope="session", autouse=True)
def _keep_frozen() -> Iterator[None]:
    """Keep engines that close from looking for garbage among the million objects of the collected tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("diptych.core.gc_policy.gc", _KeepFrozen())
        patch.setattr("diptych.engine.gc_tuning.gc", _KeepFrozen())
        yield


@pytest.fixture(scope="session")
def _server() -> Iterator[LoopbackServer]:
    with running_server() as server:
        yield server


@pytest.fixture
def server(_server: LoopbackServer) -> LoopbackServer:
    """A server of this machine that answers as the test plans."""
    _server.reset()
    return _server
