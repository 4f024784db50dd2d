"""Warnings of a config file that others can change, and of keys that it holds in clear."""

import sys
from pathlib import Path

import pytest

from diptych.config.config_file import ConfigFile, read_config_file

KEY = "sk-ant-api03-aB3dE5fG7hJ9kL1mN2pQ"
ENDPOINT = "[endpoints.local]\napi = 'openai-chat'\nbase_url = 'http://localhost/v1'\n"

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has other permissions")


def read(tmp_path: Path, content: str, mode: int, folder_mode: int = 0o700) -> ConfigFile:
    folder = tmp_path / "diptych"
    folder.mkdir()
    path = folder / "config.toml"
    path.write_text(content)
    path.chmod(mode)
    folder.chmod(folder_mode)
    return read_config_file(path)


@pytest.mark.parametrize(
    ("mode", "folder_mode", "said"),
    [
        (0o600, 0o700, ""),
        (0o644, 0o755, ""),
        (0o602, 0o700, "can be changed by others, and with it which servers get your prompts"),
        (0o600, 0o777, "the folder of the config file, can be changed by others"),
        (0o600, 0o1777, ""),
    ],
)
def test_a_file_that_others_can_change(tmp_path: Path, mode: int, folder_mode: int, said: str) -> None:
    warnings = read(tmp_path, ENDPOINT, mode, folder_mode).warnings

    assert bool(warnings) == bool(said)
    assert said in " ".join(warnings)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("headers = { x-api-key = 's3cr3t' }", "endpoints.local.headers.x-api-key holds a secret in clear"),
        ("headers = { x-team = 'Bearer s3cr3t' }", "endpoints.local.headers.x-team holds a secret in clear"),
        ("query = { token = 's3cr3t' }", "endpoints.local.query.token holds a secret in clear"),
        ("proxy = 'http://me:s3cr3t@host'", "endpoints.local.proxy holds a login in clear"),
        (f"headers = {{ x-team = '{KEY}' }}", ", line 4: this looks like an Anthropic key in clear"),
        (f"# {KEY}", ", line 4: this looks like an Anthropic key in clear"),
    ],
)
def test_a_key_in_clear_is_told_and_never_quoted(tmp_path: Path, line: str, said: str) -> None:
    file = read(tmp_path, ENDPOINT + line, 0o644)

    assert not file.problems
    (sentence,) = file.keys_in_clear
    assert said in sentence
    assert ["holds a key in clear, and others can read it" in each for each in file.warnings] == [True]
    assert not any(secret in text for secret in ("s3cr3t", KEY) for text in (sentence, *file.warnings))


def test_a_name_that_may_be_a_key_is_not_quoted(tmp_path: Path) -> None:
    lines = "headers = { 'x-token: s3cr3t' = 'a' }\nquery = { 'token=s3cr3t' = 'a' }"

    assert read(tmp_path, ENDPOINT + lines, 0o600).keys_in_clear == ()


def test_a_login_of_a_base_url_is_a_key_in_clear(tmp_path: Path) -> None:
    file = read(tmp_path, ENDPOINT.replace("localhost", "me:s3cr3t@[::1"), 0o600)

    assert file.warnings == ()
    assert "endpoints.local.base_url holds a login in clear" in file.keys_in_clear[0]


@pytest.mark.parametrize("line", ["headers = { authorization = 'env:A' }", "headers = { x-team = 'search' }", ""])
def test_harmless_values_are_not_warned_of(tmp_path: Path, line: str) -> None:
    file = read(tmp_path, ENDPOINT + line, 0o644)

    assert (file.keys_in_clear, file.warnings) == ((), ())
