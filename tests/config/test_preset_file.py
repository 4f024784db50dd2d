import os
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diptych.config.configuration import CurrentConfiguration, load_configuration
from diptych.config.preset_file import PresetExistsError, check_preset_name, save_as_preset, save_preset
from diptych.core.endpoint import Endpoint
from diptych.core.secrets.guard import MustNotBeSentError
from diptych.core.secrets.values import Secret, Secrets
from diptych.core.settings import Settings

SECRETS = Secrets([("MY_KEY", Secret("my-very-own-key"))])
OPENAI = Endpoint("openai", "openai-chat", "https://api.openai.com/v1", "OPENAI_API_KEY", environment=SECRETS)

FILE = """\
# My servers.
left = 'anthropic:claude-opus-5'   # the best

[presets.long]
model = "openai:gpt-5"
# Essays.
system = \"""
Write
at length.\"""

[keys]  # mine
"compare.again" = "ctrl+g"

[presets.terse]
model = "openai:gpt-5"     # cheap
params = { n = 1 }
# the end
"""


def of(**settings: Any) -> Settings:
    return Settings(OPENAI, settings.pop("model", "gpt-5.6-terra"), **settings)


def expected(settings: Settings) -> dict[str, Any]:
    table = {"model": settings.name, "system": settings.system, "max_tokens": settings.max_tokens}
    return table | ({"params": dict(settings.params)} if settings.params else {})


def test_a_new_file(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    save_preset(path, "terse", of(system="One\nsentence.", params={"temperature": 0.2, "reasoning": {"effort": "low"}}))
    assert path.read_text() == (
        '[presets.terse]\nmodel = "openai:gpt-5.6-terra"\nsystem = """One\nsentence."""\nmax_tokens = 8192\n'
        'params = {temperature = 0.2, reasoning = {effort = "low"}}\n'
    )


def test_everything_else_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(FILE)
    save_preset(path, "new", of())
    assert path.read_text() == FILE + (
        '\n[presets.new]\nmodel = "openai:gpt-5.6-terra"\nsystem = ""\nmax_tokens = 8192\n'
    )


def test_a_preset_is_replaced_in_its_place(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(FILE)
    with pytest.raises(PresetExistsError, match="There is a preset @terse already"):
        save_preset(path, "terse", of())
    assert path.read_text() == FILE

    save_preset(path, "terse", of(max_tokens=5), replace=True)
    text = path.read_text()
    assert text.startswith(FILE[: FILE.index("[presets.terse]")])
    assert "# cheap" in text
    assert "# the end" in text
    assert tomllib.loads(text)["presets"]["terse"] == expected(of(max_tokens=5))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x = 1",
        "# only a comment\n",
        "presets = {}\n",
        'presets = { a = { model = "x:y" } }\n',
        'presets.a.model = "x:y"\n',
        '[presets]\na = { model = "x:y" }\n[keys]\nx = "y"\n',
        '[presets.a]\r\nmodel = "x:y"\r\n',
        '[presets.new]\nmodel = "x:y"\n[presets.new.params]\nn = 1  # one\n[keys]\n',
    ],
)
@pytest.mark.parametrize("name", ["new", "new.one", "über", "1"])
def test_however_presets_are_written(tmp_path: Path, text: str, name: str) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(text.encode())
    settings = of(system="a\n\"'\\", params={"n": 2})
    save_preset(path, name, settings, replace=True)
    before, after = tomllib.loads(text), tomllib.loads(path.read_bytes().decode())
    assert after == before | {"presets": before.get("presets", {}) | {name: expected(settings)}}
    assert ("\r" in text) == (b"\n" in path.read_bytes() and b"\n" not in path.read_bytes().replace(b"\r\n", b""))


JSON = st.recursive(
    st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner, max_size=3)
    ),
    max_leaves=6,
)
TEXT = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("\n\r\"'\\\x00\x7f\u2028"))


