from diptych.tui.answer.hint import Hint

HINT = Hint(["Type a prompt."], {"code": "code blocks in two languages", "overloaded": "an error"})


def test_each_word_is_explained_under_the_same_column() -> None:
    assert HINT.rows(34, 40) == [
        "Type a prompt.",
        "",
        "Begin the prompt with one of these",
        "words to see:",
        "  code        code blocks in two",
        "              languages",
        "  overloaded  an error",
    ]


def test_where_there_is_no_room_every_word_is_still_named() -> None:
    rows = HINT.rows(80, 4)

    assert rows[2:] == [
        "Begin the prompt with one of these words to see: code, overloaded. F1 says what",
        "each one shows.",
    ]


def test_without_words_only_the_sentences_stand() -> None:
    assert Hint(["One.", "Two."], {}).rows(80, 40) == ["One.", "", "Two.", ""]
