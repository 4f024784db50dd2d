"""The frame of every exported page.

A page loads nothing and runs nothing, and its Content-Security-Policy makes the browser hold it to that.
"""

import base64
import hashlib
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files

from diptych.report.figures import UNKNOWN
from diptych.report.html.escape import words

MAIN_START = '<main id="content" tabindex="-1">\n'
"""The beginning of the part of a page to which its first link leads."""

PAGE_END = "</main>\n</body>\n</html>\n"


def document_head(title: str, *, has_images: bool = False) -> str:
    """Return the beginning of a page, up to and including `<body>`."""
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{_policy(has_images=has_images)}">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{words(title)}</title>
<style>{_style()}</style>
</head>
<body>
<a class="skip" href="#content">Skip to the answers</a>
"""


def date_words(date: float | None) -> str:
    """Return a time as `2026-11-26 10:00 UTC`; "–" if it is unknown."""
    if date is None:
        return UNKNOWN
    try:
        return f"{datetime.fromtimestamp(date, UTC):%Y-%m-%d %H:%M} UTC"
    except (ValueError, OverflowError, OSError):  # the calendar has no such date
        return UNKNOWN


def _policy(*, has_images: bool) -> str:
    digest = base64.b64encode(hashlib.sha256(_style().encode()).digest()).decode()
    images = "img-src data:; " if has_images else ""
    return f"default-src 'none'; {images}style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


@cache
def _style() -> str:
    return files("diptych.report.html").joinpath("style.css").read_text(encoding="utf-8")
