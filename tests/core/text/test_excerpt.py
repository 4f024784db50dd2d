"""Excerpts of foreign text."""

from diptych.core.text.excerpt import excerpt, in_sentence


def test_an_excerpt_is_one_short_line() -> None:
    assert excerpt(" one\n two ", 10) == "one two"
    assert excerpt("one two", 3) == "one…"


def test_foreign_words_fit_into_a_sentence() -> None:
    assert in_sentence("a\x1b[31m\u202eb") == "a␛[31m⟨U+202E⟩b"
    assert in_sentence("  Broken.\n\tBadly.  ") == "Broken. Badly"
    assert in_sentence("x" * 1000) == "x" * 400 + "…"
