"""Endpoints: where a model is asked, in which dialect, and with whose key."""

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
