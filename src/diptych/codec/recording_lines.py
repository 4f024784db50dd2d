"""A round as a recording file: JSON Lines that replay with their true timing. docs/recordings.md describes the format.

One header line, then for each side a start line, its events and notes as `run --events` writes them, and an end line.
"""

import heapq
from collections.abc import Iterator
from itertools import repeat
from typing import Any

from diptych import __version__
from diptych.codec.objects import JsonObject, end_object, line_object, side_offset
from diptych.core.event import Line, RequestSent
from diptych.core.round import Round
from diptych.core.run import Run
from diptych.core.settings import Settings

FORMAT = "diptych recording"
FORMAT_VERSION = 1


def header_object(round_: Round) -> JsonObject:
    """The first line: what was asked of whom, without keys and addresses."""
    header: JsonObject = {"format": FORMAT, "version": FORMAT_VERSION, "app": __version__, "date": round_.date}
    header["prompt"] = round_.prompt
    return header | {side: _settings(run.request.settings) for side, run in round_.runs.items()}


def line_objects(run: Run, line: Line) -> Iterator[JsonObject]:
    """A line of a run; after a request, from which its times count, a start line too."""
    yield line_object(run, line)
    if isinstance(line, RequestSent):
        yield {"side": run.label, "note": "start", "t0": side_offset(run, line.at)}


def recording_objects(round_: Round) -> Iterator[JsonObject]:
    """Every line of a round's file, in the order of arrival; a run that has not ended has no end line."""
    yield header_object(round_)
    sides = (zip(repeat(run), run.lines, strict=False) for run in round_.runs.values())
    for run, line in heapq.merge(*sides, key=lambda pair: pair[1].at):  # each is in the order of arrival already
        yield from line_objects(run, line)
    for run in round_.runs.values():
        if run.ended:
            yield end_object(run)


def _settings(settings: Settings) -> dict[str, Any]:
    return {
        "endpoint": settings.endpoint.name,
        "api": settings.endpoint.api,
        "model": settings.model,
        "simulated": settings.simulated,
        "system": settings.system,
        "max_tokens": settings.max_tokens,
        "params": dict(settings.params),
    }
