"""How wide printed text may be."""

import os
from typing import IO

WIDTH = 100
"""Columns of text that does not go to a terminal."""


def output_width(out: IO[str] | None) -> int:
    """Return the columns of the terminal that `out` is, or `WIDTH` if it is not one."""
    try:
        return (out and os.get_terminal_size(out.fileno()).columns) or WIDTH
    except (OSError, ValueError):
        return WIDTH
