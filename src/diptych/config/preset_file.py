"""Writes settings into the config file as a preset; comments and the order of everything else stay."""

import json
import re
import tomllib
from collections.abc import Mapping, MutableMapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from diptych.config.configuration import CurrentConfiguration
from diptych.config.replace_file import replace_text
from diptych.core.secrets.guard import refuse_secrets
from diptych.core.settings import Settings

_NAME = re.compile(r"\w[\w.-]*")
_LONGEST_NAME = 60


class PresetExistsError(ValueError):
    """There is a preset with that name already."""


def check_preset_name(name: str) -> str:
    """Return a preset's name without the spaces and the @ before it. Raises `ValueError` with a sentence for users."""
    name = name.strip().removeprefix("@")
    if not _NAME.fullmatch(name) or len(name) > _LONGEST_NAME:
        raise ValueError("Write letters, digits, hyphens, dots and underscores, for example terse.")
    return name


def save_preset(path: Path, name: str, settings: Settings, *, replace: bool = False) -> None:
    """Write settings into the config file at `path` as the preset `name`. Tools and a schema are not part of it.

    Raises `PresetExistsError` for a name that is taken unless `replace` is set, `MustNotBeSentError` for settings that
    hold a secret, and `ValueError` with a sentence for users for whatever else goes wrong. Then nothing was written.
    """
    name = check_preset_name(name)
    refuse_secrets(settings)
    table = _table(settings)
    before = _read(path)
    presets = tomllib.loads(before).get("presets", {})
    if not replace and isinstance(presets, dict) and name in presets:
        raise PresetExistsError(f"There is a preset @{name} already.")
    after = _with_preset(before, name, table, path)
    try:
        replace_text(path, after)
    except OSError as error:
        raise ValueError(f"{path} cannot be written: {error.strerror or error}.") from None


def save_as_preset(configuration: CurrentConfiguration, name: str, settings: Settings, replace: bool) -> Path:
    """Save settings as `save_preset` does, in the config file in use, and read that again. Returns its path.

    Raises `ValueError` also if the preset cannot be used because of something else in the file.
    """
    name = check_preset_name(name)
    path = configuration.now.path
    save_preset(path, name, settings, replace=replace)
    now = configuration.reload()
    if name not in now.presets:
        raise ValueError(
            " ".join((f"@{name} is saved, but the config file has a mistake.", *map(str, now.problems[:1])))
        )
    return path


def _table(settings: Settings) -> dict[str, Any]:
    table: dict[str, Any] = {
        "model": settings.name,
        "system": settings.system,
        "max_tokens": settings.max_tokens,
    }
    if settings.params:
        table["params"] = json.loads(json.dumps(dict(settings.params)))
    for key, value in table.get("params", {}).items():
        if _holds_null(value):
            raise ValueError(f"{key} holds null, which a config file cannot have: take it out to save the preset.")
    return table


def _holds_null(value: Any) -> bool:
    match value:
        case None:
            return True
        case dict():
            return any(map(_holds_null, value.values()))
        case list():
            return any(map(_holds_null, value))
        case _:
            return False


def _read(path: Path) -> str:
    """Return the text of the config file, "" if there is none. Raises `ValueError` if it cannot be read as TOML."""
    if path.exists() and not path.is_file():
        raise ValueError(f"{path} is not a regular file. Nothing was written.")
    try:
        text = path.read_bytes().decode()
        tomllib.loads(text)
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error.strerror or error}.") from None
    except UnicodeDecodeError:
        raise ValueError(f"{path} is not UTF-8 text. Nothing was written.") from None
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{path} is not valid TOML: {error}. Nothing was written.") from None
    return text


def _with_preset(text: str, name: str, table: Mapping[str, Any], path: Path) -> str:
    """Return the text of a config file with a preset, after checking that nothing else in it has changed."""
    expected = tomllib.loads(text)
    with suppress(TypeError, ValueError, KeyError):  # ValueError is the base of the errors of tomlkit and tomllib
        expected.setdefault("presets", {})[name] = table
        changed = _edited(text, name, table)
        if tomllib.loads(changed.encode().decode()) == expected:  # a lone surrogate cannot be encoded
            return changed
    raise ValueError(f"@{name} cannot be written into {path} without changing something else: add it there by hand.")


def _edited(text: str, name: str, table: Mapping[str, Any]) -> str:
    import tomlkit
    from tomlkit.items import InlineTable

    document = tomlkit.parse(text)
    presets = document.get("presets", {})
    preset = {key: _item(value) for key, value in table.items()}
    if name in presets:
        _update(presets[name], preset)
    elif isinstance(presets, InlineTable):
        presets[name] = preset
    else:  # at the end, where no comment of another table can be taken for one of this preset
        return _appended(text, tomlkit.dumps({"presets": {name: preset}}))
    return tomlkit.dumps(document)


def _item(value: Any) -> Any:
    """Return a value in the form in which people write it: objects within a line, long texts on several."""
    import tomlkit

    if isinstance(value, dict):
        inline = tomlkit.inline_table()
        inline.update({key: _item(each) for key, each in value.items()})
        return inline
    if isinstance(value, str) and "\n" in value and "\r" not in value:
        return tomlkit.string(value, multiline=True)
    return value


def _appended(text: str, added: str) -> str:
    if text and not text.endswith("\n"):
        added = f"\n\n{added}"
    elif text and not text.endswith(("\n\n", "\n\r\n")):
        added = f"\n{added}"
    return text + (added.replace("\n", "\r\n") if "\r\n" in text else added)


def _update(preset: MutableMapping[str, Any], table: Mapping[str, Any]) -> None:
    """Change what differs in a preset, so that the comments in it stay."""
    for key in [key for key in preset if key not in table]:
        del preset[key]
    for key, value in table.items():
        if key not in preset or preset[key] != value:
            preset[key] = value
