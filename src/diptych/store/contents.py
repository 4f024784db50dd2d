"""The messages and files that runs sent, kept once by their SHA-256 for as long as a run refers to them."""

import hashlib
import sqlite3
from typing import TYPE_CHECKING

from diptych.codec.message_object import file_hashes, message_object, read_message
from diptych.core.json_text import parse_object, to_json
from diptych.core.message import Message
from diptych.core.request import Request
from diptych.store.storable import storable

if TYPE_CHECKING:
    from collections.abc import Sequence


def insert_request(connection: sqlite3.Connection, run_id: int, request: Request, prompt: str) -> None:
    """Keep what a run sent beside its settings: its messages, and the files that they refer to.

    A message that holds no more than the `prompt` of its round is not stored again.
    """
    asked = Message.of_text("user", prompt) if storable(prompt) == prompt else None
    rows = [
        (run_id, place, None if message == asked else _keep(connection, to_json(message_object(message)).encode()))
        for place, message in enumerate(request.messages)
    ]
    connection.executemany("INSERT INTO run_messages (run, place, content) VALUES (?, ?, ?)", rows)
    hashes = [each for each in file_hashes(request.messages) if each in request.files]
    files = [(run_id, _keep(connection, request.files[each])) for each in hashes]
    connection.executemany("INSERT OR IGNORE INTO run_files (run, content) VALUES (?, ?)", files)


def read_messages(connection: sqlite3.Connection, run_id: int, prompt: str) -> tuple[Message, ...]:
    """Return the messages that a run sent; none where they are not known. Raises `ValueError` for damaged ones."""
    query = """SELECT run_messages.content IS NULL, contents.data FROM run_messages
        LEFT JOIN contents ON contents.id = run_messages.content WHERE run_messages.run = ? ORDER BY place"""
    return tuple(
        Message.of_text("user", prompt) if is_prompt else read_message(parse_object(data))
        for is_prompt, data in connection.execute(query, (run_id,))
    )


def read_files(connection: sqlite3.Connection, round_id: int) -> dict[str, bytes]:
    """Return the files that the runs of a round sent, by their SHA-256."""
    query = """SELECT contents.data FROM contents WHERE id IN
        (SELECT content FROM run_files WHERE run IN (SELECT id FROM runs WHERE round = ?))"""
    files = [bytes(data) for (data,) in connection.execute(query, (round_id,))]
    return {hashlib.sha256(data).hexdigest(): data for data in files}


def release(connection: sqlite3.Connection, run_id: int) -> None:
    """Remove the references of a run to messages and files, and delete those that no other run refers to."""
    query = "SELECT content FROM run_messages WHERE run = ?1 UNION SELECT content FROM run_files WHERE run = ?1"
    contents: Sequence[tuple[int | None]] = connection.execute(query, (run_id,)).fetchall()
    connection.execute("DELETE FROM run_messages WHERE run = ?", (run_id,))
    connection.execute("DELETE FROM run_files WHERE run = ?", (run_id,))
    connection.executemany(
        """DELETE FROM contents WHERE id = ?1
        AND NOT EXISTS (SELECT 1 FROM run_messages WHERE content = ?1)
        AND NOT EXISTS (SELECT 1 FROM run_files WHERE content = ?1)""",
        contents,
    )


def _keep(connection: sqlite3.Connection, data: bytes) -> int:
    """Return the id of a content, which is inserted unless it is there."""
    digest = hashlib.sha256(data).digest()
    row = connection.execute("SELECT id FROM contents WHERE sha256 = ?", (digest,)).fetchone()
    if row is None:
        row = (connection.execute("INSERT INTO contents (sha256, data) VALUES (?, ?)", (digest, data)).lastrowid,)
    content_id: int = row[0]
    return content_id
