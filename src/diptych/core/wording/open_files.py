"""Why no more files and connections can be opened: each takes a file descriptor, and their number is limited."""

import errno
import os


def why_none_opens(error: BaseException | None) -> str | None:
    """Return why no more files and connections can be opened, None if the error has another cause.

    The sentence names the limit. This function imports nothing when it is called, since that would open a file.
    """
    match error:
        case OSError(errno=errno.EMFILE):
            return f"this process may have only {_limit()} files and connections open at a time (ulimit -n)"
        case OSError(errno=errno.ENFILE):
            return "this machine has as many files and connections open as it allows"
        case _:
            return None


def _limit() -> str:
    """Return the limit of this process, where the system says it."""
    return f"{os.sysconf('SC_OPEN_MAX'):,}" if hasattr(os, "sysconf") else "so many"
