"""Runs the installed command in a separate process."""

import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.support.loopback import LoopbackServer

COMMAND = Path(sys.executable).with_name("diptych")
_PATIENCE = 120.0
"""Seconds after which a command that does not end is killed."""

PATIENT = """
import diptych.cli.close_recorder as close_recorder, diptych.cli.watchdog as watchdog
import diptych.serving.request_log as request_log
from diptych.engine.stream_loop import StreamLoop
watchdog.GRACE = watchdog._TWICE = watchdog._STEPS_LIMIT = watchdog._STEPS_LIMIT_TWICE = 60
close_recorder._WAIT = close_recorder._SHORT_WAIT = 60
request_log._PATIENCE = 60
StreamLoop.close.__defaults__ = (60.0,)
"""
"""Statements to run before the command, so that it gives nothing up when it ends, however busy the machine is."""

PATIENT_COMMAND = (sys.executable, "-c", f"{PATIENT}\nfrom diptych.__main__ import main\nmain()")
"""The command for `started`, after `PATIENT`."""


def pointed_at(server: LoopbackServer) -> dict[str, str]:
    """Return the environment with both base URLs set to a server, and without keys."""
    return os.environ | {"ANTHROPIC_BASE_URL": server.url, "OPENAI_BASE_URL": f"{server.url}/v1"}


def diptych(
    *arguments: str, environment: dict[str, str] | None = None, stdin: bytes = b""
) -> subprocess.CompletedProcess[bytes]:
    """Run the command to its end."""
    return subprocess.run(
        [COMMAND, *arguments],
        env=environment,
        cwd=tempfile.gettempdir(),
        input=stdin,
        capture_output=True,
        timeout=_PATIENCE,
        check=False,
    )


@contextmanager
def started(
    *arguments: str,
    environment: dict[str, str],
    stdin: int = subprocess.DEVNULL,
    command: Sequence[str | Path] = (COMMAND,),
    patience: float = _PATIENCE,
) -> Iterator[subprocess.Popen[bytes]]:
    """Start the command, or another one. It is killed at the end of the block, or earlier after `patience` seconds."""
    pipe: Any = subprocess.PIPE
    with subprocess.Popen(
        [*command, *arguments], env=environment, cwd=tempfile.gettempdir(), stdin=stdin, stdout=pipe, stderr=pipe
    ) as process:
        limit = threading.Timer(patience, process.kill)
        limit.start()
        try:
            yield process
        finally:
            limit.cancel()
            process.kill()
