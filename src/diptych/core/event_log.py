"""The lines of a run, in blocks. In a long session the oldest blocks leave memory, and are read back when needed."""

from bisect import bisect_right
from collections import deque
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Protocol, Self, overload

from diptych.core.content import Malformed
from diptych.core.event import Event, Line, RequestSent, ResponseBegan, RunFailed

DEFAULT_CAP = 512 * 1000 * 1000
"""Bytes that the lines of a session may take in memory."""

_BLOCK_LINES = 256
_BLOCK_BYTES = 256 * 1024
"""Lines or bytes with which a block is full. Blocks are small, since writing one holds up a stream for a moment."""

_OBJECTS = 400
"""Bytes that the Python objects of a line take, without its raw data."""

_PIECE = 100
"""Bytes that the end of a piece takes."""


class SpillFile(Protocol):
    """Holds the blocks that left memory. Both methods raise `OSError`."""

    def put(self, lines: Sequence[Line]) -> int:
        """Write lines; return the number by which to get them."""

    def get(self, number: int) -> Sequence[Line]:
        """Return the lines that have a number."""


class Block:
    """Lines that follow each other, in memory or in a spill file; `size` is about the memory they take, in bytes."""

    __slots__ = ("_at", "_count", "_lines", "_number", "_spill_file", "size")

    def __init__(self, lines: Sequence[Line], size: int) -> None:
        self.size = size
        self._lines: Sequence[Line] | None = lines
        self._spill_file: SpillFile
        self._number: int
        self._at: float
        self._count: int

    @property
    def lines(self) -> Sequence[Line]:
        """The lines, read back if necessary. If that fails, as many events that say so."""
        try:
            return self.read()
        except OSError as error:
            reason = f"it cannot be read back from its temporary file: {error.strerror or error}"
            return [Event(self._at, 0, "unreadable", b"", (Malformed(reason),))] * self._count

    def read(self) -> Sequence[Line]:
        """Return the lines, read back if necessary. Raises `OSError`."""
        lines = self._lines
        return self._spill_file.get(self._number) if lines is None else lines

    def leave(self, spill_file: SpillFile) -> None:
        """Move the lines to a spill file. If that raises `OSError`, they stay in memory."""
        lines = self.read()
        self._at, self._count = lines[0].at, len(lines)
        self._number = spill_file.put(lines)
        self._spill_file = spill_file
        self._lines = None  # last of all: another thread may be reading


class MemoryBudget:
    """Limits the memory that the lines of a session take: above `cap` bytes, the oldest blocks go to a spill file.

    `problem` is a sentence while that fails, else "". Belongs to the thread that writes the runs.
    """

    def __init__(self, spill_file: SpillFile, cap: int = DEFAULT_CAP) -> None:
        self.problem = ""
        self._spill_file = spill_file
        self._cap = cap
        self._blocks: deque[Block] = deque()
        self._size = 0

    def add(self, block: Block) -> None:
        """Count a full block, and move out what is too much. If that fails, the next full block tries again."""
        self._blocks.append(block)
        self._size += block.size
        try:
            while self._size > self._cap:
                self._blocks[0].leave(self._spill_file)
                self._size -= self._blocks.popleft().size
        except OSError as error:
            why = error.strerror or str(error)
            self.problem = f"More events stay in memory than they should, since there is no room for them: {why}."
        else:
            self.problem = ""


class EventLog(Sequence[Line]):
    """A sequence that grows at its end. It has one writer; other threads may read it at any time.

    Iterating goes as far as it has come when that begins. Lines that left memory and cannot be read back are replaced
    by events that say so; `read` raises `OSError` for them instead.
    """

    __slots__ = ("_blocks", "_count", "_memory", "_open", "_size", "_starts")

    def __init__(self, memory: MemoryBudget | None = None) -> None:
        self._memory = memory
        self._blocks: list[Block] = []
        self._starts: list[int] = []  # the index of each block's first line
        self._open: list[Line] | None = None  # the lines of the last block while it grows
        self._size = 0
        self._count = 0

    def append(self, line: Line) -> None:
        """Add a line."""
        block = self._open
        if block is None:
            block = self._begin_block()
        block.append(line)
        self._count += 1
        if self._memory:
            self._size += _size(line)
        if len(block) >= _BLOCK_LINES or self._size >= _BLOCK_BYTES:
            self.close()

    def close(self) -> None:
        """End the last block: the next line, if there is one, begins another."""
        if self._open is not None:
            self._open = None
            block = self._blocks[-1]
            block.size = self._size
            if self._memory:
                self._memory.add(block)

    def first(self, count: int) -> Self:
        """Return another sequence with the first `count` lines of this one; from there on both grow separately."""
        copied = type(self)()
        for number, start in enumerate(self._starts):
            if start >= count:
                break
            block = self._blocks[number]
            is_whole = number + 1 < len(self._starts) and self._starts[number + 1] <= count
            if is_whole:
                copied._share(block, start)
                continue
            for line in islice(block.lines, count - start):
                copied.append(line)
        return copied

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, index: int) -> Line: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Line]: ...

    def __getitem__(self, index: int | slice) -> Line | Sequence[Line]:
        if isinstance(index, slice):
            return [self[each] for each in range(*index.indices(self._count))]
        block, place = self._find(index)
        return block.lines[place]

    def read(self, index: int) -> Line:
        """Return one line. Raises `OSError` if it cannot be read back."""
        block, place = self._find(index)
        return block.read()[place]

    def __iter__(self) -> Iterator[Line]:
        count = self._count
        for start, block in zip(self._starts, self._blocks, strict=False):
            if start >= count:
                break
            yield from islice(block.lines, count - start)

    def after(self, start: int) -> Iterator[Line]:
        """Yield the lines from the index `start` on, as far as they have come when that begins."""
        count = self._count
        for number in range(max(bisect_right(self._starts, start) - 1, 0), len(self._starts)):
            begin = self._starts[number]
            yield from islice(self._blocks[number].lines, max(start - begin, 0), max(count - begin, 0))

    def _find(self, index: int) -> tuple[Block, int]:
        """Return the block of a line, and the index of the line in it."""
        place = range(self._count)[index]  # which raises for one that is beyond
        number = bisect_right(self._starts, place) - 1
        return self._blocks[number], place - self._starts[number]

    def _begin_block(self) -> list[Line]:
        block: list[Line] = []
        self._blocks.append(Block(block, 0))
        self._starts.append(self._count)
        self._open = block
        self._size = 0
        return block

    def _share(self, block: Block, start: int) -> None:
        self._blocks.append(block)
        self._starts.append(start)
        self._count = start + len(block.lines)


def _size(line: Line) -> int:
    if isinstance(line, Event):
        size = _OBJECTS + 2 * len(line.data)
        return size + _PIECE * len(line.pieces) if line.pieces else size
    body = line.body if isinstance(line, RequestSent | ResponseBegan | RunFailed) else b""
    return _OBJECTS + len(body)
