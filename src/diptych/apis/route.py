"""The way to a server: the proxy and the certificates that are used, and how far a request came."""

from dataclasses import dataclass
from typing import Literal

from diptych.core.text.excerpt import in_sentence

Stage = Literal["connecting", "handshake", "through"]


@dataclass(frozen=True, slots=True)
class Route:
    """The proxy and the certificates on the way to a server, for the sentence about a failure there.

    `proxy` is the proxy's host and port, "" if there is none. `proxy_source` names what sets it, such as an environment
    variable, "" for a system setting; `obeys_no_proxy` is whether NO_PROXY can exclude a server from it.
    `certificates` names what says which certificates are trusted, "" for the system's. `stage` is how far the request
    came: it did not reach the proxy, reached the handshake with it, or passed that handshake.
    """

    proxy: str = ""
    proxy_source: str = ""
    certificates: str = ""
    stage: Stage = "connecting"
    obeys_no_proxy: bool = True

    @property
    def proxy_name(self) -> str:
        """The proxy as a sentence names it, with where it is set."""
        return f"the proxy {in_sentence(self.proxy)} set in {self.proxy_source or 'the system settings'}"

    @property
    def proxy_setting(self) -> str:
        """What sets the proxy, as a sentence names it that asks users to check it."""
        return self.proxy_source or "the proxy settings of the system"
