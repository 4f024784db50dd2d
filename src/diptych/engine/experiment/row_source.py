"""Where the rows of this process come from."""

import platform
import socket
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version

from diptych import __version__
from diptych.codec.run_row import RowSource

_LIBRARIES = ("anthropic", "httpx2", "openai")


def row_source(plan: str, region: str | None = None, shard: str | None = None) -> RowSource:
    """Return the source of rows of the plan with this digest: this machine, and the versions that ask."""
    return RowSource(socket.gethostname() or None, region, tuple(_versions()), plan, shard)


def _versions() -> Iterator[tuple[str, str]]:
    yield "diptych", __version__
    yield "python", platform.python_version()
    for library in _LIBRARIES:
        try:
            yield library, version(library)
        except PackageNotFoundError:
            continue
