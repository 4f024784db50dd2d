"""A sequence of lines, of which the oldest leave memory."""

import errno
import os
from collections.abc import Iterator, Sequence

import pytest

from diptych.core import event_log as lines_module
from diptych.core.content import Malformed
from diptych.core.event import Event, Line, RequestSent, RunStopped
from diptych.core.event_log import EventLog, MemoryBudget


@pytest.fixture(autouse=True, scope="module")
def _small_blocks() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lines_module, "_BLOCK_LINES", 4)
        patch.setattr(lines_module, "_BLOCK_BYTES", 4_000)
        yield


class Drawer:
    """A shelf that can be full, and tells what it was asked for."""

    def __init__(self) -> None:
        self.kept: list[Sequence[Line]] = []
        self.got: list[int] = []
        self.is_full = False

    def put(self, lines: Sequence[Line]) -> int:
        if self.is_full:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        self.kept.append(list(lines))
        return len(self.kept) - 1

    def get(self, number: int) -> Sequence[Line]:
        self.got.append(number)
        return self.kept[number]


def event(number: int, size: int = 2) -> Event:
    return Event(float(number), number, "e", b"x" * size, ())


def events(count: int) -> list[Line]:
    return [event(number) for number in range(count)]


def grown(lines: Sequence[Line], memory: MemoryBudget | None = None) -> EventLog:
    grown = EventLog(memory)
    for line in lines:
        grown.append(line)
    return grown


@pytest.mark.parametrize("count", [0, 1, 3, 4, 5, 8, 11])
def test_it_is_a_sequence(count: int) -> None:
    whole = events(count)
    lines = grown(whole)

    assert len(lines) == count
    assert list(lines) == whole
    assert [lines[index] for index in range(count)] == whole
    assert [lines[index] for index in range(-count, 0)] == whole
    assert lines[1:7] == whole[1:7]
    with pytest.raises(IndexError):
        lines[count]


@pytest.mark.parametrize("count", [0, 1, 3, 4, 5, 8, 11])
@pytest.mark.parametrize("start", [0, 1, 4, 7, 8, 20])
def test_the_lines_after_any_one_are_read(count: int, start: int) -> None:
    assert list(grown(events(count)).after(start)) == events(count)[start:]


def test_the_lines_after_one_go_as_far_as_they_had_come() -> None:
    lines = grown(events(4))
    seen = []
    for line in lines.after(2):
        seen.append(line)
        lines.append(line)

    assert len(seen) == 2


@pytest.mark.parametrize("count", [0, 1, 3, 4, 5, 8, 11])
def test_a_copy_of_its_beginning_goes_on_by_itself(count: int) -> None:
    whole = events(11)
    lines = grown(whole)

    copied = lines.first(count)
    copied.append(event(99))

    assert list(copied) == [*whole[:count], event(99)]
    assert list(lines) == whole


def test_iterating_goes_as_far_as_it_had_come() -> None:
    lines = grown(events(3))

    seen = []
    for line in lines:
        seen.append(line)
        lines.append(event(50))

    assert seen == events(3)


def test_the_oldest_lines_of_any_run_leave_and_are_read_back() -> None:
    shelf = Drawer()
    memory = MemoryBudget(shelf, cap=5_000)
    left, right = EventLog(memory), EventLog(memory)
    for line in events(12):
        left.append(line)
        right.append(line)

    assert [kept[0].at for kept in shelf.kept] == [0.0, 0.0, 4.0], "of 24 lines, at some 400 bytes, 12 may stay"
    assert list(left) == list(right) == events(12)
    assert left[3] == event(3)
    assert right[10] == event(10)
    assert shelf.got == [0, 2, 1, 0], "what is in memory is not read back"


def test_the_size_of_what_came_counts() -> None:
    shelf = Drawer()
    lines = grown(
        [event(1, 5_000), RequestSent(0.0, "POST", "/", (), b"x" * 5_000), RunStopped(1.0)], MemoryBudget(shelf, 900)
    )

    assert [len(kept) for kept in shelf.kept] == [1, 1]
    assert len(lines) == 3


def test_the_lines_of_a_run_that_is_over_count_too() -> None:
    shelf = Drawer()
    memory = MemoryBudget(shelf, cap=1_000)
    for _ in range(3):
        grown(events(2), memory).close()

    assert len(shelf.kept) == 2


def test_closing_twice_changes_nothing() -> None:
    shelf = Drawer()
    lines = grown(events(2), MemoryBudget(shelf, cap=0))

    lines.close()
    lines.close()
    lines.append(event(2))

    assert len(shelf.kept) == 1
    assert list(lines) == events(3)


def test_without_room_on_the_shelf_all_stays_and_that_is_said_until_there_is_room() -> None:
    shelf = Drawer()
    shelf.is_full = True
    memory = MemoryBudget(shelf, cap=0)
    lines = grown(events(8), memory)

    assert memory.problem.endswith("No space left on device.")
    assert list(lines) == events(8)
    assert shelf.got == []

    shelf.is_full = False
    for line in events(4):
        lines.append(line)

    assert memory.problem == ""
    assert len(shelf.kept) == 3
    assert list(lines) == [*events(8), *events(4)]


def test_lines_that_cannot_be_read_back_say_so_in_their_place() -> None:
    class Lost(Drawer):
        def get(self, number: int) -> Sequence[Line]:
            raise OSError(errno.EIO, os.strerror(errno.EIO))

    lines = grown(events(11), MemoryBudget(Lost(), cap=0))

    (malformed,) = lines[5].contents  # type: ignore[union-attr]  # an event's
    assert malformed == Malformed("it cannot be read back from its temporary file: Input/output error")
    assert [(line.at, getattr(line, "name", "")) for line in lines] == [
        *([(0.0, "unreadable")] * 4),
        *([(4.0, "unreadable")] * 4),
        *((float(number), "e") for number in range(8, 11)),
    ]
    with pytest.raises(OSError, match="Input/output error"):
        lines.read(5)
    assert lines.read(-1) == event(10)
