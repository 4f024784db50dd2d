import pytest
from textual.events import Key

from diptych.tui.terminal.burst import Burst
from diptych.tui.terminal.pasting import PasteParser


def read(data: str) -> list[str]:
    """What is read at once: bursts by their text in quotes, keys by their names."""
    messages = PasteParser().feed(data)
    return [
        repr(each.text) if isinstance(each, Burst) else each.key for each in messages if isinstance(each, Key | Burst)
    ]


@pytest.mark.parametrize(
    ("data", "messages"),
    [
        ("j", ["j"]),
        ("jjjj", ["j", "j", "j", "j"]),
        ("哈哈", ["哈", "哈"]),
        ("just explain", ["'just explain'"]),
        ("日本", ["'日本'"]),
        ("one\rtwo\ntwo\r\r", [r"'one\ntwo\ntwo'"]),
        ("y\r", ["y", "enter"]),
        ("\r\rab", ["enter", "enter", "'ab'"]),
        ("\x0ecopy\x12", ["ctrl+n", "'copy'", "ctrl+r"]),
        ("\x1b[Aab\x1b[Bc", ["up", "'ab'", "down", "c"]),
        ("j\tk", ["j", "tab", "k"]),
    ],
)
def test_different_characters_that_are_read_at_once_are_a_burst(data: str, messages: list[str]) -> None:
    assert read(data) == messages
