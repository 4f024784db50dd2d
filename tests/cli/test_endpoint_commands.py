"""`diptych models` and `diptych endpoints`: what they print, and their exit codes."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.shell_completion import BashComplete

from diptych.cli import main
from tests.cli.test_commands import diptych, refusal, sentence
from tests.support.answers import json_answer
from tests.support.loopback import LoopbackServer

KEY = "sk-planted-secret-key"
MODELS = {
    "object": "list",
    "data": [
        {
            "id": "qwen3:8b",
            "name": "Qwen 3",
            "context_length": 131_072,
            "pricing": {"prompt": "0.0000001", "completion": "0.0000004"},
            "created": 1_745_000_000,
        },
        {"id": "llama\x1b[2J"},
    ],
}


@pytest.fixture
def config(tmp_path: Path, server: LoopbackServer, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A config file with two servers of this machine, and a cache of its own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("LOCAL_KEY", KEY)
    monkeypatch.setenv("HEADER_KEY", f"{KEY}-2")
    path = tmp_path / "config.toml"
    path.touch(0o600)
    path.write_text(f"""
[endpoints.local]
api = "openai-chat"
base_url = "{server.url}/local/v1"
key_env = "LOCAL_KEY"
concurrency = 4
timeout = 30
headers = {{ x-api-key = "env:HEADER_KEY", x-team = "search" }}
query = {{ api-version = "2026-10-01" }}
prices = {{ input = 0.5, output = 2 }}

[endpoints.gone]
api = "anthropic-messages"
base_url = "http://127.0.0.1:9"
""")
    return path


def plan(server: LoopbackServer, answer: Any = MODELS, status: int = 200) -> None:
    server.plan(json_answer(status, json.dumps(answer)))


def test_the_models_of_one_endpoint(config: Path, server: LoopbackServer) -> None:
    plan(server)
    result = diptych("models", "local", "--config", str(config))

    assert result.exit_code == 0
    assert result.stdout == "qwen3:8b   131K  $0.5 / $2  2025-04-18\nllama␛[2J        $0.5 / $2\n"
    assert result.stderr == "local: 2 models, asked just now.\n"


def test_json_holds_what_is_known(config: Path, server: LoopbackServer) -> None:
    plan(server)
    found = json.loads(diptych("models", "local", "--json", "--config", str(config)).stdout)

    asked = found[0].pop("asked")
    assert asked[:2] == "20"
    assert asked[-1] == "Z"
    assert found[0] == {
        "endpoint": "local",
        "id": "qwen3:8b",
        "title": "Qwen 3",
        "context_window": 131_072,
        "prices": {"input": "0.5", "cached_input": None, "cache_write": None, "output": "2"},
        "price_source": "config",
        "created": "2025-04-18T18:13:20Z",
    }
    assert [model["id"] for model in found] == ["qwen3:8b", "llama\x1b[2J"]
    assert (found[1]["title"], found[1]["context_window"], found[1]["created"]) == (None, None, None)


def test_a_server_is_asked_once_in_ten_minutes_unless_that_is_wanted(config: Path, server: LoopbackServer) -> None:
    plan(server)
    for _ in range(2):
        assert diptych("models", "local", "--config", str(config)).exit_code == 0
    assert len(server.received) == 1

    plan(server, ["new"])
    refreshed = diptych("models", "local", "--refresh", "--config", str(config))
    assert refreshed.stdout == "new  $0.5 / $2\n"
    assert refreshed.stderr == "local: 1 model, asked just now.\n"


def test_without_an_endpoint_all_that_can_be_asked_are(config: Path, server: LoopbackServer) -> None:
    plan(server, ["a", "b"])
    result = diptych("models", "--config", str(config))

    assert result.exit_code == 1
    assert result.stdout == "local:a  $0.5 / $2\nlocal:b  $0.5 / $2\n"
    assert result.stderr.splitlines() == [
        "local: 2 models, asked just now.",
        "127.0.0.1:9 refused the connection. Is the server running? Check base_url of [endpoints.gone].",
    ]


@pytest.mark.parametrize(
    ("status", "answer", "said"),
    [
        (404, {}, "does not list its models (404). Any model's name can be typed."),
        (401, {"error": "bad key"}, "refused the key (401): bad key. Check LOCAL_KEY."),
        (500, {"error": KEY}, "is overloaded or has failed (500): "),
    ],
)
def test_a_server_without_a_list_is_a_sentence(
    status: int, answer: Any, said: str, config: Path, server: LoopbackServer
) -> None:
    plan(server, answer, status)
    result = diptych("models", "local", "--json", "--config", str(config))

    assert result.exit_code == 1
    assert result.stdout == "[]\n"
    assert said in result.stderr
    assert result.stderr.count("\n") == 1
    assert KEY not in result.stderr


def test_an_unknown_endpoint_is_named_with_the_nearest(config: Path) -> None:
    assert sentence("models", "lokal", "--config", str(config)) == (
        "There is no endpoint 'lokal'. Did you mean local? "
        "The endpoints are anthropic, openai, openai-responses, local, gone."
    )
    assert "Did you mean" not in refusal("models", "zzz", "--config", str(config))


def test_without_any_key_or_server_it_says_what_to_set(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.touch()
    assert sentence("models", "--config", str(config)) == (
        f"No endpoint can be asked: set ANTHROPIC_API_KEY or OPENAI_API_KEY, or name a server in {config}."
    )


def test_the_price_list_tells_what_the_provider_does_not(
    server: LoopbackServer, monkeypatch: pytest.MonkeyPatch, config: Path
) -> None:
    from diptych.catalog import model_cache
    from diptych.config.environment import configured_endpoints
    from diptych.core.offered_models import ModelList, OfferedModel

    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
    endpoint = configured_endpoints({})["anthropic"]
    now = 1_800_000_000.0
    model_cache.keep_list(endpoint, ModelList((OfferedModel("claude-opus-4-5"),), now))
    monkeypatch.setattr("time.time", lambda: now + 200)

    result = diptych("models", "anthropic", "--config", str(config))

    assert result.stdout == "claude-opus-4-5  200K  $5 / $25\n"
    assert result.stderr == "anthropic: 1 model, asked 3 minutes ago.\n"


def test_endpoints_are_listed_without_their_secrets(config: Path, server: LoopbackServer) -> None:
    config.write_text(
        config.read_text()
        + f"""
