"""Histories and recordings that an older Diptych wrote, and what it read in them."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from diptych.store.database import connect
from diptych.store.moved_words import moving
from diptych.store.schema import APPLICATION_ID

FOLDER = Path(__file__).parent / "version_1"

FOLDER_2 = Path(__file__).parent / "version_2"

FOLDER_3 = Path(__file__).parent / "version_3"

FOLDER_4 = Path(__file__).parent / "version_4"

EXPECTED: dict[str, Any] = json.loads((FOLDER / "history.json").read_text())
"""What version 1 listed, found and opened in its history."""

EXPECTED_2: dict[str, Any] = json.loads((FOLDER_2 / "history.json").read_text())
"""What version 2 opened in its history, by id."""

EXPECTED_3: dict[str, Any] = json.loads((FOLDER_3 / "history.json").read_text())
"""What version 3 opened in its history, by id."""

EXPECTED_4: dict[str, Any] = json.loads((FOLDER_4 / "history.json").read_text())
"""What version 4 opened in its history, by id."""

LIVE_WRITER = "0" * 31 + "1"
"""The writer of the session to which the round belongs whose left run has no end."""


def history_of_version_1(path: Path, content: str | None = None) -> Path:
    """Make a history of version 1, with the rounds that it wrote itself or with what another script inserts."""
    return _history_of(1, path, FOLDER, content)


def history_of_version_2(path: Path) -> Path:
    """Make a history of version 2, with the rounds that it wrote itself."""
    return _history_of(2, path, FOLDER_2, None)


def history_of_version_3(path: Path) -> Path:
    """Make a history of version 3, with the rounds that it wrote itself."""
    return _history_of(3, path, FOLDER_3, None)


def history_of_version_4(path: Path) -> Path:
    """Make a history of version 4, with the rounds that it wrote itself."""
    return _history_of(4, path, FOLDER_4, None)


def _history_of(version: int, path: Path, folder: Path, content: str | None) -> Path:
    schema = (folder / "schema.sql").read_text("utf-8")
    inserted = (folder / "history.sql").read_text("utf-8") if content is None else content
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {version}")
        connection.executescript(f"BEGIN;{schema}{inserted}COMMIT;")
    return path


def finish_moving(path: Path) -> None:
    """Move all of its words to where version 2 has them."""
    with closing(connect(path)) as connection:
        work = moving(connection)
        while work and work.do_next():
            pass


_LATER = (
    *("warnings", "error", "settings", "cost_source", "takes", "note", "starred", "votes"),
    *("server_times", "tokens_per_event", "clock", "late"),
)
"""Members whose words change, or that version 1 did not have."""


def without_sentences(value: Any) -> Any:
    """Everything that a round came to in version 1, without what is said to people, whose words may change."""
    if isinstance(value, list):
        return [without_sentences(each) for each in value]
    if isinstance(value, dict):
        return {key: without_sentences(each) for key, each in value.items() if key not in _LATER}
    return value
