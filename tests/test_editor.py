"""The user's own editor gets the terminal for a prompt, and the app comes back with what it leaves."""

import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("Windows has no pseudo-terminals of this kind", allow_module_level=True)

import os

from tests.support.terminal import QUICK_MODELS, Open, halves, new_user, shows, terminals


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return new_user(tmp_path) | {"TMPDIR": str(tmp_path / "temporary")}


class Editing:
    """The app with a draft in its prompt box, and a shell script as the editor, which a test may change at any time."""

    def __init__(self, open_app: Open, folder: Path, temporary: Path) -> None:
        self._editor = folder / "editor"
        self.temporary = temporary
        self.write(b"")
        self.terminal = open_app("demo", "stall", EDITOR=f"{self._editor} --wait", before=QUICK_MODELS)
        self.terminal.wait_until(lambda lines: all("●" in half for half in halves(lines)))
        self.terminal.type("my draft")

    def write(self, program: bytes) -> None:
        self._editor.write_bytes(program)
        self._editor.chmod(0o700)

    def edit(self, script: str | bytes, *shown: str) -> None:
        """Press the key for the editor, which is a script or a program, and wait until the screen shows these texts."""
        self.write(script if isinstance(script, bytes) else f"#!/bin/sh\n{script}\n".encode())
        self.terminal.type("\x07")  # ctrl+g
        self.terminal.wait_until(shows(*shown))

    def quit(self) -> None:
        """Quit, although answers stream, and leave nothing behind."""
        self.terminal.type("\x11")  # ctrl+q
        self.terminal.wait_until(shows("Stop them, and quit?"))
        self.terminal.type("\x11")
        assert self.terminal.wait_for_end() == 0
        assert self.terminal.was_given_back
        assert list(self.temporary.iterdir()) == []


@pytest.fixture
def editing(environment: dict[str, str], tmp_path: Path) -> Iterator[Editing]:
    temporary = Path(environment["TMPDIR"])
    temporary.mkdir()
    with terminals(environment) as open_app:
        yield Editing(open_app, tmp_path, temporary)


def test_the_prompt_is_edited_while_the_answers_go_on(editing: Editing) -> None:
    terminal = editing.terminal
    editing.edit(
        'trap "echo caught" INT; echo "$1 $(stat -c %a "$2") $(stat -c %a "$(dirname "$2")") $(cat "$2")."\n'
        'read line || read line; printf "%s\nline two\n\n" "$line" > "$2"',
        "--wait 600 700 my draft.",
    )
    terminal.type("\x03")  # ctrl+c is meant for the editor
    terminal.wait_until(shows("caught"))
    terminal.type("edited\r")
    terminal.wait_until(shows("❯ edited", "line two", "silent", "┌─ anthropic"))

    terminal.type("!")
    terminal.wait_until(shows("line two!"))
    editing.quit()


def test_an_editor_that_fails_leaves_the_prompt(editing: Editing) -> None:
    editing.edit("exit 3", "editor ended with exit code 3, so the prompt stays as it was.", "❯ my draft")
    crash = r"stty raw -echo; printf '\033[?1049h\033[?1000h'; kill -SEGV $$"
    editing.edit(crash, "editor was ended by signal 11", "❯ my draft")
    editing.edit(r"printf '\377' > $2", "The edited prompt is not UTF-8 text", "❯ my draft")
    editing.edit(
        b"\x7fELF, but not really", "The prompt cannot be edited with editor: Exec format error.", "❯ my draft"
    )
    editing.edit("rm $2", "The prompt cannot be edited with editor: No such file or directory.", "❯ my draft")

    editing.terminal.type("!")
    editing.terminal.wait_until(shows("❯ my draft!"))
    editing.quit()


def test_a_text_that_is_too_long_is_kept_and_a_signal_ends_the_editor(editing: Editing, tmp_path: Path) -> None:
    terminal = editing.terminal
    editing.edit(r"head -c 100001 /dev/zero | tr '\0' x > $2", "100,001 characters are more than", "❯ my draft")
    [kept] = editing.temporary.glob("*/prompt.md")
    assert kept.read_text() == "x" * 100_001

    editing.edit(f"echo $$ > {tmp_path / 'pid'}; stty raw -echo; echo ready; exec sleep 100", "ready")
    os.kill(terminal.child.pid, signal.SIGTERM)
    assert terminal.wait_for_end() == 143
    assert terminal.was_given_back
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)
    assert list(editing.temporary.iterdir()) == [kept.parent]
