"""A key is never shown."""

import pytest

from diptych.core.secrets.printed_keys import PrintedKeys
from diptych.core.secrets.values import Secret, Secrets, names_a_secret, shown_url


def test_no_way_of_printing_shows_the_key() -> None:
    secret = Secret("sk-very-secret")

    shown = f"{secret} {secret!r} {[secret]} %s" % secret

    assert "very" not in shown
    assert secret.reveal() == "sk-very-secret"


def test_what_a_server_echoes_is_scrubbed() -> None:
    assert Secret("sk-1").scrub("Bad key sk-1, yes: sk-1.") == "Bad key [redacted], yes: [redacted]."
    assert Secret("").scrub("text") == "text"


def test_a_key_of_one_letter_for_a_server_without_keys_leaves_words_readable() -> None:
    assert Secret("x").scrub("no experiment x99 in the text") == "no experiment x99 in the text"
    assert Secret("x").scrub("Bad key x: 'x' is wrong") == "Bad key [redacted]: '[redacted]' is wrong"
    assert Secret("x").scrub_bytes(b'{"param": "max_tokens"}') == b'{"param": "max_tokens"}'
    assert Secret("x").scrub_bytes(b'{"error": "Bad key x."}') == b'{"error": "Bad key [redacted]."}'


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


KEY, PASSWORD = Secret("sk-very-secret"), Secret("sk-very-secret-indeed")


def secrets() -> Secrets:
    return Secrets([("OPENAI_API_KEY", KEY), ("HTTPS_PROXY", PASSWORD), ("HTTPS_PROXY", PASSWORD)])


def test_of_secrets_that_begin_alike_nothing_is_left() -> None:
    assert secrets().scrub("sk-very-secret-indeed, sk-very-secret") == "[redacted], [redacted]"
    assert secrets().scrub_bytes(b"sk-very-secret-indeed") == b"[redacted]"
    assert secrets().scrub_event(b"sk-very-secret-indeed") == b"[redacted]"


def test_a_url_in_a_sentence_loses_its_login() -> None:
    assert Secrets().scrub("no proxy at http://me:pw@host:1/x?a@b") == "no proxy at http://host:1/x?a@b"


def test_who_sees_a_secret_in_a_text_is_told_its_variable_only() -> None:
    assert secrets().variable_in("it is sk-very-secret!") == "OPENAI_API_KEY"
    assert secrets().variable_in("it is sk-very") is None
    assert Secrets([("OPENAI_API_KEY", Secret("none"))]).variable_in("there is none") is None


def test_a_key_that_a_command_has_printed_is_found_in_a_file() -> None:
    known = Secrets(printed=PrintedKeys())
    assert known.printed is not None
    known.printed.add("key_command", ("pass",), Secret("sk-very-secret"))

    assert known.variable_in_bytes(b"it is sk-very-secret!") == "key_command"
    assert known.variable_in_bytes(b"it is sk-very") is None


def test_no_way_of_printing_secrets_shows_them() -> None:
    assert repr(secrets()) == "Secrets(HTTPS_PROXY, OPENAI_API_KEY)"


def test_secrets_may_be_added() -> None:
    known = Secrets([("HTTPS_PROXY", PASSWORD)])

    assert known.adding("OPENAI_API_KEY", KEY) == secrets()
    assert secrets().adding("OPENAI_API_KEY", KEY) is not known
    assert hash(known.adding("OPENAI_API_KEY", KEY)) == hash(secrets())
    assert known != secrets()
    assert known != "known"


@pytest.mark.parametrize(("header", "secret"), [("X-Auth", True), ("My-Passphrase", True), ("User-Agent", False)])
def test_headers_that_may_carry_a_credential(header: str, secret: bool) -> None:
    assert names_a_secret(header) is secret


def test_a_url_is_shown_without_password_and_values() -> None:
    shown = shown_url("https://me:pw@host:1/v1/chat?key=abc&x&y=#f")

    assert shown == "https://host:1/v1/chat?key=[redacted]&x=[redacted]&y=[redacted]"
    assert shown_url("http://host/v1") == "http://host/v1"
