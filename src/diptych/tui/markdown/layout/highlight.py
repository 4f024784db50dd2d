"""Highlights code line by line as it arrives, by keeping the state of the Pygments lexer between lines."""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from threading import Thread
from typing import Any

from pygments.lexer import Lexer, RegexLexer
from pygments.lexers import get_lexer_by_name
from pygments.token import Comment, Generic, Keyword, Name, Number, String
from pygments.util import ClassNotFound

Colours = tuple[tuple[int, int, str], ...]
"""The coloured parts of a line: the index at which each begins, the index at which it ends, and its role."""

_ROLES: dict[Any, str] = {
    Comment: "comment",
    Keyword: "keyword",
    Name.Function: "name",
    Name.Class: "name",
    Name.Decorator: "name",
    Name.Tag: "keyword",
    Name.Attribute: "name",
    Name.Builtin: "builtin",
    Name.Exception: "builtin",
    String: "string",
    Number: "number",
    Generic.Inserted: "inserted",
    Generic.Deleted: "deleted",
    Generic.Heading: "name",
    Generic.Subheading: "name",
}

_MAX_LINE = 2_000
"""The length in characters of the longest line that is coloured."""

_SPANS_LINES = re.compile(r"/\*|<!--|--\[\[|=begin|`|'''|\"\"\"")
"""What may begin a token of several lines. Some lexers recognize such a token only if they see its end."""

_MAX_WHOLE = 30_000
"""The most characters of code that are lexed once more as a whole at their end, so that such tokens are recognized."""


class Highlighter:
    """Colours the lines of one code block in order, as soon as its lexer is loaded."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._lexer: Lexer | None = None
        self._stack = ["root"]

    def load(self, *, wait: bool) -> bool:
        """Load the lexer. Return whether it is loaded, or does not exist for the language.

        Loading may take a tenth of a second, which would be noticed on the screen: without `wait`, a thread does it.
        """
        if self._language not in _lexers:
            if not wait:
                _load_in_background(self._language)
                return False
            _load(self._language)
        self._lexer = _lexers[self._language]
        return True

    def line(self, line: str, *, may_grow: bool = False) -> Colours:
        """Return the colours of the next line. A line that may grow is not counted, so that it can be given again."""
        if self._lexer is None or len(line) > _MAX_LINE:
            return ()
        text = line + "\n"
        stack = list(self._stack)
        lexed = _resume(self._lexer, text, stack) if _is_resumable(self._lexer) else _lex(self._lexer, text)
        colours = next(_by_line(lexed))
        if not may_grow:
            self._stack = stack
        return colours

    def whole(self, lines: list[str]) -> list[Colours] | None:
        """Return the colours of all lines of the whole code, None if they are the same as those line by line."""
        text = "".join(f"{line}\n" for line in lines)
        if self._lexer is None or len(text) > _MAX_WHOLE or not _SPANS_LINES.search(text):
            return None
        return list(_by_line(_lex(self._lexer, text)))


_lexers: dict[str, Lexer | None] = {"": None}
_loading: set[str] = set()


def _load(language: str) -> None:
    try:
        _lexers[language] = get_lexer_by_name(language)
    except ClassNotFound:
        _lexers[language] = None


def _load_in_background(language: str) -> None:
    if language not in _loading:
        _loading.add(language)
        Thread(target=_load, args=(language,), name="lexer", daemon=True).start()


def _is_resumable(lexer: Lexer) -> bool:
    return isinstance(lexer, RegexLexer) and type(lexer).get_tokens_unprocessed is RegexLexer.get_tokens_unprocessed


def _lex(lexer: Lexer, text: str) -> Iterator[tuple[Any, str]]:
    for _, kind, part in lexer.get_tokens_unprocessed(text):
        yield kind, part


def _resume(lexer: Any, text: str, stack: list[str]) -> Iterator[tuple[Any, str]]:
    """Lex a text as `RegexLexer.get_tokens_unprocessed` does, but begin with the states in `stack`, and update it."""
    definitions = lexer._tokens
    position = 0
    while position < len(text):
        for match_at, action, new_state in definitions[stack[-1]]:
            match = match_at(text, position)
            if match is None:
                continue
            if action is not None:
                if callable(action):
                    for _, kind, part in action(lexer, match):
                        yield kind, part
                else:
                    yield action, match.group()
            position = match.end()
            _change_state(stack, new_state)
            break
        else:
            if text[position] == "\n":
                stack[:] = ["root"]
            yield None, text[position]
            position += 1


def _change_state(stack: list[str], new_state: Any) -> None:
    match new_state:
        case None:
            return
        case int():
            del stack[max(len(stack) + new_state, 1) :]
        case tuple():
            for state in new_state:
                _change_state(stack, -1 if state == "#pop" else state)
        case "#push":
            stack.append(stack[-1])
        case _:
            stack.append(new_state)


def _by_line(lexed: Iterable[tuple[Any, str]]) -> Iterator[Colours]:
    """Yield the colours of each line of a text that ends in a line feed."""
    colours: list[tuple[int, int, str]] = []
    column = 0
    for kind, text in lexed:
        role = _role(kind)
        for part in text.splitlines(keepends=True) if "\n" in text else (text,):
            stop = column + len(part.removesuffix("\n"))
            if role and stop > column and not part.isspace():
                if colours and colours[-1][1:] == (column, role):
                    colours[-1] = (colours[-1][0], stop, role)
                else:
                    colours.append((column, stop, role))
            column = stop
            if part.endswith("\n"):
                yield tuple(colours)
                colours, column = [], 0


@cache
def _role(kind: Any) -> str:
    while kind is not None and kind not in _ROLES:
        kind = kind.parent
    return "" if kind is None else _ROLES[kind]
