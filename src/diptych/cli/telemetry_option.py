"""The option `--otel`, and sending OpenTelemetry spans while a command asks models."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import click

from diptych.cli.command_error import CommandError
from diptych.cli.standard_error import say, warn
from diptych.core.observers import Observers
from diptych.telemetry.switch import TelemetrySwitch, telemetry_switch

if TYPE_CHECKING:
    from diptych.core.round import RoundObserver
    from diptych.store.recorder import Recorder
    from diptych.telemetry.round_spans import RoundSpans

_TOLD = "telemetry"
"""The member of the state file with the last warning about variables, which is given only once."""

otel_option = click.option(
    "--otel",
    is_flag=True,
    help="Send OpenTelemetry spans to OTEL_EXPORTER_OTLP_ENDPOINT, or http://localhost:4318 (needs diptych[otel]).",
)
"""The option `--otel` of every command that asks models."""


@contextmanager
def sending_spans(
    wanted: bool, *, conversations: bool = False, tell: Callable[[str], object] = warn
) -> "Iterator[RoundSpans | None]":
    """Send spans while the block runs, if `--otel` or the environment switches them on. At the end, send what is left.

    Everything else must have ended by then. `tell` gets a sentence if something about the variables is wrong. Raises
    `CommandError` if `--otel` was given and nothing can be sent. With `conversations`, see `RoundSpans`.
    """
    switch = telemetry_switch(os.environ, wanted=wanted)
    if switch.problem and wanted:
        raise CommandError(switch.problem)
    if switch.problem:
        _tell_once(switch, tell)
    if switch.warning:
        tell(switch.warning)
    if not switch.is_on:
        yield None
        return
    from diptych.telemetry.round_spans import RoundSpans

    spans = RoundSpans(with_content=switch.with_content, conversations=conversations)
    try:
        yield spans
    finally:
        spans.close()
        if spans.problem:
            say(spans.problem)


def recorded_and_sent(recorder: "Recorder", spans: "RoundSpans | None", *first: "RoundObserver") -> "RoundObserver":
    """Return an observer that notifies the `first` observers, the recorder, and then `spans` if they are sent."""
    if spans is None:
        return Observers(*first, recorder) if first else recorder
    spans.when_written = recorder.call_when_written
    return Observers(*first, recorder, spans)


def _tell_once(switch: TelemetrySwitch, tell: Callable[[str], object]) -> None:
    """Say why variables that are set for all programs have no effect, unless that was said at an earlier start."""
    from diptych.store.state_file import StateFile, state_path

    state = StateFile(state_path())
    if state.read().get(_TOLD) == switch.problem:
        return
    tell(f"{switch.problem} This is said only once.")
    with suppress(OSError):  # then it is said again
        state.keep(_TOLD, switch.problem)
