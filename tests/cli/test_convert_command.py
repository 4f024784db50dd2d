"""The command that makes recordings of other programs' captures."""

import gzip
import json
from pathlib import Path
from typing import Any, get_args

import pytest

from diptych.captures.capture_formats import Format
from diptych.cli import convert_command
from diptych.core.exchange import exchanges
from diptych.core.recording import Recording
from diptych.core.timed_body import TimedBytes, timed_body
from diptych.replay.folding import fold
from diptych.store.recording_files import read_recording
from tests.cli.test_commands import diptych, refusal, sentence
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


def test_times_that_a_capture_does_not_say_are_unknown_wherever_they_are_shown(saved: Path, tmp_path: Path) -> None:
    path, history = tmp_path / "round.jsonl", str(tmp_path / "h.db")
    result = diptych("convert", str(saved), "--prompt", "hi", "-o", str(path))
    diptych("import", str(path), "--history", history)

    assert "does not say when the events arrived: figures that need these times are unknown." in result.stderr
    for shown in (diptych("show", str(path)).stdout, diptych("show", "1", "--history", history).stdout):
        assert "first token – · total – · in 12" in shown
    assert '"first_token": null' in diptych("history", "--json", "--history", history).stdout
    page = diptych("export", str(path), "--format", "html").stdout
    assert "It is not known when the text came, so there is no curve to draw." in page
    differences = diptych("diff", str(path), str(path)).stdout
    assert "phases" not in differences


def test_many_captures_without_times_are_one_warning(saved: Path, tmp_path: Path) -> None:
    names = [tmp_path / name for name in ("a.sse", "b.sse", "c.sse")]
    for name in names:
        name.write_bytes(saved.read_bytes())

    said = diptych("convert", *map(str, names), "-o", f"{tmp_path}/recordings/").stderr

    assert said.count("arrived") == 1
    assert f"3 files of 3, such as {names[0]}, do not say when the events arrived" in said


def test_a_har_of_a_capture_without_times_has_none_either(saved: Path, tmp_path: Path) -> None:
    before = converted(saved, "--prompt", "hi", output=tmp_path / "before.jsonl")
    diptych("export", str(tmp_path / "before.jsonl"), "--format", "har", "-o", str(tmp_path / "x.har"))
    (entry,) = json.loads((tmp_path / "x.har").read_bytes())["log"]["entries"]
    after = converted(tmp_path / "x.har", "--prompt", "hi", output=tmp_path / "after.jsonl")

    assert "_eventSourceMessages" not in entry
    assert entry["timings"]["comment"] == "Not known: the time of the headers, the events, the end."
    assert [exchange.request.unknown_times for exchange in exchanges(after.runs[0])] == [
        exchange.request.unknown_times for exchange in exchanges(before.runs[0])
    ]


def test_a_repeated_request_is_an_attempt(tmp_path: Path) -> None:
    path = cassette(tmp_path / "session.json", "one")
    document = json.loads(path.read_bytes())
    call = document["interactions"][1]
    refused = call | {"response": {"status": {"code": 529}, "headers": {}, "body": {"string": "{}"}}}
    path.write_text(json.dumps({"interactions": [refused, call]}))
    result = diptych("convert", str(path), "-o", str(tmp_path / "round.jsonl"))

    assert (
        "session.json: 1 failed request was sent again, and is an attempt of the call that followed." in result.stderr
    )
    run = fold(read_recording(tmp_path / "round.jsonl")).runs["left"]
    assert [(attempt.status, attempt.wait) for attempt in run.attempts] == [(529, None), (200, None)]


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


def test_files_of_the_same_name_become_different_recordings(saved: Path, tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    other = tmp_path / "b" / "stream.txt"
    other.write_bytes(TEXT)

    assert diptych("convert", str(saved), str(other), "-o", f"{tmp_path}/out/").exit_code == 0
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["stream-1.jsonl", "stream-2.jsonl"]


def test_every_format_can_be_named() -> None:
    assert set(convert_command._FORMATS) == set(get_args(Format))


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbf" + TEXT,
        TEXT.replace(b"\n", b"\r\n"),
        TEXT.decode().encode("utf-16"),
        gzip.compress(TEXT, mtime=0),
    ],
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


CALL = {"method": "POST", "uri": "https://api.anthropic.com/v1/messages", "headers": {"x-api-key": ["k"]}}


