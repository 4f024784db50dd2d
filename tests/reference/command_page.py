"""Writes docs/reference/commands.md from the help of the commands."""

import re
from collections.abc import Iterator
from pathlib import Path

from tests.reference.command_tree import CommandHelp, Entry, Lines, Paragraph, Section, command_tree
from tests.reference.markdown import cell, escaped

_INTRODUCTION = """\
# Commands

Every command with its options. [Exit codes](exit-codes.md) has the codes of all commands,
[Output for programs](output.md) the formats that they print, and [Environment and files](environment.md) the variables
that they read.

`uv run python -m tests.reference` writes this page from the code.
"""

_DOCS = Path(__file__).parents[2] / "docs"

_PAGE = re.compile(r"docs/([a-z-]+/[a-z-]+\.md)")


def command_page() -> str:
    """Return the whole page as Markdown."""
    commands = [command for command in command_tree().walk() if not command.commands or command.name == "diptych"]
    return "\n".join([_INTRODUCTION, *("\n".join(_section(command)) for command in commands)])


def _section(command: CommandHelp) -> Iterator[str]:
    yield f"## {command.name}"
    yield ""
    yield f"```text\n{command.name} {command.arguments}\n```"
    yield ""
    yield f"{_words(command.summary)}\n"
    for block in command.body:
        match block:
            case Paragraph(text):
                yield f"{_words(text)}\n"
            case Lines(heading, lines):
                yield from [f"{heading}:\n"] if heading else []
                yield "\n".join(["```text", *lines, "```", ""])
    for section in command.options:
        yield from _table(section, "option")
    if command.exit_codes is not None:
        yield from _table(command.exit_codes, "exit code")


def _table(section: Section, first: str) -> Iterator[str]:
    if section.heading not in ("Options", "Exit codes"):
        yield f"{section.heading}:\n"
    yield f"| {first} | meaning |\n|---|---|"
    yield from (f"| {cell(f'`{entry.term}`')} | {cell(_meaning(entry))} |" for entry in section.entries)
    yield ""


def _meaning(entry: Entry) -> str:
    notes = "".join(f" *{escaped(note)}*" for note in entry.notes)
    return f"{_words(entry.text)}{notes}".strip()


def _words(text: str) -> str:
    """Return a text as Markdown, in which the path of a page is a link with its title."""
    return _PAGE.sub(_link, escaped(text))


def _link(page: re.Match[str]) -> str:
    title = (_DOCS / page[1]).read_text("utf-8").partition("\n")[0].removeprefix("# ")
    here = page[1].startswith("reference/")
    return f"[{title}]({page[1].removeprefix('reference/') if here else f'../{page[1]}'})"
