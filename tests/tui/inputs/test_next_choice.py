import pytest

from diptych.tui.inputs.next_choice import next_choice

EFFORTS = ("low", "high")
NUMBERS = ("0", "0.1", "0.2")


@pytest.mark.parametrize(
    ("value", "choices", "down", "up"),
    [
        ("", EFFORTS, "low", "high"),
        ("low", EFFORTS, "high", ""),
        ("high", EFFORTS, "", "low"),
        ("huge", EFFORTS, "low", "high"),
        ("0.1", NUMBERS, "0.2", "0"),
        ("0.15", NUMBERS, "0.2", "0.1"),
        ("0.10", NUMBERS, "0.2", "0"),
        ("7", NUMBERS, "", "0.2"),
        ("-1", NUMBERS, "0", ""),
        ("hot", NUMBERS, "0", "0.2"),
        ("", (), "", ""),
    ],
)
def test_the_next_choice(value: str, choices: tuple[str, ...], down: str, up: str) -> None:
    assert next_choice(value, choices, 1) == down
    assert next_choice(value, choices, -1) == up