def cassette(path: Path, *prompts: str) -> Path:
    """Write a cassette with a call for each prompt, and one exchange that is not a call."""
    bodies = [{"model": "m", "messages": [{"role": "user", "content": prompt}]} for prompt in prompts]
    answer = {"status": {"code": 200}, "body": {"string": TEXT.decode()}}
    calls = [{"request": CALL | {"body": json.dumps(body)}, "response": answer} for body in bodies]
    other = {"request": {"method": "GET", "uri": "https://x/"}, "response": {"status": {"code": 204}}}
    path.write_text(json.dumps({"version": 1, "interactions": [other, *calls]}))
    return path


def test_every_call_of_a_capture_becomes_a_recording(tmp_path: Path) -> None:
    path = cassette(tmp_path / "session.json", "one", "two")
    result = diptych("convert", str(path), "-o", f"{tmp_path}/out/")

    assert "session.json: 1 other exchange left out." in result.stderr
    assert [read_recording(tmp_path / "out" / f"session-{number}.jsonl").prompt for number in (1, 2)] == ["one", "two"]


def test_chosen_calls_become_the_sides_of_a_round(tmp_path: Path) -> None:
    path = cassette(tmp_path / "session.json", "one", "two", "three")
    recording = converted(path, "--call", "3", "--call", "1", output=tmp_path / "round.jsonl")

    assert [run.request.prompt for run in fold(recording).runs.values()] == ["three", "one"]
    refused = refusal("convert", str(path), "-o", str(tmp_path / "other.jsonl"))
    assert "session.json holds 3 calls, and a recording holds one round: choose with --call N" in refused
    assert "There is no call 4: the last one has the number 3." in refusal("convert", str(path), "--call", "4")
    assert "Standard input (-) can only be the only FILE." in sentence("convert", "-", str(path))


def test_more_than_two_calls_of_a_round_are_named_by_letters(saved: Path, tmp_path: Path) -> None:
    assert [run.label for run in converted(saved, saved, saved, output=tmp_path / "round.jsonl").runs] == [
        "a",
        "b",
        "c",
    ]


def test_keys_of_the_user_are_taken_out_and_others_are_told_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-my-own-key-0123456789")
    other = "sk-ant-0123456789abcdefghijklmnop"
    path = cassette(tmp_path / "session.json", f"Is sk-my-own-key-0123456789 like {other}?")
    result = diptych("convert", str(path), "-o", str(tmp_path / "round.jsonl"))

    assert "session.json, interaction 2 seems to hold an Anthropic key (sk-a…nop)" in result.stderr
    assert read_recording(tmp_path / "round.jsonl").prompt == f"Is [redacted] like {other}?"


def test_a_converted_recording_is_imported_and_shown(saved: Path, tmp_path: Path) -> None:
    converted(saved, "--prompt", "hi", output=tmp_path / "round.jsonl")

    assert "Imported" in diptych("import", str(tmp_path / "round.jsonl"), "--history", str(tmp_path / "h.db")).stdout
    assert "Zwei Flügel" in diptych("show", "1", "--history", str(tmp_path / "h.db")).stdout


def test_a_har_of_diptych_is_converted_back(saved: Path, tmp_path: Path) -> None:
    saved.write_bytes(
        b"".join(b"%d.5 %s" % (number, line) for number, line in enumerate(TEXT.splitlines(keepends=True)))
    )
    before = converted(saved, "--prompt", "hi", output=tmp_path / "before.jsonl")
    assert (
        diptych("export", str(tmp_path / "before.jsonl"), "--format", "har", "-o", str(tmp_path / "x.har")).exit_code
        == 0
    )

    after = converted(tmp_path / "x.har", "--prompt", "hi", output=tmp_path / "after.jsonl")

    assert fold(after).runs["left"].stamps == fold(before).runs["left"].stamps
    assert timed(after) == timed(before)


def timed(recording: Recording) -> list[TimedBytes]:
    """Return the body of a recorded call, with its times."""
    (exchange,) = exchanges(recording.runs[0])
    return list(timed_body(exchange, "anthropic-messages", keeps_bytes=True))


def test_a_file_that_exists_is_kept(saved: Path, tmp_path: Path) -> None:
    kept = tmp_path / "round.jsonl"
    kept.write_text("mine")

    assert diptych("convert", str(saved), "-o", str(kept)).exit_code == 2
    assert kept.read_text() == "mine"
    assert diptych("convert", str(saved), "-o", str(kept), "--force").exit_code == 0
