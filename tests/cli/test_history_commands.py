"""The commands for recorded rounds: what they print, write and refuse."""

import json
import os
import sqlite3
import stat
from contextlib import closing
from pathlib import Path
from typing import Any

import click
import pytest

from diptych.cli import close_recorder
from diptych.core.history_summary import HistoryFilter
from diptych.store import database
from diptych.store.history import History
from tests.cli.test_commands import diptych, plan_both, pointed, sentence
from tests.store.test_recording_files import files_no_larger_than
from tests.support.answers import Answer
from tests.support.loopback import LoopbackServer
from tests.support.streams import chat, framed

__all__ = ["pointed"]

KEYS = {"ANTHROPIC_API_KEY": "sk-ant-planted", "OPENAI_API_KEY": "sk-oai-planted"}


@pytest.fixture
def history(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the path of a history in a folder that does not exist yet."""
    path = tmp_path / "kept" / "history.db"
    monkeypatch.setenv("DIPTYCH_HISTORY", str(path))
    for name, key in KEYS.items():
        monkeypatch.setenv(name, key)
    return path


def ask(server: LoopbackServer, prompt: str = "Say hello", *options: str) -> None:
    plan_both(server)
    assert diptych("run", *options, prompt).exit_code == 0


def test_what_run_asks_is_in_the_history(history: Path, pointed: LoopbackServer) -> None:
    ask(pointed)

    (line,) = diptych("history", "--json").stdout.splitlines()
    listed = json.loads(line)
    assert (listed["id"], listed["prompt"], listed["left"]["state"]) == (1, "Say hello", "complete")
    assert "Say hello" in diptych("history", "hel").stdout
    assert diptych("history", "--list", "nothing of that").stdout == ""
    assert diptych("history", "--endpoint", "openai", "-n", "1").stdout.count("\n") == 1
    assert diptych("history", "-n", "9" * 30).stdout == diptych("history").stdout


def test_the_newest_is_listed_first_and_ids_count_back(history: Path, pointed: LoopbackServer) -> None:
    ask(pointed, "first")
    ask(pointed, "second")

    assert [json.loads(line)["prompt"] for line in diptych("history", "--json").stdout.splitlines()] == [
        "second",
        "first",
    ]
    assert "second" in diptych("show").stdout
    assert "first" in diptych("show", "last~1").stdout
    assert "first" in diptych("show", "1").stdout


def test_the_command_line_accepts_the_filters_of_the_search_box(history: Path, pointed: LoopbackServer) -> None:
    ask(pointed, "first", "-r", "openai:my model")
    ask(pointed, "second")

    def listed(*words: str) -> list[int]:
        return [json.loads(line)["id"] for line in diptych("history", "--json", *words).stdout.splitlines()]

    assert listed("model:my model") == listed('model:"my model"') == listed("--model", "my model") == [1]
    assert listed("model:my", "first") == listed("first model:my") == listed("state:compl", "first") == [1]
    assert listed("model:my model", "second") == listed("state:failed") == []
    assert listed("endpoint:openai state:complete") == listed("Endpoint:openai", "--state", "complete") == [2, 1]


@pytest.mark.parametrize("words", [("--list", "state:nope"), ("--json", "--state", "NOPE"), ("hi", "state:nope")])
def test_an_unknown_state_is_refused_with_the_known_ones(history: Path, words: tuple[str, ...]) -> None:
    known = "waiting, streaming, complete, cut, stopped or failed"
    assert sentence("history", *words) == f"There is no state nope: a side is {known}."


def test_a_locked_history_can_be_read_and_is_reported_when_writing(
    history: Path, pointed: LoopbackServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "_BUSY_SECONDS", 0.01)
    monkeypatch.setattr(close_recorder, "_WAIT", 0.1)
    monkeypatch.setattr(close_recorder, "_LONG_WAIT", 1.0)
    ask(pointed)
    file = tmp_path / "a.jsonl"
    locked = f"The history {history} cannot be used: another program keeps it locked."
    with closing(sqlite3.connect(history, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        assert diptych("export", "last", "-o", str(file)).exit_code == 0
        assert "Say hello" in diptych("history", "--list").stdout
        assert sentence("import", str(file)) == locked

        plan_both(pointed)
        asked = diptych("run", "while it is locked")
        connection.execute("ROLLBACK")
    assert asked.exit_code == 0
    trying, gave_up = asked.stderr.splitlines()
    assert trying.endswith("1 round is not recorded. Trying again for 1 s; press Ctrl-C to quit now.")
    assert gave_up == f"{locked} 1 round is not recorded. Use `diptych run --record FILE` to record to a file instead."


def test_a_lock_that_ends_in_time_is_reported_as_ended(
    history: Path, pointed: LoopbackServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(pointed)
    connection = sqlite3.connect(history, isolation_level=None, check_same_thread=False)
    connection.execute("BEGIN IMMEDIATE")
    echo = click.echo

    def unlocking(*what: Any, **how: Any) -> None:
        echo(*what, **how)
        if "Trying again" in str(what):
            connection.close()

    monkeypatch.setattr(click, "echo", unlocking)
    monkeypatch.setattr(close_recorder, "_WAIT", 0.1)
    plan_both(pointed)
    assert diptych("run", "while it is locked").stderr.endswith("\nEverything is recorded now.\n")

    assert [listed.prompt for listed in History(history).rounds(HistoryFilter())] == ["while it is locked", "Say hello"]


def test_a_recording_that_does_not_fit_is_reported(pointed: LoopbackServer, tmp_path: Path) -> None:
    plan_both(pointed)
    with files_no_larger_than(1_000):
        asked = diptych("run", "--record", str(tmp_path / "a.jsonl"), "hi")

    assert asked.exit_code == 0
    told = f"{tmp_path / 'a.jsonl'} cannot be written: File too large. 1 round is not recorded.\n"
    assert asked.stderr in (told, told.replace("not recorded", "recorded only in part"))


def test_show_prints_prompt_answers_and_figures(history: Path, pointed: LoopbackServer) -> None:
    ask(pointed)

    shown = diptych("show", "last").stdout

    for text in ("Say hello", "── left · anthropic:claude-sonnet-5-5 ──", "Hello", "Salut", "complete (end_turn)"):
        assert text in shown


def test_a_recording_goes_round_trip_into_the_history(history: Path, pointed: LoopbackServer, tmp_path: Path) -> None:
    file = tmp_path / "r.jsonl"
    ask(pointed, "recorded", "--record", str(file))
    assert not history.exists()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600

    assert diptych("import", str(file)).stdout == f"Imported {file} as round 1 of the history.\n"

    exports = [diptych("export", what, "--format", "json").stdout for what in (str(file), "1")]
    assert exports[0] == exports[1]
    assert json.loads(exports[0])["left"]["text"] == "Hello"
    assert [listed.prompt for listed in History(history).rounds(HistoryFilter())] == ["recorded"]


def test_recording_into_a_file_that_is_there_is_refused(history: Path, tmp_path: Path) -> None:
    file = tmp_path / "r.jsonl"
    file.write_text("mine")

    assert sentence("run", "--record", str(file), "hi") == f"{file} is there already: record into another file."
    assert file.read_text() == "mine"


def test_no_history_keeps_nothing(history: Path, pointed: LoopbackServer) -> None:
    ask(pointed, "secret plans", "--no-history")

    assert not history.parent.exists()


def test_another_history_can_be_named(history: Path, pointed: LoopbackServer, tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    ask(pointed, "elsewhere", "--history", str(other))

    assert not history.exists()
    assert "elsewhere" in diptych("show", "last", "--history", str(other)).stdout


def test_a_history_that_cannot_be_written_does_not_stop_the_comparison(history: Path, pointed: LoopbackServer) -> None:
    history.parent.mkdir()
    history.write_bytes(b"no database, and somebody's own" * 100)
    plan_both(pointed)

    done = diptych("run", "hi")

    assert done.exit_code == 0
    assert "Hello" in done.stdout
    assert done.stderr == (
        f"The history {history} cannot be used: it is damaged, or not a database. 1 round is not recorded. "
        "Use `diptych run --record FILE` to record to a file instead.\n"
    )
    assert history.read_bytes() == b"no database, and somebody's own" * 100


def test_history_without_a_match_ends_with_1(history: Path, pointed: LoopbackServer) -> None:
    for form in ("--list", "--json"):
        empty = diptych("history", form)
        assert (empty.exit_code, empty.stdout) == (1, "")
    ask(pointed, "Why do clocks drift?")
    for form in ("--list", "--json"):
        nothing = diptych("history", form, "rivers")
        assert (nothing.exit_code, nothing.stdout, nothing.stderr) == (1, "", "No round matches.\n")
        assert diptych("history", form, "clocks").exit_code == 0


def test_missing_rounds_and_files_are_named_in_one_sentence(
    history: Path, pointed: LoopbackServer, tmp_path: Path
) -> None:
    assert diptych("history", "--json").stderr == f"The history {history} is empty.\n"
    assert "yet: it begins with the first prompt." in sentence("show")
    ask(pointed)
    assert sentence("show", "77") == "There is no round 77 in the history."
    assert sentence("export", "last~5") == "There is no round last~5 in the history."
    assert sentence("replay", "no.jsonl") == "The recording no.jsonl cannot be read: No such file or directory."
    assert sentence("replay", "1") == "A replay needs a terminal. Without one, use `diptych show`."
    damaged = tmp_path / "x.jsonl"
    damaged.write_text("{}\n")
    assert "cannot be read as a recording of Diptych" in sentence("import", str(damaged))


def test_keys_are_in_no_file(history: Path, pointed: LoopbackServer, tmp_path: Path) -> None:
    ask(pointed)
    ask(pointed, "hi", "--record", str(tmp_path / "r.jsonl"))
    for form in ("jsonl", "json", "md", "html"):
        diptych("export", "last", "-o", str(tmp_path / f"x.{form}"))

    written = [path for path in tmp_path.rglob("*") if path.is_file()]

    assert len(written) >= 6
    assert not any(b"planted" in path.read_bytes() for path in written)


def test_thousands_of_keys_and_endless_nesting_do_not_end_a_side(
    history: Path, pointed: LoopbackServer, tmp_path: Path
) -> None:
    key = KEYS["OPENAI_API_KEY"]
    escaped = "".join(f"\\u{ord(character):04x}" for character in key)  # which no search of the raw data finds
    role, *rest = chat(" and so on")
    echo = framed(f'{{"choices": [{{"index": 0, "delta": {{"content": "{escaped * 5_000}"}}}}]}}')
    deep = framed(f'{{"choices": {"[" * 100_000}{"]" * 100_000}}}')
    pointed.plan(Answer([role, echo, deep, *rest]))

    asked = json.loads(diptych("run", "--json", "--side", "right", "hi").stdout)

    assert asked["right"]["text"] == "[redacted]" * 5_000 + " and so on"
    assert asked["right"]["stop_reason"] == "stop"
    for form in ("jsonl", "json", "md", "html"):
        exported = diptych("export", "last", "--format", form)
        assert exported.exit_code == 0
        assert escaped not in exported.stdout
        assert key not in exported.stdout
    assert "Traceback" not in diptych("show", "last").stderr


def test_only_the_owner_can_read_the_history_and_sqlite_can(history: Path, pointed: LoopbackServer) -> None:
    before = os.umask(0o022)
    try:
        ask(pointed)
    finally:
        os.umask(before)

    assert stat.S_IMODE(history.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(history.stat().st_mode) == 0o600
    with sqlite3.connect(history) as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM events WHERE side = 'left' ORDER BY seq")]
    connection.close()
    assert (names[0], names[-1]) == ("message_start", "message_stop")


def test_the_request_of_a_recorded_round_as_a_curl_command(
    history: Path, pointed: LoopbackServer, tmp_path: Path
) -> None:
    config = tmp_path / "config.toml"
    config.write_text(
        f'[endpoints.local]\napi = "openai-chat"\nbase_url = "{pointed.url}/v1/"\nkey_env = "LOCAL_KEY"\n'
        'query = {api-version = "2026-10-01"}\n'
    )
    set_variables = {"DIPTYCH_CONFIG": str(config), "LOCAL_KEY": "sk-local-planted"}
    with pytest.MonkeyPatch.context() as patch:
        for name, value in set_variables.items():
            patch.setenv(name, value)
        pointed.plan(Answer(chat("Hi")))
        assert diptych("run", "--side", "right", "-r", "local:qwen", "hi").exit_code == 0

        configured = diptych("show", "--curl", "right").stdout
    recorded = diptych("show", "1", "--curl", "right").stdout

    assert f"'{pointed.url}/v1/chat/completions?api-version=2026-10-01'" in configured
    assert '"authorization: Bearer $LOCAL_KEY"' in configured
    assert 'api-version=$LOCAL_API_VERSION"' in recorded
    assert '"authorization: Bearer $LOCAL_API_KEY"' in recorded
    assert '"content":"hi"' in recorded
    assert sentence("show", "--curl", "left") == "There is no side 'left' in this round: choose right."


def test_a_side_that_has_sent_nothing_has_no_curl_command(history: Path, tmp_path: Path) -> None:
    file = tmp_path / "round.jsonl"
    run = {"label": "left", "take": 1, "endpoint": "local", "api": "openai-chat", "model": "m", "simulated": False}
    file.write_text(json.dumps({"format": "diptych recording", "version": 2, "prompt": "hi", "runs": [run]}) + "\n")

    assert sentence("show", str(file), "--curl", "left") == "The left side has sent no request."
