"""Facts about each line of a run, in columns, so that a hundred thousand lines are filtered or folded in one frame."""

from array import array
from collections.abc import Iterator, Sequence
from itertools import compress, count, islice, repeat
from operator import gt
from typing import get_args

from diptych.core.content import Content, Refusal, Stop, Text, Thinking, ToolArguments
from diptych.core.event import Event, Line, RequestSent, ResponseBegan, RunFailed
from diptych.core.event_log import EventLog
from diptych.core.metrics.gaps import GapHistogram, GapLimits, gap_limits
from diptych.core.metrics.stalls import MIN_MEDIANS, MIN_SECONDS, Stall
from diptych.core.wording.describe import Kind, describe

PORTION = 10_000
"""Lines that are read at once, which takes about 15 ms."""

_KIND_CODES: dict[Kind, int] = {kind: code for code, kind in enumerate(get_args(Kind))}
_GROWING_CONTENT = (Text, Thinking, Refusal, ToolArguments)
_GROWING: frozenset[type[Content]] = frozenset(_GROWING_CONTENT)
_Types = type[Content] | frozenset[type[Content]]
_LIMITS_AFTER = 1.1
"""The limits of gaps are computed again when there are a tenth more gaps."""


def kind_code(kind: Kind) -> int:
    """Return the number that stands for a kind in `LineIndex.kinds`."""
    return _KIND_CODES[kind]


class LineIndex:
    """Grows with the lines of one run.

    - `at` has the stamp of each line, in seconds; none is before that of the line before it.
    - `kinds` has the code of what each line is about.
    - `keys` tells runs of deltas apart: lines with the same key, which is not 0, can be folded into one row.
    - `characters` has the characters of content, `sizes` the bytes of data, of each line.
    - `gaps` has the seconds since the event before, without those by which the line may have been read late. It is 0
      for notes and for the first event of an attempt.
    - `late` is 1 where the stamp may be too late, else 0.
    - `silences` and `errors` have what a timeline marks, as absolute stamps.
    """

    def __init__(self) -> None:
        self.at = array("d")
        self.kinds = bytearray()
        self.keys = array("I")
        self.characters = array("I")
        self.sizes = array("I")
        self.gaps = array("f")
        self.late = bytearray()
        self.errors = array("d")
        self.longest_name = 0
        self.stop_line: int | None = None
        self.limits = GapLimits()
        self._limits_at = 0
        self._gaps = GapHistogram()
        self._content_gaps = GapHistogram()
        self._long_content_gaps: list[Stall] = []
        self._event_at: float | None = None
        self._content_at: float | None = None
        self._kinds_by_types: dict[_Types, int] = {}
        self._keys: dict[tuple[str, int], int] = {}

    def __len__(self) -> int:
        return len(self.at)

    def read(self, lines: EventLog, limit: int = PORTION) -> bool:
        """Read at most `limit` lines more. Returns whether there are more."""
        for line in islice(lines.after(len(self.at)), limit):
            if isinstance(line, Event):
                self._add_event(line)
            else:
                self._add_note(line)
        if self._gaps.count > self._limits_at * _LIMITS_AFTER:
            self._limits_at = self._gaps.count
            self.limits = gap_limits(self._gaps)
        return len(self.at) < len(lines)

    @property
    def silences(self) -> Sequence[Stall]:
        """The silences so far, by the definition of `metrics.stalls`; their median gap is off by at most 2 %."""
        if not self._long_content_gaps:
            return ()
        least = self.least_silence
        return [gap for gap in self._long_content_gaps if gap.seconds >= least]

    @property
    def least_silence(self) -> float:
        """The seconds from which on a gap between events with content is a silence."""
        return max(MIN_SECONDS, MIN_MEDIANS * self._content_gaps.quantile(0.5))

    @property
    def first_content_line(self) -> int | None:
        """The first line with content."""
        return next(compress(count(), self.characters), None)

    def lines_of_kind(self, kind: Kind, start: int) -> Iterator[int]:
        """Yield the lines of a kind, from the index `start` on."""
        code = _KIND_CODES[kind]
        while (start := self.kinds.find(code, start)) >= 0:
            yield start
            start += 1

    def unusual_gaps(self, start: int) -> Iterator[int]:
        """Yield the lines that end an unusual gap, from the index `start` on."""
        return compress(count(start), map(gt, islice(self.gaps, start, None), repeat(self.limits.unusual)))

    def _add_event(self, event: Event) -> None:
        at, _, name, data, contents, _, late, _, _ = event
        characters = 0
        if len(contents) == 1:
            content = contents[0]
            types: _Types = type(content)
            if types in _GROWING:
                characters = len(content.text)  # type: ignore[union-attr]  # growing content has a text
            elif types is Stop:
                self.stop_line = len(self.at)
        else:
            types = frozenset(map(type, contents))
            characters = sum(len(content.text) for content in contents if isinstance(content, _GROWING_CONTENT))
            if Stop in types:
                self.stop_line = len(self.at)
        kind = self._kinds_by_types.get(types)
        if kind is None:  # the kind of an event depends on nothing but the types of its contents
            kind = self._kinds_by_types[types] = _KIND_CODES[describe(event).kind]
        earliest = at - late if late else at
        key = 0
        if characters:
            key = self._keys.get((name, kind)) or self._keys.setdefault((name, kind), len(self._keys) + 1)
            if self._content_at is not None:
                self._add_content_gap(self._content_at, max(self._content_at, earliest))
            self._content_at = at
        gap = 0.0
        if self._event_at is not None and earliest > self._event_at:
            gap = earliest - self._event_at
            self._gaps.add(gap)
        self._event_at = at
        if len(name) > self.longest_name:
            self.longest_name = len(name)
        self._append(at, kind, key, characters, len(data), gap, late > 0)

    def _add_content_gap(self, start: float, end: float) -> None:
        self._content_gaps.add(end - start)
        if end - start >= MIN_SECONDS:
            self._long_content_gaps.append(Stall(start, end))

    def _add_note(self, note: Line) -> None:
        if isinstance(note, RequestSent):
            self._event_at = None
        size = len(note.body) if isinstance(note, RequestSent | ResponseBegan | RunFailed) else 0
        self._append(note.at, _KIND_CODES[describe(note).kind], 0, 0, size, 0.0, False)

    def _append(self, at: float, kind: int, key: int, characters: int, size: int, gap: float, late: bool) -> None:
        if self.at:
            at = max(at, self.at[-1])
        if kind == _ERROR:
            self.errors.append(at)
        self.kinds.append(kind)
        self.keys.append(key)
        self.characters.append(characters)
        self.sizes.append(size)
        self.gaps.append(gap)
        self.late.append(late)
        self.at.append(at)


_ERROR = _KIND_CODES["error"]
