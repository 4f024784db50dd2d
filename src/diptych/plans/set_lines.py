"""Reads a prompt set line by line, so that not even a long one has to be in memory as a whole."""

import codecs
from collections.abc import Iterator
from typing import BinaryIO

from diptych.plans.set_problems import SetProblems

LONGEST_LINE = 32 * 1024 * 1024
"""The most bytes of a line. No API takes a longer request."""

MOST_BYTES = 1024**3
"""The most bytes of a set."""

_OTHER_ENCODINGS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def numbered_lines(file: BinaryIO, problems: SetProblems) -> Iterator[tuple[int, str]]:
    """Yield the lines of UTF-8 text with their line ends (LF, CRLF or CR) and their numbers from 1.

    A byte-order mark is left out, and so are lines that are not UTF-8, which are added to the problems.
    """
    size = 0
    for number, line in enumerate(_lines(file, problems), 1):
        size += len(line)
        if size > MOST_BYTES:
            problems.add(f"it is longer than {MOST_BYTES // 1024**3} GiB, which is the most")
            return
        if number == 1:
            if line.startswith(_OTHER_ENCODINGS):
                problems.add("it is UTF-16 text: save it as UTF-8")
                return
            line = line.removeprefix(codecs.BOM_UTF8)
        try:
            text = line.decode()
        except UnicodeDecodeError as error:
            column = len(line[: error.start].decode(errors="replace")) + 1
            problems.add("this is not UTF-8 text", number, column)
        else:
            yield number, text


def _lines(file: BinaryIO, problems: SetProblems) -> Iterator[bytes]:
    """Yield lines that end with LF, CRLF or CR. One that is too long is added to the problems, and is the last."""
    rest = b""
    number = 0
    while data := file.readline(LONGEST_LINE + 1 - len(rest)):
        lines = (rest + data).splitlines(keepends=True)
        rest = b"" if data.endswith(b"\n") else lines.pop()
        number += len(lines)
        yield from lines
        if len(rest) > LONGEST_LINE:
            problems.add(f"this line is longer than {LONGEST_LINE // 1024**2} MiB, which is the most", number + 1)
            return
    if rest:
        yield rest
