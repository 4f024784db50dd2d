"""Lays out paragraphs and headings: wrapped inline content. Text that is added at the end costs only its own length."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import Any

from diptych.markdown.formulas import begins_line
from diptych.markdown.inline import Construct, InlinePiece, parse_inline
from diptych.markdown.leaves import Leaf
from diptych.tui.markdown.layout.inline_spans import piece_at, piece_spans
from diptych.tui.markdown.layout.rows import Found, LaidOutBlock, Link, Marked, Row, Span
from diptych.tui.wrapping import wrap

_LONG_TAIL = 300
"""The length of the tail in characters after which its beginning is to be kept."""

_MAX_TAIL = 1_000
"""The length of the tail in characters after which it is cut even inside an open construct.

The leaf is then parsed once more when it is closed.
"""

_MAX_CLOSED_TAIL = 3_000
"""The same for a closed leaf. Nobody writes longer constructs, and some texts would take very long to parse."""

_STEP = 1_000
"""The most characters that are added to the tail before it is parsed."""

_LOOKAHEAD = 40
"""The number of characters at the end that always stay in the tail. No character reference is longer."""

_SPACES = "".join(character for character in map(chr, range(0x3001)) if character.isspace())


class TextBlock(LaidOutBlock):
    """The rows of a leaf with a `text`.

    While the leaf is open, each update parses and wraps only its tail. Everything before the tail is kept. The tail
    begins where no construct is open that more text could close. If there is no such place for `_MAX_TAIL` characters,
    it begins inside a construct, and the whole leaf is parsed once more when it is closed.
    """

    def __init__(self, leaf: Leaf, role: str, env: dict[str, Any], width: int) -> None:
        self._leaf = leaf
        self._role = role
        self._env = env
        self._width = width
        self._text = ""
        self._pieces: list[InlinePiece] = []
        self._constructs: list[Construct] = []
        self._starts = [0]  # the index in the text at which each row begins
        self._lead = 0  # the number of white space characters that are trimmed off the beginning of the leaf
        self._kept = self._kept_text = 0  # the length of the leaf, and of the text, before the tail
        self._tail_closer = leaf.initial_closer  # what closes the formula that the tail begins in
        self._formula_at = -1  # the index at which the formula begins that is open at the end
        self._closer = ""  # what closes that formula
        self._is_exact = True  # whether the tail has never begun inside a construct

    @property
    def height(self) -> int:
        return len(self._starts)

    def update(self) -> int:
        source = self._source()
        closed = self._leaf.closed
        if closed and not self._is_exact:
            self._reset()
        wrapped_to = self._kept_text
        end = self._kept
        while True:
            end = min(end + _STEP, len(source))
            self._parse_tail(source[:end])
            if closed and end == len(source):
                break
            if end - self._kept > _LONG_TAIL:
                self._shorten_tail(source[:end], _MAX_CLOSED_TAIL if closed else _MAX_TAIL)
            if end == len(source):
                break
        return self._wrap(wrapped_to)

    def row(self, index: int) -> Row:
        start, stop = self._bounds(index)
        stop = start + len(self._text[start:stop].rstrip(" \n"))
        if start == stop and self._pieces:
            piece = self._pieces[piece_at(self._pieces, start)]
            return [Span("", self._role, self._origin(min(piece.origin + start - piece.start, piece.end)))]
        return list(piece_spans(self._text, self._pieces, start, stop, self._role, self._origin))

    def marked(self) -> Iterator[Marked]:
        for each in self._constructs:
            first = self._pieces[piece_at(self._pieces, each.start)]
            last = self._pieces[piece_at(self._pieces, each.stop - 1)]
            inner = (
                first.origin + each.start - first.start,
                min(last.origin + each.stop - last.start, last.end),
            )
            begin, end, inner_begin, inner_end = map(self._origin, (each.origin, each.end - 1, inner[0], inner[1] - 1))
            yield Marked(begin, end + 1, inner_begin, inner_end + 1)

    def links(self) -> Iterator[Link]:
        for each in self._constructs:
            if each.url:
                begin, end = self._origin(each.origin), self._origin(each.end - 1) + 1
                yield Link(begin, end, self._text[each.start : each.stop], each.url)

    def find(self, pattern: re.Pattern[str], first: int, stop: int) -> Iterator[Found]:
        for match in pattern.finditer(self._text):
            begin = bisect_right(self._starts, match.start()) - 1
            last = bisect_right(self._starts, match.end() - 1) - 1
            if not first <= last < stop:
                continue
            found: Found = []
            for row in range(begin, last + 1):
                start, end = self._bounds(row)
                found.append((row, max(match.start(), start) - start, min(match.end(), end) - start))
            yield found

    def _source(self) -> str:
        """Return the text of the leaf without leading white space, and without trailing white space if it is closed."""
        text = self._leaf.content
        if self._leaf.closed:
            text = text.rstrip(_SPACES)
        if text[:1].isspace():
            stripped = text.lstrip(_SPACES)
            self._lead = len(text) - len(stripped)
            return stripped
        self._lead = 0
        return text

    def _origin(self, index: int) -> int:
        return self._leaf.source_offset(index + self._lead)

    def _reset(self) -> None:
        self._kept = self._kept_text = 0
        self._text = ""
        self._pieces.clear()
        self._constructs.clear()
        self._starts = [0]
        self._tail_closer = self._leaf.initial_closer
        self._is_exact = True

    def _parse_tail(self, source: str) -> None:
        before, text_before = self._kept, self._kept_text
        is_mid_line = not begins_line(source, before) if before else self._leaf.is_continuation
        tail = parse_inline(source[before:], self._env, self._tail_closer, is_mid_line=is_mid_line)
        self._settled = before + tail.settled
        self._formula_at, self._closer = before + tail.formula_at, tail.closer
        if not before:
            self._text, self._pieces, self._constructs = tail.text, tail.pieces, tail.constructs
            return
        self._text = self._text[:text_before] + tail.text
        while self._pieces and self._pieces[-1].start >= text_before:
            self._pieces.pop()
        if self._pieces and self._pieces[-1].end > before:
            self._pieces[-1] = self._pieces[-1]._replace(end=before)
        while self._constructs and self._constructs[-1].stop > text_before:
            self._constructs.pop()
        for start, role, origin, end in tail.pieces:
            piece = InlinePiece(start + text_before, role, origin + before, end + before)
            if self._pieces and not start and (last := self._pieces[-1]).role == role and last.end == piece.origin:
                piece = self._pieces.pop()._replace(end=piece.end)  # the tail begins in the middle of a piece
            self._pieces.append(piece)
        self._constructs += [
            Construct(start + text_before, stop + text_before, origin + before, end + before, url)
            for start, stop, origin, end, url in tail.constructs
        ]

    def _wrap(self, index: int) -> int:
        """Wrap the text again, from the row before the one with the character at `index`. Return that row.

        A word at the beginning of a row may have become short enough for the row before it.
        """
        starts = self._starts
        row = max(bisect_right(starts, index) - 2, 0)
        del starts[row + 1 :]
        start = starts.pop()
        lines = self._text[start:].split("\n")
        for number, line in enumerate(lines):
            if number == len(lines) - 1 and not line and number:
                break  # a line break at the very end is not shown
            for part in wrap(line, self._width):
                starts.append(start)
                start += len(part)
            start += 1
        return row

    def _shorten_tail(self, source: str, max_length: int) -> None:
        """Move the beginning of the tail to a place where nothing is open, or anywhere if the tail is too long."""
        limit = len(source) - _LOOKAHEAD
        place = self._boundary(source, min(limit, self._settled))
        if place <= self._kept and len(source) - self._kept > max_length:
            self._is_exact = False
            place = self._boundary(source, limit) or limit
        if place <= self._kept:
            return
        at = bisect_right(self._pieces, place, key=lambda piece: piece.origin) - 1
        piece = self._pieces[at]
        if place > piece.end or piece.end - piece.origin != self._piece_stop(at) - piece.start:
            if self._is_exact or piece.origin <= self._kept:
                return
            place = piece.origin  # the piece is shown differently than it is written, so it must not be divided
        self._kept, self._kept_text = place, piece.start + place - piece.origin
        self._tail_closer = self._closer if self._closer and place > self._formula_at else ""

    def _boundary(self, source: str, limit: int) -> int:
        """Return the last index up to the limit at which the tail may begin, 0 if there is none.

        It is between words, or inside a long word, and outside of constructs.
        """
        place = source.rfind(" ", self._kept, limit) + 1
        if place <= self._kept:
            place = limit
            if not source[place - 1 : place + 1].isalnum():
                return 0
        if source[place : place + 1].isspace():
            return 0
        for each in reversed(self._constructs):
            is_open = self._closer and each.origin == self._formula_at
            if each.origin < place < each.end and not is_open:
                place = each.origin
        return place

    def _piece_stop(self, piece: int) -> int:
        return self._pieces[piece + 1].start if piece + 1 < len(self._pieces) else len(self._text)

    def _bounds(self, row: int) -> tuple[int, int]:
        return self._starts[row], self._starts[row + 1] if row + 1 < len(self._starts) else len(self._text)
