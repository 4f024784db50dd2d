"""Where the app's keys come from when standard input brings the prompt instead."""

import os
import sys


def has_terminal() -> bool:
    """Whether the app can be shown, and gets keys: from standard input, or from the terminal that it was started in."""
    if not (sys.__stderr__ and sys.__stderr__.isatty() and sys.__stdin__):
        return False
    if sys.__stdin__.isatty():
        return True
    try:
        os.close(_open_terminal())
    except OSError:
        return False
    return True


def take_keys_from_terminal() -> None:
    """Make the terminal standard input, once a pipe in its place was read to its end, as pagers do."""
    if sys.__stdin__ and not sys.__stdin__.isatty():
        terminal = _open_terminal()
        os.dup2(terminal, sys.__stdin__.fileno())
        os.close(terminal)


def _open_terminal() -> int:
    """The terminal that controls this process, to read and write. Raises `OSError` where it has none."""
    if sys.platform == "win32":  # its console is not a file of this kind
        raise FileNotFoundError
    return os.open(os.ctermid(), os.O_RDWR | os.O_NOCTTY)
