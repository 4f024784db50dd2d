"""What was typed before the app took the terminal."""

import sys

import pytest

if sys.platform == "win32":
    pytest.skip("Windows has no terminals of this kind", allow_module_level=True)

from diptych.tui.terminal.keyboard import typed_early


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        ("hello", "hello"),
        ("hello\n", "hello\r"),
        ("one\ntwo\n\n", "one\ntwo\r"),
        ("one\ntwo", "one\ntwo"),
        ("hello\n\x1b[I", "hello\r\x1b[I"),
        ("hello\n\x1b[?2026;2$y\x1b[I", "hello\r\x1b[?2026;2$y\x1b[I"),
        ("hello\n\x1b[A", "hello\r\x1b[A"),
        ("\n", "\r"),
        ("", ""),
    ],
)
def test_the_last_line_feed_is_enter(read: str, meant: str) -> None:
    assert typed_early(read) == meant
