"""Values that must not be shown."""

import re
from collections.abc import Iterable

REDACTED = "[redacted]"

_SHORTEST_KEY = 12
"""Characters that a provider's key has at the least."""

# Broad, since a user's own headers (ANTHROPIC_CUSTOM_HEADERS) may carry credentials under any name.
_SECRET_WHEN_SENT = re.compile(r"auth|cookie|key|pass|secret|token", re.IGNORECASE)

_LOGIN_IN_URL = re.compile(r"(?<=://)[^/?#\s@]+@")


def names_a_secret(header: str) -> bool:
    """Whether what a request carries under that name may be a credential."""
    return bool(_SECRET_WHEN_SENT.search(header))


class Secret:
    """A key whose text no `repr`, log line or traceback shows; `reveal` is for the one place that sends it."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The key itself."""
        return self._value

    def scrub(self, text: str) -> str:
        """The text without the key, should a server have echoed it."""
        return text.replace(self._value, REDACTED) if self._value else text

    def scrub_bytes(self, data: bytes) -> bytes:
        """The data without the key, should a server have echoed it."""
        key = self._value.encode()
        return data.replace(key, REDACTED.encode()) if key and key in data else data

    def scrub_event(self, data: bytes) -> bytes:
        """An event's data without the key; a word like "none" or "EMPTY", which servers without keys get, may stand."""
        return self.scrub_bytes(data) if len(self._value) >= _SHORTEST_KEY else data

    def is_in(self, text: str) -> bool:
        """Whether the key stands in the text; a word that no provider would give out as a key never does."""
        return len(self._value) >= _SHORTEST_KEY and self._value in text

    def __len__(self) -> int:
        return len(self._value)

    def __repr__(self) -> str:
        return f"Secret({REDACTED})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)


class Secrets:
    """Secrets by the variables of the environment that hold them; one variable may hold several."""

    __slots__ = ("_named",)

    def __init__(self, named: Iterable[tuple[str, Secret]] = ()) -> None:
        # The longest first, since one may be part of another.
        self._named = tuple(sorted(dict.fromkeys(named), key=lambda each: -len(each[1])))

    def adding(self, variable: str, secret: Secret) -> "Secrets":
        """These and another one."""
        each = (variable, secret)
        return self if each in self._named else Secrets((*self._named, each))

    def scrub(self, text: str) -> str:
        """The text without any of them, and without the logins of URLs."""
        for _, secret in self._named:
            text = secret.scrub(text)
        return _LOGIN_IN_URL.sub("", text)

    def scrub_bytes(self, data: bytes) -> bytes:
        """The data without any of them."""
        for _, secret in self._named:
            data = secret.scrub_bytes(data)
        return data

    def scrub_event(self, data: bytes) -> bytes:
        """An event's data without any of them that is long enough to be a key."""
        for _, secret in self._named:
            data = secret.scrub_event(data)
        return data

    def revealed(self) -> tuple[str, ...]:
        """The texts themselves of those that are long enough to be keys, for what looks for them."""
        return tuple(secret.reveal() for _, secret in self._named if len(secret) >= _SHORTEST_KEY)

    def variable_in(self, text: str) -> str | None:
        """The variable whose secret stands in the text, None where none does."""
        for variable, secret in self._named:
            if secret.is_in(text):
                return variable
        return None

    def __repr__(self) -> str:
        return f"Secrets({', '.join(dict.fromkeys(variable for variable, _ in self._named))})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secrets) and other._named == self._named

    def __hash__(self) -> int:
        return hash(self._named)
