"""Where the app reads keys: from the terminal, even if standard input was a pipe with the prompt, or from a browser."""

import os
import sys


def is_in_browser() -> bool:
    """Whether a web server shows the app in a browser: standard input and output carry its packets then."""
    return os.environ.get("TEXTUAL_DRIVER", "").endswith(":WebDriver")


def has_terminal() -> bool:
    """Whether there is a terminal for the app: to show it on and read keys from, even if standard input is a pipe."""
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
    """If standard input was a pipe, replace it by the terminal, as pagers do. Call it when the pipe has been read."""
    if sys.__stdin__ and not sys.__stdin__.isatty():
        terminal = _open_terminal()
        os.dup2(terminal, sys.__stdin__.fileno())
        os.close(terminal)


def _open_terminal() -> int:
    """Open the terminal that controls this process. Raises `OSError` if there is none."""
    if sys.platform == "win32":  # its console cannot be opened in this way
        raise FileNotFoundError
    return os.open(os.ctermid(), os.O_RDWR | os.O_NOCTTY)
