"""The tables of the config file: which members they have, of what type, and how to say that type in plain words.

The description of a type completes the sentence "MEMBER must be …".
docs/reference/configuration.md describes the members.
"""

from typing import Annotated, Any

from msgspec import Meta, Struct

from diptych.core.blind import BlindPace
from diptych.core.endpoint import ApiName, Credential

Text = Annotated[str, Meta(min_length=1, description="text in quotes")]
AnyText = Annotated[str, Meta(description="text in quotes")]
Api = Annotated[ApiName, Meta(description="anthropic-messages, openai-chat or openai-responses")]
CredentialKind = Annotated[Credential, Meta(description="key or token")]
Pace = Annotated[BlindPace, Meta(description="slower or end")]
Price = Annotated[float, Meta(ge=0, le=1_000_000, description="a number of US dollars from 0 to 1,000,000")]
Seconds = Annotated[float, Meta(gt=0, description="a number of seconds greater than 0")]
PositiveCount = Annotated[int, Meta(ge=1, description="a whole number, 1 or more")]
Variable = Annotated[
    str,
    Meta(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$", description="the name of an environment variable, not the key itself"),
]
Command = Annotated[
    tuple[Text, ...],
    Meta(min_length=1, description='a list of texts, the program and its arguments, such as ["pass", "show", "local"]'),
]
FieldName = Annotated[
    Text | bool, Meta(description="what the server calls this field, or false if it does not know it")
]


class PricesTable(Struct, frozen=True, forbid_unknown_fields=True):
    """`prices` of an endpoint: US dollars per million tokens."""

    input: Price
    output: Price
    cached_input: Price | None = None
    cache_write: Price | None = None


class EndpointTable(Struct, frozen=True, forbid_unknown_fields=True):
    """`[endpoints.NAME]`: a server, or changes to a built-in endpoint, whose `api` and `base_url` are known."""

    api: Api | None = None
    base_url: Text | None = None
    key_env: Variable | None = None
    key_command: Command | None = None
    credential: CredentialKind | None = None
    headers: dict[Text, AnyText] = {}
    query: dict[Text, AnyText] = {}
    prices: PricesTable | None = None
    fields: dict[Text, FieldName] = {}
    timeout: Seconds | None = None
    concurrency: PositiveCount | None = None
    ca_file: Text | None = None
    proxy: Text | None = None

    def __repr__(self) -> str:
        """Return the names of the members that are set. Their values may hold secrets."""
        is_set = (field for field in self.__struct_fields__ if getattr(self, field))
        return f"EndpointTable({', '.join(is_set)})"


class PresetTable(Struct, frozen=True, forbid_unknown_fields=True):
    """`[presets.NAME]`: settings under a name."""

    model: Text
    system: AnyText | None = None
    max_tokens: PositiveCount | None = None
    params: dict[Text, Any] = {}


class ConfigTables(Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    left: Text | None = None
    right: Text | None = None
    system: AnyText | None = None
    max_tokens: PositiveCount | None = None
    timeout: Seconds | None = None
    theme: Text | None = None
    blind_pace: Pace | None = None
    endpoints: dict[Text, EndpointTable] = {}
    presets: dict[Text, PresetTable] = {}
    prompts: dict[Text, Text] = {}
    keys: dict[Text, AnyText] = {}


NOTHING = ConfigTables()
"""An empty file."""
