"""The `[endpoints.NAME]` tables of the config file, as configured values that `build_endpoint` checks."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from diptych.config.endpoints import ConfigKey, ConfigValue, EndpointConfig, secret_headers
from diptych.config.url_login import login_secrets
from diptych.core.endpoint import Connection, FieldNames, Prices
from diptych.core.secrets.values import Secret

if TYPE_CHECKING:
    from diptych.config.tables import EndpointTable, PricesTable

FROM_ENVIRONMENT = "env:"
"""Before the name of a variable, in place of a header's value."""


def endpoint_from_table(name: str, table: "EndpointTable", environment: Mapping[str, str]) -> EndpointConfig:
    """Return the configured values of an endpoint that only the config file names."""
    base = EndpointConfig(
        name,
        table.api or "openai-chat",
        ConfigValue(_source(name, "base_url"), Secret("")),
        (ConfigKey(_source(name, "key_env"), Secret(""), "key"),),
    )
    return changed_by_table(base, table, environment)


def changed_by_table(base: EndpointConfig, table: "EndpointTable", environment: Mapping[str, str]) -> EndpointConfig:
    """Return an endpoint's configured values with those that its table sets.

    A base URL from the environment wins over the one of the table. Then the table's key, headers and query, which are
    made for its own server, are not used either.
    """
    name = base.name
    is_overridden = bool(base.base_url.value) and table.base_url is not None
    changed = base
    if table.base_url is not None and not is_overridden:
        changed = replace(changed, base_url=ConfigValue(_source(name, "base_url"), Secret(table.base_url)))
    if not is_overridden:
        changed = replace(
            changed,
            keys=_keys(base, table, environment),
            key_command=table.key_command or (),
            api=table.api or base.api,
        )
    return replace(
        changed,
        connection=Connection(
            () if is_overridden else tuple(_values(table.headers, environment)),
            () if is_overridden else tuple(_values(table.query, environment)),
            table.timeout,
            table.concurrency,
            table.ca_file or "",
            Secret(table.proxy) if table.proxy else None,
        ),
        prices=_prices(table.prices),
        fields=_fields(table.fields),
    )


def table_secrets(
    tables: Mapping[str, "EndpointTable"], environment: Mapping[str, str]
) -> Iterator[tuple[str, Secret]]:
    """Yield everything secret in these tables and in the variables that they name, with what holds it."""
    for name, table in tables.items():
        if table.key_env and (key := environment.get(table.key_env, "").strip()):
            yield table.key_env, Secret(key)
        for member, values in (("headers", table.headers), ("query", table.query)):
            found = tuple(_values(values, environment))
            yield from ((_source(name, member), secret) for secret in secret_headers(found))
        for member, url in (("base_url", table.base_url), ("proxy", table.proxy)):
            yield from ((_source(name, member), secret) for secret in login_secrets(url or ""))


def _keys(base: EndpointConfig, table: "EndpointTable", environment: Mapping[str, str]) -> tuple[ConfigKey, ...]:
    credential = table.credential or base.keys[0].credential
    if table.key_env:
        return (ConfigKey(table.key_env, Secret(environment.get(table.key_env, "").strip()), credential),)
    if table.key_command:
        return (ConfigKey(_source(base.name, "key_command"), Secret(""), credential),)
    return base.keys


def _values(values: Mapping[str, str], environment: Mapping[str, str]) -> Iterator[tuple[str, Secret]]:
    for name, value in values.items():
        if value.startswith(FROM_ENVIRONMENT):
            value = environment.get(value.removeprefix(FROM_ENVIRONMENT).strip(), "").strip()
        yield name, Secret(value)


def _prices(table: "PricesTable | None") -> Prices | None:
    if table is None:
        return None
    cached_input, cache_write = table.cached_input, table.cache_write
    return Prices(
        _decimal(table.input),
        _decimal(table.output),
        None if cached_input is None else _decimal(cached_input),
        None if cache_write is None else _decimal(cache_write),
    )


def _decimal(price: float) -> Decimal:
    return Decimal(repr(price))


def _fields(fields: Mapping[str, str | bool]) -> FieldNames:
    return tuple(
        (name, other if isinstance(other, str) else None) for name, other in fields.items() if other is not True
    )


def _source(name: str, member: str) -> str:
    return f"{member} of [endpoints.{name}]"
