"""A text that is looked for in the lines of a run: in their names, their data, and what the list shows of them."""

import re

from diptych.core.event import Event, Line
from diptych.core.text.sanitize import clean_line
from diptych.core.wording.describe import describe

_BEFORE = 12
_AFTER = 120
"""Characters of the data that an excerpt quotes before and after the place that was found."""


class LinePattern:
    """Finds a text. Case matters only if it has capital letters."""

    def __init__(self, text: str) -> None:
        flags = re.IGNORECASE if text == text.lower() else 0
        self.shown = re.compile(re.escape(text), flags)
        self._data = re.compile(re.escape(text.encode()), flags) if text.isascii() else None

    def is_in(self, line: Line, *, is_delta: bool) -> bool:
        """Whether a line has the text. The detail of a delta is in its data, unless that is escaped."""
        if not isinstance(line, Event):
            shown = describe(line)
            return bool(self.shown.search(shown.name) or self.shown.search(shown.detail)) or self._is_in_body(line)
        if self.shown.search(line.name) or self._find(line.data):
            return True
        if is_delta and b"\\" not in line.data:
            return False
        return self.shown.search(describe(line).detail) is not None

    def excerpt(self, line: Line) -> str:
        """Return the data around the first place with the text, on one line; "" if the data does not have it."""
        data = line.data if isinstance(line, Event) else getattr(line, "body", b"")
        found = self.shown.search(text := data.decode("utf-8", "replace"))
        if found is None:
            return ""
        begin = max(found.start() - _BEFORE, 0)
        return clean_line(("…" if begin else "") + text[begin : found.end() + _AFTER])

    def _is_in_body(self, line: Line) -> bool:
        return self._find(getattr(line, "body", b""))

    def _find(self, data: bytes) -> bool:
        if self._data is not None:
            return self._data.search(data) is not None
        return self.shown.search(data.decode("utf-8", "replace")) is not None
