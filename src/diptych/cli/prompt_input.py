"""Puts the prompt together: the argument, the text of a file and standard input, in this order."""

import errno
import os
import select
import shlex
import sys
import textwrap
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Timer
from typing import Any

import click
from click.shell_completion import CompletionItem

from diptych.cli.command_error import CommandError

Completion = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]
"""Returns what a shell offers for what is typed so far."""

MAX_BYTES = 64 * 1024 * 1024
"""Maximum size of a prompt file or of standard input; models take far less."""

_READ_SIZE = 1024 * 1024
"""Bytes that one read of standard input may return."""

_NOTICE_AFTER = 2.0
"""Seconds after which a notice says that standard input has not ended yet."""

_MAX_QUOTE = 60
"""Characters of a prompt that a message quotes."""

_SPECIAL_IN_QUOTES = frozenset('"$`\\!%')
"""Characters that shells treat specially between double quotes."""


class SeveralWordsError(CommandError):
    """A prompt of several words without quotes, of which only the first would be sent."""

    def __init__(self, command: str, words: Sequence[str]) -> None:
        super().__init__(f"Put a prompt of several words in quotes: {command} {shell_quoted(words)}")
        self.words = words


def prompt_argument(complete: Completion | None = None) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return a decorator that adds the argument PROMPT to a command; `complete` completes it in a shell."""
    return click.argument("prompt", nargs=-1, metavar="[PROMPT]", callback=_one_word, shell_complete=complete)


def shell_quoted(words: Iterable[str]) -> str:
    """Return words as one quoted argument for a shell, shortened if they are many."""
    text = textwrap.shorten(" ".join(words), _MAX_QUOTE, placeholder="…")
    return shlex.quote(text) if _SPECIAL_IN_QUOTES & set(text) else f'"{text}"'


def optional_prompt(argument: str | None, file: str | None, *, reads_pipe: bool) -> str | None:
    """Return the prompt as `required_prompt` does, or None if none is given.

    Without `reads_pipe`, standard input is read only if `-` names it. Raises `CommandError`.
    """
    texts = list(_texts(argument, file, reads_pipe=reads_pipe))
    if argument is None and file is None and not any(map(str.strip, texts)):
        return None
    return _joined(texts)


def required_prompt(argument: str | None, file: str | None) -> str:
    """Return the argument, the text of the file and piped standard input, separated by blank lines.

    `-` as the argument or the file stands for standard input, which is then read even if it is a terminal. Raises
    `CommandError` if there is no prompt or a part of it cannot be read.
    """
    if argument is None and file is None and not _is_piped():
        raise CommandError("There is no prompt: give one as an argument, with --file, or on standard input with -.")
    return _joined(_texts(argument, file, reads_pipe=True))


def unix_lines(text: str) -> str:
    """Return the text with a line feed at the end of each line, whichever system it comes from."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _one_word(ctx: click.Context, argument: click.Parameter, words: tuple[str, ...]) -> str | None:
    del argument
    if len(words) > 1:
        named = ctx.parent if ctx.command.hidden and ctx.parent else ctx
        raise SeveralWordsError(named.command_path, words)
    return words[0] if words else None


def _texts(argument: str | None, file: str | None, *, reads_pipe: bool) -> Iterator[str]:
    if argument is not None and argument != "-":
        yield argument
    if file is not None and file != "-":
        yield read_text(file)
    is_named = "-" in (argument, file)
    if is_named or (reads_pipe and _is_piped()):
        is_alone = argument in (None, "-") and file in (None, "-")
        yield _read_standard_input(is_optional=not is_named, is_alone=is_alone)


def _joined(texts: Iterable[str]) -> str:
    parts = [text for text in texts if text.strip()]
    if not parts:
        raise CommandError("The prompt is empty.")
    return unix_lines("\n\n".join(parts))


def read_text(path: str | Path, what: str = "prompt") -> str:
    """Return the text of a file, without line ends behind it. `what` says in messages what it is.

    Raises `CommandError` if it cannot be read.
    """
    try:
        with open(path, "rb") as file:
            return _decoded(file.read(MAX_BYTES + 1), str(path), what)
    except OSError as error:
        raise CommandError(f"The {what} file {path} cannot be read: {error.strerror}.") from None
    except ValueError:  # a plan file may name a path with a NUL character
        raise CommandError(f"The {what} file {path} cannot be read: there is no such path.") from None


def _is_piped() -> bool:
    """Whether standard input is open and not a terminal."""
    return sys.stdin is not None and not sys.stdin.isatty()


def _read_standard_input(*, is_optional: bool, is_alone: bool) -> str:
    """Return all of standard input.

    This waits for the end of a pipe, as `cat` does: otherwise it would depend on the load of the machine whether a late
    text is sent. A notice says so, since a script may have inherited the pipe without knowing.
    """
    try:
        with _notice_of_waiting(is_alone=is_alone):
            data = _read_to_end() if sys.stdin else b""
    except OSError as error:
        if is_optional and error.errno == errno.EBADF:  # nohup opens standard input for writing only
            return ""
        raise CommandError(f"Standard input cannot be read: {error.strerror}.") from None
    return _decoded(data, "standard input")


def _read_to_end() -> bytes:
    stream = getattr(sys.stdin.buffer, "raw", sys.stdin.buffer)
    data = bytearray()
    while len(data) <= MAX_BYTES:
        part = stream.read(_READ_SIZE)
        if part is None:  # another process made the pipe non-blocking
            select.select([stream], [], [])
            continue
        if not part:
            break
        data += part
    return bytes(data)


@contextmanager
def _notice_of_waiting(*, is_alone: bool) -> Iterator[None]:
    """Print a notice on standard error if a pipe does not end soon. `is_alone` is whether it is the whole prompt."""
    what = "it is the prompt" if is_alone else f"it is sent after the prompt. To send none, add < {os.devnull}"
    timer = Timer(_NOTICE_AFTER, click.echo, [f"Waiting for standard input to end: {what}."], {"err": True})
    timer.daemon = True
    if _is_piped():
        timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _decoded(data: bytes, source: str, what: str = "prompt") -> str:
    if len(data) > MAX_BYTES:
        raise CommandError(f"The {what} from {source} is longer than the maximum of {MAX_BYTES // 2**20} MiB.")
    try:
        return data.decode("utf-8-sig").rstrip("\r\n")
    except UnicodeDecodeError:
        raise CommandError(f"The {what} from {source} is not UTF-8 text.") from None
