"""What stands above an answer."""

from datetime import date

from diptych.core.round import Round
from diptych.core.settings import ToolDefinition
from diptych.report.headings import heading, run_settings, whole_settings
from tests.report.runs import begun


def test_a_heading_says_who_answers() -> None:
    assert heading(begun()) == "── left · anthropic:claude-sonnet-5-5 ──"
    assert heading(begun("right", simulated=True)) == "── right · anthropic:claude-sonnet-5-5 · simulated ──"


def test_a_model_whose_side_has_its_name_is_named_once() -> None:
    assert heading(begun("anthropic:claude-sonnet-5-5")) == "── anthropic:claude-sonnet-5-5 ──"


def test_settings_are_named_where_they_differ() -> None:
    left, right = begun("left", max_tokens=300, system="Be brief."), begun("right", max_tokens=300)
    round_ = Round("hi", 1_000.0, (left, right))

    assert run_settings(round_, left) == '≠ system "Be brief." · max 300'
    assert run_settings(round_, right, room=18) == "≠ no system · +1"
    assert run_settings(Round("hi", 1_000.0, (begun(), begun("right"))), begun()) == ""


def test_exports_hold_settings_whole() -> None:
    tools = (ToolDefinition("look"), ToolDefinition("walk"))
    params = {"day": date(2026, 11, 26)}
    run = begun(system="Be brief. " * 100, params=params, tools=tools, response_schema={"type": "object"})

    assert list(whole_settings(run)) == [
        ("System prompt", "Be brief. " * 100, "text"),
        ("Request fields", '{\n  "day": "2026-11-26"\n}', "json"),
        ("Tools", "look\nwalk", "text"),
        ("Schema", '{\n  "type": "object"\n}', "json"),
    ]
    assert list(whole_settings(begun())) == []


def test_a_heading_names_the_take_that_it_is_given() -> None:
    assert heading(begun("a"), "take 1 of 2") == "── a · anthropic:claude-sonnet-5-5 · take 1 of 2 ──"
