"""The chart of text over time."""

import re
from itertools import pairwise

import pytest

from diptych.core.content import Text
from diptych.core.failure import Failure
from diptych.core.round import Round
from diptych.core.run import Run
from diptych.report.html.chart import POINTS, SILENCES, chart
from tests.captures.untimed import untimed_run
from tests.report.pages import read
from tests.report.rounds import usual
from tests.report.runs import T0, arrived, begun


def chart_of(*runs: Run) -> str:
    return chart(Round("hi", 1_000.0, runs))


def name_places(svg: str) -> dict[str, float]:
    """How far below the end of its curve each name stands."""
    ends = [float(each) for each in re.findall('V([0-9.]+) H[0-9.]+"/>', svg)]
    names = re.findall('<text class="name" x="[0-9.]+" y="([0-9.]+)">(.*?)</text>', svg)
    return {name: round(float(y) - end) for end, (y, name) in zip(ends, names, strict=True)}


def grown(*stamps: float, side: str = "left", end: float | None = None) -> Run:
    run = begun(side)
    for stamp in stamps:
        arrived(run, stamp, "e", Text("x" * 10))
    if end is not None:
        run.fail(Failure("connection", "Lost."), T0 + end)
    return run


def test_a_curve_a_side_and_words_for_who_does_not_see_it() -> None:
    svg = chart(usual())
    page = read(svg)

    assert page.attributes("svg")[0]["role"] == "img"
    assert [group["class"] for group in page.attributes("g")] == ["accent-1", "accent-2"]
    assert "Text over time" in page.text
    assert "left: from 1.10 to 5.71 seconds after the round began, 888 characters came." in page.text
    assert "It fell silent 2 times in mid-answer." in page.text
    assert "right: from 0.80 to 4.94 seconds after the round began, 831 characters came." in page.text


def test_both_sides_are_drawn_on_the_clock_of_the_round() -> None:
    svg = chart_of(grown(0.8, 1.8), grown(1.8, 2.8, 3.8, side="right"))

    # 0 to 4 s stand between x = 64 and 780, 0 to 30 characters between y = 280 and 48
    assert '<path class="line" d="M243.0 280.0 H243.0 V202.7 H422.0 V125.3 H422.0"/>' in svg
    assert '<path class="line" d="M422.0 280.0 H422.0 V202.7 H601.0 V125.3 H780.0 V48.0 H780.0"/>' in svg


def test_a_silence_is_shaded_below_the_line() -> None:
    svg = chart_of(grown(0.8, 0.8, 0.8, 0.8, 3.8))

    assert svg.count('<rect class="silence"') == 1
    assert '<rect class="silence" x="243.0" y="94.4" width="537.0" height="185.6">' in svg
    assert "<title>left: silent for 3.00 s</title>" in svg
    assert "It fell silent once in mid-answer." in svg


@pytest.mark.parametrize(
    ("end", "mark"),
    [("complete", '<rect class="end"'), ("fail", '<path class="broken"'), ("none", "")],
)
def test_the_end_is_marked(end: str, mark: str) -> None:
    run = grown(0.5, 0.9, end=2.0 if end == "fail" else None)
    if end == "complete":
        run.complete()
    svg = chart_of(run)

    assert mark in svg
    assert ("broken" in svg, 'class="end"' in svg) == (end == "fail", end == "complete")


def test_the_line_goes_on_to_the_end_of_the_run() -> None:
    assert 'V48.0 H780.0"' in chart_of(grown(0.3, 0.8, end=3.8))


def test_a_long_answer_is_thinned_to_what_a_screen_shows() -> None:
    svg = chart_of(grown(*(number / 100 for number in range(3_000))))
    steps = re.findall("H[0-9.]+ V[0-9.]+", svg)

    assert len(steps) <= POINTS
    assert steps[-1].endswith("V48.0")


def test_of_many_silences_the_longest_are_shaded_and_all_are_told() -> None:
    stamps = [float(second) for second in range(SILENCES + 10)]
    svg = chart_of(grown(*sorted([*stamps, *stamps, *stamps])))

    assert svg.count('class="silence"') == SILENCES
    assert f"It fell silent {SILENCES + 9} times" in svg


def test_names_that_would_hide_each_other_stand_above_and_below() -> None:
    apart = chart_of(grown(0.8, 1.8), grown(0.8, side="right"))
    close = chart_of(grown(0.8, 1.8), grown(0.8, 1.8, side="right"))

    assert name_places(apart) == {"left": -9, "right": -9}
    assert name_places(close) == {"left": -9, "right": 20}


def test_any_number_of_names_at_one_place_stand_below_each_other() -> None:
    places = name_places(chart_of(*(grown(0.8, 1.8, side=label) for label in "abcde")))

    assert list(places) == list("abcde")
    assert all(below - above >= 20 for above, below in pairwise(places.values()))


def test_a_label_is_text() -> None:
    svg = chart_of(grown(0.8, 4.8, side="<b>"))

    assert read(svg).text.count("<b>") == 2
    assert ">&lt;b&gt;</text>" in svg


def test_everything_at_once_and_nothing_at_all() -> None:
    assert "<svg" in chart_of(grown(-0.2, -0.2))
    assert chart_of(begun()) == "<p>No text came, so there is no curve to draw.</p>"
    assert '<g class="accent-2">' not in chart_of(grown(0.8), begun("right"))


def test_long_counts_are_short() -> None:
    left, right = begun(), begun("right")
    arrived(left, 0.8, "e", Text("x" * 7_500))
    arrived(right, 0.8, "e", Text("x" * 2_500_000))

    assert ">2k</text>" in chart_of(left)
    assert ">500k</text>" in chart_of(right)
    assert ">1.5M</text>" in chart_of(right)


def test_where_it_is_not_known_when_text_came_there_is_no_curve() -> None:
    untimed = untimed_run(0.5, 2.0)

    assert chart_of(untimed) == "<p>It is not known when the text came, so there is no curve to draw.</p>"
    assert list(name_places(chart_of(untimed, grown(1.0, 2.0, side="right")))) == ["right"]
