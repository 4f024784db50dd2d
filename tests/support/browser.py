"""A real browser for tests of what users open in one. Tests that need it skip where there is none."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, sync_playwright

_NAMES = ("chromium", "chromium-browser", "google-chrome")

_QUIET = (
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
"""Options without which Chromium asks servers of its maker at every start."""


def chromium_path() -> str:
    """Return the path of Chromium. Skips the test where there is none."""
    path = next((path for path in map(shutil.which, _NAMES) if path), None)
    if path is None:
        pytest.skip(f"no Chromium on this machine: none of {', '.join(_NAMES)} is on the path")
    return path


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start Chromium without a window, and end it afterwards. Only for tests without an event loop of their own."""
    sandbox = ("--no-sandbox",) if os.name == "posix" and os.geteuid() == 0 else ()  # root has no sandbox
    path = chromium_path()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*_QUIET, *sandbox])
        try:
            yield browser
        finally:
            browser.close()
