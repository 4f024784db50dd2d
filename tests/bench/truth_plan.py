"""What the server of `truth_server` is asked for, and what a client claims to have seen of it."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class TruthPlan:
    """So many content events, `rate` of them a second."""

    events: int
    rate: int = 50

    @classmethod
    def parse(cls, model: str) -> "TruthPlan":
        """Read a plan from its name."""
        _, events, rate = model.split("-")
        return cls(int(events), int(rate))

    @property
    def name(self) -> str:
        """The model's name that asks for this."""
        return f"truth-{self.events}-{self.rate}"


@dataclass(frozen=True)
class Claim:
    """What a client says of one stream, beside what the stream itself says.

    `first_token` is the client's time to first token in seconds. `arrived` is when the request arrived at the server;
    `sent` is when each content event was sent, in nanoseconds of its clock. `at` is when the client says that each
    came, in seconds of any clock.
    """

    first_token: float
    arrived: int
    sent: list[int]
    at: list[float]

    def first_token_error(self) -> float:
        """Return by how many seconds the time to first token is wrong: it also holds the way of the request."""
        return abs(self.first_token - (self.sent[0] - self.arrived) / 1e9)

    def arrival_errors(self) -> list[float]:
        """Return by how many seconds each arrival is later than the one of this stream that came soonest.

        A client's report does not say how its clock is to be compared with that of the server.
        """
        after = [at - sent / 1e9 for at, sent in zip(self.at, self.sent, strict=True)]
        soonest = min(after)
        return [each - soonest for each in after]


def write_claims(file: str, claims: list[Claim]) -> None:
    """Write what a client claims."""
    Path(file).write_text(json.dumps([asdict(claim) for claim in claims]))


def read_claims(file: Path) -> list[Claim]:
    """Read what a client claims."""
    return [Claim(**claim) for claim in json.loads(file.read_text())]
