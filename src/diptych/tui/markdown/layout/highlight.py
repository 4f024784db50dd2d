"""Code in colour: Pygments lexes line by line, its state carried on, so that code can be shown as it comes."""

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
"""The coloured parts of a line: first character, the one after the last, and the role."""

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

_LONGEST_LINE = 2_000
"""Characters of a line that is still worth colouring."""

_SPANS_LINES = re.compile(r"/\*|<!--|--\[\[|=begin|`|'''|\"\"\"")
"""What begins parts over several lines, which some lexers can only tell when they see their end."""

_MOST_SEEN_WHOLE = 30_000
"""Characters of code that are lexed once more as a whole when it has ended, so that such parts come out right."""


class Highlighter:
    """Colours the lines of one code block, in order, once its lexer is loaded."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._lexer: Lexer | None = None
        self._stack = ["root"]

    def load(self, *, wait: bool) -> bool:
        """Whether the lexer is there, if one is for the language.

        Loading one may take a tenth of a second, which would be seen as a halt: without `wait` a thread does it.
        """
        if self._language not in _lexers:
            if not wait:
                _load_in_background(self._language)
                return False
            _load(self._language)
        self._lexer = _lexers[self._language]
        return True

    def line(self, line: str, *, goes_on: bool = False) -> Colours:
        """The colours of the next line; of a line that still goes on, for now."""
        if self._lexer is None or len(line) > _LONGEST_LINE:
            return ()
        text = line + "\n"
        stack = list(self._stack)
        lexed = _resume(self._lexer, text, stack) if _is_resumable(self._lexer) else _lex(self._lexer, text)
        colours = next(_by_line(lexed))
        if not goes_on:
            self._stack = stack
        return colours

    def whole(self, lines: list[str]) -> list[Colours] | None:
        """The colours of all lines of code that has ended, where they may be others than those line by line."""
        text = "".join(f"{line}\n" for line in lines)
        if self._lexer is None or len(text) > _MOST_SEEN_WHOLE or not _SPANS_LINES.search(text):
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
    """As `RegexLexer.get_tokens_unprocessed`, but from the states in `stack`, which are left there in the end."""
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
    """The colours of each line; the text ends in a line feed."""
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