[endpoints.far]
api = "openai-responses"
base_url = "https://far.test/v1"
key_command = ["pass", "far"]
proxy = "http://me:my-very-password@proxy.test:3128"
ca_file = "{config}"
fields = {{ store = false }}
[endpoints.bad]
api = "openai-chat"
base_url = "ftp://x"
"""
    )
    result = diptych("endpoints", "--config", str(config))

    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    shown = [" ".join(line.split()) for line in lines]
    assert shown[0] == "anthropic anthropic-messages https://api.anthropic.com ANTHROPIC_API_KEY not set"
    assert shown[3].endswith(
        "key in LOCAL_KEY headers x-api-key x-team, query api-version, timeout 30 s, concurrency 4, $0.5 / $2"
    )
    assert shown[5].endswith(f"key from its command certificates {config}, proxy http://proxy.test:3128, fields store")
    assert shown[6].startswith("bad openai-chat ")
    assert "endpoints.bad" in shown[7]
    assert "base_url" in shown[7]
    everything = result.output + diptych("endpoints", "--json", "--config", str(config)).output
    for secret in (KEY, "my-very-password"):
        assert secret not in everything


def test_what_is_wrong_with_the_config_file_is_said(config: Path) -> None:
    config.write_text("endpoints = 3")

    result = diptych("endpoints", "--config", str(config))

    assert str(config) in result.stderr
    assert result.exit_code == 0


@pytest.mark.parametrize(
    ("command", "stream", "before", "between"),
    [
        (("endpoints",), "stdout", "    ", "    "),
        (("endpoints", "--test"), "stdout", "    not asked: ", "    "),
        (("models", "mine"), "stderr", "", ""),
        (("run", "-l", "mine:x", "-r", "mine:y", "hi"), "stderr", "Error: ", ""),
    ],
)
def test_every_mistake_of_an_endpoint_has_its_own_line(
    tmp_path: Path, command: tuple[str, ...], stream: str, before: str, between: str
) -> None:
    config = tmp_path / "config.toml"
    config.write_text("[endpoints.mine]\napi = 'smoke'\ntimeout = 'long'\n")

    lines = getattr(diptych(*command, "--config", str(config)), stream).splitlines()

    starts = [
        f"{before}{config}: endpoints.mine.api must be ",
        f"{between}{config}: endpoints.mine.timeout must be ",
        f"{between}{config}: endpoints.mine is not built in, so it needs base_url.",
    ]
    first = next(number for number, line in enumerate(lines) if line.startswith(starts[0]))
    assert all(line.startswith(start) for line, start in zip(lines[first : first + 3], starts, strict=True))


def test_an_endpoint_that_cannot_be_asked_is_listed_with_its_own_address(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text(
        "[endpoints.keyless]\napi = 'openai-chat'\nbase_url = 'https://models.test/v1'\nkey_env = 'NOT_SET'\n"
        "[endpoints.nowhere]\napi = 'openai-chat'\nbase_url = 'models.test/v1'\n"
    )

    listed = diptych("endpoints", "--config", str(config)).stdout

    keyless = next(line for line in listed.splitlines() if line.startswith("keyless "))
    assert keyless.split() == ["keyless", "openai-chat", "https://models.test/v1", "no", "key"]
    nowhere = next(line for line in listed.splitlines() if line.startswith("nowhere "))
    assert nowhere.split() == ["nowhere", "openai-chat", "no", "base", "URL", "no", "key"]


def test_endpoints_as_json(config: Path, server: LoopbackServer) -> None:
    found = {each["name"]: each for each in json.loads(diptych("endpoints", "--json", "--config", str(config)).stdout)}

    assert list(found) == ["anthropic", "openai", "openai-responses", "local", "gone"]
    assert found["local"] == {
        "name": "local",
        "api": "openai-chat",
        "base_url": f"{server.url}/local/v1",
        "provider": None,
        "key_source": "LOCAL_KEY",
        "has_key": True,
        "credential": "key",
        "headers": ["x-api-key", "x-team"],
        "query": ["api-version"],
        "timeout": 30.0,
        "concurrency": 4,
        "ca_file": None,
        "proxy": None,
        "prices": {"input": "0.5", "cached_input": None, "cache_write": None, "output": "2"},
        "fields": {},
        "problem": None,
    }
    assert not server.received


def test_a_test_tells_the_endpoints_apart(config: Path, server: LoopbackServer) -> None:
    config.write_text(
        config.read_text() + f'[endpoints.strict]\napi = "openai-chat"\nbase_url = "{server.url}/strict/v1"\n'
        f'[endpoints.plain]\napi = "openai-chat"\nbase_url = "{server.url}/plain/v1"\n'
    )
    server.plan(json_answer(200, '["a"]'), key="/local/v1/models?api-version=2026-10-01")
    server.plan(json_answer(200, '["a"]'), key="/local/v1/models")
    server.plan(json_answer(401, "{}"), key="/strict/v1/models")
    server.plan(json_answer(404, "{}"), key="/plain/v1/models")

    result = diptych("endpoints", "--test", "--config", str(config))

    assert result.exit_code == 1
    found = [line.strip() for line in result.stdout.splitlines() if line.startswith("    ")]
    assert found[0] == "not asked: ANTHROPIC_API_KEY is not set, so anthropic is not asked."
    assert found[3].startswith("ok: 1 model in ")
    assert found[4].startswith("unreachable: 127.0.0.1:9 refused the connection.")
    assert found[5].startswith("key refused: 127.0.0.1:")
    assert found[6].startswith("no list: 127.0.0.1:")


def test_a_test_succeeds_if_all_that_can_be_asked_answer(server: LoopbackServer, tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text(f'[endpoints.local]\napi = "openai-chat"\nbase_url = "{server.url}/v1"\n')
    server.plan(json_answer(200, '{"data": []}'))

    result = diptych("endpoints", "--test", "--json", "--config", str(config))

    assert result.exit_code == 0
    tests = [each["test"] for each in json.loads(result.stdout)]
    assert [test["result"] for test in tests] == ["not asked", "not asked", "not asked", "ok"]
    assert (tests[3]["models"], tests[3]["message"]) == (0, None)
    assert tests[3]["ms"] >= 0
    assert tests[0]["message"] == "ANTHROPIC_API_KEY is not set, so anthropic is not asked."


def test_the_name_of_an_endpoint_is_completed(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIPTYCH_CONFIG", str(config))
    complete = BashComplete(main, {}, "diptych", "_DIPTYCH_COMPLETE")

    assert [item.value for item in complete.get_completions(["models"], "lo")] == ["local"]
    assert "anthropic" in [item.value for item in complete.get_completions(["models"], "")]
