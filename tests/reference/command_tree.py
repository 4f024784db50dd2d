"""The command tree as data, read from click as `--help` prints it: for the manual page and the reference in docs."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from inspect import cleandoc

import click

from diptych.cli import main

_NOTES = re.compile(r"\s*\[([^\[\]]*)\]$")
_BETWEEN_NOTES = re.compile(r"; (?=\d*[<>x=])")
_ENTRY = re.compile(r"(\S+)  +(\S.*)")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text of a command's help."""

    text: str


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines of a command's help that are not to be filled, such as examples, without their common indent."""

    heading: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """An option, an argument, a command of a group, or an exit code.

    `term` is what `--help` prints on the left, such as `-l, --left ENDPOINT:MODEL`. `notes` are what it prints in
    brackets after the text, such as `default: 5` and `env: DIPTYCH_CONFIG`.
    """

    term: str
    text: str
    notes: tuple[str, ...] = ()

    @property
    def default(self) -> str | None:
        """The default that `--help` names."""
        return self._note("default: ")

    @property
    def variable(self) -> str | None:
        """The environment variable that sets it as well."""
        return self._note("env: ")

    def _note(self, label: str) -> str | None:
        return next((note.removeprefix(label) for note in self.notes if note.startswith(label)), None)


@dataclass(frozen=True, slots=True)
class Section:
    """Entries under a heading of `--help`, such as "Options", "Options of experiments" or "Exit codes"."""

    heading: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class CommandHelp:
    """The help of a command.

    `name` is the whole name, such as `diptych config show`; `arguments` is what follows it in the usage line. `summary`
    is the help's first paragraph, `body` what comes after it, without the exit codes and with what `--help` prints
    below the options. `options` are the sections of options, and `commands` the help of each command of a group.
    """

    name: str
    arguments: str
    summary: str
    body: tuple[Paragraph | Lines, ...]
    exit_codes: Section | None
    options: tuple[Section, ...]
    commands: tuple["CommandHelp", ...] = ()

    def walk(self) -> Iterator["CommandHelp"]:
        """Yield this command and all commands below it, each before its own commands."""
        yield self
        for command in self.commands:
            yield from command.walk()


def command_tree() -> CommandHelp:
    """Return the help of `diptych` and all its commands."""
    return _command_help(main, click.Context(main, info_name="diptych", **main.context_settings))


def _command_help(command: click.Command, context: click.Context) -> CommandHelp:
    usage, options = _RecordingFormatter(), _RecordingFormatter()
    command.format_usage(context, usage)
    command.format_options(context, options)
    summary, *blocks = *_blocks(command.help or ""), *_blocks(command.epilog or "")
    assert isinstance(summary, Paragraph), f"the help of {context.command_path} does not begin with a sentence"
    codes = next((each for each in blocks if isinstance(each, Lines) and each.heading.startswith("Exit codes")), None)
    return CommandHelp(
        context.command_path,
        usage.arguments,
        summary.text,
        tuple(block for block in blocks if block is not codes),
        None if codes is None else Section(codes.heading, tuple(map(_exit_code, codes.lines))),
        tuple(section for section in options.sections if section.heading != "Commands"),
        tuple(_subcommands(command, context)),
    )


def _subcommands(command: click.Command, context: click.Context) -> Iterator[CommandHelp]:
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            subcommand = command.get_command(context, name)
            if subcommand is not None and not subcommand.hidden:
                yield _command_help(subcommand, click.Context(subcommand, parent=context, info_name=name))


class _RecordingFormatter(click.HelpFormatter):
    """Keeps what a command writes into its help as data."""

    def __init__(self) -> None:
        super().__init__(width=10_000)
        self.arguments = ""
        self.sections: list[Section] = []
        self._heading = ""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        self.arguments = args

    @contextmanager
    def section(self, name: str) -> Iterator[None]:
        self._heading = name
        yield

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        self.sections.append(Section(self._heading, tuple(_entry(term, text) for term, text in rows)))


def _entry(term: str, text: str) -> Entry:
    """Return an option as an entry, with the brackets at the end of its text as notes."""
    notes: list[str] = []
    while found := _NOTES.search(text):
        text = text[: found.start()]
        notes[:0] = _BETWEEN_NOTES.split(found[1])
    return Entry(term, text, tuple(notes))


def _blocks(text: str) -> list[Paragraph | Lines]:
    """Return the blocks of a help text. A line with \\b alone begins one that click does not fill."""
    blocks: list[Paragraph | Lines] = []
    for block in filter(None, re.split(r"\n\s*\n", cleandoc(text))):
        first, *others = block.splitlines()
        if first.strip() == "\b":
            heading = others.pop(0).strip() if others[0].rstrip().endswith(":") else ""
            blocks.append(Lines(heading.removesuffix(":"), tuple(cleandoc("\n" + "\n".join(others)).splitlines())))
        else:
            blocks.append(Paragraph(" ".join(line.strip() for line in (first, *others))))
    return blocks


def _exit_code(line: str) -> Entry:
    found = _ENTRY.fullmatch(line.strip())
    assert found, f"not an exit code and its meaning: {line}"
    return Entry(found[1], found[2])
