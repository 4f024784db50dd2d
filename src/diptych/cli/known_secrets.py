"""The secrets that messages and crash reports must not show: of the environment, and of the config file in use."""

import os
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import click

from diptych.config.environment import configured_secrets
from diptych.core.secrets.patterns import without_keys
from diptych.core.secrets.values import Secrets
from diptych.core.text.sanitize import clean

_SECRETS = "diptych.secrets"
"""The key under which the context's `meta` holds the secrets of the configuration that was read."""


def know_secrets(secrets: Secrets) -> None:
    """Remember the secrets of a configuration for as long as the present command runs."""
    context = click.get_current_context(silent=True)
    if context is not None:
        context.meta[_SECRETS] = secrets


def known_secrets(context: click.Context | None = None, words: Sequence[str] = ()) -> Secrets:
    """Return the secrets of the configuration that was read last.

    If none was read, they are those of the environment and of the config file that the command line or the environment
    names. `words` are the words of the command line.
    """
    context = context or click.get_current_context(silent=True)
    if context is not None and _SECRETS in context.meta:
        known: Secrets = context.meta[_SECRETS]
        return known
    from diptych.config.config_file import config_path, read_config_file

    tables = read_config_file(_config_option(words) or config_path(os.environ)).tables
    return configured_secrets(os.environ, tables.endpoints) if tables else configured_secrets(os.environ)


def safe_message(text: str, context: click.Context | None = None, words: Sequence[str] = ()) -> str:
    """Return a message about the command line without secrets, and with control characters made visible."""
    return clean(without_keys(known_secrets(context, words).scrub(text)))


def _config_option(words: Sequence[str]) -> Path | None:
    """Return the value of the option `--config` among words that click may not have parsed."""
    for word, following in pairwise((*words, "")):
        name, equals, value = word.partition("=")
        if name == "--config" and (equals or following):
            return Path(value if equals else following)
    return None
