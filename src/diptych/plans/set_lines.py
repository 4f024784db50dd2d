"""Reads a prompt set line by line, so that no set is whole in memory, however long it is."""

import codecs
from collections.abc import Iterator
from typing import BinaryIO

from diptych.plans.set_problems import LineError, SetProblems

LONGEST_LINE = 32 * 1024 * 1024
"""The most bytes of a line. No API takes a longer request."""

MOST_BYTES = 1024**3
"""The most bytes of a set."""

_OTHER_ENCODINGS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def numbered_lines(file: BinaryIO, problems: SetProblems) -> Iterator[tuple[int, str]]:
    """Yield the lines of UTF-8 text with their line ends (LF, CRLF or CR) and their numbers from 1.

    A byte-order mark is left out, and so are lines that are not UTF-8, which are added to the problems.
    """
    number = size = 0
    while data := file.readline(LONGEST_LINE + 1):
        size += len(data)
        for line in data.splitlines(keepends=True):
            number += 1
            if number == 1:
                if line.startswith(_OTHER_ENCODINGS):
                    problems.add("it is UTF-16 text: save it as UTF-8")
                    return
                line = line.removeprefix(codecs.BOM_UTF8)
            with problems.of_line(number):
                yield number, _decoded(line)
        if len(data) > LONGEST_LINE:
            problems.add(f"a line is longer than {LONGEST_LINE // 1024**2} MiB, which is the most", number)
            return
        if size > MOST_BYTES:
            problems.add(f"it is longer than {MOST_BYTES // 1024**3} GiB, which is the most")
            return


def _decoded(line: bytes) -> str:
    try:
        return line.decode()
    except UnicodeDecodeError as error:
        column = len(line[: error.start].decode(errors="replace")) + 1
        raise LineError("this is not UTF-8 text", column) from None
