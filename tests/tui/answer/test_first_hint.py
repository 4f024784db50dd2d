from dataclasses import replace

from diptych.core.settings import Settings
from diptych.tui.answer.first_hint import FirstHint
from tests.tui.fakes import ANTHROPIC

ASKED = Settings(ANTHROPIC, "claude-sonnet-5-5")
SIMULATED = replace(ASKED, simulated=True)
WORDS = {"slow": "A slow answer."}


def test_a_side_that_is_asked_only_says_what_to_press() -> None:
    hint = FirstHint(lambda _: "", WORDS, send_key="F9").for_side(ASKED)

    assert hint.words == {}
    assert hint.sentences == ["Type a prompt below and press F9: both models answer at the same time."]


def test_a_simulated_side_says_why_and_what_it_can_show() -> None:
    hint = FirstHint(lambda settings: f"Set a key for {settings.endpoint.name}.", WORDS).for_side(SIMULATED)

    assert hint.words == WORDS
    assert hint.sentences[1] == "Set a key for anthropic."
    assert FirstHint(lambda _: "", WORDS).for_side(SIMULATED).sentences[1].startswith("This side is simulated")
