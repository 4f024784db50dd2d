"""The configuration that environment variables hold: endpoints with their keys, all secrets, the history's path."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from diptych.config.endpoint_tables import changed_by_table, endpoint_from_table, table_secrets
from diptych.config.endpoints import (
    BUILT_IN,
    PROVIDERS,
    ConfigKey,
    ConfigValue,
    EndpointConfig,
    build_endpoint,
    secret_headers,
)
from diptych.config.simulation import Simulation
from diptych.config.url_login import login_secrets
from diptych.core.endpoint import ApiName, Credential, Endpoint
from diptych.core.headers import CUSTOM_HEADERS, custom_headers
from diptych.core.secrets.printed_keys import PrintedKeys
from diptych.core.secrets.values import Secret, Secrets
from diptych.core.settings import Settings

if TYPE_CHECKING:
    from diptych.config.tables import EndpointTable


@dataclass(frozen=True, slots=True)
class _Variables:
    """The variables that configure a provider's APIs. The first key that is set is used."""

    base_url: str
    keys: tuple[tuple[str, Credential], ...]


_VARIABLES = {
    "anthropic": _Variables("ANTHROPIC_BASE_URL", (("ANTHROPIC_API_KEY", "key"), ("ANTHROPIC_AUTH_TOKEN", "token"))),
    "openai": _Variables("OPENAI_BASE_URL", (("OPENAI_API_KEY", "key"),)),
}
"""By the name of the provider."""

_NO_TABLES: Mapping[str, "EndpointTable"] = MappingProxyType({})

_PROXY_VARIABLES = tuple(
    spelling for name in ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY") for spelling in (name, name.lower())
)


def configured_endpoints(
    environment: Mapping[str, str], tables: Mapping[str, "EndpointTable"] = _NO_TABLES, *, insecure: bool = False
) -> dict[str, Endpoint]:
    """Return the built-in endpoints and those of the config file by name.

    Their base URLs and keys are those that the environment and the tables of the config file set. `insecure` allows
    keys over plain http. An endpoint whose values cannot be used says so in its `problem`.
    """
    secrets = configured_secrets(environment, tables)
    configs = {name: _config(name, environment) for name in BUILT_IN}
    for name, table in tables.items():
        built_in = configs.get(name)
        configs[name] = (
            changed_by_table(built_in, table, environment)
            if built_in
            else endpoint_from_table(name, table, environment)
        )
    return {name: build_endpoint(config, secrets, insecure=insecure) for name, config in configs.items()}


def configured_secrets(environment: Mapping[str, str], tables: Mapping[str, "EndpointTable"] = _NO_TABLES) -> Secrets:
    """Return everything configured that must never be shown: keys, passwords in URLs, secret headers.

    What the `key_command`s print, now and later, belongs to it.
    """
    named = list(table_secrets(tables, environment))
    for variables in _VARIABLES.values():
        named += [(name, Secret(key)) for name, _ in variables.keys if (key := _value(environment, name))]
    for api, variable in CUSTOM_HEADERS.items():
        named += [(variable, secret) for secret in secret_headers(_headers(environment, api))]
    for name in (*(variables.base_url for variables in _VARIABLES.values()), *_PROXY_VARIABLES):
        named += [(name, secret) for secret in login_secrets(_value(environment, name))]
    return Secrets(named, PrintedKeys())


def history_path(environment: Mapping[str, str]) -> Path:
    """Return the history's path: DIPTYCH_HISTORY if it is set, otherwise a file in the user's data folder."""
    path = _value(environment, "DIPTYCH_HISTORY")
    if path:
        return Path(path).expanduser()
    from platformdirs import user_data_path

    return user_data_path("diptych", appauthor=False) / "history.db"


def missing_key_hint(settings: Settings, simulation: Simulation = "without key") -> str:
    """Return a sentence that says how to ask the real model, if it is simulated and its key is missing, else ""."""
    if not settings.simulated or not settings.endpoint.lacks_key:
        return ""
    start = "start Diptych without demo" if simulation == "all" else "start Diptych again"
    return f"A simulated model answers: set {settings.endpoint.key_source} and {start} to ask the real one."


def _config(name: str, environment: Mapping[str, str]) -> EndpointConfig:
    api = BUILT_IN[name]
    variables = _VARIABLES[PROVIDERS[api].name]
    return EndpointConfig(
        name,
        api,
        ConfigValue(variables.base_url, Secret(_value(environment, variables.base_url))),
        tuple(ConfigKey(key, Secret(_value(environment, key)), credential) for key, credential in variables.keys),
        CUSTOM_HEADERS[api],
        _headers(environment, api),
        is_built_in=True,
    )


def _headers(environment: Mapping[str, str], api: ApiName) -> tuple[tuple[str, Secret], ...]:
    """Return the headers that an SDK reads from its variable."""
    return tuple((name, Secret(value)) for name, value in custom_headers(api, environment))


def _value(environment: Mapping[str, str], name: str) -> str:
    """Return a variable without the white space around it; "" if it is not set."""
    return environment.get(name, "").strip()
