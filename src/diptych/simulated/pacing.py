"""How fast a simulated model sends its answer, and how the text is split into tokens."""

import re
from dataclasses import dataclass
from random import Random

_TOKEN = re.compile(r"\s*(?:\w{1,7}|[^\w\s]{1,3})|\s+")
_HEADERS_SHARE = 0.8
"""The share of the time to the first token after which the headers are sent."""

_JITTER = 0.7
"""How much a gap may differ from the average gap, as a fraction of it."""


@dataclass(frozen=True, slots=True)
class Pace:
    """When the first token is sent, and how fast the others follow."""

    first_token: float
    """Seconds from the request to the first token."""
    rate: float
    """The average number of tokens per second."""

    @property
    def headers(self) -> float:
        """Seconds from the request to the headers."""
        return self.first_token * _HEADERS_SHARE

    @property
    def after_headers(self) -> float:
        """Seconds from the headers to the first token."""
        return self.first_token - self.headers

    def gap(self, rng: Random) -> float:
        """Return the seconds from one token to the next."""
        return rng.uniform(1 - _JITTER, 1 + _JITTER) / self.rate


def tokens(text: str) -> list[str]:
    """Split a text into words and pieces of words, each with the white space before it. Joined, they are the text."""
    return _TOKEN.findall(text)
