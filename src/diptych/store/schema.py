"""The versions of the history's schema, and how an older one becomes the newest."""

import sqlite3
from importlib.resources import files
from pathlib import Path

from diptych.store.writer_lock import is_alive

APPLICATION_ID = 0x44697074
"""Marks a database as a history of Diptych ("Dipt")."""

VERSION = 5
"""The version of the schema, which is the `user_version` of the database."""

_SCRIPTS = {
    0: ("schema.sql", VERSION),
    1: ("version_2.sql", 2),
    2: ("version_3.sql", 3),
    3: ("version_4.sql", 4),
    4: ("version_5.sql", 5),
}
"""By the version of a database: the script that brings it on, and the version to which that leads."""

_VIEWS = {number: f"version_{number}_views.sql" for number in range(1, VERSION)}
"""By the version of a database: the script that shows it as one of the newest version without changing it."""


class UnusableError(Exception):
    """A database is not a history that this version can use; the message is the rest of a sentence."""


class OldWriterError(UnusableError):
    """An older Diptych is writing into the database, so that it cannot be brought up to date yet."""


def migrate(connection: sqlite3.Connection, path: Path) -> bool:
    """Bring the database at `path` to the newest version; an empty one gets its tables. Return whether it was older.

    It takes one short transaction. After it, a Diptych of version 1 that has the database open fails at whatever it
    writes next, and is told that a newer one was there. One of version 2, 3 or 4 goes on writing until it opens the
    database again: what came later only adds columns and tables, and its statements name those that they set. What
    takes longer is left to `diptych.store.moved_words`.

    Raises `UnusableError` for a database that is not a history, or one of a newer Diptych, and `OldWriterError` while
    an older Diptych is in the middle of something that this would break off.
    """
    if _version(connection) == VERSION:
        return False
    connection.execute("BEGIN IMMEDIATE")
    try:
        version = _version(connection)  # asked again: another Diptych may have been first
        if version == 1:
            _refuse_old_writers(connection, path)
        while version < VERSION:
            script, version = _SCRIPTS[version]
            for statement in _statements(_read(script)):
                connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {VERSION}")
    except BaseException:
        connection.rollback()
        raise
    connection.commit()
    return True


def show_as_newest(connection: sqlite3.Connection) -> None:
    """Show a database of an older version as one of the newest to a connection that can only read.

    Raises `UnusableError` for a database that is not a history; nothing in it is changed.
    """
    version = _version(connection)
    if version == 0:
        raise UnusableError("it is empty, and can only be read")
    if version in _VIEWS:
        for statement in _statements(_read(_VIEWS[version])):
            connection.execute(statement)


def _refuse_old_writers(connection: sqlite3.Connection, path: Path) -> None:
    """Raise `OldWriterError` while a Diptych of version 1 writes an answer, imports or deletes."""
    query = """SELECT DISTINCT writer FROM sessions WHERE app = '' OR id IN
        (SELECT rounds.session FROM runs JOIN rounds ON rounds.id = runs.round WHERE runs.state IS NULL)"""
    if any(is_alive(path, str(writer)) for (writer,) in connection.execute(query).fetchall()):
        raise OldWriterError("an older Diptych is still writing into it; it can be used as soon as that is done")


def _version(connection: sqlite3.Connection) -> int:
    # The tables first: while another Diptych makes them, its mark would be there only after it was looked for.
    tables: int = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    application: int = connection.execute("PRAGMA application_id").fetchone()[0]
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    if tables and application != APPLICATION_ID:
        raise UnusableError("it is a database of another program")
    if version > VERSION:
        raise UnusableError("it was written by a newer Diptych: update this one")
    if version < 0 or (tables and not version):
        raise UnusableError("it is damaged")
    return version


def _read(script: str) -> str:
    return files("diptych.store").joinpath(script).read_text("utf-8")


def _statements(script: str) -> list[str]:
    """Return the statements of a script, which `executescript` would run outside of the transaction."""
    statements: list[str] = []
    lines: list[str] = []
    for line in script.splitlines():
        lines.append(line)
        text = "\n".join(lines)
        if sqlite3.complete_statement(text):
            statements.append(text)
            lines = []
    return statements
