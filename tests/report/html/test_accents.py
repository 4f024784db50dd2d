"""The colours of the sides of a page."""

import re
from importlib.resources import files

import pytest

from diptych.core.round import Round
from diptych.report.html.accents import ACCENTS, accents
from tests.report.pages import html, read
from tests.report.runs import answered, begun


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        (("left", "right"), {"left": "accent-1", "right": "accent-2"}),
        (("right",), {"right": "accent-2"}),
        (("a", "left"), {"a": "accent-1", "left": "accent-2"}),
    ],
)
def test_left_and_right_are_coloured_as_on_the_screen_and_others_in_order(
    labels: tuple[str, ...], expected: dict[str, str]
) -> None:
    found = accents(Round("hi", 1_000.0, map(begun, labels)))

    assert {label: found[label] for label in labels} == expected


def test_with_more_sides_than_colours_these_are_used_again() -> None:
    labels = [str(number) for number in range(ACCENTS + 1)]
    found = accents(Round("hi", 1_000.0, map(begun, labels)))

    assert len(set(found.values())) == ACCENTS
    assert found[labels[-1]] == found[labels[0]]


def test_the_style_has_every_colour_for_light_dark_and_paper() -> None:
    style = files("diptych.report.html").joinpath("style.css").read_text()

    for number in range(1, ACCENTS + 1):
        assert len(re.findall(f"--accent-{number}: #", style)) == 3
        assert f".accent-{number} {{ --accent: var(--accent-{number}); }}" in style


def test_a_page_of_five_sides_names_and_colours_each_of_them() -> None:
    page = read(html(Round("hi", 1_000.0, map(answered, "abcde"))))

    assert [side["class"] for side in page.attributes("article")] == [f"side accent-{number}" for number in range(1, 6)]
    drawn = [group["class"] for group in page.attributes("g")]
    assert drawn == 2 * [f"accent-{number}" for number in range(1, 6)]  # the chart and the timeline
    assert "modelanthropic:claude-sonnet-5-5anthropic:claude-sonnet-5-5anthropic" in page.text
    assert all(f"{label} anthropic:claude-sonnet-5-5" in page.text for label in "abcde")
