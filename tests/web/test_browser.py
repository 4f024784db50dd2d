"""The app in a real browser."""

import http.client
import os
import re
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pyte
import pytest
from playwright.sync_api import Page, WebSocket

from tests.support.browser import chromium
from tests.support.command import started

COLUMNS, LINES = 130, 40
PATIENCE = 120.0


class Painted:
    """The screen that the app paints on a page, read from the packets that the page receives."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._stream = pyte.ByteStream(screen := pyte.Screen(COLUMNS, LINES))
        self._screen = screen
        page.on("websocket", self._follow)

    def _follow(self, websocket: WebSocket) -> None:
        websocket.on("framereceived", lambda data: self._stream.feed(data) if isinstance(data, bytes) else None)

    @property
    def text(self) -> str:
        rows = (self._screen.buffer[row] for row in range(LINES))
        return "\n".join("".join(row[column].data for column in range(COLUMNS)).rstrip() for row in rows)

    def wait_until(self, condition: Callable[[str], object]) -> None:
        end = time.monotonic() + PATIENCE
        while not condition(self.text):
            assert time.monotonic() < end, self.text
            self._page.wait_for_timeout(20)


def status(url: str, path: str = "/", **headers: str) -> tuple[int, dict[str, str]]:
    """Return the status and the headers of an answer."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=PATIENCE)
    try:
        connection.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        response = connection.getresponse()
        return response.status, dict(response.getheaders())
    finally:
        connection.close()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """A server with simulated models, and the address that it prints."""
    environment = os.environ | {"HOME": str(tmp_path), "DIPTYCH_CONFIG": str(tmp_path / "none.toml")}
    with started("web", "--demo", "--no-history", "--seed", "1", environment=environment) as process:
        assert process.stdout
        yield process, process.stdout.readline().decode().strip()


def apps_of(process: subprocess.Popen[bytes]) -> list[str]:
    """Return the processes that a process has started."""
    return Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()


def test_a_prompt_is_typed_and_sent_in_a_browser(server: tuple[subprocess.Popen[bytes], str]) -> None:
    process, url = server
    failures: list[Any] = []
    with chromium() as browser:
        assert status(url, "/?token=wrong")[0] == 403
        context = browser.new_context(viewport={"width": 1000, "height": 560})
        page = context.new_page()
        painted = Painted(page)
        page.on("requestfailed", lambda request: failures.append(request.url))
        page.on("console", lambda message: failures.append(message.text) if message.type == "error" else None)

        page.goto(url)
        assert "token" not in page.url
        painted.wait_until(lambda text: "ask both" in text)
        page.keyboard.type("Hello from a browser")
        page.keyboard.press("Enter")
        painted.wait_until(lambda text: "end_turn" in text and re.search(r"✔ stop", text))
        assert "Hello from a browser" in painted.text.splitlines()[0]
        assert not failures

        cookie = context.cookies()[0]
        assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Strict")
        assert browser.new_page().goto(url).status == 403  # type: ignore[union-attr]  # the token is void
        assert_refuses_others(url, f"{cookie['name']}={cookie['value']}")

        (app,) = apps_of(process)
        page.close()
        wait_until(lambda: not Path(f"/proc/{app}").exists())
        second = context.new_page()
        painted = Painted(second)
        second.goto(url.partition("?")[0])
        painted.wait_until(lambda text: "ask both" in text)
        (crashed,) = apps_of(process)
        os.kill(int(crashed), signal.SIGKILL)
        second.get_by_role("button", name="Start again").click()
        painted.wait_until(lambda _: apps_of(process) not in ([], [crashed]))
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE) == 130


def assert_refuses_others(url: str, cookie: str) -> None:
    """Check that the cookie alone does not open the app to pages of other sites."""
    own = f"http://{urlsplit(url).netloc}"
    handshake = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec_WebSocket_Version": "13",
        "Sec_WebSocket_Key": "dGhlIHNhbXBsZSBub25jZQ==",
    }
    assert status(url, "/", Cookie=cookie)[0] == 200
    assert status(url, "/static/js/textual.js")[0] == 403
    assert status(url, "/", Cookie=cookie, Host="evil.test")[0] == 403
    assert status(url, "/ws", Origin=own, **handshake)[0] == 403
    assert status(url, "/ws", Cookie=cookie, **handshake)[0] == 403
    assert status(url, "/ws", Cookie=cookie, Origin="http://evil.test", **handshake)[0] == 403
    assert status(url, "/static/../server.py", Cookie=cookie)[0] == 404
    policy = status(url, "/", Cookie=cookie)[1]["Content-Security-Policy"]
    assert "script-src 'self';" in policy


def wait_until(condition: Callable[[], object]) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)
