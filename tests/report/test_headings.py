"""What stands above an answer."""

from diptych.core.round import Round
from diptych.report.headings import heading, take_name
from tests.report.runs import begun


def test_a_heading_says_who_answers() -> None:
    assert heading(begun()) == "── left · anthropic:claude-sonnet-5-5 ──"
    assert heading(begun("right", simulated=True)) == "── right · anthropic:claude-sonnet-5-5 · simulated ──"


def test_a_take_is_named_where_there_are_several() -> None:
    first, second, only = begun("a"), begun("a"), begun("b")
    round_ = Round("hi", 1_000.0, (first, second, only))

    assert take_name(round_, only) == ""
    assert take_name(round_, second) == "take 2 of 2"
    assert heading(first, take_name(round_, first)) == "── a · anthropic:claude-sonnet-5-5 · take 1 of 2 ──"
