"""The manual page diptych(1), made from the command tree."""

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from diptych import __version__
from tests.reference.command_tree import CommandHelp, Entry, Lines, Paragraph, Section, command_tree
from tests.reference.environment import FILES, VARIABLES, Described

PAGE = Path(__file__).parents[2] / "man" / "diptych.1"

_EXIT_STATUS = (
    "0 means that all went well. Every command that has other codes lists them. For all commands, 2 is wrong usage, "
    "70 a crash of Diptych, about which it has written a report, and 130 an interruption by Ctrl-C."
)

_CHANGELOG = Path(__file__).parents[2] / "CHANGELOG.md"

_TERM = re.compile(r"(?P<literal>--?[A-Za-z][a-z-]*|\d+)|(?P<value>[A-Za-z][A-Za-z0-9:.]*)")
_CODE = re.compile(r"`([^`]*)`")


def man_page() -> str:
    """Return the manual page in the language of man(7)."""
    tree = command_tree()
    return "\n".join(line for line in _page(tree)) + "\n"


def _page(tree: CommandHelp) -> Iterator[str]:
    shared = [entry for section in tree.options for entry in section.entries]
    yield r""".\" Written by `uv run python -m tests.reference` from what --help prints."""
    yield f'.TH DIPTYCH 1 "{_release_date()}" "Diptych {__version__}" "User Commands"'
    yield ".SH NAME"
    yield rf"diptych \- {_text(tree.summary[0].lower() + tree.summary[1:].removesuffix('.'))}"
    yield ".SH SYNOPSIS"
    yield rf"\fBdiptych\fR {_term('[OPTIONS] [PROMPT]')}"
    yield ".br"
    yield rf"\fBdiptych\fR {_term('COMMAND [ARGS]...')}"
    yield ".SH DESCRIPTION"
    yield from _body(each for each in tree.body if isinstance(each, Paragraph))
    yield ".SH OPTIONS"
    yield from _sections(tree.options)
    yield ".SH COMMANDS"
    for command in tree.walk():
        if not command.commands:
            yield from _command(command, shared)
    yield ".SH EXIT STATUS"
    yield _text(_EXIT_STATUS)
    yield ".SH ENVIRONMENT"
    yield from _described(VARIABLES)
    yield ".SH FILES"
    yield from _described(FILES)
    yield ".SH EXAMPLES"
    yield from _body(each for each in tree.body if isinstance(each, Lines))


def _command(command: CommandHelp, shared: Sequence[Entry]) -> Iterator[str]:
    yield f'.SS "{_text(command.name)} {_text(command.arguments)}"'
    yield _text(command.summary)
    yield from _body(command.body)
    entries = [entry for section in command.options for entry in section.entries]
    yield from _explained_above([each for each in entries if each in shared], shared)
    yield from _sections(
        Section(section.heading, tuple(entry for entry in section.entries if entry not in shared))
        for section in command.options
    )
    if command.exit_codes:
        yield ".PP"
        yield f"{_text(command.exit_codes.heading)}:"
        yield from _entries(command.exit_codes.entries)


def _explained_above(known: Sequence[Entry], shared: Sequence[Entry]) -> Iterator[str]:
    """Yield the names of options that are explained as those of `diptych` itself, or of the few that are not taken."""
    others = [entry for entry in shared if entry not in known]
    yield ".PP"
    if len(others) < len(known):
        yield f"It takes the options above, without {_names(others)}."
    else:
        yield f"See above for {_names(known)}."


def _body(blocks: Iterable[Paragraph | Lines]) -> Iterator[str]:
    for block in blocks:
        yield ".PP"
        match block:
            case Paragraph(text):
                yield _text(text)
            case Lines(_, lines):
                yield from (".nf", ".RS 2", *map(_text, lines), ".RE", ".fi")


def _sections(sections: Iterable[Section]) -> Iterator[str]:
    for section in sections:
        if section.heading != "Options" and section.entries:
            yield ".PP"
            yield f"{_text(section.heading)}:"
        yield from _entries(section.entries)


def _entries(entries: Iterable[Entry]) -> Iterator[str]:
    for entry in entries:
        yield ".TP"
        yield _term(entry.term)
        yield _text(" ".join((entry.text, *(f"[{note}]" for note in entry.notes))))


def _described(things: Iterable[Described]) -> Iterator[str]:
    for thing in things:
        yield ".TP"
        yield ", ".join(rf"\fB{_text(name)}\fR" for name in thing.names)
        yield _text(thing.meaning)


def _names(options: Sequence[Entry]) -> str:
    """Return the long names of options, without their values."""
    names = [next(word for word in entry.term.split() if word.startswith("--")) for entry in options]
    return " and ".join(filter(None, (", ".join(map(_term, names[:-1])), _term(names[-1]))))


def _term(term: str) -> str:
    """Return a term with options in bold, and values in italics."""

    def marked(found: re.Match[str]) -> str:
        return rf"\f{'B' if found['literal'] else 'I'}{_text(found[0])}\fR"

    return _TERM.sub(marked, term)


def _text(text: str) -> str:
    """Return text in which nothing is a command of roff, with code in bold."""
    escaped = text.replace("\\", r"\e").replace("-", r"\-").replace("~", r"\(ti").replace("^", r"\(ha")
    escaped = _CODE.sub(r"\\fB\1\\fR", escaped)
    escaped = "".join(char if char.isascii() else rf"\[u{ord(char):04X}]" for char in escaped)
    return rf"\&{escaped}" if escaped.startswith((".", "'")) else escaped


def _release_date() -> str:
    found = re.search(rf"^## \[{re.escape(__version__)}\] - (\S+)$", _CHANGELOG.read_text("utf-8"), re.MULTILINE)
    return found[1] if found else ""
