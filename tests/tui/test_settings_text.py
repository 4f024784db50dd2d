"""What a side is asked with fits into any width, and what the next prompt changes is told apart."""

from dataclasses import replace

import pytest
from rich.cells import cell_len

from diptych.core.settings import Settings
from diptych.tui.settings_text import settings_content
from tests.tui.fakes import OPENAI

PLAIN = Settings(OPENAI, "gpt-5.6-terra")
OWN = replace(PLAIN, preset="terse", params={"temperature": 0.2, "top_p": 0.5})
NEXT = replace(OWN, system="Answer in one sentence.", params={"temperature": 0.7, "top_p": 0.5})


def shown(settings: Settings, next_settings: Settings, room: int = 200) -> str:
    return settings_content(settings, [settings], next_settings, room).plain


def test_changes_of_the_next_prompt_follow() -> None:
    assert shown(OWN, OWN) == "@terse · temperature 0.2 · top_p 0.5"
    assert shown(PLAIN, OWN) == "next: temperature 0.2 · top_p 0.5"
    assert shown(OWN, NEXT) == (
        '@terse · temperature 0.2 · top_p 0.5 · next: system "Answer in one sentence." · temperature 0.7'
    )


def test_with_less_room_they_are_shortened() -> None:
    assert shown(OWN, NEXT, 80) == "@terse · temperature 0.2 · top_p 0.5 · next: system · temperature 0.7"
    assert shown(OWN, NEXT, 50) == "@terse · temperature 0.2 · +1 · next: 2 changed"
    assert shown(PLAIN, NEXT, 50) == "next: system · temperature 0.7 · top_p 0.5"
    assert shown(PLAIN, PLAIN, 50) == ""


@pytest.mark.parametrize("room", [-5, 0, 3])
def test_without_room_nothing_is_said(room: int) -> None:
    assert shown(OWN, NEXT, room) == ""


@pytest.mark.parametrize("room", [30, 40, 60, 100])
def test_it_fits(room: int) -> None:
    assert cell_len(shown(replace(OWN, system="答" * 100), NEXT, room)) <= room
