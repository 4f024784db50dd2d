"""Starts or joins Ray, without its messages and statistics. Nothing else imports ray, the extra `diptych[ray]`."""

import logging
import os
import secrets
import shutil
import signal
import socket
import tempfile
from collections.abc import Awaitable, Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from diptych.cluster.cluster_errors import ClusterError, WorkerLostError
from diptych.core.endpoint import is_loopback
from diptych.core.text.excerpt import excerpt

_ENVIRONMENT = {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_ENABLE_UV_RUN_RUNTIME_ENV": "0",  # it would send the working folder to the workers
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",  # or Ray prints a hint about accelerators
    "RAY_DEDUP_LOGS": "1",
    "RAY_DEDUP_LOGS_SKIP_REGEX": ".*",  # or it prints on standard output that a worker has died
}

_LOOPBACK = {"RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0"}
"""Without this, Ray takes the loopback address for a network address of this machine, and listens on all of them."""

_OBJECT_STORE = 256 * 1024 * 1024
"""Bytes of the object store of a local Ray. What is in it are rounds on their way between two processes."""

_LONGEST_FOLDER = 30
"""Most characters of the folder for temporary files: Ray puts sockets deep into it, whose paths must be short."""

_REACHED = 10.0
"""Seconds in which a cluster must accept a connection."""

_AT_ONCE = 100_000
"""Calls of an actor that may run at the same time: as many as there are, since they only wait."""


def require_ray() -> None:
    """Raise `ClusterError` if Ray is not installed."""
    if find_spec("ray") is None:
        raise ClusterError("Ray is not installed: install diptych[ray].")


class RaySession:
    """This process as a driver of Ray.

    Without an `address`, a Ray of this machine is started, which ends with the session or with this process. Make it in
    the main thread: the processes of Ray end with the thread that started them. Raises `ClusterError`.
    """

    def __init__(self, address: str | None) -> None:
        require_ray()
        if address is not None:
            _require_listener(address)
        self._folder = None if address else _short_folder()
        logging.getLogger("ray").setLevel(logging.CRITICAL)
        with _variables(_environment(address)), _signals_kept():
            import ray

            self._ray: Any = ray
            try:
                if address is None:
                    ray.init(
                        address="local",
                        include_dashboard=False,
                        object_store_memory=_OBJECT_STORE,
                        _node_ip_address="127.0.0.1",
                        _temp_dir=str(self._folder),
                        **_QUIET,
                    )
                else:
                    ray.init(address=address, **_QUIET)
                self.cpus = int(ray.cluster_resources().get("CPU", 0))
            except Exception as error:  # noqa: BLE001 - Ray raises many kinds
                self.close()
                where = "on this machine" if address is None else f"at {address}"
                raise ClusterError(f"Ray cannot be used {where}: {excerpt(str(error) or repr(error), 300)}") from None
            except BaseException:
                self.close()
                raise

    def actor(self, kind: type, *arguments: object, cpus: int = 0) -> Any:
        """Return the handle of a new actor, which takes `cpus` CPUs. It ends with this process."""
        options = {"num_cpus": cpus, "max_concurrency": _AT_ONCE, "scheduling_strategy": "SPREAD"}
        return self._ray.remote(kind).options(**options).remote(*arguments)

    def kill(self, actor: Any) -> None:
        """End an actor at once."""
        with suppress(Exception):  # it has ended already, or cannot be reached
            self._ray.kill(actor)

    async def result(self, reference: Awaitable[Any]) -> Any:
        """Return what an actor returns. Raises `WorkerLostError` if it has ended, `ClusterError` if it failed."""
        exceptions = self._ray.exceptions
        try:
            return await reference
        except exceptions.RayTaskError as error:
            cause = error.cause
            raise ClusterError(
                f"A worker of the cluster failed ({type(cause).__name__}: {cause}). Please report it."
            ) from None
        except exceptions.RayError as error:
            raise WorkerLostError(str(error)) from None

    def close(self) -> None:
        """Leave the cluster, with all actors. A Ray that was started here ends."""
        with suppress(Exception):  # it may have ended already
            self._ray.shutdown()
        if self._folder:
            shutil.rmtree(self._folder, ignore_errors=True)


_QUIET: dict[str, Any] = {"log_to_driver": False, "logging_level": logging.CRITICAL}


def _require_listener(address: str) -> None:
    """Raise `ClusterError` if nothing can be reached there. Ray would try for minutes, and print how it fails."""
    host, _, port = address.rpartition("://")[2].rpartition(":")
    try:
        socket.create_connection((host, int(port)), _REACHED).close()
    except OSError as error:
        raise ClusterError(f"There is no Ray cluster at {address}: {error.strerror or error}.") from None


def _short_folder() -> Path:
    """Return a new folder for a Ray of this machine, which nobody else can read."""
    system_folder = tempfile.gettempdir()
    is_short = len(system_folder) <= _LONGEST_FOLDER
    return Path(tempfile.mkdtemp(prefix="diptych-", dir=system_folder if is_short else "/tmp"))  # noqa: S108 - made by mkdtemp


def _environment(address: str | None) -> dict[str, str]:
    """Return what the environment must be when Ray is imported and started."""
    if address is None:
        # Other users of this machine can connect to its processes, but do nothing without the token.
        return _ENVIRONMENT | _LOOPBACK | {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": secrets.token_hex(32)}
    is_here = is_loopback(address.rpartition("://")[2].rpartition(":")[0])
    return _ENVIRONMENT | (_LOOPBACK if is_here else {})


@contextmanager
def _variables(values: dict[str, str]) -> Iterator[None]:
    """Set environment variables while the block runs."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@contextmanager
def _signals_kept() -> Iterator[None]:
    """Take back the handler that Ray installs for SIGTERM while the block runs."""
    before = signal.getsignal(signal.SIGTERM)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
