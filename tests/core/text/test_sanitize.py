"""Foreign text, made safe to show."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from diptych.core.text.combining import MARKS
from diptych.core.text.sanitize import MAX_MARKS, Cleaner, clean, clean_line


@pytest.fixture(scope="module")
def kept() -> frozenset[str]:
    """The characters that stay as they are where they stand alone."""
    return frozenset(character for character in map(chr, range(0x110000)) if clean(character) == character)


@pytest.mark.parametrize(
    "text",
    [
        "Plain text, with\ttabs\nand lines.",
        "👩‍👩‍👧‍👦 and 👍🏽 and ❤️ and 🇩🇪",  # joined by U+200D, chosen by U+FE0F
        "السلام عليكم، می‌خواهم",  # U+200C keeps Persian letters apart
        "क्‍ष हिन्दी",
        "ශ්‍රී ලංකා ප්‍රජාතාන්ත්‍රික",  # letters that U+200D makes one of
        "🧑🏽‍🚀 🤦🏼‍♂️ 👁️‍🗨️ 🏳️‍🌈 1️⃣ #️⃣ ☎︎",
        "ᠠᠢᠮᠠᠭ᠋",  # a Mongolian letter in another form
        "한글, also in its parts: 한글",
        "ཨོཾ་མ་ཎི་པདྨེ་ཧཱུྃ and ตัวอย่างนี้",
        "⠓⠑⠇⠇⠕⠀⠺⠕⠗⠇⠙ \ue0b0",  # braille with its blank; private use
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
        ("a\u200db\u200cc", "a⟨U+200D⟩b⟨U+200C⟩c"),  # joins no pictures, parts no letters of such a script
        ("می\u200c\u200cخ", "می\u200c⟨U+200C⟩خ"),
        ("\u200d", "⟨U+200D⟩"),
        ("👩\u200dx", "👩⟨U+200D⟩x"),
        ("👩\u200d" * 7 + "👩", "👩\u200d" * 5 + "👩⟨U+200D⟩👩\u200d👩"),
        ("क्\u200d" * 6, "क्\u200d" * 5 + "क्⟨U+200D⟩"),
        ("\U0001f3fd", "⟨U+1F3FD⟩"),
        ("x\U0001f3fd", "x⟨U+1F3FD⟩"),
        ("a\ufe0f ☺\ufe00", "a⟨U+FE0F⟩ ☺⟨U+FE00⟩"),
        ("1\ufe0f2", "1⟨U+FE0F⟩2"),
        ("葛\U000e0100", "葛⟨U+E0100⟩"),
        ("a\u180b", "a⟨U+180B⟩"),
        ("a\u034fb", "a⟨U+034F⟩b"),
        ("\u06dd12", "⟨U+06DD⟩12"),
        ("\U0001d173", "⟨U+1D173⟩"),
    ],
)
def test_what_a_terminal_would_obey_or_hide_becomes_visible(text: str, shown: str) -> None:
    assert clean(text) == shown


def test_one_line_shows_its_line_feeds_and_tabs() -> None:
    assert clean_line("a\r\nb\tc\x1b") == "a␊b␉c␛"


@pytest.mark.parametrize("mark", ["\u0301", "\u1161", "\u0903", "\U000e0100", "\u200d", "\u20e3"])
def test_nothing_piles_up_on_a_letter(mark: str) -> None:
    shown = clean("e" + mark * 10_000 + "f")

    assert shown.startswith("e")
    assert shown.endswith("⟩f")
    assert sum(map(shown.count, MARKS)) <= MAX_MARKS


def test_marks_beyond_those_that_are_shown_are_counted() -> None:
    assert clean("e" + "\u0301" * 10_000 + "f") == "e" + "\u0301" * MAX_MARKS + "⟨9,992 more marks⟩f"
    assert clean("e" + "\u0301" * 9) == "e" + "\u0301" * MAX_MARKS + "⟨1 more mark⟩"


def test_every_mark_of_unicode_is_known_as_one(kept: frozenset[str]) -> None:
    assert [each for each in kept - MARKS if unicodedata.category(each) in ("Mn", "Mc", "Me")] == []


def test_whatever_takes_no_cell_is_a_mark_or_shown(kept: frozenset[str]) -> None:
    below_the_ideographs = set(map(chr, range(0x20000)))

    assert {each for each in kept & below_the_ideographs - MARKS if cell_len(each) <= 0} == {"\n", "\t"}


def test_every_format_character_is_shown_where_nothing_needs_it(kept: frozenset[str]) -> None:
    categories = ("Cc", "Cf", "Cs", "Zl", "Zp")

    assert {each for each in kept if unicodedata.category(each) in categories} == {"\n", "\t"}


def test_every_character_that_is_ignorable_by_default_is_shown(kept: frozenset[str]) -> None:
    ignorable = "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2065\u3164\uffa0\ufff0\ufff8"
    selectors = map(chr, (*range(0xFE00, 0xFE10), *range(0xE0000, 0xE1000)))

    assert kept.isdisjoint((*ignorable, *selectors))


ODD = "a1\r\n\t\x1b\x9b\u202e\ud800\u200b\u200c\u200d\ufe0e\ufe0f\ufe00\u180b\u0301\u20e3☺👩\U0001f3fdक्یᠠ\U00010a0d🇩"
ANYTHING = st.text(st.characters(), max_size=40) | st.text(st.sampled_from(ODD))


@given(ANYTHING)
def test_nothing_that_controls_is_left(text: str) -> None:
    shown = clean(text)

    assert all(unicodedata.category(char) not in ("Cc", "Cs") or char in "\n\t" for char in shown)
    shown.encode()
    assert clean(shown) == shown


@given(ANYTHING)
def test_one_line_is_one_line(text: str) -> None:
    assert len(clean_line(text).splitlines()) <= 1


@given(st.lists(st.text(st.sampled_from(ODD), max_size=4)))
def test_pieces_come_to_what_the_whole_does(pieces: list[str]) -> None:
    cleaner = Cleaner()

    assert "".join(map(cleaner.add, pieces)) + cleaner.end() == clean("".join(pieces))


def test_marks_that_come_one_by_one_cost_what_they_are() -> None:
    cleaner = Cleaner()

    shown = [cleaner.add(piece) for piece in ("e", *["\u0301"] * 100_000)]

    assert "".join(shown) == "e" + "\u0301" * MAX_MARKS
    assert cleaner.end() == "⟨99,992 more marks⟩"
