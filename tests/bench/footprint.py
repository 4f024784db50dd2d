"""What the app takes by being there: the time until it stands, and the memory that kept events hold."""

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from diptych.report.formats import FORMS
from tests.bench.bench import Bench, ratios
from tests.bench.figures import Figure
from tests.bench.plan import Plan
from tests.bench.processes import for_modules, module, run
from tests.bench.startup import (
    until_the_libraries_are_imported,
    until_the_prompt_box_stands,
    write_config_file,
)

_CAP = 16_000_000
"""Bytes: a small one, so that nearly all events have to leave memory."""

_EXPORT = 16 * 2**20
"""Bytes that an export may take, less than the round's raw data: a page's answers are parsed whole."""

_ENDPOINTS = 50
"""Endpoints of the config file with which the start is measured."""


def memory(bench: Bench) -> Iterator[Figure]:
    """Resident memory that an event adds, from before the prompt to after both sides have ended."""
    plan = Plan("markdown", 100_000)
    prepared = bench.server.prepare(plan)
    grown: list[float] = []
    for _ in bench.repeats(3, 1):
        with bench.app_at_rest() as app:
            before = app.resident
            bench.ask(app, plan)
            grown.append((app.resident - before) / prepared.events)
    yield Figure(
        f"memory an event, 2 × {plan.events:,} events kept",
        median(grown),
        "bytes",
        1024,
        remark=f"of which {prepared.bytes / prepared.events:.0f} B are raw data",
    )


def capped(bench: Bench) -> Iterator[Figure]:
    """What an event leaves in memory for good where the events themselves have left it."""
    plan = Plan("markdown", 200_000)
    prepared = bench.server.prepare(plan)
    with bench.app_at_rest("--memory", str(_CAP // 1_000_000)) as app:
        before = app.resident
        bench.ask(app, plan)
        left = app.resident - before - _CAP
    yield Figure(
        f"  the same with --memory {_CAP // 1_000_000}, 2 × {plan.events:,} events: beyond that",
        left / prepared.events,
        "bytes",
        256,
        remark="the text, and how it is laid out",
    )


def export(bench: Bench) -> Iterator[Figure]:
    """Memory that an export of a round takes at most, with the round's lines on disk."""
    for form in FORMS:
        with tempfile.TemporaryDirectory() as folder:
            results = Path(folder, "results.json")
            command = module("exported", form, str(Path(folder, f"round.{form}")), str(results))
            run(command, for_modules(bench.environment)).checked("The export")
            found = json.loads(results.read_text())
        megabytes = found["raw"] / 1e6
        yield Figure(
            f"export as {form} of a round whose {megabytes:.0f} MB are on disk: memory",
            found["grown"],
            "bytes",
            _EXPORT,
            remark=f"{found['seconds']:.1f} s",
        )


def start(bench: Bench) -> Iterator[Figure]:
    """The start to a painted prompt box over importing the libraries alone, without and with a config file."""
    rounds = len(bench.repeats(7, 3))
    home = bench.environment["HOME"]
    file = Path(home, "fifty.toml")
    write_config_file(file, _ENDPOINTS)
    timed = [
        (
            until_the_prompt_box_stands(home),
            until_the_prompt_box_stands(home, "--config", str(file)),
            until_the_libraries_are_imported(),
        )
        for _ in range(rounds + 1)
    ][1:]
    app, configured, libraries = (median(each) for each in zip(*timed, strict=True))
    yield Figure(
        "start to painted prompt box, over importing anthropic, openai and textual",
        ratios([(seconds, library) for seconds, _, library in timed]),
        "ratio",
        0.3,
        remark=f"{app:.2f} s / {libraries:.2f} s",
    )
    yield Figure(
        f"  the same with a config file of {_ENDPOINTS} endpoints",
        ratios([(seconds, library) for _, seconds, library in timed]),
        "ratio",
        0.3,
        remark=f"{configured:.2f} s / {libraries:.2f} s",
    )
