"""The history as it is listed: what a round was about and how its sides ended, without what was received.

A `HistoryFilter` says which rounds to list; whoever keeps them makes `ListedRound`s, or raises `HistoryError`.
"""

from dataclasses import dataclass
from typing import NamedTuple

from diptych.core.request import Label
from diptych.core.run import State


class HistoryError(Exception):
    """The history cannot be read or changed; the message is one clear sentence for the user."""


class ListedRun(NamedTuple):
    """One side of a listed round.

    `endpoint`, `api` and `model` are the names it was asked by. `first_token` and `total` are seconds since t0, None
    where unknown; `cost_usd` is a decimal number of dollars; `events` counts the events of the wire.
    """

    label: Label
    endpoint: str
    api: str
    model: str
    simulated: bool
    state: State
    stop_reason: str | None
    first_token: float | None
    total: float | None
    cost_usd: str | None
    events: int
    take: int = 1


class ListedRound(NamedTuple):
    """One round of the history: its ids, its prompt, when it began (seconds since 1970, UTC), and its sides."""

    id: int
    session: int
    prompt: str
    date: float
    runs: tuple[ListedRun, ...]


@dataclass(frozen=True, slots=True)
class HistoryFilter:
    """Which rounds to list: those to which everything here applies; "" is any.

    `query` is looked for in prompts and answers. `model` and `endpoint` are parts of those names, whatever the case,
    `state` is a whole one; they apply to a round if they all apply to the same of its sides.
    """

    query: str = ""
    model: str = ""
    endpoint: str = ""
    state: str = ""
