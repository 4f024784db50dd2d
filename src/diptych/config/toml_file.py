"""Reads a file of TOML whatever lies at its path, and says in plain words what is wrong with it."""

import errno
import os
import re
import stat
from pathlib import Path
from typing import Any

from diptych.config.problems import Problems

MOST_BYTES = 256 * 1024
"""The size of a file that is read. A file of fifty endpoints has about 10 KiB."""

_MANY_DOTS = re.compile(r"""(?<![\w"'-])(?:(?:[\w-]+|"[^"\n]*"|'[^'\n]*')[ \t]*\.[ \t]*){50}""")
"""A key of more parts than any member has. The time that `tomllib` takes for it grows with the square of its length."""

_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")

_PLAIN_WORDS = (
    ("Invalid value", "a value is missing, or it is text without quotes"),
    ("Invalid statement", "a line must have the form NAME = VALUE or [TABLE]"),
    ("Expected '='", "a name must be followed by = and a value"),
    ("Expected newline", "something follows the value on the same line"),
    (
        "Invalid initial character for a key",
        "a name is missing. A table in { } must be on one line, without a last comma",
    ),
    ("Unterminated string", "text is not closed by a quote"),
    ("Expected \"'", "text is not closed by a quote"),
    ("Expected '\"", "text is not closed by a quote"),
    ("Unclosed array", "a list is not closed by ]"),
    ("Unclosed inline table", "a table is not closed by }"),
    ("Expected ']", "the name of a table is not closed by ]"),
    ("Unescaped '\\' in a string", "a backslash in double quotes must be doubled, or the text put in single quotes"),
    ("Invalid hex value", "\\x, \\u or \\U in double quotes must be followed by the digits of a character"),
    ("Escaped character", "\\u or \\U in double quotes does not stand for a character"),
    ("Invalid date", "this is not a date"),
    ("Illegal character '\\n'", "text is not closed by a quote"),
    ("Illegal character", "a control character cannot stand here"),
    ("Found invalid character", "a control character cannot stand here"),
    ("Cannot", "the same name is set twice"),
    ("Duplicate", "the same name is set twice"),
)
"""How the errors of `tomllib` begin, and what they mean. Some of them quote the file."""


def read_bytes(path: Path) -> tuple[bytes, os.stat_result]:
    """Return the content of a file and its status. Raises `OSError` and `ValueError`, whatever lies at the path."""
    # O_NONBLOCK: a FIFO that nobody writes to would keep the program from starting.
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with open(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode) and not os.path.samestat(status, os.stat(os.devnull)):
            raise ValueError("it is not a file")
        data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise ValueError(f"it is longer than {MOST_BYTES // 1024} KiB")
    return data, status


def reason_of(error: OSError | ValueError) -> str:
    """Return why a file cannot be read, as a clause."""
    match error:
        case IsADirectoryError():
            return "it is a folder"
        case PermissionError():
            return "you have no permission to read it"
        case OSError(errno=errno.ELOOP):
            return "its symbolic links lead to each other"
        case OSError():
            return (error.strerror or "the system refused").lower()
        case _:
            return "its path contains a NUL character" if "null" in str(error) else str(error)


def decoded(data: bytes, problems: Problems) -> str | None:
    """Return the text of a file, None if it is not UTF-8, which is added to the problems."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        problems.add_file("it is not UTF-8 text: save it as UTF-8.", line)
        return None


def parsed(text: str, problems: Problems) -> dict[str, Any] | None:
    """Return the tables of a file, None if it is not TOML, which is added to the problems."""
    import tomllib

    dots = _MANY_DOTS.search(text)
    if dots:
        problems.add_file("a name has too many parts.", text.count("\n", 0, dots.start()) + 1)
        return None
    try:
        return tomllib.loads(text)
    except RecursionError:
        problems.add_file("its values are nested too deeply.")
    except tomllib.TOMLDecodeError as error:
        problems.add_file(*_syntax_problem(str(error), text))
    except ValueError:  # an integer of more digits than Python reads
        problems.add_file("a number in it has too many digits.")
    return None


def _syntax_problem(message: str, text: str) -> tuple[str, int, int]:
    """Return what an error of `tomllib` means, and its line and column."""
    place = _PLACE.search(message)
    meaning = next((words for start, words in _PLAIN_WORDS if message.startswith(start)), "it cannot be parsed")
    line, column = (int(place[1]), int(place[2])) if place and place[1] else (text.rstrip("\r\n").count("\n") + 1, 0)
    return f"this is not valid TOML: {meaning}.", line, column
