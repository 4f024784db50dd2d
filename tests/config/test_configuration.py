"""What a config file and the environment configure together."""

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from diptych.config.configuration import Configuration, CurrentConfiguration, load_configuration
from diptych.config.simulation import Simulation
from diptych.core.secrets.guard import MustNotBeSentError
from diptych.core.secrets.values import Secret

LOCAL = '[endpoints.local]\napi = "openai-chat"\nbase_url = "http://localhost:8080/v1"\n'
BAD = '[endpoints.bad]\napi = "openai-chat"\nbase_url = "http://x"\nkey_env = "KEY"\ntimeout = "s"\n'


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def loaded(
    path: Path, content: str, environment: Mapping[str, str] | None = None, simulation: Simulation = "none"
) -> Configuration:
    path.write_text(content)
    path.chmod(0o600)
    return load_configuration(environment or {}, path, simulation=simulation)


def test_without_a_file_there_are_the_built_in_endpoints_and_models() -> None:
    configuration = load_configuration({})

    assert list(configuration.endpoints) == ["anthropic", "openai", "openai-responses"]
    assert (configuration.left, configuration.problems, configuration.unusable) == (
        "anthropic:claude-sonnet-5-5",
        (),
        {},
    )
    assert configuration.is_read


def test_the_timeout_of_the_file_is_that_of_endpoints_without_one(path: Path) -> None:
    configuration = loaded(path, "timeout = 5\n[endpoints.openai]\ntimeout = 7\n")

    assert configuration.endpoints["anthropic"].connection.timeout == 5
    assert configuration.endpoints["openai"].connection.timeout == 7
    assert loaded(path, "").endpoints["openai"].connection.timeout is None


def test_a_preset_brings_its_settings_and_has_defaults_for_others(path: Path) -> None:
    content = LOCAL + '[presets.a]\nmodel = "local:x:7b"\n[presets.b]\nmodel = "local:y"\nsystem = ""\nmax_tokens = 3\n'
    configuration = loaded(path, 'system = "All."\nmax_tokens = 5\n' + content)

    first, second = (configuration.settings_for(name) for name in ("@a", " @b "))

    assert (first.name, first.system, first.max_tokens, first.preset) == ("local:x:7b", "All.", 5, "a")
    assert (second.name, second.system, second.max_tokens, second.preset) == ("local:y", "", 3, "b")


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        ("", "@x", "There is no preset 'x': the config file"),
        ('[presets.terse]\nmodel = "openai:x"', "@ters", "There is no preset 'ters'. Did you mean @terse?"),
        ("[presets.terse]\nmodel = 3", "@terse", "presets.terse.model must be text in quotes, not 3."),
        (BAD, "bad:x", "endpoints.bad.timeout must be a number of seconds greater than 0, not text."),
        ("left =", "openai:x", "this is not valid TOML"),
        ("left =", "@x", "this is not valid TOML"),
    ],
)
def test_what_cannot_be_used_says_so_when_it_is_asked(path: Path, content: str, name: str, said: str) -> None:
    configuration = loaded(path, content)

    with pytest.raises(ValueError, match=re.escape(said)):
        configuration.settings_for(name)


def test_an_endpoint_with_a_problem_is_listed_without_anything_that_could_be_sent(path: Path) -> None:
    endpoint = loaded(path, BAD + "headers = { authorization = 'Bearer s3cr3t-value' }\n", {"KEY": "k" * 20}).endpoints[
        "bad"
    ]

    assert (endpoint.key, endpoint.login, endpoint.connection.headers, endpoint.bearers) == (None, None, (), ())
    assert not endpoint.lacks_key
    assert endpoint.environment.scrub("s3cr3t-value " + "k" * 20) == "[redacted] [redacted]"


@pytest.mark.parametrize(
    ("table", "shown"),
    [
        ("[endpoints.local]\nbase_url = 'https://models.test/v1'\n", "https://models.test/v1"),
        ("[endpoints.local]\napi = 'openai-chat'\nbase_url = 'models.test'\n", ""),
        ("[endpoints.local]\napi = 'openai-chat'\n", ""),
    ],
)
def test_an_endpoint_with_a_problem_never_has_the_address_of_somebody_else(path: Path, table: str, shown: str) -> None:
    endpoint = loaded(path, table, {}).endpoints["local"]

    assert endpoint.problem
    assert endpoint.base_url == shown


def test_a_preset_without_its_mark_is_recognized(path: Path) -> None:
    configuration = loaded(path, "[presets.terse]\nmodel = 'openai:x'\n")

    with pytest.raises(ValueError, match=r"^'terse' does not name a model. Did you mean the preset @terse\?$"):
        configuration.settings_for("terse")


def test_a_file_that_cannot_be_parsed_makes_every_endpoint_unusable_but_in_a_demo(path: Path) -> None:
    configuration = loaded(path, "left =", {"OPENAI_API_KEY": "sk-1"})

    assert not configuration.is_read
    assert all(endpoint.problem == configuration.problems[0] for endpoint in configuration.endpoints.values())
    assert configuration.endpoints["openai"].key is None
    assert loaded(path, "left =", simulation="all").settings_for("openai:x").simulated
    with pytest.raises(ValueError, match="this is not valid TOML"):
        configuration.settings_for("local:x")


def test_the_members_for_both_sides_that_cannot_be_used(path: Path) -> None:
    configuration = loaded(path, 'left = "x"\nsystem = 3\ntheme = 3\n[presets.p]\nmodel = "x"\n')

    assert list(configuration.unusable) == ["@p", "left", "system"]
    assert configuration.presets == {}


def test_renewed_settings_have_the_endpoint_of_now(path: Path) -> None:
    settings = loaded(path, LOCAL + '[presets.a]\nmodel = "local:x"\nsystem = "S"\n').settings_for("@a")

    renewed = loaded(path, LOCAL.replace("8080", "9090") + 'key_env = "KEY"\n', {"KEY": "k"}).renewed(settings)

    assert renewed is not None
    assert (renewed.endpoint.base_url, renewed.endpoint.key) == ("http://localhost:9090/v1", Secret("k"))
    assert (renewed.name, renewed.system, renewed.preset) == ("local:x", "S", "a")
    assert loaded(path, "").renewed(settings) is None
    assert loaded(path, LOCAL + "timeout = 0\n").renewed(settings) is None


def test_a_key_that_is_there_now_ends_the_simulation_of_its_models(path: Path) -> None:
    settings = loaded(path, "", simulation="without key").settings_for("openai:x")
    assert settings.simulated

    renewed = loaded(path, "", {"OPENAI_API_KEY": "k"}, "without key").renewed(settings)

    assert renewed is not None
    assert not renewed.simulated


def test_the_configuration_stays_as_it_was_if_the_file_cannot_be_read_again(path: Path) -> None:
    loaded(path, LOCAL)
    current = CurrentConfiguration(lambda: load_configuration({}, path))

    path.write_text("[endpoints")
    broken = current.reload()
    assert (broken.is_read, len(broken.problems), "local" in current.now.endpoints) == (False, 1, True)

    path.write_text("theme = 'x'")
    assert current.reload() is current.now
    assert (current.now.theme, "local" in current.now.endpoints) == ("x", False)


def test_a_secret_in_a_setting_is_refused_before_it_is_sent(path: Path) -> None:
    with pytest.raises(MustNotBeSentError, match="plain http"):
        loaded(path, LOCAL.replace("localhost", "models.test") + 'key_env = "K"\n', {"K": "k" * 20}).settings_for(
            "local:x"
        )
