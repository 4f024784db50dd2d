"""Messages and files that were sent come back, are kept once, and are gone with the last round that sent them."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from diptych.core.message import FilePart, Message, TextPart, ToolCallPart, ToolResultPart
from diptych.core.recording import Recording
from diptych.core.request import Request
from diptych.core.round import Round
from diptych.core.run import Run
from diptych.core.settings import Settings, ToolDefinition
from diptych.replay.folding import fold
from diptych.store.database import connect
from diptych.store.errors import StoreError
from diptych.store.history import History
from tests.store.rounds import BEGAN, answered, keep, new_run, over, reopened, round_of, sent

PICTURE, NOTES = b"\x89PNG unmistakable bytes", b"text of notes"
FILES = {sha256(data).hexdigest(): data for data in (PICTURE, NOTES)}
PARTS = tuple(FilePart(digest, name, "image/png") for digest, name in zip(FILES, ("a.png", "b.txt"), strict=True))

CONVERSATION = (
    Message("user", (TextPart("Look at this."), PARTS[0])),
    Message("assistant", (TextPart("I look."), ToolCallPart("call_1", "look", '{"at": "this'))),
    Message("tool", (ToolResultPart("call_1", "half \ud83d", is_error=True),)),
    Message.of_text("assistant", "An unmistakable answer."),
)


def run_of(label: str, messages: tuple[Message, ...], **changed: Any) -> Run:
    """A run that sent these messages, and failed to get an answer."""
    asked = replace(new_run(label).request.settings, **changed)
    run = Run(label, Request(asked, messages, FILES), BEGAN)
    sent(run)
    answered(run)
    over(run)
    return run


def conversation(prompt: str = "And this?", *, parts: tuple[FilePart, ...] = ()) -> Round:
    last = Message("user", (TextPart(prompt), *parts))
    return round_of(run_of("left", (*CONVERSATION, last)), run_of("right", (last,)), prompt=prompt)


def by_history(folder: Path, round_: Round) -> Recording:
    return keep(folder / "history.db", round_).open(1)


def by_file(folder: Path, round_: Round) -> Recording:
    return reopened(folder / "a.jsonl", round_)


def by_file_and_history(folder: Path, round_: Round) -> Recording:
    recording = by_file(folder, round_)
    number = History(folder / "history.db").add(recording, fold(recording))
    return History(folder / "history.db").open(number)


WAYS = pytest.mark.parametrize("by", [by_history, by_file, by_file_and_history])


@WAYS
@pytest.mark.parametrize("parts", [(), PARTS], ids=["text", "files"])
def test_messages_and_files_come_back(
    tmp_path: Path, by: Callable[[Path, Round], Recording], parts: tuple[FilePart, ...]
) -> None:
    original = conversation(parts=parts)
    recording = by(tmp_path, original)

    for label, run in fold(recording).runs.items():
        assert run.request.messages == original.runs[label].request.messages
    assert recording.files == (FILES if parts else {sha256(PICTURE).hexdigest(): PICTURE})


@WAYS
def test_settings_come_back_whole(tmp_path: Path, by: Callable[[Path, Round], Recording]) -> None:
    tool = ToolDefinition("look", "Looks.", {"type": "object", "properties": {}})
    run = run_of("left", CONVERSATION, tools=(tool,), response_schema={"type": "object"}, params={"n": 1})
    settings = by(tmp_path, round_of(run)).run("left").settings

    assert settings == replace(run.request.settings, endpoint=settings.endpoint)
    assert isinstance(settings, Settings)


@WAYS
def test_a_prompt_with_half_a_character_was_sent_as_it_was(
    tmp_path: Path, by: Callable[[Path, Round], Recording]
) -> None:
    original = round_of(run_of("left", (Message.of_text("user", "half \ud83d"),)), prompt="half \ud83d")

    assert fold(by(tmp_path, original)).runs["left"].request.prompt == "half \ud83d"


def test_a_file_that_is_not_known_is_left_out(tmp_path: Path) -> None:
    unknown = Message("user", (FilePart("0" * 64, "a.png", "image/png"),))
    original = round_of(run_of("left", (unknown,)))

    for by in (by_history, by_file):
        recording = by(tmp_path, original)
        assert (recording.files, recording.run("left").messages) == ({}, (unknown,))


def count(path: Path, table: str) -> int:
    with closing(sqlite3.connect(path)) as connection:
        number: int = connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608 - ours
        return number


def test_what_several_rounds_sent_is_kept_once(tmp_path: Path) -> None:
    history = keep(tmp_path / "history.db", conversation("first"), conversation("second"), conversation("first"))

    assert count(history.path, "contents") == len(CONVERSATION) + 1
    assert count(history.path, "run_messages") == 3 * (len(CONVERSATION) + 2)
    assert history.path.read_bytes().count(PICTURE) == 1


def test_a_content_is_gone_with_the_last_round_that_sent_it(tmp_path: Path) -> None:
    history = keep(tmp_path / "history.db", conversation(), conversation(parts=PARTS), conversation())

    history.delete(1, 3)
    assert history.open(2).files == FILES
    history.delete(2)

    assert [count(history.path, table) for table in ("contents", "run_messages", "run_files")] == [0, 0, 0]
    for secret in (PICTURE, NOTES, b"unmistakable"):
        assert secret not in history.path.read_bytes()


def test_a_damaged_message_is_told_with_its_round(tmp_path: Path) -> None:
    history = keep(tmp_path / "history.db", conversation())
    with closing(connect(history.path)) as connection:
        connection.execute("UPDATE contents SET data = x'7B7D'")

    with pytest.raises(StoreError, match=r"^Round 1 is damaged: a line of it has a message of no known role\.$"):
        history.open(1)
