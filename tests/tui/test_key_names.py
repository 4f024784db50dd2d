import pytest

from diptych.tui.key_names import key_name, parse_keys


@pytest.mark.parametrize(
    ("written", "keys"),
    [
        ("ctrl+g", "ctrl+g"),
        ("Ctrl+G", "ctrl+g"),
        ("Control+Shift+Up", "ctrl+shift+up"),
        ("F5", "f5"),
        ("?", "question_mark"),
        ("esc", "escape"),
        ("Space", "space"),
        ("PgUp", "pageup"),
        ("n", "n"),
        ("N", "N"),
        ("shift+n", "N"),
        ("+", "plus"),
        ("ctrl++", "ctrl+plus"),
        ("[", "left_square_bracket"),
        ("↓", "down"),
        ("comma", "comma"),
        ("ü", "ü"),
        ("Ctrl+G, F5", "ctrl+g,f5"),
    ],
)
def test_keys_are_read_as_users_write_them(written: str, keys: str) -> None:
    assert parse_keys(written) == keys


@pytest.mark.parametrize("key", ["ctrl+g", "F5", "?", "esc", "N", "+", "ctrl++", "[", "↓", "alt+←", "space", "pageup"])
def test_what_is_shown_can_be_written(key: str) -> None:
    assert key_name(parse_keys(key)) == key


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("", "'' is not a key."),
        ("ctrl+g,,F5", "'' is not a key."),
        ("ctrl+", "'ctrl+' is not a key."),
        ("\x07", r"'\x07' is not a key."),
        ("F25", "'F25' is not a key."),
        ("escpe", "'escpe' is not a key. Did you mean 'escape'?"),
        ("cmd+g", "'cmd+g' is not a key: 'cmd' is none of ctrl, alt and shift."),
        ("ctrl+i", "'ctrl+i' cannot be used: terminals send the same for it as for tab."),
        ("Ctrl+[", "'Ctrl+[' cannot be used: terminals send the same for it as for esc."),
    ],
)
def test_what_is_not_a_key_is_refused_in_a_sentence(written: str, why: str) -> None:
    with pytest.raises(ValueError, match=r"key|used") as refused:
        parse_keys(written)

    assert str(refused.value) == why
