"""The `[endpoints.NAME]` tables of the config file, as configured values that `build_endpoint` checks."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import astuple, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from diptych.config.endpoints import (
    PROVIDERS,
    ConfigKey,
    ConfigValue,
    EndpointConfig,
    secret_headers,
    source_of,
)
from diptych.config.url_login import MIN_SECRET_LENGTH, login_secrets
from diptych.core.endpoint import Connection, FieldNames, Prices
from diptych.core.secrets.patterns import find_keys
from diptych.core.secrets.values import Secret

if TYPE_CHECKING:
    from diptych.config.tables import EndpointTable, PricesTable

FROM_ENVIRONMENT = "env:"
"""Before the name of a variable, in place of the value of a header or a query parameter."""

_ALWAYS_SENT = "stream"
"""The request field that no server can do without: every answer is streamed."""


def endpoint_from_table(name: str, table: "EndpointTable", environment: Mapping[str, str]) -> EndpointConfig:
    """Return the configured values of an endpoint that only the config file names."""
    base = EndpointConfig(
        name,
        table.api or "openai-chat",
        ConfigValue(source_of(name, "base_url"), Secret("")),
        (ConfigKey(source_of(name, "key_env"), Secret(""), "key"),),
    )
    return changed_by_table(base, table, environment)


def changed_by_table(base: EndpointConfig, table: "EndpointTable", environment: Mapping[str, str]) -> EndpointConfig:
    """Return an endpoint's configured values with those that its table sets.

    A base URL from the environment wins over the one of the table. Then only the table's `timeout` and `concurrency`
    are used, since all else is made for its own server. A header from the environment wins over one of the table.
    """
    connection = Connection(
        timeout=table.timeout,
        timeout_source=source_of(base.name, "timeout") if table.timeout else "",
        concurrency=table.concurrency,
    )
    if base.base_url.value and table.base_url is not None:
        return replace(base, connection=connection)
    from_environment = {name.lower() for name, _ in base.headers}
    headers = tuple(_values(table.headers, environment))
    return replace(
        base,
        api=table.api or base.api,
        base_url=base.base_url
        if table.base_url is None
        else ConfigValue(source_of(base.name, "base_url"), Secret(table.base_url)),
        keys=_keys(base, table, environment),
        key_command=table.key_command or (),
        connection=replace(
            connection,
            headers=tuple((name, value) for name, value in headers if name.lower() not in from_environment),
            query=tuple(_values(table.query, environment)),
            variables=tuple(
                (name, variable)
                for values in (table.headers, table.query)
                for name, value in values.items()
                if (variable := _variable(value)) is not None
            ),
            ca_file=os.path.expanduser(table.ca_file or ""),
            proxy=Secret(table.proxy) if table.proxy else None,
        ),
        prices=_prices(table.prices),
        fields=_fields(table.fields),
        problem=_problem(base, table, environment),
    )


def table_secrets(
    tables: Mapping[str, "EndpointTable"], environment: Mapping[str, str]
) -> Iterator[tuple[str, Secret]]:
    """Yield everything secret in these tables and in the variables that they name, with what holds it.

    In `headers` and `query`, that is what comes from the environment, and what has the name or the form of a secret.
    """
    for name, table in tables.items():
        if table.key_env and (key := environment.get(table.key_env, "").strip()):
            yield table.key_env, Secret(key)
        for member, values in (("headers", table.headers), ("query", table.query)):
            found = tuple(_values(values, environment))
            yield from ((source_of(name, member), secret) for secret in secret_headers(found))
            for parameter, value in found:
                variable = _variable(values[parameter])
                if variable is not None and len(value) >= MIN_SECRET_LENGTH:
                    yield variable, value
        for member, url in (("base_url", table.base_url or ""), ("proxy", table.proxy or "")):
            yield from ((source_of(name, member), secret) for secret in login_secrets(url))
            yield from ((source_of(name, member), Secret(url[key.start : key.end])) for key in find_keys(url))


def _problem(base: EndpointConfig, table: "EndpointTable", environment: Mapping[str, str]) -> str:
    """Return a sentence about what is missing or cannot be, "" if nothing is."""
    name = base.name
    if table.api and PROVIDERS[table.api] is not PROVIDERS[base.api]:
        return (
            f"{source_of(name, 'api')} cannot be {table.api}: this endpoint is built in, with the address and the key"
            " of another provider. Give the endpoint another name."
        )
    if table.key_env and not environment.get(table.key_env, "").strip() and table.base_url is not None:
        return f"{table.key_env}, which holds the key of [endpoints.{name}], is not set."
    for member, values in (("headers", table.headers), ("query", table.query)):
        for parameter, value in values.items():
            variable = _variable(value)
            if variable is not None and not environment.get(variable, "").strip():
                return f"{source_of(name, member)} takes {parameter} from the variable {variable!r}, which is not set."
    if table.fields.get(_ALWAYS_SENT, True) is not True:
        return f"{source_of(name, 'fields')} cannot change {_ALWAYS_SENT}: every answer is streamed."
    prices = _prices(table.prices)
    if prices and not all(price is None or price.is_finite() for price in astuple(prices)):
        return f"{source_of(name, 'prices')} must be numbers of dollars."
    ca_file = table.ca_file
    if ca_file and ("\0" in ca_file or not os.path.isabs(os.path.expanduser(ca_file))):
        return f"{source_of(name, 'ca_file')} must be a whole path, from / or ~ on."
    return ""


def _keys(base: EndpointConfig, table: "EndpointTable", environment: Mapping[str, str]) -> tuple[ConfigKey, ...]:
    credential = table.credential or base.keys[0].credential
    if table.key_env:
        return (ConfigKey(table.key_env, Secret(environment.get(table.key_env, "").strip()), credential),)
    if table.key_command:
        return (ConfigKey(source_of(base.name, "key_command"), Secret(""), credential),)
    if table.credential is None:
        return base.keys
    return tuple(replace(key, credential=credential) for key in base.keys)


def _values(values: Mapping[str, str], environment: Mapping[str, str]) -> Iterator[tuple[str, Secret]]:
    """Yield names with their values, of which some are in variables; one that is not set is empty."""
    for name, value in values.items():
        variable = _variable(value)
        yield name, Secret(value if variable is None else environment.get(variable, "").strip())


def _variable(value: str) -> str | None:
    """Return the name of the variable that holds a value, None where it is the value itself."""
    return value.removeprefix(FROM_ENVIRONMENT).strip() if value.startswith(FROM_ENVIRONMENT) else None


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
