from collections.abc import Iterable

import pytest
from textual.events import Key, Paste
from textual.message import Message

from diptych.tui.terminal.burst import Burst
from diptych.tui.terminal.pasting import PasteParser

BEGIN, END = "\x1b[200~", "\x1b[201~"


def told(messages: Iterable[Message]) -> list[str]:
    """Pastes in quotes, keys by their names."""
    said = []
    for message in messages:
        if isinstance(message, Paste):
            said.append(repr(message.text))
        elif isinstance(message, Burst):
            said += [key.key for key in message.keys]
        elif isinstance(message, Key):
            said.append(message.key)
    return said


def fed(parser: PasteParser, data: str, size: int) -> list[str]:
    return told(message for at in range(0, len(data), size) for message in parser.feed(data[at : at + size]))


@pytest.mark.parametrize("size", [1, 2, 3, 5, 6, 7, 100])
def test_keys_and_pastes_come_in_their_order_however_they_are_cut(size: int) -> None:
    data = f"a{BEGIN}one\rtwo{END}b{BEGIN}{END}{BEGIN}three{END}\r"

    assert fed(PasteParser(), data, size) == ["a", r"'one\rtwo'", "b", "''", "'three'", "enter"]


@pytest.mark.parametrize("size", [1, 100])
def test_what_follows_an_escape_character_in_a_paste_is_text(size: int) -> None:
    parser = PasteParser()

    assert fed(parser, f"{BEGIN}a\x1b\rb\x1b[A\x00c\x1b[201{END}x", size) == [r"'a\x1b\rb\x1b[Ac\x1b[201'", "x"]


def test_keys_that_are_sequences_still_are() -> None:
    assert fed(PasteParser(), "\x1b[A\x1b[B\x1b[200", 1) == ["up", "down"]


def test_a_long_paste_comes_whole_and_costs_little() -> None:
    text = "a line of text\r" * 700_000

    messages = list(PasteParser().feed(f"{BEGIN}{text}{END}"))

    assert [message.text for message in messages if isinstance(message, Paste)] == [text]


def test_an_endless_paste_is_not_kept_whole() -> None:
    parser = PasteParser()
    list(parser.feed(BEGIN))
    for _ in range(20):
        assert not list(parser.feed("x" * 2**20))

    (paste,) = parser.feed(f"{END}")

    assert isinstance(paste, Paste)
    assert 2**24 <= len(paste.text) < 2**24 + 2**20


def test_text_that_comes_faster_than_any_keyboard_is_a_paste_until_there_is_a_gap() -> None:
    now = 0.0
    parser = PasteParser(clock=lambda: now)

    assert told(parser.feed("line\r" * 400)) == []
    now = 0.05
    assert told(parser.tick()) == []
    assert told(parser.feed("end\r")) == []
    now = 0.2
    assert told(parser.tick()) == [repr("line\r" * 400 + "end\r")]
    assert told(parser.tick()) == []
    assert told(parser.feed("ab\r")) == ["a", "b", "enter"]


def test_a_control_key_ends_such_a_paste() -> None:
    parser = PasteParser()

    assert told(parser.feed("word " * 400)) == []
    assert told(parser.feed("\x1b[A")) == [repr("word " * 400), "up"]


def test_the_end_of_input_is_passed_on() -> None:
    parser = PasteParser()

    assert told(parser.feed("")) == []
    assert parser.is_eof
