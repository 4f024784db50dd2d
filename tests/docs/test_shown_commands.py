"""Every command that a page shows exists, and so do its options."""

import shlex
from collections.abc import Iterator, Sequence

import click
import pytest

from diptych.cli import main
from diptych.cli.group import APP
from tests.docs.pages import DOCS, PAGES, shown_commands

if not DOCS.exists():
    pytest.skip("this distribution has no documentation", allow_module_level=True)

_OPERATORS = frozenset("|<>&;()")


@pytest.mark.parametrize("page", PAGES)
def test_commands_and_options_exist(page: str) -> None:
    unknown = [
        f"{option} in: {line.strip()}"
        for line in shown_commands(page)
        for words in _invocations(line)
        for option in _unknown_options(words)
    ]

    assert unknown == []


def test_an_option_that_does_not_exist_is_found() -> None:
    line = 'git diff | diptych run --jsn "Review this" && diptych config show --json; diptych -l a:b -x'

    assert [list(_unknown_options(words)) for words in _invocations(line)] == [["--jsn"], [], ["-x"]]


def _invocations(line: str) -> Iterator[list[str]]:
    """Yield the arguments of each `diptych` in a line of a shell script."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    try:
        words = list(lexer)
    except ValueError:  # a quotation goes on in the next line
        words = line.split()
    arguments: list[str] | None = None
    for word in (*words, ";"):
        if word and set(word) <= _OPERATORS:
            if arguments is not None:
                yield arguments
            arguments = None
        elif arguments is not None:
            arguments.append(word)
        elif word == "diptych":
            arguments = []


def _unknown_options(words: Sequence[str]) -> Iterator[str]:
    """Yield the options of a command line that its command does not have."""
    command: click.Command = main
    for word in words:
        found = command.get_command(click.Context(command), word) if isinstance(command, click.Group) else None
        if found is None:
            break
        command = found
    app = main.get_command(click.Context(main), APP)
    parameters = [*command.params, *(app.params if app and command is main else ())]
    known = {name for each in parameters for name in (*each.opts, *each.secondary_opts)} | {"-h", "--help"}
    for word in words:
        if word == "--":
            return
        if word.startswith("-") and word != "-" and word.partition("=")[0] not in known:
            yield word
