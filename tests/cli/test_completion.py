"""Shell completion of models, presets and rounds: what the installed command offers, and what bash makes of it."""

import os
import shutil
import sys
from pathlib import Path

import pytest
from click.shell_completion import CompletionItem, ZshComplete

from diptych.catalog.model_cache import keep_list
from diptych.cli import main
from diptych.codec.plan_object import plan_digest, plan_object
from diptych.config.configuration import load_configuration
from diptych.core.endpoint import Endpoint
from diptych.core.experiment.case import Case
from diptych.core.experiment.plan import Plan
from diptych.core.message import Message
from diptych.core.offered_models import ModelList, OfferedModel
from diptych.core.settings import Settings
from diptych.replay.folding import fold
from diptych.store.history import History
from tests.support.command import COMMAND, diptych
from tests.tui.histories import a_recording

if sys.platform == "win32":
    pytest.skip("Windows has no bash", allow_module_level=True)

import pexpect

from tests.support.terminal import kill

CONFIG = """
left = "local:qwen3:7b"
[endpoints.local]
api = "openai-chat"
base_url = "http://localhost/v1"
[presets.terse]
model = "openai:gpt-9"
[presets.other]
model = "local:x"
"""


@pytest.fixture
def history(tmp_path: Path) -> Path:
    """Return the path of a history with two rounds."""
    path = tmp_path / "history.db"
    for prompt in ("Why do clocks drift? It is long, this prompt, longer than any column.", "Say\n\u202e hi"):
        recording = a_recording(prompt)
        History(path).add(recording, fold(recording))
    return path


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "config.toml"
    path.write_text(CONFIG)
    return path


def offered(config: Path, *words: str) -> list[str]:
    """What is offered for the last of the words, where nothing splits them."""
    environment = {"_DIPTYCH_COMPLETE": "zsh_complete", "DIPTYCH_CONFIG": str(config)}
    environment |= {"COMP_WORDS": " ".join(("diptych", *words)), "COMP_CWORD": str(len(words))}
    done = diptych(environment=os.environ | environment)
    assert (done.returncode, done.stderr) == (0, b"")
    return done.stdout.decode().splitlines()[1::3]


def history_items(history: Path, *words: str) -> list[CompletionItem]:
    """Return what is offered for the last of the words, with its help and its type."""
    completed = ZshComplete(main, {"max_content_width": 100}, "diptych", "_DIPTYCH_COMPLETE")
    return completed.get_completions([words[0], "--history", str(history), *words[1:-1]], words[-1])


def test_endpoints_presets_and_the_models_of_the_file(config: Path) -> None:
    built_in = ["anthropic:", "openai:", "openai-responses:"]

    assert offered(config, "-l", "''") == [*built_in, "local:", "@terse", "@other"]
    assert offered(config, "run", "--right", "@t") == ["@terse"]
    assert offered(config, "run", "-r", "local:") == ["local:qwen3:7b", "local:x"]
    assert offered(config, "-l", "local:x", "-r", "openai:g") == ["openai:gpt-5.6-terra", "openai:gpt-9"]


