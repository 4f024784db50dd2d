"""Standard output, where the results of an experiment go: somebody may stop reading it at any time."""

from collections.abc import Iterable
from typing import IO

from diptych.headless.closed_output import discard, is_closed


class ResultOutput:
    """Prints whole lines. `is_left` says whether nobody reads them any more; then nothing is printed."""

    def __init__(self, out: IO[str]) -> None:
        self._out = out
        self.is_left = False

    def write(self, lines: Iterable[str]) -> None:
        """Print these lines. Raises `OSError` if a disk is full, for example."""
        if self.is_left:
            return
        try:
            self._out.write("".join(f"{line}\n" for line in lines))
            self._out.flush()
        except OSError as error:
            if not is_closed(error):
                raise
            self.is_left = True
            discard(self._out)
