"""Edits a text in the user's own editor, which has the terminal for as long as it runs."""

import asyncio
import os
import shlex
import shutil
import signal
import tempfile
import termios
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread
from typing import Any

from textual.app import App, SuspendNotSupported

from diptych.core.text.sanitize import clean_line
from diptych.core.wording.exit_code import how_it_ended
from diptych.store.private import create_file
from diptych.tui.terminal.driver import allowed_in_background
from diptych.tui.terminal.pasting import MOST_IN_BOX

_MOST_BYTES = 64 * 2**20
"""The size up to which an edited file is read."""

_TO_END = 0.5
"""Seconds that the editor has to end by itself when the app ends."""

_FROM_KEYS = (signal.SIGINT, signal.SIGQUIT)
"""Signals that the terminal sends to every foreground process, Diptych among them, when the user presses Ctrl+C."""


class EditorError(Exception):
    """A text cannot be edited; the message is a sentence for users."""


async def edit_text(app: App[Any], text: str, environment: Mapping[str, str]) -> str:
    """Return a text as the user leaves it in the editor that VISUAL or EDITOR names; raises `EditorError`.

    The app goes on while the editor runs, but neither reads nor paints. Only the user can read the file that is edited.
    It is removed in the end, unless its text has become too long for the prompt box.
    """
    if app.is_web:
        raise EditorError("No editor can be opened in a browser.")
    command = editor_command(environment)
    editor = Path(command[0]).name
    is_kept = False
    try:
        folder = Path(tempfile.mkdtemp(prefix="diptych-"))
        try:
            path = folder / "prompt.md"
            _write(path, text)
            _check(await _run(app, (*command, str(path)), environment), editor)
            edited = _read(path)
            is_kept = len(edited) > MOST_IN_BOX
        finally:
            if not is_kept:
                shutil.rmtree(folder, ignore_errors=True)
    except OSError as error:
        raise EditorError(f"The prompt cannot be edited with {editor}: {error.strerror or error}.") from None
    if is_kept:
        raise EditorError(
            f"{len(edited):,} characters are more than the {MOST_IN_BOX:,} that the prompt box takes. The text is kept "
            f"for you: start diptych with --file {path}, and remove that file afterwards."
        )
    return edited


def editor_command(environment: Mapping[str, str]) -> Sequence[str]:
    """Return the words of the command in VISUAL or EDITOR. Raises `EditorError` if neither names a program."""
    for variable in ("VISUAL", "EDITOR"):
        value = environment.get(variable, "")
        try:
            command = shlex.split(value)
        except ValueError as error:
            raise EditorError(f"{variable} is not a command: {error} in {value!r}.") from None
        if command and shutil.which(command[0], path=environment.get("PATH")) is None:
            raise EditorError(f"{variable} names the editor {command[0]}, which was not found.")
        if command:
            return command
    raise EditorError("No editor is set: start diptych with EDITOR or VISUAL set, for example EDITOR=nano.")


def _check(code: int, editor: str) -> None:
    if code:
        raise EditorError(f"{editor} {how_it_ended(code)}, so the prompt stays as it was.")


def _write(path: Path, text: str) -> None:
    """Write a new file that only the user can read."""
    with os.fdopen(create_file(path), "w", encoding="utf-8") as file:
        file.write(text)


def _read(path: Path) -> str:
    """Return the text of a file without line breaks at its end, as editors add one."""
    with open(path, "rb") as file:
        data = file.read(_MOST_BYTES + 1)
    if len(data) > _MOST_BYTES:
        raise EditorError(
            f"The edited prompt is longer than {_MOST_BYTES // 2**20} MiB, so the prompt stays as it was."
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise EditorError("The edited prompt is not UTF-8 text, so the prompt stays as it was.") from None
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").rstrip("\n")


async def _run(app: App[Any], command: Sequence[str], environment: Mapping[str, str]) -> int:
    """Run a command in the terminal, and return its exit code, which is negative if a signal ended it."""
    failure: OSError | None = None
    code = 0
    try:
        with app.suspend():
            # The app takes the terminal again only where nothing is raised in this block.
            try:
                with _terminal_restored() as terminal, _ignored(_FROM_KEYS), _notice(terminal, command[0]):
                    code = await _ended(_start(command, environment, terminal))
            except (OSError, termios.error) as error:
                failure = OSError(*error.args)
    except SuspendNotSupported:
        raise EditorError("No editor can be opened here, as this terminal cannot be lent to it.") from None
    if failure:
        raise failure
    return code


def _start(command: Sequence[str], environment: Mapping[str, str], terminal: int) -> int:
    """Start a program on a terminal, and return the ID of its process."""
    return os.posix_spawnp(
        command[0],
        list(command),
        environment,
        file_actions=[(os.POSIX_SPAWN_DUP2, terminal, standard) for standard in (0, 1, 2)],
        setsigdef=_FROM_KEYS,  # otherwise it would ignore them as Diptych does
    )


async def _ended(pid: int) -> int:
    """Wait until a process has ended, and return its exit code. If the app ends first, end the process."""
    loop = asyncio.get_running_loop()
    has_ended = asyncio.Event()
    codes: list[int] = []

    def wait() -> None:
        codes.append(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
        with suppress(RuntimeError):  # the app has ended, and its loop is closed
            loop.call_soon_threadsafe(has_ended.set)

    Thread(target=wait, name="editor", daemon=True).start()
    try:
        await has_ended.wait()
    except asyncio.CancelledError:
        with suppress(ProcessLookupError):  # it has just ended
            if not codes:
                os.kill(pid, signal.SIGTERM)
        with suppress(TimeoutError):
            await asyncio.wait_for(has_ended.wait(), _TO_END)
        raise
    return codes[0]


@contextmanager
def _terminal_restored() -> Iterator[int]:
    """Yield the terminal's descriptor; afterwards restore what a program that crashes does not put back itself."""
    terminal = os.open(os.ctermid(), os.O_RDWR | os.O_NOCTTY)
    try:
        modes, group = termios.tcgetattr(terminal), os.tcgetpgrp(terminal)
        try:
            yield terminal
        finally:
            with allowed_in_background(), suppress(OSError, termios.error):  # the terminal is gone
                if group == os.getpgrp():
                    os.tcsetpgrp(terminal, group)
                termios.tcsetattr(terminal, termios.TCSADRAIN, modes)
    finally:
        os.close(terminal)


@contextmanager
def _notice(terminal: int, editor: str) -> Iterator[None]:
    """Say what the app waits for: an editor that opens its own window leaves the terminal empty."""
    os.write(terminal, f"\rWaiting until {clean_line(Path(editor).name)} is closed…".encode())
    try:
        yield
    finally:
        with suppress(OSError):  # the terminal is gone
            os.write(terminal, b"\r\x1b[K")


@contextmanager
def _ignored(signals: Sequence[signal.Signals]) -> Iterator[None]:
    """Ignore these signals for a while. Only the main thread may do that."""
    before = {number: signal.signal(number, signal.SIG_IGN) for number in signals}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
