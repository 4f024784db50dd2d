"""What the driver and the workers of a cluster send each other. None of it holds a key."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from diptych.core.request import Label


@dataclass(frozen=True, slots=True)
class WorkerSetup:
    """How a worker asks.

    `plan` is the JSON of a plan object, which names endpoints; their addresses and keys are those of the machine where
    the worker runs. `digest` names the plan in its rows. `config` is the path of a config file, None for the one that
    the worker's environment names. The other members are options of the command line; `memory` is the most bytes of
    events that one round keeps in memory.
    """

    plan: str
    digest: str
    region: str | None
    config: Path | None
    insecure: bool
    timeout: float | None
    seed: int | None
    memory: int


@dataclass(frozen=True, slots=True)
class WorkerReport:
    """What a worker says before it is asked anything. `problem` is a sentence that says why it cannot ask, or ""."""

    host: str
    version: str
    problem: str


@dataclass(frozen=True, slots=True)
class Job:
    """A round to be asked: the case of that id, of these labels in this order.

    `files` are the attached ones by their SHA-256.
    """

    case: str
    repeat: int
    labels: tuple[Label, ...]
    files: Mapping[str, bytes]
    problem: str


@dataclass(frozen=True, slots=True)
class AskedJob:
    """A round that was asked: the lines of its recording, and a row of each answer, all of them as JSON.

    There are no lines if the round must not be recorded.
    """

    lines: Sequence[str]
    rows: Sequence[str]
