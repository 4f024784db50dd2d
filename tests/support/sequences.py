"""What a terminal is told: bytes taken apart into text and the sequences that are obeyed."""

import re
from collections.abc import Iterator

_SEQUENCE = re.compile(
    r"""
      \x1b\[ [0-?]* [ -/]* [@-~]                      # CSI
    | \x1b\] [^\x07\x1b]* (?: \x07 | \x1b\\ )         # OSC
    | \x1b [PX^_] [^\x1b]* \x1b\\                     # DCS, SOS, PM, APC
    | \x1b [ -/]+ [0-~]                               # such as character sets
    | \x1b [0-~]                                      # two characters
    | [\x00-\x1f\x7f-\x9f]                            # C0 and C1 alone, an unfinished sequence's ESC too
    """,
    re.VERBOSE,
)


def sequences(output: str) -> Iterator[str]:
    """Everything in a terminal's input that is no text, one by one."""
    for match in _SEQUENCE.finditer(output):
        yield match.group()


def text_of(output: str) -> str:
    """The text alone."""
    return _SEQUENCE.sub("", output)
