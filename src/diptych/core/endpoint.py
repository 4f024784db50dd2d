"""Endpoints: where a model is asked, in which dialect, and with whose key."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from diptych.core.secret import Secret

ApiName = Literal["anthropic-messages", "openai-chat", "openai-responses"]
"""A wire dialect."""

Credential = Literal["key", "token"]
"""What the key is: an API key, or a bearer token (`ANTHROPIC_AUTH_TOKEN`)."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A named API + base URL + key.

    `provider` names whose service the base URL is ("anthropic", "openai"), and is None for any other server: only a
    provider's own service needs a key and has known prices. `key_variable` is the environment variable that sets the
    key.
    """

    name: str
    api: ApiName
    base_url: str
    key_variable: str
    provider: str | None = None
    key: Secret | None = None
    credential: Credential = "key"

    @property
    def lacks_key(self) -> bool:
        """Whether a real request would be refused for want of a key."""
        return self.provider is not None and self.key is None

    @property
    def url_variable(self) -> str:
        """The environment variable that sets the base URL, named like that of the key; "" where that is not known."""
        return self.key_variable.partition("_")[0] + "_BASE_URL" if self.key_variable else ""


def parse_name(name: str, endpoints: Mapping[str, Endpoint]) -> tuple[Endpoint, str]:
    """The endpoint and model that `ENDPOINT:MODEL` names; a model's own name may hold further colons.

    Raises `ValueError` with a sentence for users.
    """
    endpoint, colon, model = name.strip().partition(":")
    known = ", ".join(endpoints)
    if not colon or not model.strip():
        raise ValueError(f"{name!r} names no model: write ENDPOINT:MODEL, with one of the endpoints {known}.")
    if endpoint not in endpoints:
        raise ValueError(f"There is no endpoint {endpoint!r} in {name!r}: the endpoints are {known}.")
    return endpoints[endpoint], model.strip()
