"""What a side is asked with is said on one line, whatever it is and however little room there is."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from diptych.core.endpoint import Endpoint
from diptych.core.secrets.values import Secret
from diptych.core.settings import Settings, ToolDefinition
from diptych.core.wording.settings_summary import settings_line, settings_words

PLAIN = Settings(Endpoint("here", "openai-chat", "https://models.test", "HERE_API_KEY"), "some-model")
LOOK = ToolDefinition("look")
KEY = "not-a-real-key-0123456789"


def line(room: int = 1_000, **settings: Any) -> str:
    return settings_line(replace(PLAIN, **settings), room=room)


def test_defaults_are_not_named() -> None:
    assert line() == ""
    assert settings_line(PLAIN, [replace(PLAIN, model="another")]) == ""


def test_everything_that_is_set_is_named_in_one_order() -> None:
    assert (
        line(
            preset="terse",
            system="Answer in one sentence.",
            max_tokens=12_000,
            params={"top_p": 0.5, "reasoning_effort": "high", "temperature": 0.2, "stop": ["a", "b"]},
            tools=(LOOK, LOOK),
            response_schema={},
        )
        == '@terse · system "Answer in one sentence." · temperature 0.2 · effort high · stop ["a", "b"] · top_p 0.5'
        " · max 12,000 · 2 tools · schema"
    )
    assert line(tools=(LOOK,)) == "1 tool"


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"reasoning": {"effort": "low"}}, "effort low"),
        ({"output_config": {"effort": "max"}}, "effort max"),
        ({"reasoning": {"effort": "low", "summary": "auto"}}, 'reasoning {"effort": "low", "summary": "au…'),
        ({"reasoning_effort": 3}, "reasoning_effort 3"),
        ({"store": None}, "without store"),
        ({"store": True}, "store true"),
        ({"max_tokens": 5}, "max 5"),
        ({"a\nb": "c\td"}, "a b c d"),
    ],
)
def test_request_fields_in_words(params: dict[str, Any], words: str) -> None:
    assert line(params=params) == words


def test_what_differs_is_marked_on_both_sides() -> None:
    left = replace(PLAIN, system="Be brief.", max_tokens=300, params={"temperature": 0.2, "top_p": 1})
    right = replace(PLAIN, params={"temperature": 0.7, "top_p": 1, "seed": 7}, response_schema={})

    assert settings_line(left, [right]) == (
        '≠ system "Be brief." · ≠ temperature 0.2 · ≠ no seed · top_p 1 · ≠ max 300 · ≠ no schema'
    )
    assert settings_line(right, [left]) == (
        "≠ no system · ≠ temperature 0.7 · ≠ seed 7 · top_p 1 · ≠ max 8,192 · ≠ schema"
    )


def test_the_same_effort_in_the_words_of_two_apis_does_not_differ() -> None:
    left = replace(PLAIN, params={"output_config": {"effort": "high"}})
    right = replace(PLAIN, params={"reasoning": {"effort": "high"}})

    assert settings_line(left, [right]) == settings_line(right, [left]) == "effort high"


def test_prompts_that_begin_alike_differ() -> None:
    left, right = (replace(PLAIN, system="word " * 500 + end) for end in "ab")

    assert settings_words(left, [right])[0].differs


def test_a_request_field_wins_over_a_setting_of_its_name() -> None:
    assert line(system="Be brief.", max_tokens=300, params={"system": "x", "max_tokens": 5}) == "system x · max 5"


def test_a_system_prompt_is_quoted_as_far_as_there_is_room() -> None:
    system = "Answer in one sentence, and name your source."

    assert line(system=system) == f'system "{system}"'
    assert line(system=system, room=40) == 'system "Answer in one sentence, and na…"'
    assert line(system=system, room=18) == "system"
    assert len(line(system="word " * 500)) < 100


def test_wide_characters_are_measured_as_the_caller_does() -> None:
    def cells(text: str) -> int:
        return sum(1 if character.isascii() else 2 for character in text)

    words = settings_words(replace(PLAIN, system="答" * 50), room=40, measure=cells)[0].words

    assert words.startswith('system "答答')
    assert 38 <= cells(words) <= 40


def test_without_room_the_preset_and_what_differs_are_kept() -> None:
    settings = replace(PLAIN, preset="p", max_tokens=300, params={"temperature": 0.2, "top_p": 0.5})
    other = replace(settings, max_tokens=400)

    assert settings_line(settings, [other], room=34) == "@p · top_p 0.5 · ≠ max 300 · +1"
    assert settings_line(settings, [other], room=24) == "@p · ≠ max 300 · +2"
    assert settings_line(settings, [other], room=3) == "+4"


def test_it_holds_no_secret_and_acts_on_nothing() -> None:
    endpoint = replace(PLAIN.endpoint, key=Secret(KEY))
    found = "sk-ant-" + "abcdefghijklmnopqrstuvwxyz"
    shown = settings_line(
        replace(PLAIN, endpoint=endpoint, system=f"{KEY} {found} \x1b[2J", params={"user": KEY, KEY: 1})
    )

    assert KEY not in shown
    assert found not in shown
    assert "\x1b" not in shown
    assert shown.count("[redacted]") == 4


def test_what_may_come_from_a_toml_file_is_shown() -> None:
    assert line(params={"day": date(2026, 11, 26), "far": float("inf")}) == 'day "2026-11-26" · far Infinity'
