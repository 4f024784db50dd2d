"""A page full of traps in a real browser: none snaps. The same traps, laid without our care, do."""

import shutil
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.report.pages import html, read
from tests.report.rounds import hostile, usual

_PATIENCE = 120.0
"""Seconds until a browser that does not end is given up."""

_SNAPPED = "the trap snapped"


@dataclass
class Listener:
    """A server of this machine that nobody should ask: its address, and the targets it was asked for."""

    url: str
    asked: list[str] = field(default_factory=list)


@pytest.fixture
def listener() -> Iterator[Listener]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            heard.asked.append(self.path)
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's own name
            """The tests read `asked` instead."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        heard = Listener(f"http://127.0.0.1:{server.server_port}")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield heard
        server.shutdown()
        thread.join(20)


@pytest.fixture(scope="session")
def chromium() -> str:
    found = map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))
    path = next((path for path in found if path), None)
    if path is None:
        pytest.skip("no Chromium on this machine: neither chromium, chromium-browser nor google-chrome is on the path")
    return path


def browse(chromium: str, folder: Path, page: str, *options: str) -> str:
    """Open a page from a file and return what the browser wrote, by default the document as it stands afterwards."""
    file = folder / "page.html"
    file.write_text(page, encoding="utf-8")
    command = [
        *(chromium, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"),
        *("--disable-component-update", "--disable-dev-shm-usage", f"--user-data-dir={folder / 'profile'}"),
        *(options or ("--dump-dom",)),
        file.as_uri(),
    ]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=_PATIENCE, check=True)
    return done.stdout


def traps(url: str) -> str:
    """Scripts, pictures and styles in every way that Markdown and HTML know, on lines of their own."""
    snap = f"document.title='{_SNAPPED}'"
    return "\n\n".join(
        [
            f"<script>{snap}</script>",
            f'<img src="{url}/img" onerror="{snap}">',
            f'<svg onload="{snap}"></svg>',
            f"<style>body {{ background: url({url}/style) }}</style>",
            f'</style></title></details><link rel="stylesheet" href="{url}/link"><script>{snap}</script>',
            f'<iframe src="{url}/iframe"></iframe><object data="{url}/object"></object><video src="{url}/v"></video>',
            f'<div style="background: url({url}/attribute)">x</div>',
            f'<meta http-equiv="refresh" content="0; url={url}/refresh">',
            f"![picture]({url}/markdown) [![nested]({url}/nested)]({url}/link)",
            f"[a](javascript:{snap}) <javascript:{snap}>",
            f'[b]({url}/"onmouseover="{snap}) ![c](x"onerror="{snap})',
            f'```x" onload="{snap}\n</code></pre><script>{snap}</script>\n```',
            f"]]><script>{snap}</script>--><script>{snap}</script>",
            "\x00\ud800\u202e",
        ]
    )


def test_no_trap_snaps(chromium: str, listener: Listener, tmp_path: Path) -> None:
    dom = browse(chromium, tmp_path, html(hostile(traps(listener.url), prompt="Traps")))
    page = read(dom)

    assert "<title>Traps · Diptych</title>" in dom
    assert listener.asked == []
    assert not {tag for tag, _ in page.elements} & {"script", "img", "iframe", "object", "video", "link"}
    assert not {name for _, attributes in page.elements for name in attributes if name.startswith(("on", "style"))}
    assert f"[image: picture] ({listener.url}/markdown)" in page.text


def test_no_trap_snaps_in_a_prompt(chromium: str, listener: Listener, tmp_path: Path) -> None:
    dom = browse(chromium, tmp_path, html(hostile(traps(listener.url))))

    assert "<title>&lt;script&gt;document.title=" in dom
    assert listener.asked == []


def test_the_traps_are_real(chromium: str, listener: Listener, tmp_path: Path) -> None:
    laid = traps(listener.url).replace("\ud800", "").replace("http-equiv", "not")
    dom = browse(chromium, tmp_path, f"<!DOCTYPE html><title>x</title><body>{laid}")

    assert f"<title>{_SNAPPED}</title>" in dom
    assert {"/img", "/style", "/link", "/attribute"} <= set(listener.asked)


def test_the_policy_holds_alone(chromium: str, listener: Listener, tmp_path: Path) -> None:
    """Were a trap ever let through, the browser would still not spring it."""
    laid = traps(listener.url).replace("\ud800", "").replace('<meta http-equiv="refresh"', "<meta")
    page = html(hostile("x", prompt="Safe")).replace("<h1>Prompt</h1>", laid)
    dom = browse(chromium, tmp_path, page)

    assert "<img" in dom
    assert "<title>Safe · Diptych</title>" in dom
    assert listener.asked == []


def test_the_browser_reads_the_page_as_it_was_written(chromium: str, tmp_path: Path) -> None:
    page = html(usual())
    dom = browse(chromium, tmp_path, page)

    assert "<table" in dom
    assert unescape(read(dom).text).split() == unescape(read(page).text).split()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_style_is_applied(chromium: str, tmp_path: Path, scheme: str) -> None:
    """The policy's hash is that of the style: with a wrong one, the page would be the browser's own white."""
    file = tmp_path / "page.png"
    preference = f"--blink-settings=preferredColorScheme={int(scheme == 'light')}"
    pictures: dict[bool, bytes] = {}
    for styled in (True, False):
        page = html(usual()) if styled else html(usual()).replace("sha256-", "sha256-x")
        browse(chromium, tmp_path, page, preference, "--window-size=1280,1000", f"--screenshot={file}")
        pictures[styled] = file.read_bytes()

    assert all(picture.startswith(b"\x89PNG") for picture in pictures.values())
    assert pictures[True] != pictures[False]
