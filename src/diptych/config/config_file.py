"""Reads the config file: finds it, checks it, and collects everything that is wrong with it."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from diptych.config.problems import Problems
from diptych.config.toml_file import decoded, parsed, read_bytes, reason_of

if TYPE_CHECKING:
    from diptych.config.tables import ConfigTables


@dataclass(frozen=True, slots=True)
class ConfigFile:
    """A config file as it was read, with what is wrong with it.

    `tables` hold what can be used of it; they are None if the file is missing or cannot be read. `endpoints` and
    `presets` are the names of all endpoints and presets in it, also of those that cannot be used. `warnings` are
    sentences about who else can read or write it; `keys_in_clear` about keys that it holds.
    """

    path: Path
    problems: Problems
    exists: bool = False
    tables: "ConfigTables | None" = None
    endpoints: tuple[str, ...] = ()
    presets: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    keys_in_clear: tuple[str, ...] = ()


def config_path(environment: Mapping[str, str]) -> Path:
    """Return the config file's path: DIPTYCH_CONFIG if it is set, otherwise a file in the user's config folder."""
    if is_chosen(environment):
        return Path(os.path.expanduser(environment["DIPTYCH_CONFIG"].strip()))
    from platformdirs import user_config_path

    return user_config_path("diptych", appauthor=False) / "config.toml"


def is_chosen(environment: Mapping[str, str]) -> bool:
    """Whether the environment names a config file."""
    return bool(environment.get("DIPTYCH_CONFIG", "").strip())


def read_config_file(path: Path, *, required: bool = False) -> ConfigFile:
    """Read a config file. Nothing raises: what is wrong with it is told in `problems`.

    A missing file is like an empty one, unless it is required.
    """
    problems = Problems(path)
    try:
        data, status = read_bytes(path)
    except FileNotFoundError:
        if required:
            problems.add_file("there is no such file.")
        return ConfigFile(path, problems)
    except (OSError, ValueError) as error:
        problems.add_file(f"it cannot be read: {reason_of(error)}.")
        return ConfigFile(path, problems, exists=True)
    text = decoded(data, problems)
    document = None if text is None else parsed(text, problems)
    if text is None or document is None:
        return ConfigFile(path, problems, exists=True)
    return _checked(path, text, document, status, problems)


def _checked(path: Path, text: str, document: dict[str, Any], status: os.stat_result, problems: Problems) -> ConfigFile:
    # Imported only if there is a file, so that msgspec does not slow down other starts.
    from diptych.config.consistency import check_tables, checked_names
    from diptych.config.file_safety import access_warnings, keys_in_clear
    from diptych.config.table_checks import checked_table
    from diptych.config.tables import NOTHING, ConfigTables

    tables = checked_names(checked_table(ConfigTables, document, (), problems) or NOTHING, problems)
    endpoints, presets = _names(document, "endpoints"), _names(document, "presets")
    check_tables(tables, endpoints, presets, problems)
    keys = tuple(keys_in_clear(path, text, tables))
    return ConfigFile(
        path,
        problems,
        exists=True,
        tables=tables,
        endpoints=endpoints,
        presets=presets,
        warnings=tuple(access_warnings(path, status, holds_keys=bool(keys))),
        keys_in_clear=keys,
    )


def _names(document: dict[str, Any], member: str) -> tuple[str, ...]:
    table = document.get(member)
    return tuple(table) if isinstance(table, dict) else ()
