"""The versions of the history's schema, and how an older one becomes the next."""

import sqlite3
from importlib.resources import files

APPLICATION_ID = 0x44697074
"""Marks a database as a history of Diptych ("Dipt")."""

MIGRATIONS: tuple[str, ...] = ("schema.sql",)
"""The scripts that lead from each version to the next, the first from nothing to version 1."""


class UnusableError(Exception):
    """A database is no history that this version can use; the message is the rest of a sentence."""


def migrate(connection: sqlite3.Connection) -> None:
    """Bring a database to the newest version; an empty one gets its tables.

    Raises `UnusableError` for a database that is no history, or one of a newer Diptych.
    """
    if _version(connection) == len(MIGRATIONS):
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        for script in MIGRATIONS[_version(connection) :]:  # asked again: another Diptych may have been first
            for statement in _statements(files("diptych.store").joinpath(script).read_text("utf-8")):
                connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
    except BaseException:
        connection.rollback()
        raise
    connection.commit()


def refuse_unknown(connection: sqlite3.Connection) -> None:
    """Raise `UnusableError` for a database that is not a history of this version; nothing is changed."""
    if _version(connection) < len(MIGRATIONS):
        raise UnusableError("it was written by an older Diptych, and cannot be brought up to date: it can only be read")


def _version(connection: sqlite3.Connection) -> int:
    # The tables first: while another Diptych makes them, its mark would be there only after it was looked for.
    tables: int = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    application: int = connection.execute("PRAGMA application_id").fetchone()[0]
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    if tables and application != APPLICATION_ID:
        raise UnusableError("it is a database of another program")
    if version > len(MIGRATIONS):
        raise UnusableError("it was written by a newer Diptych: update this one")
    return version


def _statements(script: str) -> list[str]:
    """The statements of a script, which `executescript` would run outside of the transaction."""
    statements: list[str] = []
    lines: list[str] = []
    for line in script.splitlines():
        lines.append(line)
        text = "\n".join(lines)
        if sqlite3.complete_statement(text):
            statements.append(text)
            lines = []
    return statements
