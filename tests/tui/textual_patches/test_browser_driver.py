"""The app behind a web server: packets on standard input and output, and a server that disappears."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pyte
import pytest

from tests.support.command import started

COMMAND = (sys.executable, "-m", "diptych")
COLUMNS, LINES = 100, 30


class ServedApp:
    """An app whose web server is the test."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdin
        assert process.stdout
        self.process, self._stdin, self._stdout = process, process.stdin, process.stdout
        self._screen = pyte.Screen(COLUMNS, LINES)
        self._stream = pyte.ByteStream(self._screen)
        while self._stdout.readline() != b"__GANGLION__\n":
            assert process.poll() is None

    def send(self, kind: bytes, payload: bytes) -> None:
        self._stdin.write(kind + len(payload).to_bytes(4, "big") + payload)
        self._stdin.flush()

    def wait_for(self, text: str) -> None:
        """Paint packets until the screen shows a text. The process is killed if that takes too long."""
        while not any(text in "".join(row[column].data for column in range(COLUMNS)) for row in self._rows()):
            kind, size = self._stdout.read(1), int.from_bytes(self._stdout.read(4), "big")
            assert kind in (b"D", b"M"), "something else was written to standard output"
            payload = self._stdout.read(size)
            if kind == b"D":
                self._stream.feed(payload)

    def _rows(self) -> list[dict[int, pyte.screens.Char]]:
        return [self._screen.buffer[row] for row in range(LINES)]


@pytest.fixture
def app(tmp_path: Path) -> Iterator[ServedApp]:
    environment = os.environ | {
        "HOME": str(tmp_path),
        "TEXTUAL_DRIVER": "textual.drivers.web_driver:WebDriver",
        "COLUMNS": str(COLUMNS),
        "ROWS": str(LINES),
        "TERM": "dumb",
    }
    options = ("--demo", "--no-history", "--seed", "1")
    with started(*options, environment=environment, stdin=subprocess.PIPE, command=COMMAND) as process:
        yield ServedApp(process)


def test_it_takes_what_a_page_sends_until_its_server_goes(app: ServedApp) -> None:
    app.wait_for("ask both")
    app.send(b"D", "\x1b[200~first line\rsecond line ü\x1b[201~".encode())
    app.wait_for("second line ü")  # a line end that is pasted does not send the prompt
    app.send(b"M", json.dumps({"type": "resize", "width": COLUMNS, "height": LINES - 4}).encode())
    app.send(b"D", b"\x1b[1;2R\xff")  # which no browser sends
    assert app.process.stdin

    app.process.stdin.close()

    assert app.process.wait(120) == 129


def test_it_ends_when_the_page_is_closed(app: ServedApp) -> None:
    app.wait_for("ask both")
    app.send(b"M", b'{"type": "quit"}')

    assert app.process.wait(120) == 0
    assert app.process.stderr
    assert app.process.stderr.read() == b""
