"""A round and its turns in files beside each other."""

from pathlib import Path

import pytest

from diptych.core.remarks import RoundNote
from diptych.core.round import Round
from diptych.core.run import Run
from diptych.core.run_lines import Ended
from diptych.store.entries import Began, Changed, Said, TakeBegan
from diptych.store.errors import RoundGoneError, StoreError
from diptych.store.recording_files import read_recording
from diptych.store.turn_files import TurnFiles
from tests.support.asking import new_run, settings


def a_round(prompt: str, *sides: str) -> tuple[Round, tuple[Run, ...]]:
    runs = tuple(new_run(settings("openai-chat"), prompt, side) for side in sides)
    for run in runs:
        run.complete()
    return Round(prompt, 0.0, runs), runs


def test_each_turn_has_its_file(tmp_path: Path) -> None:
    files = TurnFiles(tmp_path / "round.jsonl")
    for prompt, sides in (("hi", ("left", "right")), ("⚒ one", ("left", "right")), ("⚒ two", ("right",))):
        round_, runs = a_round(prompt, *sides)
        files.write([Began(1, round_, runs)])
        for run in reversed(runs):
            files.write([Ended(run)])
    assert files.tidy() is False
    files.close()

    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "round-turn1.jsonl",
        "round-turn2.jsonl",
        "round.jsonl",
    ]
    recordings = [read_recording(tmp_path / f"round{turn}.jsonl") for turn in ("", "-turn1", "-turn2")]
    assert [recording.prompt for recording in recordings] == ["hi", "⚒ one", "⚒ two"]
    assert [[run.ended for run in recording.runs] for recording in recordings] == [[True, True], [True, True], [True]]


def test_a_round_that_is_written_again_keeps_its_file(tmp_path: Path) -> None:
    path = tmp_path / "round.jsonl"
    files = TurnFiles(path)
    round_, runs = a_round("hi", "left")
    files.write([Began(1, round_, runs)])
    path.unlink()
    with pytest.raises(RoundGoneError):
        files.write([Ended(runs[0])])
    files.write([Began(1, round_, runs), Ended(runs[0])])
    take = new_run(settings("openai-chat"))
    take.take = 2
    files.write([TakeBegan(round_, take, runs)])
    files.close()

    assert [run.take for run in read_recording(path).runs] == [1, 2]
    assert len(list(tmp_path.iterdir())) == 1


def test_what_is_said_about_a_round_stands_in_its_file(tmp_path: Path) -> None:
    files = TurnFiles(tmp_path / "round.jsonl")
    rounds = [a_round(prompt, "left")[0] for prompt in ("hi", "⚒ one")]
    for round_ in rounds:
        files.write([Began(1, round_, tuple(round_.all_takes()))])
    before = Said.now(rounds[0])
    rounds[0].put_note(RoundNote("worth it"))
    files.write([Changed(rounds[0], Said.now(rounds[0]), before)])
    files.close()

    notes = [read_recording(tmp_path / f"round{turn}.jsonl").note.text for turn in ("", "-turn1")]
    assert notes == ["worth it", ""]


def test_a_file_of_a_turn_that_is_there_already(tmp_path: Path) -> None:
    (tmp_path / "round-turn1.jsonl").touch()
    files = TurnFiles(tmp_path / "round.jsonl")
    for prompt in ("hi", "⚒ one"):
        round_, runs = a_round(prompt, "left")
        if prompt == "hi":
            files.write([Began(1, round_, runs)])
        else:
            with pytest.raises(StoreError, match=r"round-turn1\.jsonl is there already"):
                files.write([Began(1, round_, runs)])
    files.close()
