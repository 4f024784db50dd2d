"""The prompt: from the command line, a file and standard input, which are sent together in this order."""

import errno
import os
import select
import shlex
import sys
import textwrap
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from threading import Timer
from typing import Any

import click

from diptych.cli.command_error import CommandError

MOST_BYTES = 64 * 1024 * 1024
"""Bytes that are read of a file or of standard input; no model takes a prompt of that length."""

_AT_ONCE = 1024 * 1024
"""Bytes that are read from standard input at a time."""

_PATIENCE = 2.0
"""Seconds until it is said that standard input has not ended yet."""

_LONGEST_QUOTE = 60
"""Characters of a prompt that a sentence about the command line quotes."""

_OBEYED_BY_SHELLS = frozenset('"$`\\!%')
"""Characters that mean something between double quotes."""


def prompt_argument(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the argument PROMPT to a command."""
    return click.argument("prompt", nargs=-1, metavar="[PROMPT]", callback=_single)(command)


def quoted(words: Iterable[str]) -> str:
    """Words as one prompt on a command line; the beginning, where there are many."""
    text = textwrap.shorten(" ".join(words), _LONGEST_QUOTE, placeholder="…")
    return shlex.quote(text) if _OBEYED_BY_SHELLS & set(text) else f'"{text}"'


def optional_prompt(argument: str | None, file: str | None, *, reads_pipe: bool) -> str | None:
    """The prompt as `required_prompt` gives it, or None where none was given.

    Without `reads_pipe`, standard input is read only for a `-`. Raises `CommandError`.
    """
    texts = list(_texts(argument, file, reads_pipe=reads_pipe))
    if argument is None and file is None and not any(map(str.strip, texts)):
        return None
    return _joined(texts)


def required_prompt(argument: str | None, file: str | None) -> str:
    """The argument, the text of the file and piped standard input, with a blank line between them.

    `-` as the argument or the file stands for standard input, which is then read from a terminal as well. Raises
    `CommandError` where no text is given, or one of them cannot be read.
    """
    if argument is None and file is None and not _is_piped():
        raise CommandError("There is no prompt: give one as an argument, with --file, or as - from standard input.")
    return _joined(_texts(argument, file, reads_pipe=True))


def unix_lines(text: str) -> str:
    """The text with a line feed at each end of a line, whichever system it was written on."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _single(ctx: click.Context, argument: click.Parameter, words: tuple[str, ...]) -> str | None:
    del argument
    if len(words) > 1:
        named = ctx.parent if ctx.command.hidden and ctx.parent else ctx
        raise CommandError(f"Put a prompt of several words in quotes: {named.command_path} {quoted(words)}")
    return words[0] if words else None


def _texts(argument: str | None, file: str | None, *, reads_pipe: bool) -> Iterator[str]:
    if argument is not None and argument != "-":
        yield argument
    if file is not None and file != "-":
        yield _read_file(file)
    is_named = "-" in (argument, file)
    if is_named or (reads_pipe and _is_piped()):
        is_alone = argument in (None, "-") and file in (None, "-")
        yield _read_standard_input(is_optional=not is_named, is_alone=is_alone)


def _joined(texts: Iterable[str]) -> str:
    parts = [text for text in texts if text.strip()]
    if not parts:
        raise CommandError("The prompt is empty.")
    return unix_lines("\n\n".join(parts))


def _read_file(path: str) -> str:
    try:
        with open(path, "rb") as file:
            return _text(file.read(MOST_BYTES + 1), path)
    except OSError as error:
        raise CommandError(f"The prompt file {path} cannot be read: {error.strerror}.") from None


def _is_piped() -> bool:
    """Whether standard input is something else than a terminal: a pipe, a file, nothing."""
    return sys.stdin is not None and not sys.stdin.isatty()


def _read_standard_input(*, is_optional: bool, is_alone: bool) -> str:
    """What standard input holds, up to its end.

    A pipe that stays open is waited for, as `cat` and its like do: a context that comes late would else be left out,
    depending on how busy the machine is. What is waited for is said, since a script may have inherited that pipe.
    """
    try:
        with _said_after_a_moment(is_alone=is_alone):
            data = _read_to_end() if sys.stdin else b""
    except OSError as error:
        if is_optional and error.errno == errno.EBADF:  # nohup leaves a standard input that cannot be read
            return ""
        raise CommandError(f"Standard input cannot be read: {error.strerror}.") from None
    return _text(data, "standard input")


def _read_to_end() -> bytes:
    stream = getattr(sys.stdin.buffer, "raw", sys.stdin.buffer)
    data = bytearray()
    while len(data) <= MOST_BYTES:
        part = stream.read(_AT_ONCE)
        if part is None:  # somebody has set the pipe not to block
            select.select([stream], [], [])
            continue
        if not part:
            break
        data += part
    return bytes(data)


@contextmanager
def _said_after_a_moment(*, is_alone: bool) -> Iterator[None]:
    """Say on standard error that standard input is waited for, unless it is a terminal or ends soon."""
    what = "it is the prompt" if is_alone else f"it is sent after the prompt. To send none, add < {os.devnull}"
    timer = Timer(_PATIENCE, click.echo, [f"Waiting for standard input to end; {what}."], {"err": True})
    timer.daemon = True
    if _is_piped():
        timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _text(data: bytes, source: str) -> str:
    if len(data) > MOST_BYTES:
        raise CommandError(f"The prompt from {source} is longer than {MOST_BYTES // 2**20} MiB, which is not sent.")
    try:
        return data.decode("utf-8-sig").rstrip("\r\n")
    except UnicodeDecodeError:
        raise CommandError(f"The prompt from {source} is no UTF-8 text.") from None
