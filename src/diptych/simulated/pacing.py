"""How fast a simulated model speaks, and in what pieces."""

import re
from dataclasses import dataclass
from random import Random

_TOKEN = re.compile(r"\s*(?:\w{1,7}|[^\w\s]{1,3})|\s+")
_HEADERS_SHARE = 0.8
"""The headers' part of the time to the first token."""
_JITTER = 0.7
"""How far a gap may lie from the average, as a part of it."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How soon the first token comes and how fast the others follow."""

    first_token: float
    """Seconds from the request to the first token."""
    rate: float
    """Tokens a second, on average."""

    @property
    def headers(self) -> float:
        """Seconds from the request to the response's headers."""
        return self.first_token * _HEADERS_SHARE

    @property
    def after_headers(self) -> float:
        """Seconds from the headers to the first token."""
        return self.first_token - self.headers

    def gap(self, rng: Random) -> float:
        """Seconds from one token to the next."""
        return rng.uniform(1 - _JITTER, 1 + _JITTER) / self.rate


def tokens(text: str) -> list[str]:
    """Split a text into words and pieces of words, each with the white space before it.

    Joined, the tokens are the text again.
    """
    return _TOKEN.findall(text)
