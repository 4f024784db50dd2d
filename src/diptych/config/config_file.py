"""Reads the config file: finds it, parses it and checks its tables."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from diptych.config.tables import NOTHING, ConfigTables


@dataclass(frozen=True, slots=True)
class ConfigFile:
    """A config file as it was read; its tables are empty where the file is missing or cannot be used.

    `problems` are sentences, each with the key path or the line that it is about.
    """

    path: Path
    tables: ConfigTables = NOTHING
    problems: tuple[str, ...] = ()


def config_path(environment: Mapping[str, str]) -> Path:
    """Return the config file's path: DIPTYCH_CONFIG if it is set, otherwise a file in the user's config folder."""
    path = environment.get("DIPTYCH_CONFIG", "").strip()
    if path:
        return Path(path).expanduser()
    from platformdirs import user_config_path

    return user_config_path("diptych", appauthor=False) / "config.toml"


def read_config_file(path: Path) -> ConfigFile:
    """Read a config file. A missing one is like an empty one; what is wrong with it is told in `problems`."""
    try:
        text = path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        return ConfigFile(path)
    except (OSError, UnicodeDecodeError) as error:
        return ConfigFile(path, problems=(f"The config file {path} cannot be read: {error}.",))
    try:
        return ConfigFile(path, msgspec.convert(tomllib.loads(text), ConfigTables))
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        return ConfigFile(path, problems=(f"{path}: {error}",))
