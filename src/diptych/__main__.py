"""The command: `diptych`, or `python -m diptych`."""

import signal
import sys


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
    finally:
        signal.signal(signal.SIGINT, signal.SIG_DFL)


if __name__ == "__main__":
    main()
