"""Reads an answer that is JSON into values that know where they stand in the source."""

import json
import re
from collections import Counter
from collections.abc import Hashable
from dataclasses import dataclass

from diptych.core.json_answer import json_in
from diptych.core.json_text import parse_json
from diptych.core.text.sanitize import clean_line
from diptych.differences.compared_blocks import Block
from diptych.differences.source_lines import SourceLines

_TOKEN = re.compile(r'\s*([{}\[\],:]|"[^"\\]*(?:\\.[^"\\]*)*"|[^\s{}\[\],:"]+)')
_PLAIN_NAME = re.compile(r"[^\W\d]\w*")

MemberName = tuple[str, int]
"""The name of a member, and how often it came before in the same object, which JSON does not forbid."""


@dataclass(frozen=True, slots=True)
class JsonNode:
    """A value, which is from `start` to `end` in the source.

    Equal values have the same key: the order of members and how numbers and texts are written do not count. An object
    has `members`, an array has `items`.
    """

    start: int
    end: int
    path: str
    key: Hashable
    members: "dict[MemberName, JsonNode] | None" = None
    items: "list[JsonNode] | None" = None

    @property
    def inner(self) -> "list[JsonNode]":
        """The values directly in this one."""
        return list(self.members.values()) if self.members is not None else self.items or []

    @property
    def form(self) -> str:
        """What kind of value it is."""
        return "object" if self.members is not None else "array" if self.items is not None else "value"


class JsonSource:
    """A text that is a JSON object or array as a whole, with or without a fence of Markdown around it."""

    def __init__(self, text: str, root: JsonNode) -> None:
        self.text = text
        self.root = root
        self._lines = SourceLines(text)

    def block(self, node: JsonNode) -> Block:
        """Return a value as a block."""
        text = self.text[node.start : node.end]
        lines = self._lines.at(node.start), self._lines.at(node.end - 1)
        return Block("json", 0, text, 0, len(text), *lines, node.start, node.path)


def read_json(text: str) -> JsonSource | None:
    """Return the JSON object or array that a text is, None if it is something else."""
    inner = json_in(text)
    if not inner.startswith(("{", "[")):
        return None
    try:
        parse_json(inner)
    except ValueError:
        return None
    return JsonSource(text, _Reader(text, text.index(inner)).root())


class _Reader:
    """Reads JSON that is known to be valid, and not so deep that a recursion would end."""

    def __init__(self, text: str, at: int) -> None:
        self._text = text
        self._at = at
        self._current = ""
        self._start = 0

    def root(self) -> JsonNode:
        """Return the value at the beginning."""
        self._next()
        return self._value("")

    def _next(self) -> None:
        match = _TOKEN.match(self._text, self._at)
        self._current = match[1] if match else ""
        self._start, self._at = match.span(1) if match else (self._at, self._at)

    def _value(self, path: str) -> JsonNode:
        """Return the value that begins with the present token. Its last token is the present one afterwards."""
        start = self._start
        if self._current == "{":
            members = self._members(path)
            key: Hashable = ("object", frozenset((name, node.key) for name, node in members.items()))
            return JsonNode(start, self._at, path, key, members=members)
        if self._current == "[":
            items = self._items(path)
            return JsonNode(start, self._at, path, ("array", *(item.key for item in items)), items=items)
        return JsonNode(start, self._at, path, _plain_key(self._current))

    def _members(self, path: str) -> dict[MemberName, JsonNode]:
        members: dict[MemberName, JsonNode] = {}
        seen: Counter[str] = Counter()
        self._next()
        while self._current != "}":
            name = json.loads(self._current)
            self._next()  # the colon
            self._next()
            members[name, seen[name]] = self._value(_member_path(path, name))
            seen[name] += 1
            self._next()
            if self._current == ",":
                self._next()
        return members

    def _items(self, path: str) -> list[JsonNode]:
        items: list[JsonNode] = []
        self._next()
        while self._current != "]":
            items.append(self._value(f"{path}[{len(items)}]"))
            self._next()
            if self._current == ",":
                self._next()
        return items


def _plain_key(token: str) -> Hashable:
    """Return the key of a text, a number, true, false or null: 1.0 is 1, but `true` is not, and NaN equals itself."""
    if token.startswith('"'):
        return "text", json.loads(token) if "\\" in token else token[1:-1]
    if token in ("true", "false", "null", "NaN"):
        return token
    return "number", int(token) if token.removeprefix("-").isdecimal() else float(token)


def _member_path(path: str, name: str) -> str:
    """Return the path of a member, cleaned: what is escaped in the source is not in the name."""
    if not _PLAIN_NAME.fullmatch(name):
        return f"{path}[{clean_line(json.dumps(name, ensure_ascii=False))}]"
    return f"{path}.{name}" if path else name
