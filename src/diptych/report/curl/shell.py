"""Words of a shell command, quoted so that bash, zsh and dash read them alike."""

import re
from dataclasses import dataclass
from itertools import groupby

_MEANS_NOTHING = re.compile(r"[\w/.,:;=?&%@+ -]*", re.ASCII)
"""Characters that stand for themselves in double quotes."""

_BRACES_AT_END = re.compile(r"[$][{](\w+)[}]$")
"""Braces around the name of a variable that nothing follows."""

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Expansion:
    """A part of a word that the shell replaces, such as `${KEY}` or `$(pass show key)`."""

    text: str

    def __str__(self) -> str:
        return self.text


def variable(name: str) -> Expansion:
    """Return the value of a variable."""
    return Expansion(f"${{{name}}}")


def is_variable(name: str) -> bool:
    """Whether a shell variable can have this name."""
    return bool(_NAME.fullmatch(name))


def word(*parts: str | Expansion) -> str:
    """Return literal texts and expansions as one word.

    >>> word("authorization: Bearer ", variable("KEY"))
    '"authorization: Bearer $KEY"'
    """
    has_expansions = any(isinstance(part, Expansion) for part in parts)
    if has_expansions and all(isinstance(part, Expansion) or _MEANS_NOTHING.fullmatch(part) for part in parts):
        return '"' + _BRACES_AT_END.sub(r"$\1", "".join(map(str, parts))) + '"'
    pieces = groupby(parts, key=lambda part: isinstance(part, Expansion))
    return "".join(
        "".join(f'"{part}"' for part in group) if expands else _literal("".join(map(str, group)))
        for expands, group in pieces
    )


def here_document(text: str) -> str:
    """Return what follows a command to give it this text, and a line feed, as standard input. Nothing is expanded."""
    end = "BODY"
    while end in text:
        end += "_"
    return f" <<'{end}'\n{text}\n{end}"


def _literal(text: str) -> str:
    return "'" + text.replace("'", "'\"'\"'") + "'"
