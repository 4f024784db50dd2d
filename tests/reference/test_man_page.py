"""The manual page that is installed is the one that the commands make, and roff understands it."""

import shutil
import subprocess

import pytest

from tests.reference.command_tree import command_tree
from tests.reference.man_page import PAGE, man_page

MADE = man_page()


def test_the_committed_page_is_what_the_commands_say() -> None:
    assert PAGE.read_text("utf-8") == MADE, "write it anew: uv run python -m tests.reference"


@pytest.fixture(scope="module")
def printed() -> str:
    """The page as a terminal shows it, in one line."""
    groff = shutil.which("groff")
    if groff is None:
        pytest.skip("groff is not installed")
    command = [groff, "-man", "-Tutf8", "-P-cbou", "-rLL=400n", "-rHY=0", "-ww"]
    shown = subprocess.run(command, input=MADE, capture_output=True, encoding="utf-8", check=True)
    assert shown.stderr == ""
    return " ".join(shown.stdout.split())


def test_every_option_of_every_command_is_printed_as_help_has_it(printed: str) -> None:
    for command in command_tree().walk():
        if command.commands and command.name != "diptych":
            continue
        for section in command.options:
            for option in section.entries:
                assert f"{option.term} {option.text}" in printed, command.name
    assert "diptych config show [OPTIONS]" in printed
    assert "last~1" in printed
    assert "EXIT STATUS" in printed


def test_man_shows_it_without_looking_for_preprocessors() -> None:
    assert not MADE.startswith("'"), "man(1) reads such a first line as names of preprocessors"
