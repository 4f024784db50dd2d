"""Lines outside of memory: the same when they come back, in a file that nobody else can read."""

import os
import stat
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from diptych.core.event_log import MemoryBudget
from diptych.core.run import Run
from diptych.store import spill_file as shelf_module
from diptych.store.spill_file import TemporarySpillFile
from tests.store.rounds import in_odd_pieces
from tests.streams.folding import STREAMS, fold, request

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="looks at Linux's own files")


@pytest.fixture
def shelf(tmp_path: Path) -> TemporarySpillFile:
    return TemporarySpillFile(tmp_path)


@pytest.fixture
def full_device(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Files that are on a device without room."""
    with open("/dev/full", "r+b", buffering=0) as full:
        monkeypatch.setattr(shelf_module, "_temporary_file", lambda folder: full)
        yield


@pytest.mark.parametrize("path", STREAMS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_whatever_a_line_means_it_means_the_same_afterwards(path: Path, shelf: TemporarySpillFile) -> None:
    run = fold(path.parent.name, path.read_bytes())  # type: ignore[arg-type]  # the folders are named like the APIs

    assert list(shelf.get(shelf.put(list(run.lines)))) == list(run.lines)


def test_how_events_were_framed_and_came_is_kept(shelf: TemporarySpillFile) -> None:
    run = in_odd_pieces()

    assert list(shelf.get(shelf.put(list(run.lines)))) == list(run.lines)


def test_any_block_is_found_again(shelf: TemporarySpillFile) -> None:
    blocks = [list(fold("openai-chat", b"data: {}\n\n" * count).lines) for count in range(1, 30)]
    numbers = [shelf.put(block) for block in blocks]

    for number, block in [*zip(numbers, blocks, strict=True), (numbers[3], blocks[3]), (numbers[28], blocks[28])]:
        assert list(shelf.get(number)) == block
        assert shelf.get(number) is shelf.get(number), "the last ones stay in memory"


@on_linux
def test_the_file_has_no_name_and_belongs_to_nobody_else(shelf: TemporarySpillFile, tmp_path: Path) -> None:
    before = open_files()
    shelf.put([])
    ((_, mode),) = open_files() - before

    assert list(tmp_path.iterdir()) == []
    assert mode == 0o600


@on_linux
def test_the_file_is_closed_with_the_session(tmp_path: Path) -> None:
    before = open_files()
    shelf = TemporarySpillFile(tmp_path)
    shelf.put([])

    del shelf

    assert open_files() == before


def test_without_the_folder_it_is_where_the_system_likes(tmp_path: Path) -> None:
    shelf = TemporarySpillFile(tmp_path / "missing")

    assert list(shelf.get(shelf.put([]))) == []


@on_linux
@pytest.mark.usefixtures("full_device")
def test_a_full_disk_is_told(tmp_path: Path) -> None:
    memory = MemoryBudget(TemporarySpillFile(tmp_path), cap=0)
    run = Run("left", request(), 0.0, memory=memory)
    run.stop(1.0)

    assert "No space left on device" in memory.problem
    assert len(run.lines) == 1


def test_a_file_that_was_cut_off_is_an_error(shelf: TemporarySpillFile) -> None:
    number = shelf.put([])
    assert shelf._file is not None
    shelf._file.truncate(1)

    with pytest.raises(OSError, match="Input/output error"):
        shelf.get(number)


def open_files() -> set[tuple[int, int]]:
    """The inode and the permissions of every file that this process has open."""
    found = set()
    for descriptor in os.listdir("/proc/self/fd"):
        with suppress(FileNotFoundError):  # of the listing itself
            status = os.stat(f"/proc/self/fd/{descriptor}")
            if stat.S_ISREG(status.st_mode):
                found.add((status.st_ino, stat.S_IMODE(status.st_mode)))
    return found
