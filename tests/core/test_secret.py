"""A key is never shown."""

import pytest

from diptych.core.secret import Secret


def test_no_way_of_printing_shows_the_key() -> None:
    secret = Secret("sk-very-secret")

    shown = f"{secret} {secret!r} {[secret]} %s" % secret

    assert "very" not in shown
    assert secret.reveal() == "sk-very-secret"


def test_what_a_server_echoes_is_scrubbed() -> None:
    assert Secret("sk-1").scrub("Bad key sk-1, yes: sk-1.") == "Bad key [redacted], yes: [redacted]."
    assert Secret("").scrub("text") == "text"


def test_what_a_server_echoes_in_an_event_is_scrubbed_but_for_words_that_are_no_key() -> None:
    assert Secret("sk-very-secret").scrub_event(b'{"said": "sk-very-secret"}') == b'{"said": "[redacted]"}'
    assert Secret("sk-very-secret").scrub_event(b"nothing of it") == b"nothing of it"
    assert Secret("EMPTY").scrub_event(b'{"list": "EMPTY"}') == b'{"list": "EMPTY"}'
    assert Secret("").scrub_bytes(b"data") == b"data"


def test_secrets_compare_by_their_value() -> None:
    assert Secret("a") == Secret("a")
    assert Secret("a") != Secret("b")
    assert Secret("a") != "a"
    assert len({Secret("a"), Secret("a"), Secret("b")}) == 2


def test_nothing_else_can_be_hung_on_it() -> None:
    with pytest.raises(AttributeError):
        Secret("a").note = "b"  # type: ignore[attr-defined]
