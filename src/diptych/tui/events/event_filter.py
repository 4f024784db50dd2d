"""A filter of an event list as users write it: `error tool`, `gap>0.5`, `late`, `"end_turn" -ping`."""

import operator
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, compress, repeat
from typing import get_args

from diptych.core.event_log import EventLog
from diptych.core.wording.describe import Kind
from diptych.core.wording.did_you_mean import did_you_mean
from diptych.tui.events.line_index import LineIndex, kind_code
from diptych.tui.events.line_pattern import LinePattern

KINDS: tuple[Kind, ...] = get_args(Kind)

_TERM = re.compile(r'(?P<minus>-?)(?:"(?P<quoted>[^"]*)(?:"|$)|(?P<word>\S+))')
_COMPARISON = re.compile(r"(?P<figure>\w*)(?P<sign>[<>]=?)(?P<number>.*)", re.DOTALL)
_NUMBER = re.compile(r"(?P<value>\d+\.?\d*|\.\d+)(?P<unit>[a-z]*)", re.IGNORECASE)
_SIGNS: dict[str, Callable[[float, float], bool]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}
_UNITS: dict[str, dict[str, float]] = {
    "gap": {"": 1, "s": 1, "ms": 0.001},
    "bytes": {"": 1, "b": 1, "kb": 1_000, "mb": 1_000_000},
}
_EXAMPLES = {"gap": "gap>0.5 or gap>500ms", "bytes": "bytes>1000 or bytes>1kb"}


class UnreadableFilterError(ValueError):
    """A filter that cannot be read; its text is a sentence for the user."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """A figure of a line compared with a number: `gap` in seconds, or `bytes`."""

    figure: str
    sign: str
    number: float

    def passes(self, index: LineIndex, start: int, stop: int) -> Iterator[bool]:
        """Yield for each of these lines whether its figure compares like that."""
        figures: Iterable[float] = _gaps(index, start, stop) if self.figure == "gap" else index.sizes[start:stop]
        return map(_SIGNS[self.sign], figures, repeat(self.number))


@dataclass(frozen=True, slots=True)
class EventFilter:
    """What is shown: lines of any of the `kinds` (of all, if none is named), for which everything else holds.

    `words` are texts that a line must have, `unwanted` those that it must not have.
    """

    kinds: frozenset[Kind] = frozenset()
    unwanted_kinds: frozenset[Kind] = frozenset()
    comparisons: tuple[Comparison, ...] = ()
    late: bool | None = None
    words: tuple[LinePattern, ...] = ()
    unwanted: tuple[LinePattern, ...] = ()

    @property
    def reads_data(self) -> bool:
        """Whether the lines themselves must be read, which takes longer than their index."""
        return bool(self.words or self.unwanted)

    def lines(self, index: LineIndex, lines: EventLog, start: int, stop: int) -> Iterator[int]:
        """Yield the lines from `start` to `stop` that pass."""
        passing = compress(range(start, stop), self._passes_index(index, start, stop))
        if not self.reads_data:
            return passing
        return (number for number in passing if self._has_words(index, lines, number))

    def _passes_index(self, index: LineIndex, start: int, stop: int) -> Iterable[bool | int]:
        kinds = (self.kinds or frozenset(KINDS)) - self.unwanted_kinds
        columns: list[Iterable[bool | int]] = [index.kinds[start:stop].translate(_table(kinds))]
        columns += [comparison.passes(index, start, stop) for comparison in self.comparisons]
        if self.late is not None:
            late = index.late[start:stop]
            columns.append(late if self.late else map(operator.not_, late))
        return columns[0] if len(columns) == 1 else map(all, zip(*columns, strict=True))

    def _has_words(self, index: LineIndex, lines: EventLog, number: int) -> bool:
        line, is_delta = lines[number], index.keys[number] != 0
        return all(word.is_in(line, is_delta=is_delta) for word in self.words) and not any(
            word.is_in(line, is_delta=is_delta) for word in self.unwanted
        )


def parse_filter(text: str) -> EventFilter | None:
    """Return the filter that was typed, None if nothing was. Raises `UnreadableFilterError`.

    Terms stand between spaces and all of them must hold; of several kinds, one. A minus in front of a kind, of `late`
    or of a text means "not". A text in quotes is always a text.

    >>> parse_filter("tool gap>500ms").comparisons
    (Comparison(figure='gap', sign='>', number=0.5),)
    """
    kinds: set[Kind] = set()
    unwanted_kinds: set[Kind] = set()
    comparisons: list[Comparison] = []
    late: bool | None = None
    words: list[LinePattern] = []
    unwanted: list[LinePattern] = []
    for term in _TERM.finditer(text):
        word, is_wanted = term["word"], not term["minus"]
        kind = next((kind for kind in KINDS if kind == (word or "").lower()), None)
        if kind:
            (kinds if is_wanted else unwanted_kinds).add(kind)
        elif word and word.lower() == "late":
            late = is_wanted
        elif word and (compared := _COMPARISON.fullmatch(word)) and _is_meant(compared):
            comparisons.append(_comparison(term[0], compared))
        elif found := word or term["quoted"]:
            (words if is_wanted else unwanted).append(LinePattern(found))
    wanted = EventFilter(
        frozenset(kinds), frozenset(unwanted_kinds), tuple(comparisons), late, tuple(words), tuple(unwanted)
    )
    return None if wanted == EventFilter() else wanted


def _is_meant(compared: re.Match[str]) -> bool:
    """Whether a term with a sign is meant as a comparison, and not as a text such as `<think>`."""
    number = compared["number"]
    return compared["figure"].lower() in _UNITS or not number or number[0].isdecimal() or number[0] == "."


def _comparison(term: str, compared: re.Match[str]) -> Comparison:
    name = compared["figure"].lower()
    units = _UNITS.get(name)
    if not name:
        told = "write a comparison without spaces, such as gap>0.5, and a text in quotes"
        raise UnreadableFilterError(f"“{term}” cannot be read: {told}.")
    if units is None:
        hint = did_you_mean(name, list(_UNITS), written="{}")
        raise UnreadableFilterError(f"“{term}” cannot be read: only gap and bytes can be compared.{hint}")
    number = _NUMBER.fullmatch(compared["number"])
    if number is None or number["unit"].lower() not in units or term.startswith("-"):
        raise UnreadableFilterError(f"“{term}” cannot be read: write, for example, {_EXAMPLES[name]}.")
    return Comparison(name, compared["sign"], float(number["value"]) * units[number["unit"].lower()])


def _gaps(index: LineIndex, start: int, stop: int) -> Iterator[float]:
    """Yield the seconds between each line and the one before, as the list shows them."""
    before = index.at[start - 1 : stop - 1] if start else chain(index.at[:1], index.at[: stop - 1])
    return map(operator.sub, index.at[start:stop], before)


def _table(kinds: Iterable[Kind]) -> bytes:
    """Return the table by which codes of these kinds become 1, and those of all others 0."""
    codes = {kind_code(kind) for kind in kinds}
    return bytes(code in codes for code in range(256))
