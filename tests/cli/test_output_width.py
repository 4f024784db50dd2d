"""How wide printed text may be."""

import fcntl
import io
import os
import pty
import struct
import termios

import pytest

from diptych.cli.output_width import WIDTH, output_width


def test_a_terminal_says_how_wide_it_is() -> None:
    master, terminal = pty.openpty()
    with os.fdopen(master, "wb", 0), os.fdopen(terminal, "w") as opened:
        fcntl.ioctl(opened, termios.TIOCSWINSZ, struct.pack("HHHH", 20, 72, 0, 0))
        assert output_width(opened) == 72


@pytest.mark.parametrize("out", [None, io.StringIO()])
def test_what_is_not_a_terminal_has_a_usual_width(out: io.StringIO | None) -> None:
    assert output_width(out) == WIDTH
