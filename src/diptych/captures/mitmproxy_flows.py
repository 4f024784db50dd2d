"""Reads the flows that mitmproxy saves, with mitmproxy's own reader.

Its program `mitmdump` reads them, and an addon writes what Diptych needs. Therefore mitmproxy can be installed outside
of Diptych's environment; its last release for Python 3.11 has to be, since it demands an h11 before 0.15.
"""

import base64
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from diptych.core.capture import Capture
from diptych.core.event import Headers
from diptych.core.json_text import parse_object
from diptych.core.text.excerpt import in_sentence
from diptych.core.timed_body import TimedBytes

_PATIENCE = 120.0
"""Seconds that mitmdump may take."""

_ADDON = Path(__file__).with_name("mitmproxy_addon.py")

_MISSING = "holds flows of mitmproxy, which its program mitmdump reads: install it, as with `uv tool install mitmproxy`"


def read_flows(data: bytes, warn: Callable[[str], object]) -> Iterator[Capture]:
    """Yield the exchanges in saved flows, in order. Flows know when a response began and ended, not each event.

    A damaged file is read up to the damage, and `warn` is called with it. Raises `ValueError` if nothing can be read.
    The words of both follow the name of the file.
    """
    for number, line in enumerate(_exchanges(data, warn).splitlines(), 1):
        yield _capture(parse_object(line), f"flow {number}")


def _exchanges(data: bytes, warn: Callable[[str], object]) -> bytes:
    """Return what the addon writes about the flows."""
    program = _mitmdump()
    if program is None:
        raise ValueError(_MISSING)
    with tempfile.TemporaryDirectory(prefix="diptych-") as name:
        folder = Path(name)
        flows, exchanges = folder / "flows", folder / "exchanges"
        flows.write_bytes(data)
        exchanges.touch()
        command = [program, "--no-server", "--quiet", "--set", f"confdir={folder}", "--scripts", str(_ADDON)]
        try:
            ended = subprocess.run(  # noqa: S603 - no argument is foreign text
                [*command, "--rfile", str(flows)],
                env=os.environ | {"DIPTYCH_EXCHANGES": str(exchanges)},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=_PATIENCE,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise ValueError(f"cannot be read: mitmdump took more than {_PATIENCE:g} seconds") from None
        except OSError as error:
            raise ValueError(f"cannot be read: {program} does not start ({error.strerror})") from None
        read = exchanges.read_bytes()
        if ended.returncode:
            said = (ended.stderr or ended.stdout).decode("utf-8", "replace").strip().rpartition("\n")[2]
            why = in_sentence(said) or f"exit code {ended.returncode}"
            if not read:
                raise ValueError(f"cannot be read by mitmdump: {why}")
            warn(f"is damaged, and was read up to there: {why}")
        return read


def _mitmdump() -> str | None:
    """Return the path of mitmdump: beside this Python, or on the PATH."""
    beside = str(Path(sys.executable).parent)
    return shutil.which("mitmdump", path=os.pathsep.join((beside, os.environ.get("PATH", ""))))


def _capture(flow: Mapping[str, Any], place: str) -> Capture:
    response = flow["response"]
    sent = flow["sent"] or flow["began"]
    connect = flow["connected"] - flow["connecting"] if flow["connected"] and flow["connecting"] else None
    is_reused = connect is not None and flow["connected"] < flow["began"] - 1  # a connection of an earlier flow
    before = (flow["method"], flow["url"], _headers(flow), base64.b64decode(flow["body"] or ""))
    if response is None:
        return Capture(*before, None, (), (), sent, ending="lost", error=flow["error"], place=place)
    ended = response["ended"] and max(response["ended"] - sent, 0.0)
    body = base64.b64decode(response["body"] or "")
    return Capture(
        *(*before, response["status"], _headers(response)),
        (TimedBytes(ended or 0.0, body),) if body else (),
        sent,
        ending="lost" if flow["error"] else "clean",
        connect=0.0 if is_reused else connect,
        headers_at=response["began"] and max(response["began"] - sent, 0.0),
        ended_at=ended,
        error=flow["error"] or ("" if response["body"] is not None else "mitmproxy did not keep this body"),
        place=place,
    )


def _headers(message: Mapping[str, Any]) -> Headers:
    return tuple((name, value) for name, value in message["headers"])
