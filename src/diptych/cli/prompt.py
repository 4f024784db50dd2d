"""The prompt, from wherever it was given."""

import sys

from diptych.cli.refused import Refused


def optional_prompt(argument: str | None, file: str | None) -> str | None:
    """The prompt of the command line, `-` being standard input; None where none was given. Raises `Refused`."""
    if argument is None and file is None:
        return None
    return _checked(_given(argument, file))


def required_prompt(argument: str | None, file: str | None) -> str:
    """The prompt of the command line, or else of standard input, unless that is a terminal. Raises `Refused`."""
    if argument is None and file is None:
        if sys.stdin is None or sys.stdin.isatty():
            raise Refused("There is no prompt: give one as an argument, with --file, or as - from standard input.")
        argument = "-"
    return _checked(_given(argument, file))


def _given(argument: str | None, file: str | None) -> str:
    if argument is not None and file is not None:
        raise Refused("Give the prompt once: as an argument or with --file.")
    if "-" in (argument, file):
        return _text(sys.stdin.buffer.read() if sys.stdin else b"", "standard input")
    return _read_file(file) if file is not None else argument or ""


def _checked(prompt: str) -> str:
    if not prompt.strip():
        raise Refused("The prompt is empty.")
    return prompt


def _read_file(path: str) -> str:
    try:
        with open(path, "rb") as file:
            return _text(file.read(), path)
    except OSError as error:
        raise Refused(f"The prompt file {path} cannot be read: {error.strerror}.") from None


def _text(data: bytes, source: str) -> str:
    try:
        return data.decode("utf-8-sig").rstrip("\n")
    except UnicodeDecodeError:
        raise Refused(f"The prompt from {source} is no UTF-8 text.") from None
