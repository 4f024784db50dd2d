"""Keys that commands print: secrets that become known only while the program runs."""

from diptych.core.secrets.values import Secret


class PrintedKeys:
    """The keys that the `key_command`s of a configuration have printed.

    All `Secrets` of the configuration share one object, so that a key is a secret everywhere as soon as it is known.
    `named` are all keys so far, each with the name of what printed it. Any thread may read, one at a time may `add`.
    """

    __slots__ = ("_latest", "named")

    def __init__(self) -> None:
        self.named: tuple[tuple[str, Secret], ...] = ()
        self._latest: dict[tuple[str, ...], Secret] = {}

    def latest(self, command: tuple[str, ...]) -> Secret | None:
        """Return what a command printed last, None if it has not printed a key yet."""
        return self._latest.get(command)

    def add(self, source: str, command: tuple[str, ...], key: Secret) -> None:
        """Keep a key that a command has printed. The keys that it printed earlier stay secrets."""
        if (source, key) not in self.named:
            self.named = (*self.named, (source, key))
        self._latest[command] = key
