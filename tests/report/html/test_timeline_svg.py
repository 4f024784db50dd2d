"""What the time of each side was spent on, as bars."""

import re

from diptych.core.round import Round
from diptych.core.run import Run
from diptych.differences.phases import run_phases
from diptych.report.html import timeline_svg
from diptych.report.html.accents import accents
from tests.report.pages import read
from tests.report.rounds import usual
from tests.report.runs import begun


def timeline(round_: Round) -> str:
    phases = {label: run_phases(run) for label, run in round_.runs.items()}
    return timeline_svg.timeline(phases, accents(round_))


def test_every_phase_is_drawn_and_told() -> None:
    page = read(timeline(usual()))
    drawn = {path["class"] for path in page.attributes("path")}

    assert {"phase-headers", "phase-first-token", "phase-thinking", "phase-answer"} <= drawn
    assert "phase-silence" in drawn
    assert page.attributes("svg")[0]["role"] == "img"
    assert "left: until headers 0.31s" in page.text


def test_bars_of_all_sides_are_on_one_axis() -> None:
    ends = [float(end) for end in re.findall(r'class="phase-tail" d="M[\d.]+ \d+H([\d.]+)', timeline(usual()))]

    assert len(ends) == 1, "the right side ends with its last content"
    assert max(float(end) for end in re.findall(r"H([\d.]+)v18", timeline(usual()))) == 780.0


def test_there_is_none_before_anything_was_sent() -> None:
    assert timeline(Round("hi", 0.0, [Run("left", begun().request, 0.0)])) == ""
