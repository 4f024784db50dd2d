"""What all ordinary answers say."""

from random import Random

import pytest

from diptych.simulated import texts
from diptych.simulated.script import Voice
from tests.simulated.asking import VOICES

each_voice = pytest.mark.parametrize("voice", VOICES)


def answers(prompt: str, voice: Voice) -> set[str]:
    """Return all answers of a voice to a prompt."""
    return {texts.answer(prompt, voice, Random(seed)) for seed in range(50)}


@each_voice
def test_every_answer_is_honest_and_helps(voice: Voice) -> None:
    found = answers("hello there", voice)

    assert len(found) == 3
    for text in found:
        assert "simulated" in text
        assert "“hello there”" in text
        assert "ANTHROPIC_API_KEY" in text
        assert "OPENAI_API_KEY" in text
        assert 80 <= len(text.split()) <= 200


@pytest.mark.parametrize(
    ("prompt", "mentioned"),
    [
        ("one two three four five six", "one two three four five six"),
        ("one two three four five six seven", "one two three four five six …"),
        ("w" * 100, "w" * 48 + " …"),
        ("a\n\tb", "a b"),
        ("\x1b[31mred", "[31mred"),
        ("{braces} {0}", "{braces} {0}"),
        ("\x00", "nothing at all"),
        ("", "nothing at all"),
    ],
)
def test_an_answer_mentions_the_beginning_of_the_prompt(prompt: str, mentioned: str) -> None:
    assert all(f"“{mentioned}”" in text for text in answers(prompt, "left"))
