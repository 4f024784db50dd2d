"""Checks what the types of a config file's tables cannot express: names, and members that depend on each other."""

import os
import re
from collections.abc import Collection, Iterable
from urllib.parse import urlsplit

import msgspec

from diptych.config.endpoint_tables import FROM_ENVIRONMENT
from diptych.config.endpoints import BUILT_IN, PROVIDERS
from diptych.config.presets import PRESET_MARK
from diptych.config.problems import Key, Problems, shown_name
from diptych.config.table_checks import check_json
from diptych.config.tables import ConfigTables, EndpointTable, PresetTable
from diptych.core.headers import belongs_to_connection, is_header
from diptych.core.json_text import is_too_deep
from diptych.core.request_fields import FIXED_FIELDS

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")

_ADDED_PATHS = ("/chat/completions", "/v1/responses", "/v1/messages")
"""The ends of the URLs that are asked, which servers' manuals give as a whole."""

_PROXY_SCHEMES = ("http://", "https://", "socks5://", "socks5h://")


def checked_names(tables: ConfigTables, problems: Problems) -> ConfigTables:
    """Return the tables without the endpoints and presets whose names cannot be written as `NAME:MODEL` or `@NAME`."""
    return msgspec.structs.replace(
        tables,
        endpoints={name: each for name, each in tables.endpoints.items() if _is_name("endpoints", name, problems)},
        presets={name: each for name, each in tables.presets.items() if _is_name("presets", name, problems)},
    )


def check_tables(tables: ConfigTables, endpoints: Iterable[str], presets: Iterable[str], problems: Problems) -> None:
    """Add everything in the tables that does not fit together to the problems.

    `endpoints` and `presets` are all names that the file has, also of those that cannot be used.
    """
    known = dict.fromkeys((*BUILT_IN, *endpoints))
    for name, endpoint in tables.endpoints.items():
        _check_endpoint(name, endpoint, problems)
    for name, preset in tables.presets.items():
        _check_preset(name, preset, known, problems)
    names = dict.fromkeys(presets)
    for side in ("left", "right"):
        model = getattr(tables, side)
        if model is not None and model.strip().startswith(PRESET_MARK):
            preset_name = model.strip().removeprefix(PRESET_MARK)
            if preset_name not in names:
                nearest = problems.nearest(preset_name, names)
                problems.add_member((side,), f"names the preset {shown_name(preset_name)}, which is missing.{nearest}")
        elif model is not None:
            _check_model((side,), model, known, problems)


def _is_name(kind: str, name: str, problems: Problems) -> bool:
    if name.isprintable() and not re.search(r"[:@\s]", name):
        return True
    problems.add_member((kind, name), "has a name with white space, :, @ or control characters, so it cannot be used.")
    return False


def _check_endpoint(name: str, table: EndpointTable, problems: Problems) -> None:
    key = ("endpoints", name)
    _check_server(key, table, problems)
    if table.key_env and table.key_command:
        problems.add_member(key, "has both key_env and key_command: only one can give the key.")
    _check_headers(key, table, problems)
    _check_values(key, table, problems)
    if table.fields.get("stream", True) is not True:
        problems.add_member((*key, "fields", "stream"), f"cannot be changed: {FIXED_FIELDS['stream']}.")
    if table.ca_file and not os.path.isabs(os.path.expanduser(table.ca_file)):
        problems.add_member((*key, "ca_file"), "must be a whole path, from / or ~ on.")
    if table.proxy is not None and not _is_proxy(table.proxy):
        schemes = ", ".join(_PROXY_SCHEMES)
        problems.add_member((*key, "proxy"), f"must be a URL such as http://HOST:PORT. It may begin with {schemes}.")