def test_the_models_that_a_server_listed_when_it_was_asked_last(
    config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    endpoint = load_configuration({}, config).endpoints["local"]
    names = ("qwen3:8b", "org/model-1.5", "$(touch pwned)", "two words", "`id`", "evil\x1b[2J", "x;y")
    keep_list(endpoint, ModelList(tuple(map(OfferedModel, names)), 1.0))

    assert offered(config, "-l", "local:") == ["local:qwen3:7b", "local:x", "local:qwen3:8b", "local:org/model-1.5"]
    assert "local:qwen3:8b" not in offered(config, "-l", "openai:")


@pytest.mark.parametrize("content", ["", "[", "left = 3", "\0", "endpoints = 3", "presets = { '' = {} }"])
def test_a_broken_file_offers_the_built_in_endpoints(config: Path, content: str) -> None:
    config.write_text(content)

    assert offered(config, "-l", "an") == ["anthropic:"]


def test_the_file_that_the_command_line_names(config: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.toml"
    other.write_text(CONFIG.replace("local", "another"))

    assert offered(config, "run", "--config", str(other), "-l", "ano") == ["another:"]


def test_ids_come_with_the_beginnings_of_their_prompts(history: Path) -> None:
    for words in (("show", ""), ("replay", ""), ("export", "-o", "x.html", ""), ("serve", "1", "")):
        items = history_items(history, *words)
        assert [(item.value, item.type, item.help) for item in items] == [
            ("", "file", None),
            ("last", "plain", "the newest round"),
            ("2", "plain", "Say ⟨U+202E⟩ hi"),
            ("1", "plain", "Why do clocks drift? It is long, this prompt, longer than an…"),
        ]
    assert [item.value for item in history_items(history, "show", "1")][1:] == ["1"]
    assert [item.value for item in history_items(history, "show", "la")][1:] == ["last"]
    assert [(item.value, item.type) for item in history_items(history, "show", "notes/")] == [("notes/", "file")]


def test_zsh_reads_what_follows_a_request_for_files(history: Path) -> None:
    environment = {
        "_DIPTYCH_COMPLETE": "zsh_complete",
        "COMP_WORDS": f"diptych show --history {history} ",
        "COMP_CWORD": "4",
    }
    done = diptych(environment=os.environ | environment)
    lines = done.stdout.decode().splitlines()

    assert "" not in lines  # click's script for zsh drops empty lines
    assert list(zip(lines[::3], lines[1::3], strict=True))[:3] == [("file", "_"), ("plain", "last"), ("plain", "2")]


def test_what_is_asked_again_is_an_id_and_a_prompt_is_not(history: Path) -> None:
    assert [item.value for item in history_items(history, "run", "--redo", "left", "")] == ["last", "2", "1"]
    assert [item.value for item in history_items(history, "run", "--redo", "left", "2")] == ["2"]
    assert history_items(history, "run", "--side", "left", "2") == []


def test_experiments_are_completed_by_their_names(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    assert history_items(path, "run", "--resume", "x") == []
    model = Settings(Endpoint("a", "openai-chat", "", ""), "m")
    plan = Plan((Case("1", (Message.of_text("user", "Which capital?"),)),), {"left": model})
    for _ in range(2):
        History(path).add_experiment({"plan": plan_object(plan), "digest": plan_digest(plan)})

    items = history_items(path, "run", "--resume", "x")
    assert [(item.value, item.help) for item in items] == [
        ("xlast", "the newest experiment"),
        ("x2", "Which capital?"),
        ("x1", "Which capital?"),
    ]
    assert [item.value for item in history_items(path, "run", "--resume", "x1")] == ["x1"]
    for words in (["judge"], ["export"], ["open"], ["show"], ["serve"]):
        offered = history_items(path, *words, "x")
        assert [item.value for item in offered if item.type == "plain"] == ["xlast", "x2", "x1"]
    assert [item.value for item in history_items(path, "merge", "--into", "")] == ["xlast", "x2", "x1", "new"]
    assert history_items(path, "run", "--resume", "1") == []


def test_what_the_history_can_be_filtered_by(history: Path) -> None:
    def offered_for(*words: str) -> list[str]:
        return [item.value for item in history_items(history, "history", *words)]

    assert offered_for("--model", "") == ["claude-sonnet-5-5", "gpt-5.6-terra"]
    assert offered_for("--model", "g") == ["gpt-5.6-terra"]
    assert offered_for("--endpoint", "o") == ["openai"]
    assert offered_for("--state", "co") == ["complete"]


@pytest.mark.parametrize("content", [None, b"no database", b""])
def test_a_history_that_cannot_be_read_offers_files(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "history.db"
    if content is not None:
        path.write_bytes(content)

    assert [item.value for item in history_items(path, "show", "")] == ["", "last"]
    assert history_items(path, "history", "--model", "") == []


@pytest.mark.skipif(not shutil.which("bash"), reason="there is no bash")
def test_bash_completes_words_with_a_colon_or_an_at_sign(config: Path) -> None:
    environment = os.environ | {
        "PATH": f"{COMMAND.parent}{os.pathsep}{os.environ['PATH']}",
        "DIPTYCH_CONFIG": str(config),
        "TERM": "dumb",
        "INPUTRC": "/dev/null",
    }
    bash = pexpect.spawn("bash", ["--norc", "--noprofile"], env=environment, dimensions=(40, 200), timeout=120)
    bash.sendline('PS1="$ "; bind "set bell-style none"; bind "set enable-bracketed-paste off"')
    bash.sendline(f'eval "$(_DIPTYCH_COMPLETE=bash_source {COMMAND})"; diptych() {{ printf "got=<%s>\\n" "$*"; }}')
    completed = {}
    for typed in (
        "-l lo",
        "-l local:q",
        "-l local:qwen3:",
        "-l @te",
        "-l @",
        "--left=lo",
        "--left=@t",
        '-l "openai:gpt-5',
    ):
        bash.send(f"diptych {typed}\t#\r")  # after a space, # begins a comment
        bash.expect(r"got=<([^\r\n]*)>\r\n")
        completed[typed] = bash.match[1].decode()
    kill(bash)

    assert completed == {
        "-l lo": "-l local:#",
        "-l local:q": "-l local:qwen3:7b",
        "-l local:qwen3:": "-l local:qwen3:7b",
        "-l @te": "-l @terse",
        "-l @": "-l @#",
        "--left=lo": "--left=local:#",
        "--left=@t": "--left=@terse",
        '-l "openai:gpt-5': "-l openai:gpt-5.6-terra",
    }
