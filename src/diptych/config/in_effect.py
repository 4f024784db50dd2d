"""What is configured in effect, value by value, with where each comes from. Secrets are never among the values."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from diptych.config.config_file import ConfigFile
from diptych.config.configuration import Configuration
from diptych.config.endpoint_tables import FROM_ENVIRONMENT
from diptych.config.problems import Key
from diptych.config.url_login import split_login
from diptych.core.endpoint import Endpoint
from diptych.core.secrets.patterns import without_keys
from diptych.core.secrets.values import REDACTED, Secret, Secrets

if TYPE_CHECKING:
    from diptych.config.tables import EndpointTable

FROM_FILE = "file"
BY_DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class EffectiveValue:
    """A JSON value in effect. `source` is "file", "default", or the environment variable that holds it.

    The key of an endpoint that has one is `REDACTED`; None stands for a value that is not set.
    """

    key: Key
    value: Any
    source: str


def values_in_effect(
    configuration: Configuration, file: ConfigFile, environment: Mapping[str, str]
) -> Iterator[EffectiveValue]:
    """Yield every value in effect, in the order of the file. Nothing secret is among them."""
    for key, value, source in _values(configuration, file, environment):
        yield EffectiveValue(key, _without_secrets(value, configuration.secrets), source)


def _values(
    configuration: Configuration, file: ConfigFile, environment: Mapping[str, str]
) -> Iterator[tuple[Key, Any, str]]:
    for member in ("left", "right", "system", "max_tokens", "timeout", "theme", "blind_pace"):
        is_in_file = file.tables is not None and getattr(file.tables, member) is not None
        value = getattr(configuration, member)
        yield (member,), None if value == "" else value, FROM_FILE if is_in_file else BY_DEFAULT
    for name, endpoint in configuration.endpoints.items():
        table = file.tables.endpoints.get(name) if file.tables else None
        for member, value, source in _endpoint_values(endpoint, table, environment):
            yield ("endpoints", name, member), value, source
    for name, preset in configuration.presets.items():
        for member in ("model", "system", "max_tokens", "params"):
            value = getattr(preset, member)
            if value not in (None, {}):
                yield ("presets", name, member), value, FROM_FILE
    for group, texts in (("prompts", configuration.prompts), ("keys", configuration.keys)):
        for name, text in texts.items():
            yield (group, name), text, FROM_FILE


def _endpoint_values(
    endpoint: Endpoint, table: "EndpointTable | None", environment: Mapping[str, str]
) -> Iterator[tuple[str, Any, str]]:
    """Yield the members of an endpoint that have a value; of one that cannot be asked, only why."""
    if endpoint.problem:
        source = FROM_FILE if table is not None else endpoint.url_source
        yield "problem", " ".join(endpoint.problem.splitlines()), source
        return
    yield "api", endpoint.api, FROM_FILE if table and table.api else BY_DEFAULT
    url_source = FROM_FILE if table and table.base_url else BY_DEFAULT
    is_in_environment = bool(environment.get(endpoint.url_source, "").strip())
    yield "base_url", endpoint.base_url, endpoint.url_source if is_in_environment else url_source
    if endpoint.key_command:
        program, *arguments = endpoint.key_command  # an argument may be a password
        yield "key_command", [program, *[REDACTED] * len(arguments)], FROM_FILE
    else:
        yield "key", REDACTED if endpoint.key else None, endpoint.key_source
    if table and table.credential:
        yield "credential", endpoint.credential, FROM_FILE
    connection = endpoint.connection
    for member in ("headers", "query"):
        texts: dict[str, str] = getattr(table, member) if table else {}
        if texts:
            yield member, {name: _variable_or_redacted(text) for name, text in texts.items()}, FROM_FILE
    if endpoint.prices:
        prices = endpoint.prices
        each = {name: getattr(prices, name) for name in ("input", "cached_input", "cache_write", "output")}
        yield "prices", {name: float(price) for name, price in each.items() if price is not None}, FROM_FILE
    if endpoint.fields:
        yield "fields", {name: other or False for name, other in endpoint.fields}, FROM_FILE
    for member in ("timeout", "concurrency", "ca_file"):
        if getattr(connection, member):
            yield member, getattr(connection, member), FROM_FILE
    if connection.proxy:
        yield "proxy", _without_login(connection.proxy), FROM_FILE


def _variable_or_redacted(text: str) -> str:
    """Return `env:NAME` as it is; any other value may be a secret."""
    return text if text.startswith(FROM_ENVIRONMENT) else REDACTED


def _without_login(url: Secret) -> str:
    try:
        return split_login(url.reveal())[0]
    except ValueError:
        return REDACTED


def _without_secrets(value: Any, secrets: Secrets) -> Any:
    match value:
        case str():
            return without_keys(secrets.scrub(value))
        case list():
            return [_without_secrets(each, secrets) for each in value]
        case dict():
            return {without_keys(name): _without_secrets(each, secrets) for name, each in value.items()}
        case _:
            return value
