"""The command that makes recordings of other programs' captures."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from diptych.core.recording import Recording
from diptych.replay.folding import fold
from diptych.store.recording_files import read_recording
from tests.cli.test_commands import diptych, sentence
from tests.streams.folding import STREAMS, stream
from tests.streams.folding import fold as folded_body

TEXT = stream("anthropic-messages", "text")


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    """A stream that was saved with `curl -N`."""
    path = tmp_path / "stream.sse"
    path.write_bytes(TEXT)
    return path


def converted(*arguments: str | Path, output: Path) -> Recording:
    result = diptych("convert", *map(str, arguments), "-o", str(output))
    assert result.exit_code == 0, result.stderr
    return read_recording(output)


@pytest.mark.parametrize("path", STREAMS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_saved_stream_becomes_a_recording_of_its_api(path: Path, tmp_path: Path) -> None:
    recording = converted(path, "--prompt", "hi", output=tmp_path / "round.jsonl")

    (run,) = recording.runs
    assert run.settings.endpoint.api == path.parent.name
    assert run.settings.model != "unknown"
    assert recording.prompt == "hi"
    folded, expected = fold(recording).runs["left"], folded_body(run.settings.endpoint.api, path.read_bytes())
    assert (str(folded.text), folded.state, folded.usage) == (str(expected.text), expected.state, expected.usage)


def test_what_a_recording_says_of_times_that_are_unknown(saved: Path, tmp_path: Path) -> None:
    result = diptych("convert", str(saved), "-o", str(tmp_path / "round.jsonl"))

    assert "does not say when the events arrived" in result.stderr
    assert {line.at for line in read_recording(tmp_path / "round.jsonl").runs[0].lines} == {0.0}


def test_two_files_become_the_sides_of_a_round(saved: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.txt.gz"
    other.write_bytes(gzip.compress(stream("openai-chat", "text")))

    recording = converted(saved, other, output=tmp_path / "round.jsonl")

    assert [(run.label, run.settings.endpoint.api) for run in recording.runs] == [
        ("left", "anthropic-messages"),
        ("right", "openai-chat"),
    ]


def test_a_folder_gets_a_recording_of_each_file(saved: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.txt.gz"
    other.write_bytes(gzip.compress(stream("openai-chat", "text")))

    assert diptych("convert", str(saved), str(other), "-o", f"{tmp_path}/out/").exit_code == 0
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["other.jsonl", "stream.jsonl"]


@pytest.mark.parametrize(
    "data",
    [b"\xef\xbb\xbf" + TEXT, TEXT.replace(b"\n", b"\r\n"), TEXT.decode().encode("utf-16"), gzip.compress(TEXT)],
    ids=["byte-order mark", "CRLF", "UTF-16 of PowerShell", "gzip"],
)
def test_files_as_other_systems_write_them(data: bytes, saved: Path, tmp_path: Path) -> None:
    expected = converted(saved, output=tmp_path / "expected.jsonl")
    saved.write_bytes(data)

    text = fold(converted(saved, output=tmp_path / "round.jsonl")).runs["left"].text
    assert str(text) == str(fold(expected).runs["left"].text)


def test_standard_input_to_standard_output(tmp_path: Path) -> None:
    result = diptych("convert", "-", stdin=TEXT)
    lines: list[dict[str, Any]] = [json.loads(line) for line in result.stdout.splitlines()]

    assert lines[0]["format"] == "diptych recording"
    assert lines[-1]["run"]["state"] == "complete"


def test_what_cannot_be_converted_says_why(saved: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").write_bytes(b"")
    (tmp_path / "image.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    (tmp_path / "damaged.gz").write_bytes(b"\x1f\x8b" + b"x" * 20)

    assert sentence("convert", str(tmp_path / "none")).endswith("none cannot be read: No such file or directory.")
    assert sentence("convert", str(tmp_path / "empty")).endswith("empty is empty.")
    assert "holds no call of an API that Diptych knows" in sentence("convert", str(tmp_path / "image.png"))
    assert sentence("convert", str(tmp_path / "damaged.gz")).endswith("holds compressed data that are damaged.")


def test_a_file_that_exists_is_kept(saved: Path, tmp_path: Path) -> None:
    kept = tmp_path / "round.jsonl"
    kept.write_text("mine")

    assert diptych("convert", str(saved), "-o", str(kept)).exit_code == 2
    assert kept.read_text() == "mine"
    assert diptych("convert", str(saved), "-o", str(kept), "--force").exit_code == 0
