"""A Ray cluster of two workers, which is started once for all tests that need it."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.support.command import started
from tests.support.loopback import LoopbackServer

_SCRIPT = Path(__file__).with_name("ray_cluster.py")
KEY = "sk-of-the-workers-0123456789"
_RAY = {
    "RAY_AUTH_MODE": "token",
    "RAY_AUTH_TOKEN": "0" * 64,
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_ENABLE_UV_RUN_RUNTIME_ENV": "0",
    "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",  # or it listens on all network interfaces
}
_CONFIG = """
[endpoints.{name}]
api = "openai-chat"
base_url = "{url}/v1"
concurrency = {concurrency}
prices = {{ input = 1000.0, output = 1000.0 }}
"""


@dataclass(frozen=True)
class Cluster:
    """A running cluster. `pid` is the process that started it, and `folder` where Ray keeps its files and logs."""

    address: str
    pid: int
    folder: Path

    def workers(self) -> list[int]:
        """Return the process ids of the workers of Diptych."""
        return [pid for pid in _processes() if _title(pid).startswith("ray::Worker") and self.pid in _ancestors(pid)]


@pytest.fixture(scope="session")
def cluster(_server: LoopbackServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A cluster whose workers have the keys, and a config file with the endpoints `a`, `b` and `keyless`."""
    if find_spec("ray") is None:
        pytest.skip("ray is not installed: uv run --with ray pytest tests/cluster")
    if not sys.platform.startswith("linux"):
        pytest.skip("these tests find the processes of Ray in /proc")
    config = tmp_path_factory.mktemp("cluster") / "config.toml"
    keys = {"a": "WORKERS_KEY", "b": "WORKERS_KEY", "keyless": "NOBODYS_KEY"}
    config.write_text("".join(_endpoint(name, _server) + f'key_env = "{key}"\n' for name, key in keys.items()))
    environment = os.environ | _RAY | {"WORKERS_KEY": KEY, "DIPTYCH_CONFIG": str(config)}
    with subprocess.Popen(
        [sys.executable, str(_SCRIPT)],
        env=environment,
        cwd=tempfile.gettempdir(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            address, folder = process.stdout.readline().split()
            yield Cluster(address, process.pid, Path(folder))
        finally:
            assert process.stdin is not None
            process.stdin.close()
            try:
                process.wait(120)
            except subprocess.TimeoutExpired:
                process.kill()


@pytest.fixture
def environment(server: LoopbackServer, tmp_path: Path) -> dict[str, str]:
    """The environment of a driver, which has the same endpoints, and no keys."""
    config = tmp_path / "config.toml"
    config.write_text("".join(_endpoint(name, server) for name in ("a", "b", "keyless")))
    return os.environ | _RAY | {"DIPTYCH_HISTORY": str(tmp_path / "history.db"), "DIPTYCH_CONFIG": str(config)}


def _endpoint(name: str, server: LoopbackServer) -> str:
    return _CONFIG.format(name=name, url=server.url, concurrency=1 if name == "a" else 100)


@contextmanager
def driver(*arguments: str, environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """Start `diptych` with the Python of these tests, which has Ray."""
    command = (sys.executable, "-m", "diptych")
    with started(*arguments, environment=environment, command=command, patience=100) as process:
        yield process


def _processes() -> list[int]:
    return [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()]


def _title(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text(errors="replace")
    except OSError:
        return ""


def _ancestors(pid: int) -> Iterator[int]:
    while pid > 1:
        try:
            pid = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            return
        yield pid
