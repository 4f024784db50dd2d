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


def test_secrets_compare_by_their_value() -> None:
    assert Secret("a") == Secret("a")
    assert Secret("a") != Secret("b")
    assert Secret("a") != "a"
    assert len({Secret("a"), Secret("a"), Secret("b")}) == 2


def test_nothing_else_can_be_hung_on_it() -> None:
    with pytest.raises(AttributeError):
        Secret("a").note = "b"  # type: ignore[attr-defined]
