"""A row: what is kept of one answer of an experiment, without its text."""

import hashlib
from collections.abc import Mapping
from typing import Any

import msgspec

from diptych.core.event import ArrivalClock
from diptych.core.experiment.checks.check import CheckResult
from diptych.core.run import State


class AnswerRow(msgspec.Struct, frozen=True, kw_only=True):
    """One answer: where it belongs, how it ended, its figures and its checks. As JSON it is a line of `run --rows`.

    The times are those of `core.metrics.timing.Timing`, in seconds since t0; the counts are those of `Usage`. What is
    not known is None. `round` is the ID of its round in the history. `waited` are the seconds between the moment when
    its turn came and the moment when the attempt that was answered began to connect: waits for a slot of the endpoint
    and for the retry that a server asked for. They are in none of the times. `clock` is the clock that stamped the
    arrivals; see `Run`. `late` are the most seconds by which one of the times may be too long because Diptych itself
    read an event late; None in rows of older versions. `answer` is a digest that equal answers share; see
    `answer_digest`. `characters` is the length of the answer, and `unread` the number of events that could not be read.
    `plan` is the digest of the plan, and `shard` the part of it, such as `2/8`. The answer of a `simulated` model says
    nothing about the model.
    """

    experiment: int | None = None
    round: int | None = None
    case: str
    repeat: int
    label: str
    endpoint: str
    model: str
    response_id: str | None = None
    request_id: str | None = None
    state: State
    stop_reason: str | None = None
    connect: float | None = None
    headers: float | None = None
    first_event: float | None = None
    first_token: float | None = None
    first_answer: float | None = None
    last_token: float | None = None
    end: float | None = None
    input_tokens: int | None = None
    cache_read_tokens: int | None = None
    cache_write_tokens: int | None = None
    output_tokens: int | None = None
    reasoning_tokens: int | None = None
    tokens_per_second: float | None = None
    cost_usd: str | None = None
    checks: tuple[CheckResult, ...] = ()
    waited: float = 0.0
    clock: ArrivalClock | None = None
    late: float | None = None
    error: Mapping[str, Any] | None = None
    answer: str | None = None
    characters: int = 0
    unread: int = 0
    began: str | None = None
    host: str | None = None
    region: str | None = None
    versions: Mapping[str, str] = {}
    plan: str | None = None
    shard: str | None = None
    simulated: bool = False

    @property
    def key(self) -> "AnswerKey":
        """What names the answer within its experiment."""
        return self.case, self.repeat, self.label

    @property
    def is_settled(self) -> bool:
        """Whether the answer need not be asked for again: it ended by itself, well or badly."""
        return self.state != "stopped"

    @property
    def has_passed(self) -> bool:
        """Whether the answer is complete, was read without a gap, and passed all of its checks."""
        return self.state == "complete" and not self.unread and all(check.passed for check in self.checks)


AnswerKey = tuple[str, int, str]
"""The case, the repeat and the label of an answer."""


def answer_digest(text: str) -> str:
    """Return 16 hexadecimal digits that two answers share if they differ only in white space."""
    return hashlib.sha256(" ".join(text.split()).encode("utf-8", "surrogatepass")).hexdigest()[:16]
