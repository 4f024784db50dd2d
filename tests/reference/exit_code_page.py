"""Writes docs/reference/exit-codes.md from the help of the commands."""

from collections.abc import Iterator

from tests.reference.command_tree import CommandHelp, command_tree
from tests.reference.markdown import cell, escaped

_INTRODUCTION = """\
# Exit codes

The first signal stops what is asked. What arrived until then is printed and saved to the history. If that takes longer
than 1.5 seconds, for example because nobody reads from the pipe, the process ends without printing the rest, at most 3
seconds after the signal. A second signal ends it at once. Under `nohup` it continues when the terminal is closed. If
the reader of a pipe closes it, Diptych exits quietly.

`uv run python -m tests.reference` writes this page from the code.

## Every command

| code | meaning |
|---|---|
| 0 | all went well |
| 1 | the output cannot be written, since a disk is full |
| 2 | wrong usage or settings, or a key would have been exposed |
| 70 | Diptych crashed, and wrote a report |
| 129 | the terminal was closed (SIGHUP) |
| 130 | interrupted (SIGINT, Ctrl-C) |
| 143 | terminated (SIGTERM) |

These commands have others, or say more about them. [Experiments](experiments.md#results) explains the codes of an
experiment.
"""


def exit_code_page() -> str:
    """Return the whole page as Markdown."""
    commands = (command for command in command_tree().walk() if command.exit_codes)
    return "\n".join([_INTRODUCTION, *("\n".join(_section(command)) for command in commands)])


def _section(command: CommandHelp) -> Iterator[str]:
    assert command.exit_codes
    yield f"## {command.name}\n"
    yield "| code | meaning |\n|---|---|"
    yield from (f"| {entry.term} | {cell(escaped(entry.text))} |" for entry in command.exit_codes.entries)
    yield ""