@given(TEXT, st.dictionaries(TEXT, JSON, max_size=3), st.sampled_from(["terse", "fresh"]))
def test_any_settings_are_saved_whole_or_not_at_all(
    tmp_path_factory: pytest.TempPathFactory, system: str, params: dict[str, Any], name: str
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.toml"
    path.write_text(FILE)
    settings = of(system=system, params=params)
    try:
        save_preset(path, name, settings, replace=True)
    except MustNotBeSentError:
        assert path.read_text() == FILE
        return
    before, after = tomllib.loads(FILE), tomllib.loads(path.read_bytes().decode())
    assert after == before | {"presets": before["presets"] | {name: expected(settings)}}


def test_it_can_be_chosen_at_once(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    configuration = CurrentConfiguration(lambda: load_configuration({}, path))
    assert save_as_preset(configuration, "terse", of(params={"n": 2}), False) == path
    assert configuration.now.settings_for("@terse").params == {"n": 2}


def test_a_preset_that_another_mistake_keeps_from_being_used(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    configuration = CurrentConfiguration(lambda: load_configuration({}, path))
    gone = replace(of(), endpoint=replace(OPENAI, name="gone"))  # its table was taken out of the file
    with pytest.raises(ValueError, match=r"^@a is saved, but the config file has a mistake. .*names the endpoint gone"):
        save_as_preset(configuration, "a", gone, False)
    assert "[presets.a]" in path.read_text()


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        (of(system="my-very-own-key"), "The system prompt holds the secret in MY_KEY, which is never kept"),
        (of(params={"user": "sk-proj-abcdefghijklmnop1234567890"}), "A request field seems to hold an OpenAI key"),
        (of(params={"store": None}), "store holds null, which a config file cannot have"),
        (of(params={"a": {"b": [1, None]}}), "a holds null"),
        (of(system="\ud800"), "cannot be written into"),
    ],
)
def test_what_a_file_must_not_or_cannot_hold(tmp_path: Path, settings: Settings, sentence: str) -> None:
    path = tmp_path / "config.toml"
    with pytest.raises(ValueError, match=sentence):
        save_preset(path, "a", settings)
    assert not path.exists()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (b"left = ", "is not valid TOML: .* Nothing was written"),
        (b"\xff", "is not UTF-8 text. Nothing was written"),
        (b"presets = 1", "cannot be written into .* without changing something else"),
        (b"[presets]\na = 1", "cannot be written into .* without changing something else"),
    ],
)
def test_a_broken_file_stays_as_it_is(tmp_path: Path, text: bytes, sentence: str) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(text)
    with pytest.raises(ValueError, match=sentence):
        save_preset(path, "a", of(), replace=True)
    assert path.read_bytes() == text


def test_a_file_that_cannot_be_read_or_written(tmp_path: Path) -> None:
    for path in (tmp_path, Path(os.devnull)):
        with pytest.raises(ValueError, match=r"is not a regular file. Nothing was written"):
            save_preset(path, "a", of())
    (tmp_path / "file").write_text("")
    with pytest.raises(ValueError, match=r"cannot be (read|written): "):
        save_preset(tmp_path / "file" / "config.toml", "a", of())
    path = tmp_path / "config.toml"
    path.write_text("")
    path.chmod(0o444)
    with pytest.raises(ValueError, match="cannot be written: Permission denied"):
        save_preset(path, "a", of())


@pytest.mark.parametrize("name", ["", "a b", "a:b", "-a", "a/b", "@", "a" * 61, "a\n"[:1] + "!", "."])
def test_names_that_cannot_be_used(name: str) -> None:
    with pytest.raises(ValueError, match="Write letters"):
        check_preset_name(name)


@pytest.mark.parametrize(("typed", "name"), [(" terse ", "terse"), ("@terse", "terse"), ("gpt-5.1_x", "gpt-5.1_x")])
def test_names_that_can(typed: str, name: str) -> None:
    assert check_preset_name(typed) == name
