"""Foreign text, made safe to show."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diptych.core.text import clean, clean_line


@pytest.mark.parametrize(
    "text",
    [
        "Plain text, with\ttabs\nand lines.",
        "👩‍👩‍👧‍👦 and 👍🏽 and ❤️ and 🇩🇪",  # joined by U+200D, chosen by U+FE0F
        "السلام عليكم، می‌خواهم",  # U+200C keeps Persian letters apart
        "क्‍ष हिन्दी",
        "日本語　ＡＢＣ",
        "e\u0301 naïve ½ €",
        "",
    ],
)
def test_text_of_any_language_stays_as_it_is(text: str) -> None:
    assert clean(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred\x1b[0m", "␛[31mred␛[0m"),
        ("\x1b]0;title\x07", "␛]0;title␇"),
        ("\x9b31m", "⟨U+009B⟩31m"),
        ("\x00\x08\x7f", "␀␈␡"),
        ("\x85", "⟨U+0085⟩"),
        ("one\r\ntwo\rthree\n", "one\ntwo␍three\n"),
        ("a\u202etxt.exe", "a⟨U+202E⟩txt.exe"),
        ("\u2066x\u2069\u200f", "⟨U+2066⟩x⟨U+2069⟩⟨U+200F⟩"),
        ("zero\u200bwidth\ufeff", "zero⟨U+200B⟩width⟨U+FEFF⟩"),
        ("soft\u00adhyphen", "soft⟨U+00AD⟩hyphen"),
        ("line\u2028paragraph\u2029", "line⟨U+2028⟩paragraph⟨U+2029⟩"),
        ("hidden\U000e0041", "hidden⟨U+E0041⟩"),
        ("half a \ud83d pair", "half a � pair"),
    ],
)
def test_what_a_terminal_would_obey_or_hide_becomes_visible(text: str, shown: str) -> None:
    assert clean(text) == shown


def test_one_line_shows_its_line_feeds_and_tabs() -> None:
    assert clean_line("a\r\nb\tc\x1b") == "a␊b␉c␛"


ANYTHING = st.text(st.characters(), max_size=40) | st.text(st.sampled_from("a\r\n\t\x1b\x9b\u202e\ud800\u200b"))


@given(ANYTHING)
def test_nothing_that_controls_is_left(text: str) -> None:
    shown = clean(text)

    assert all(unicodedata.category(char) not in ("Cc", "Cs") or char in "\n\t" for char in shown)
    shown.encode()
    assert clean(shown) == shown


@given(ANYTHING)
def test_one_line_is_one_line(text: str) -> None:
    assert len(clean_line(text).splitlines()) <= 1
