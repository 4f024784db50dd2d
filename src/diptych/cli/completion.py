"""Shell completion of the names of models and presets."""

import os
import re
from collections.abc import Iterator

import click
from click.shell_completion import CompletionItem

from diptych.config.config_file import ConfigFile, config_path, read_config_file
from diptych.config.configuration import configuration_of_file
from diptych.config.endpoints import BUILT_IN, DEFAULT_MODELS
from diptych.config.presets import PRESET_MARK
from diptych.core.text.sanitize import clean_line

_SAFE_IN_A_SHELL = re.compile(r"[A-Za-z0-9._:/@+-]+")


def complete_model(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return what can be completed to `ENDPOINT:MODEL` or `@PRESET`; for the `shell_complete` of an option.

    The models are those that the config file names, and those that the endpoint's server listed when it was asked last.
    Nothing raises, whatever that file is.
    """
    del param
    file = read_config_file(ctx.params.get("config") or config_path(os.environ))
    endpoint, colon, _ = incomplete.partition(":")
    names = _models(file, endpoint) if colon else _endpoints(file)
    items = [CompletionItem(name) for name in dict.fromkeys(names) if name.startswith(incomplete)]
    return items + [item for item in _presets(file) if item.value.startswith(incomplete)]


def is_safe_in_a_shell(name: str) -> bool:
    """Whether a shell takes a name as it is. A server's own words must not become a command."""
    return _SAFE_IN_A_SHELL.fullmatch(name) is not None


def _endpoints(file: ConfigFile) -> Iterator[str]:
    yield from (f"{name}:" for name in (*BUILT_IN, *(file.tables.endpoints if file.tables else ())))


def _presets(file: ConfigFile) -> Iterator[CompletionItem]:
    """Yield the presets. The model of each is its help, which zsh and fish show."""
    for name, preset in (file.tables.presets if file.tables else {}).items():
        yield CompletionItem(f"{PRESET_MARK}{name}", help=clean_line(preset.model))


def _models(file: ConfigFile, endpoint: str) -> Iterator[str]:
    yield from DEFAULT_MODELS.values()
    if file.tables:
        named = (file.tables.left, file.tables.right, *(preset.model for preset in file.tables.presets.values()))
        yield from (name for name in named if name)
    asked = configuration_of_file(file, os.environ).endpoints.get(endpoint)
    if asked:
        from diptych.catalog.model_cache import cached_models

        yield from (f"{endpoint}:{model}" for model in cached_models(asked) if is_safe_in_a_shell(model))
