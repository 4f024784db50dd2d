"""Notices that somebody has written to a history, without reading it."""

from contextlib import suppress
from pathlib import Path

_FILES = ("", "-wal")
"""What is behind the name of the database in the names of the files that SQLite writes."""


class HistoryChanges:
    """Compares the sizes and times of the files of a history with those at the last look."""

    def __init__(self, path: Path) -> None:
        self._paths = [path.with_name(path.name + behind) for behind in _FILES]
        self._seen: list[tuple[int, int] | None] = []

    def look(self) -> bool:
        """Return whether something was written since the last look; True at the first one."""
        before, self._seen = self._seen, [_state(path) for path in self._paths]
        return self._seen != before


def _state(path: Path) -> tuple[int, int] | None:
    with suppress(OSError):
        found = path.stat()
        return found.st_size, found.st_mtime_ns
    return None
