"""Completes the path of a file while it is typed: which folder is meant, and what in it begins with what was typed."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

MOST_ENTRIES = 100_000
"""Entries of a folder that are read."""


@dataclass(frozen=True, slots=True)
class FolderEntry:
    """A file or a folder in a folder. `folded` is its name for comparing without regard to case."""

    name: str
    folded: str
    is_folder: bool


@dataclass(frozen=True, slots=True)
class TypedPath:
    """A path as far as it was typed: its folder as typed, "" for the working folder, and the beginning of a name."""

    folder: str
    beginning: str

    @classmethod
    def of(cls, typed: str) -> "TypedPath":
        """Split what was typed at the last separator."""
        if typed == "~":
            return cls("~/", "")
        start = max(typed.rfind("/"), typed.rfind(os.sep)) + 1
        return cls(typed[:start], typed[start:])

    @property
    def path(self) -> Path:
        """The folder. Raises `RuntimeError` for the home of an unknown user."""
        return Path(self.folder or ".").expanduser()


def list_folder(folder: Path) -> list[FolderEntry]:
    """Return the files and folders in a folder by name, folders first. Raises `OSError`; this may take long."""
    with os.scandir(folder) as entries:
        found = [entry for entry in map(_entry, islice(entries, MOST_ENTRIES)) if entry]
    return sorted(found, key=lambda entry: (not entry.is_folder, entry.folded, entry.name))


def matching(entries: Sequence[FolderEntry], beginning: str) -> Iterator[FolderEntry]:
    """Yield the entries whose names begin with what was typed; hidden ones only where that begins with a dot."""
    folded = beginning.casefold()
    for entry in entries:
        if entry.folded.startswith(folded) and (beginning or not entry.name.startswith(".")):
            yield entry


def _entry(entry: "os.DirEntry[str]") -> FolderEntry | None:
    """Return a file or a folder; None for anything else, such as a pipe."""
    try:
        is_folder = entry.is_dir()
        if not is_folder and not entry.is_file():
            return None
    except OSError:
        return None
    return FolderEntry(entry.name, entry.name.casefold(), is_folder)
