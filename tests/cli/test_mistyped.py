"""Words that look like mistyped commands are not sent to a model."""

import pytest

from tests.cli.test_commands import sentence


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        (["histroy"], "history"),
        (["History"], "history"),
        (["hist"], "history"),
        (["shwo", "last"], "show"),
        (["exprot", "last", "-o", "x.md"], "export"),
        (["improt"], "import"),
        (["replya"], "replay"),
        (["rnu"], "run"),
        (["runs"], "run"),
        (["demno", "--once"], "demo"),
        (["help"], "--help"),
        (["--demo", "histroy"], "history"),
        (["-l", "openai:x", "run"], "run"),
        (["-l", "openai:x", "run", "Say hi"], "run"),
        (["--demo", "show", "last"], "show"),
    ],
)
def test_the_command_that_was_meant_is_named(words: list[str], meant: str) -> None:
    assert f"id you mean `diptych {meant}`?" in sentence(*words)


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        (["histroy"], "diptych -- histroy"),
        (["histroy", "--list"], "diptych -- histroy"),
        (["--demo", "run"], "diptych -- run"),
        (["--demo", "note", "my", "thoughts"], 'diptych "note my thoughts"'),
        (["shows", "me", "tcp"], 'diptych "shows me tcp"'),
    ],
)
def test_the_error_says_how_to_send_the_word_as_a_prompt(words: list[str], asked: str) -> None:
    assert sentence(*words).endswith(f"To send it as a prompt: {asked}")


@pytest.mark.parametrize(
    "words",
    [
        *([word] for word in ("hello", "why", "tcp", "haiku", "poem", "test", "42", "história", "歴史", "run!", "Hi")),
        ["--", "histroy"],
        ["--once", "--", "histroy"],
        ["histroy of tcp"],
    ],
)
def test_other_words_are_prompts(words: list[str]) -> None:
    assert sentence(*words) == "The app needs a terminal. Without one, use `diptych run`."
