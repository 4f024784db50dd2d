"""`--tools`, `--schema` and `--max-turns`: what they send, and how bad files are told."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.cli.test_commands import diptych, pointed, sentence
from tests.support import command
from tests.support.answers import Answer
from tests.support.loopback import LoopbackServer
from tests.support.streams import chat, messages
from tests.support.tool_streams import CALLS, chat_calls, messages_calls

__all__ = ["pointed"]

CITY = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
WEATHER = {"name": "get_weather", "description": "The weather.", "parameters": CITY}
SCRIPT = "import json, sys; print('18 °C in', json.load(sys.stdin)['city'])"


def written(folder: Path, value: Any, name: str = "tools.json") -> str:
    path = folder / name
    path.write_text(value if isinstance(value, str) else json.dumps(value), encoding="utf-8")
    return str(path)


def test_the_tools_and_the_schema_of_a_file_are_sent_to_both(pointed: LoopbackServer, tmp_path: Path) -> None:
    pointed.plan(Answer(messages('{"city": "Rome"}')), key="/v1/messages")
    pointed.plan(Answer(chat('{"city": 1}')), key="/v1/chat/completions")
    tools, schema = written(tmp_path, [WEATHER]), written(tmp_path, CITY, "schema.json")

    result = diptych("run", "--no-history", "--json", "--tools", tools, "--schema", schema, "hi")

    round_ = json.loads(result.stdout)
    assert round_["left"]["schema"] == {"valid": True, "problem": ""}
    assert round_["right"]["schema"] == {"valid": False, "problem": "$.city: 1 is not of type 'string'"}
    left, right = sorted((request.json for request in pointed.received), key=lambda body: "output_config" not in body)
    assert left["tools"][0]["input_schema"] == CITY
    assert left["output_config"]["format"]["schema"] == CITY
    assert right["tools"][0]["function"]["parameters"] == CITY
    assert right["response_format"]["json_schema"]["schema"] == CITY


@pytest.mark.parametrize("option", ["--tools", "--schema"])
def test_files_that_cannot_be_read(tmp_path: Path, option: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def said(path: str) -> str:
        return sentence("run", "--demo", "--no-history", option, path, "hi")

    assert said(str(tmp_path / "none.json")).endswith("none.json cannot be read: No such file or directory.")
    assert said(str(tmp_path / "a\nb.json")).endswith("a␊b.json cannot be read: No such file or directory.")
    assert " is not JSON: Expecting value" in said(written(tmp_path, "no"))
    assert said(written(tmp_path, '{"a": NaN}')).endswith("tools.json is not JSON: NaN is not a number.")
    (tmp_path / "latin.json").write_bytes(b'["\xff"]')
    assert said(str(tmp_path / "latin.json")).endswith("latin.json is not UTF-8 text.")
    monkeypatch.setattr("diptych.cli.tool_options.MAX_BYTES", 10)
    assert said(written(tmp_path, [WEATHER])).endswith("tools.json is too large: more than 10 bytes.")


def test_everything_wrong_in_a_tools_file_is_told_at_once(tmp_path: Path) -> None:
    bad = written(tmp_path, [{"name": "a b"}, {"name": "a", "parameters": {"type": "object", "properties": 7}}])

    said = sentence("run", "--demo", "--no-history", "--tools", bad, "hi")

    assert "tools.json cannot be used as tools: tools[0].name: " in said
    assert "; tools[1].parameters: $.properties: 7 is not of type 'object'." in said


def test_a_file_that_is_not_a_schema(tmp_path: Path) -> None:
    said = sentence("run", "--demo", "--no-history", "--schema", written(tmp_path, {"type": "strin"}), "hi")
    assert said.endswith("is not a JSON Schema: $.type: 'strin' is not valid under any of the given schemas.")
    deep: Any = {}
    for _ in range(99):
        deep = {"not": deep}
    assert diptych("run", "--demo", "--no-history", "--schema", written(tmp_path, deep), "hi").exit_code == 0


def test_a_loop_with_a_command_in_another_process_and_its_history(server: LoopbackServer, tmp_path: Path) -> None:
    (tmp_path / "weather.py").write_text(f"# -*- coding: utf-8 -*-\n{SCRIPT}", encoding="utf-8")
    results = {"get_weather": {"command": [sys.executable, "-X", "utf8", "weather.py"]}}
    tools = written(tmp_path, {"tools": [WEATHER], "results": results})
    for city in ("Paris", "Rome", "Oslo"):
        call = ("1", "get_weather", json.dumps({"city": city}))
        server.plan(Answer(messages_calls(call)), key="/v1/messages")
        server.plan(Answer(chat_calls(call)), key="/v1/chat/completions")
    server.plan(Answer(messages("Cold.")), key="/v1/messages")
    server.plan(Answer(chat("Cool.")), key="/v1/chat/completions")
    keys = {"ANTHROPIC_API_KEY": "sk-ant-very-secret", "OPENAI_API_KEY": "sk-oai-very-secret"}
    environment = command.pointed_at(server) | keys
    history = str(tmp_path / "history.db")

    done = command.diptych("run", "--history", history, "--tools", tools, "hi", environment=environment)

    printed = done.stdout.decode()
    assert (done.returncode, done.stderr) == (0, b"")
    assert printed.index("── turn 1 ──") < printed.index("── turn 3 ──") < printed.index("Cold.")
    assert '⚒ get_weather {"city": "Oslo"} → 18 °C in Oslo' in printed
    listed = command.diptych("history", "--history", history, "--json", environment=environment).stdout.splitlines()
    assert len(listed) == 4
    shown = command.diptych("show", "--history", history, environment=environment).stdout.decode()
    assert shown.startswith('── prompt ──\n⚒ get_weather {"city": "Oslo"} → 18 °C in Oslo\n')
    exported = command.diptych(
        "export", "last~1", "--format", "json", "-o", "-", "--history", history, environment=environment
    ).stdout
    assert '"text": "18 °C in Rome"' in exported.decode() or "18 \\u00b0C in Rome" in exported.decode()


@pytest.mark.parametrize("api", ["anthropic-messages", "openai-chat"])
def test_a_limit_of_turns(pointed: LoopbackServer, tmp_path: Path, api: Any) -> None:
    tools = written(tmp_path, {"tools": [WEATHER], "results": {"get_weather": "18 °C"}})
    side = "left" if api == "anthropic-messages" else "right"
    pointed.plan(*[Answer(CALLS[api](("1", "get_weather", "{}")))] * 3)

    result = diptych("run", "--no-history", "--side", side, "--tools", tools, "--max-turns", "1", "hi")

    assert len(pointed.received) == 2
    assert result.stderr == (
        f"Warning: Stopped after 1 turn of tool results (--max-turns): get_weather ({side}) got no result.\n"
    )
    assert result.exit_code == 0
