"""Secret values, and how they are removed from texts and data."""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

if TYPE_CHECKING:
    from diptych.core.secrets.printed_keys import PrintedKeys

REDACTED = "[redacted]"

_SHORTEST_KEY = 12
"""The least number of characters of a provider's key."""

# Broad, since a user's own headers (ANTHROPIC_CUSTOM_HEADERS) may carry credentials under any name.
_SECRET_WHEN_SENT = re.compile(r"auth|cookie|key|pass|secret|token", re.IGNORECASE)

# Narrow, since the headers about rate limits name tokens.
_SECRET_WHEN_RECEIVED = re.compile(r"^(set-cookie|.*authorization|.*api-key)$", re.IGNORECASE)

_LOGIN_IN_URL = re.compile(r"(?<=://)[^/?#\s@]+@")


def names_a_secret(header: str) -> bool:
    """Whether a request's header of this name may hold a credential."""
    return bool(_SECRET_WHEN_SENT.search(header))


def names_a_received_secret(header: str) -> bool:
    """Whether a response's header of this name may hold a credential."""
    return bool(_SECRET_WHEN_RECEIVED.search(header))


def shown_url(url: str) -> str:
    """Return the URL without user name, password and fragment, and without the values of its query.

    Raises `ValueError` for a text that is not a URL.
    """
    parts = urlsplit(url)
    query = "&".join(f"{field.partition('=')[0]}={REDACTED}" for field in parts.query.split("&") if field)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2], query=query, fragment=""))


class Secret:
    """A key that is never shown in a `repr`, a log line or a traceback. `reveal` is for the one place that sends it."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """Return the key itself."""
        return self._value

    def scrub(self, text: str) -> str:
        """Return the text without the key, which a server may have echoed.

        A key too short to be real, such as "x" for a server that needs none, is removed only where it is a whole word.
        """
        if len(self._value) >= _SHORTEST_KEY:
            return text.replace(self._value, REDACTED)
        if not self._value or self._value not in text:
            return text
        return re.sub(rf"(?<!\w){re.escape(self._value)}(?!\w)", REDACTED, text)

    def scrub_bytes(self, data: bytes) -> bytes:
        """Return the data without the key, which a server may have echoed. A key too short is treated as by `scrub`."""
        key = self._value.encode()
        if not key or key not in data:
            return data
        if len(self._value) >= _SHORTEST_KEY:
            return data.replace(key, REDACTED.encode())
        return re.sub(rb"(?<!\w)" + re.escape(key) + rb"(?!\w)", REDACTED.encode(), data)

    def scrub_event(self, data: bytes) -> bytes:
        """Return an event's data without the key.

        A key too short to be real, such as "none" or "EMPTY" for a server that needs none, is not removed.
        """
        return self.scrub_bytes(data) if len(self._value) >= _SHORTEST_KEY else data

    def is_in(self, text: str) -> bool:
        """Whether the text contains the key. A key too short to be real is never found."""
        return len(self._value) >= _SHORTEST_KEY and self._value in text

    def is_in_bytes(self, data: bytes) -> bool:
        """Whether the data contain the key as text in UTF-8. A key too short to be real is never found."""
        return len(self._value) >= _SHORTEST_KEY and self._value.encode() in data

    def __len__(self) -> int:
        return len(self._value)

    def __repr__(self) -> str:
        return f"Secret({REDACTED})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)


class Secrets:
    """Secrets with the names of what holds them, such as environment variables. One may hold several.

    The keys in `printed` belong to them as well: they become known while the program runs.
    """

    __slots__ = ("_named", "printed")

    def __init__(self, named: Iterable[tuple[str, Secret]] = (), printed: "PrintedKeys | None" = None) -> None:
        self._named = _longest_first(dict.fromkeys(named))
        self.printed = printed

    def adding(self, variable: str, secret: Secret) -> "Secrets":
        """Return these secrets and another one."""
        each = (variable, secret)
        return self if each in self._named else Secrets((*self._named, each), self.printed)

    @property
    def _all(self) -> tuple[tuple[str, Secret], ...]:
        if self.printed is None or not self.printed.named:
            return self._named
        return _longest_first((*self._named, *self.printed.named))

    def scrub(self, text: str) -> str:
        """Return the text without any of the secrets, and without the logins in URLs."""
        for _, secret in self._all:
            text = secret.scrub(text)
        return _LOGIN_IN_URL.sub("", text)

    def scrub_bytes(self, data: bytes) -> bytes:
        """Return the data without any of the secrets."""
        for _, secret in self._all:
            data = secret.scrub_bytes(data)
        return data

    def scrub_event(self, data: bytes) -> bytes:
        """Return an event's data without those secrets that are long enough to be keys."""
        for _, secret in self._all:
            data = secret.scrub_event(data)
        return data

    def revealed(self) -> tuple[str, ...]:
        """Return the plain texts of the secrets that are long enough to be keys, to search for them."""
        return tuple(secret.reveal() for _, secret in self._all if len(secret) >= _SHORTEST_KEY)

    def __contains__(self, secret: Secret) -> bool:
        return any(each == secret for _, each in self._all)

    def variable_in(self, text: str) -> str | None:
        """Return the name of what holds a secret that the text contains, None if it contains none."""
        for variable, secret in self._all:
            if secret.is_in(text):
                return variable
        return None

    def variable_in_bytes(self, data: bytes) -> str | None:
        """Return the variable whose secret stands in the data unencoded, None if there is none."""
        return next((variable for variable, secret in self._all if secret.is_in_bytes(data)), None)

    def __repr__(self) -> str:
        return f"Secrets({', '.join(dict.fromkeys(variable for variable, _ in self._all))})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secrets) and other._named == self._named

    def __hash__(self) -> int:
        return hash(self._named)


def _longest_first(named: Iterable[tuple[str, Secret]]) -> tuple[tuple[str, Secret], ...]:
    """Return the secrets in the order in which they are removed: one may be part of another."""
    return tuple(sorted(named, key=lambda each: -len(each[1])))
