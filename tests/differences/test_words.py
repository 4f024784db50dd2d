"""What counts as one word."""

import pytest

from diptych.differences.words import Vocabulary


def tokens(text: str) -> list[str]:
    found = Vocabulary().tokens(text, 0, len(text))
    return [text[start:end] for start, end in found.spans]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The quick, brown fox.", ["The", "quick", ",", "brown", "fox", "."]),
        ("it's 3.14 or 1,000.5", ["it's", "3.14", "or", "1,000.5"]),
        ("snake_case_name __init__ _em_", ["snake_case_name", "__", "init", "__", "_", "em", "_"]),
        ("**bold** `code` ---", ["**", "bold", "**", "`", "code", "`", "---"]),
        ("我喜欢 ひらがな", ["我", "喜", "欢", "ひ", "ら", "が", "な"]),
        ("한국어 단어", ["한국어", "단어"]),
        ("हिन्दी शब्द", ["हिन्दी", "शब्द"]),
        ("e\u0301te\u0301 no\u0308", ["e\u0301te\u0301", "no\u0308"]),
        ("👩🏽\u200d💻🎉", ["👩🏽\u200d💻", "🎉"]),
        ("🇩🇪🇫🇷", ["🇩🇪", "🇫🇷"]),
        ("1\ufe0f\u20e3 ❤\ufe0f", ["1\ufe0f\u20e3", "❤\ufe0f"]),
        ("می\u200cخواهم क्\u200dष", ["می\u200cخواهم", "क्\u200dष"]),
        ("\u0301a", ["\u0301", "a"]),
        ("  \n", []),
    ],
)
def test_text_is_divided_into_words_and_signs(text: str, expected: list[str]) -> None:
    assert tokens(text) == expected


@pytest.mark.parametrize("text", ["word", "7", "字", "🎉", "é"])
def test_words_count(text: str) -> None:
    assert Vocabulary().tokens(text, 0, len(text)).words == [0]


@pytest.mark.parametrize("text", [",", "**", "|", "__", "+", "=>"])
def test_punctuation_does_not_count(text: str) -> None:
    assert Vocabulary().tokens(text, 0, len(text)).words == []


def test_the_same_word_has_the_same_number_however_its_accents_are_written() -> None:
    vocabulary = Vocabulary()
    one = vocabulary.tokens("naïve café", 0, 10)
    other = vocabulary.tokens("xx nai\u0308ve cafe\u0301", 3, 15)

    assert one.ids == other.ids
    assert other.spans == [(3, 9), (10, 15)]


def test_a_sign_is_in_no_text() -> None:
    vocabulary = Vocabulary()
    sign = vocabulary.sign("fence")

    assert vocabulary.sign("fence") == sign
    assert sign not in vocabulary.tokens("fence", 0, 5).ids
    assert vocabulary.words([sign]) == []


@pytest.mark.parametrize("text", ["e" + "\u0301" * 100_000, "a" + "_" * 100_000, "a_" * 50_000, "😀\u200d" * 50_000])
def test_no_text_takes_endless_time(text: str) -> None:
    assert len(tokens(text)) <= 2
