"""A value that must not be shown."""

_SHORTEST_KEY = 12
"""Characters that a provider's key has at the least."""


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
        return text.replace(self._value, "[redacted]") if self._value else text

    def scrub_bytes(self, data: bytes) -> bytes:
        """The data without the key, should a server have echoed it."""
        key = self._value.encode()
        return data.replace(key, b"[redacted]") if key and key in data else data

    def scrub_event(self, data: bytes) -> bytes:
        """An event's data without the key; a word like "none" or "EMPTY", which servers without keys get, may stand."""
        return self.scrub_bytes(data) if len(self._value) >= _SHORTEST_KEY else data

    def __repr__(self) -> str:
        return "Secret([redacted])"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)
