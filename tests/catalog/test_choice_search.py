import time

import pytest

from diptych.catalog.choice_search import find_choices, searchable
from diptych.catalog.choices import Choice, ChoiceGroup

GROUPS = [
    ChoiceGroup("presets", (Choice("@terse", "openai:gpt-5 · temperature 0.2"),)),
    ChoiceGroup("recently used", (Choice("openai:gpt-5"),)),
    ChoiceGroup(
        "anthropic",
        (
            Choice("anthropic:claude-sonnet-5-5", "Claude Sonnet 5.5"),
            Choice("anthropic:claude-opus-5-5", "Claude Opus 5.5"),
        ),
    ),
    ChoiceGroup("openai", (Choice("openai:gpt-5.6-terra"), Choice("openai:gpt-5"), Choice("openai:o3-mini"))),
    ChoiceGroup("local", (Choice("local:qwen3:8b"), Choice("local:Llama_4/Maverick"), Choice("local:popcorn"))),
]
SEARCHED = [searchable(group) for group in GROUPS]


def found(typed: str) -> list[str]:
    return [choice.name for choice in find_choices(SEARCHED, typed)]


def test_without_words_everything_is_found_once() -> None:
    everything = found("")

    assert everything[:3] == ["@terse", "openai:gpt-5", "anthropic:claude-sonnet-5-5"]
    assert len(everything) == len(set(everything)) == 9
    assert found(" - ") == everything


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("opus", "anthropic:claude-opus-5-5"),
        ("op", "anthropic:claude-opus-5-5"),  # and not because "anthropic" has these letters
        ("OPUS", "anthropic:claude-opus-5-5"),
        ("gpt-5", "openai:gpt-5"),
        ("gpt5", "openai:gpt-5"),
        ("5.6", "openai:gpt-5.6-terra"),
        ("terra", "openai:gpt-5.6-terra"),
        ("sonnet 5.5", "anthropic:claude-sonnet-5-5"),
        ("5.5 claude son", "anthropic:claude-sonnet-5-5"),
        ("anthropic opus", "anthropic:claude-opus-5-5"),
        ("anthropic:opus", "anthropic:claude-opus-5-5"),
        ("qwen3:8b", "local:qwen3:8b"),
        ("maverick", "local:Llama_4/Maverick"),
        ("llama 4", "local:Llama_4/Maverick"),
        ("mini", "openai:o3-mini"),
        ("@te", "@terse"),
        ("temperature", "@terse"),
        ("local", "local:qwen3:8b"),
    ],
)
def test_the_first_hit_is_what_is_meant(typed: str, first: str) -> None:
    assert found(typed)[0] == first


def test_words_come_before_beginnings_and_these_before_parts_and_scattered_letters() -> None:
    names = ("x:topology", "op:x", "x:o-p", "x:opus", "drop:x", "x:op")
    group = searchable(ChoiceGroup("g", tuple(map(Choice, names))))

    assert [choice.name for choice in find_choices([group], "op")] == [
        "x:op",
        "x:opus",
        "op:x",
        "x:topology",
        "drop:x",
        "x:o-p",
    ]


def test_a_models_own_name_comes_before_its_title() -> None:
    choices = (Choice("x:a", "Popular"), Choice("x:b", "The Opus"), Choice("x:opus"))
    group = searchable(ChoiceGroup("g", choices))

    assert [choice.name for choice in find_choices([group], "op")] == ["x:opus", "x:b", "x:a"]


def test_every_word_has_to_match() -> None:
    assert found("claude terra") == []
    assert found("claude zzz") == []


def test_after_an_at_sign_only_presets_are_searched() -> None:
    assert found("@") == ["@terse"]
    assert found("@gpt") == ["@terse"]


def test_letters_that_are_scattered_do_not_match_a_name_with_a_colon() -> None:
    assert found("gtra") == ["openai:gpt-5.6-terra"]
    assert found("openai:gtra") == []
    assert found("xtra") == []
    assert found("gz") == []


def test_endless_names_are_searched_in_little_time() -> None:
    names = [f"evil:{'a ' * 5_000}{number}" for number in range(20)]
    group = searchable(ChoiceGroup("many", tuple(map(Choice, names))))

    for typed in ("a", "aaaaab", "b" * 100, "a b c", "zzzz"):
        began = time.thread_time()
        find_choices([group], typed)
        assert time.thread_time() - began < 0.5, typed  # it is one millisecond; tests/bench/picker.py measures a list
