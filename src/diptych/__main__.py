"""The command `diptych`, also `python -m diptych`."""

import os
import signal
import sys
import threading
from contextlib import suppress

_EXIT_DELAY = 1.0
"""Seconds for which threads of libraries may delay the exit, for example one that waits for a name server."""


def main() -> None:
    """Run the command line. Ctrl-C prints no traceback, even while modules are loaded or the interpreter shuts down."""
    _open_missing_outputs()
    try:
        from diptych.core.gc_policy import importing

        with importing():
            from diptych.cli import main as run_command_line
    except KeyboardInterrupt:
        sys.exit(130)
    except ImportError as error:
        print(f"Diptych cannot start: {error}. Try to install it again.", file=sys.stderr)
        sys.exit(70)
    try:
        run_command_line()
    except SystemExit as end:
        _limit_exit(end.code)
        raise
    finally:
        signal.signal(signal.SIGINT, signal.SIG_DFL)


def _open_missing_outputs() -> None:
    """Write to nowhere what is printed to an output that was closed before the start (`>&-`).

    Python then has no such stream, and the next file that is opened, such as the history, gets its descriptor.
    """
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115 - it stays open to the end


def _limit_exit(code: str | int | None) -> None:
    """Start a timer that ends the process with this exit code if the interpreter takes too long to shut down."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError, OSError, ValueError):  # the stream is missing, not read any more, or closed
            stream.flush()  # before the timer starts: a slow reader may take as long as it likes
    _give_up_standard_error_if_gone()
    timer = threading.Timer(_EXIT_DELAY, os._exit, (code if isinstance(code, int) else int(code is not None),))
    timer.daemon = True
    timer.start()


def _give_up_standard_error_if_gone() -> None:
    """Keep Python from flushing to a terminal that is gone: it would fail, and exit with 120 whatever has happened."""
    try:
        sys.stderr.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())
    except (AttributeError, ValueError):  # the stream is missing or closed
        pass


if __name__ == "__main__":
    main()
