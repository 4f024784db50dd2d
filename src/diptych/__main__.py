"""The command: `diptych`, or `python -m diptych`."""

import os
import signal
import sys
import threading
from contextlib import suppress

_LAST_MOMENT = 1.0
"""Seconds that threads of libraries may still hold up the end, such as one that waits for an answer of the resolver."""


def main() -> None:
    """Run the command line. Also while that is still being loaded, or left, a Ctrl-C prints no traceback."""
    try:
        from diptych.cli import main as door
    except KeyboardInterrupt:
        sys.exit(130)
    except ImportError as error:
        print(f"Diptych cannot start: {error}. Install it again.", file=sys.stderr)
        sys.exit(70)
    try:
        door()
    except SystemExit as leaving:
        _end_soon(leaving.code)
        raise
    finally:
        signal.signal(signal.SIGINT, signal.SIG_DFL)


def _end_soon(code: str | int | None) -> None:
    """Let the process end with that exit code in a moment, whatever the interpreter waits for until then."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError, OSError, ValueError):  # it is missing, nobody reads it, or it is closed
            stream.flush()  # which may take as long as the reader likes
    last = threading.Timer(_LAST_MOMENT, os._exit, (code if isinstance(code, int) else int(code is not None),))
    last.daemon = True
    last.start()


if __name__ == "__main__":
    main()