def _check_server(key: Key, table: EndpointTable, problems: Problems) -> None:
    """Check `api` and `base_url`, which say which server it is."""
    name = key[-1]
    if table.base_url is not None and (is_wrong := _url_problem(table.base_url)):
        problems.add_member((*key, "base_url"), is_wrong)
    if name in BUILT_IN:
        if table.api and PROVIDERS[table.api] is not PROVIDERS[BUILT_IN[name]]:
            problems.add_member(
                (*key, "api"), "is another provider's, but this endpoint is built in: give it another name."
            )
    else:
        missing = [member for member in ("api", "base_url") if getattr(table, member) is None]
        missing = [member for member in missing if (*key, member) not in problems and key not in problems]
        if missing:
            nearest = problems.nearest(name, BUILT_IN)
            problems.add_member(key, f"is not built in, so it needs {' and '.join(missing)}.{nearest}")


def _is_proxy(url: str) -> bool:
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - raises for a port that is not a number
    except ValueError:
        return False
    return url.lower().startswith(_PROXY_SCHEMES) and bool(parts.hostname)


def _url_problem(url: str) -> str:
    """Return what is wrong with a base URL, which is not quoted because it may hold a password; "" if it is right."""
    try:
        parts = urlsplit(url)
        has_host = bool(parts.hostname)
        parts.port  # noqa: B018 - raises for a port that is not a number
    except ValueError:
        return "is not a URL: its host or port cannot be read."
    if parts.scheme not in ("http", "https") or not has_host:
        return "must begin with http:// or https:// and name a host."
    if parts.query or parts.fragment:
        return "must end with its path: remove the part from ? or # on, and put parameters into query."
    if added := next((path for path in _ADDED_PATHS if parts.path.rstrip("/").endswith(path)), ""):
        return f"must end before {added}, which Diptych adds to it."
    return ""


def _check_values(key: Key, table: EndpointTable, problems: Problems) -> None:
    """Check the names of the query, and what headers and the query take from the environment."""
    for number, name in enumerate(table.query, 1):
        if not name.isprintable() or not name.strip():
            problems.add_member((*key, "query"), f"(number {number}) has a name that cannot be part of a URL.")
    for member, values in (("headers", table.headers), ("query", table.query)):
        for name, value in values.items():
            variable = value.removeprefix(FROM_ENVIRONMENT).strip()
            if value.startswith(FROM_ENVIRONMENT) and not _VARIABLE.fullmatch(variable):
                problems.add_member((*key, member, name), "must name an environment variable after env:.")


def _check_headers(key: Key, table: EndpointTable, problems: Problems) -> None:
    for number, (name, value) in enumerate(table.headers.items(), 1):
        if not is_header(name, ""):
            # It may be a whole header with its secret value, so it is not quoted.
            is_wrong = f"(number {number}) has a name that no header can have: letters, digits and - are allowed."
            problems.add_member((*key, "headers"), is_wrong)
        elif belongs_to_connection(name) or name.lower() == "content-type":
            problems.add_member((*key, "headers", name), "is decided by how the request is sent, so it cannot be set.")
        elif not value.isascii() or not value.isprintable():
            is_wrong = "has a value that no header can have: only printable ASCII characters are allowed."
            problems.add_member((*key, "headers", name), is_wrong)


def _check_preset(name: str, table: PresetTable, endpoints: Collection[str], problems: Problems) -> None:
    key = ("presets", name)
    if table.model.strip().startswith(PRESET_MARK):
        problems.add_member((*key, "model"), "must be ENDPOINT:MODEL: a preset cannot name another one.")
    else:
        _check_model((*key, "model"), table.model, endpoints, problems)
    if is_too_deep(table.params):
        problems.add_member((*key, "params"), "is nested too deeply.")
        return
    for field, value in table.params.items():
        if field in FIXED_FIELDS:
            problems.add_member((*key, "params", field), f"cannot be set: {FIXED_FIELDS[field]}.")
        check_json(value, (*key, "params", field), problems)


def _check_model(key: Key, model: str, endpoints: Collection[str], problems: Problems) -> None:
    endpoint, colon, rest = model.strip().partition(":")
    if not colon or not endpoint or not rest.strip():
        problems.add_member(key, 'must name a model as ENDPOINT:MODEL, such as "openai:gpt-5.6-terra".')
    elif endpoint not in endpoints:
        nearest = problems.nearest(endpoint, endpoints)
        problems.add_member(key, f"names the endpoint {shown_name(endpoint)}, which is missing.{nearest}")
