"""The tables of the config file: which members they have, and of what type. docs/configuration.md describes them."""

from typing import Annotated, Any

from msgspec import Meta, Struct

from diptych.core.endpoint import ApiName, Credential

Text = Annotated[str, Meta(min_length=1)]
Price = Annotated[float, Meta(ge=0)]
Seconds = Annotated[float, Meta(gt=0)]
PositiveCount = Annotated[int, Meta(ge=1)]


class PricesTable(Struct, frozen=True, forbid_unknown_fields=True):
    """`prices` of an endpoint: US dollars per million tokens."""

    input: Price
    output: Price
    cached_input: Price | None = None
    cache_write: Price | None = None


class EndpointTable(Struct, frozen=True, forbid_unknown_fields=True):
    """`[endpoints.NAME]`: a server, or changes to a built-in endpoint, whose `api` and `base_url` are known."""

    api: ApiName | None = None
    base_url: Text | None = None
    key_env: Text | None = None
    key_command: Annotated[tuple[Text, ...], Meta(min_length=1)] | None = None
    credential: Credential | None = None
    headers: dict[Text, str] = {}
    query: dict[Text, str] = {}
    prices: PricesTable | None = None
    fields: dict[Text, Text | bool] = {}
    timeout: Seconds | None = None
    concurrency: PositiveCount | None = None
    ca_file: Text | None = None
    proxy: Text | None = None


class PresetTable(Struct, frozen=True, forbid_unknown_fields=True):
    """`[presets.NAME]`: settings under a name."""

    model: Text
    system: str | None = None
    max_tokens: PositiveCount | None = None
    params: dict[Text, Any] = {}


class ConfigTables(Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    left: Text | None = None
    right: Text | None = None
    system: str | None = None
    max_tokens: PositiveCount | None = None
    timeout: Seconds | None = None
    theme: Text | None = None
    endpoints: dict[Text, EndpointTable] = {}
    presets: dict[Text, PresetTable] = {}
    prompts: dict[Text, Text] = {}
    keys: dict[Text, str] = {}


NOTHING = ConfigTables()
"""An empty file."""
