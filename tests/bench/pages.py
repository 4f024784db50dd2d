"""Opens the page of an experiment of 1,000 rounds in Chromium, beside a plain page of the same text.

Run as a module it writes both pages into a folder, in a process of its own, and how much memory that took. Linux only.
"""

import gc
import html
import json
import sys
import tempfile
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from playwright.sync_api import Browser

from diptych.core.round import Round
from diptych.report.experiment.export_html import experiment_html
from diptych.report.experiment.html.round_links import MOST_ROUNDS
from diptych.store.atomic_write import write_text
from tests.bench.bench import Bench
from tests.bench.exported import memory_of
from tests.bench.figures import Figure
from tests.bench.load import BenchError
from tests.bench.processes import for_modules, module, run
from tests.report.experiment.exported import exported
from tests.report.pages import read
from tests.report.rounds import usual
from tests.support.browser import chromium

_MOST_OF_PLAIN = 2.0
"""How many times longer than a plain page of the same text the page may take to load."""

_MOST_LOAD = 1.0
"""Seconds in which a page is to open."""

_MOST_GROWN = 16 * 2**20
"""Bytes that the process may grow while it writes a page, which it never holds as a whole."""

_TIMES = """() => ({
    load: performance.getEntriesByType('navigation')[0].loadEventEnd,
    paint: performance.getEntriesByName('first-contentful-paint')[0].startTime,
    elements: document.getElementsByTagName('*').length,
})"""


def pages(bench: Bench) -> Iterator[Figure]:
    """Seconds until a page of 1,000 rounds is painted and loaded, its size, and what writing it takes."""
    with tempfile.TemporaryDirectory() as folder:
        command = module("pages", folder)
        run(command, for_modules(bench.environment)).checked("The writing of the page")
        written = json.loads(Path(folder, "written.json").read_text())
        page, plain = Path(folder, "page.html"), Path(folder, "plain.html")
        try:
            with chromium() as browser:
                timed = [(_opened(browser, page), _opened(browser, plain)) for _ in bench.repeats(9, 3)]
        except pytest.skip.Exception as skipped:
            raise BenchError(str(skipped)) from None
        name = f"page of {MOST_ROUNDS:,} rounds"
        megabytes, elements = page.stat().st_size / 1e6, timed[0][0]["elements"]
    load = median(ours["load"] for ours, _ in timed) / 1000
    plain_load = median(theirs["load"] for _, theirs in timed) / 1000
    ratio = median(ours["load"] / theirs["load"] for ours, theirs in timed)
    yield Figure(
        f"{name} loaded in Chromium, over a plain page of its text",
        ratio,
        "ratio",
        _MOST_OF_PLAIN,
        remark=f"{load:.2f} s over {plain_load:.2f} s",
    )
    yield Figure(f"{name} loaded", load, "s", _MOST_LOAD, remark=f"{megabytes:.1f} MB, {elements:,} elements")
    yield Figure(f"{name} painted first", median(ours["paint"] for ours, _ in timed) / 1000, "s", _MOST_LOAD)
    yield Figure(
        f"{name} written: memory", written["grown"], "bytes", _MOST_GROWN, remark=f"{written['seconds']:.1f} s"
    )


def _opened(browser: Browser, file: Path) -> dict[str, Any]:
    """Open a page in a new profile, and return its times in milliseconds since the navigation began."""
    context = browser.new_context(viewport={"width": 1280, "height": 1000})
    try:
        page = context.new_page()
        page.goto(file.as_uri(), wait_until="load")
        page.wait_for_function("performance.getEntriesByName('first-contentful-paint').length > 0")
        times: dict[str, Any] = page.evaluate(_TIMES)
        return times
    finally:
        context.close()


def main(folder: str) -> None:
    """Write the page, a plain page of the same text, and by how much memory the process grew at most for the first."""
    numbers = count()
    whole = exported(cases=[f"case {number}" for number in range(MOST_ROUNDS)], repeats=1)
    experiment = replace(whole, rounds=lambda _: _round(next(numbers)))
    page = Path(folder, "page.html")
    deque(experiment_html(replace(exported(), rounds=lambda _: usual())), maxlen=0)  # everything is imported
    gc.collect()
    Path("/proc/self/clear_refs").write_text("5")  # the most memory is counted from here on
    before, began = memory_of("VmRSS"), time.perf_counter()
    write_text(page, experiment_html(experiment), overwrite=True)
    seconds, grown = time.perf_counter() - began, memory_of("VmHWM") - before
    Path(folder, "written.json").write_text(json.dumps({"grown": grown, "seconds": seconds}))
    lines = filter(str.strip, read(page.read_text()).text.splitlines())
    paragraphs = "\n".join(f"<p>{html.escape(line)}</p>" for line in lines)
    Path(folder, "plain.html").write_text(f"<!DOCTYPE html>\n<meta charset=utf-8><title>plain</title>\n{paragraphs}\n")


def _round(number: int) -> Round:
    """Return a round of two answers, the one with thinking, code, a table and lists."""
    round_ = usual()
    round_.prompt = f"{round_.prompt} ({number})"
    return round_


if __name__ == "__main__":
    main(sys.argv[1])
