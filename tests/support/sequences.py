"""Splits the output for a terminal into text and control sequences."""

import re
from collections.abc import Iterator

_SEQUENCE = re.compile(
    r"""
      \x1b\[ [0-?]* [ -/]* [@-~]                      # CSI
    | \x1b\] [^\x07\x1b]* (?: \x07 | \x1b\\ )         # OSC
    | \x1b [PX^_] [^\x1b]* \x1b\\                     # DCS, SOS, PM, APC
    | \x1b [ -/]+ [0-~]                               # such as character sets
    | \x1b [0-~]                                      # two characters
    | [\x00-\x1f\x7f-\x9f]                            # single C0 and C1, also the ESC of an unfinished sequence
    """,
    re.VERBOSE,
)


def sequences(output: str) -> Iterator[str]:
    """Yield all control sequences in the output."""
    for match in _SEQUENCE.finditer(output):
        yield match.group()


def text_of(output: str) -> str:
    """Return the output without control sequences."""
    return _SEQUENCE.sub("", output)
