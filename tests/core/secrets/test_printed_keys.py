"""A key that a command has printed is a secret from then on."""

from diptych.core.endpoint import Endpoint
from diptych.core.secrets.printed_keys import PrintedKeys
from diptych.core.secrets.values import Secret, Secrets

COMMAND = ("pass", "show", "local")
SOURCE = "key_command of [endpoints.local]"


def test_all_secrets_that_share_it_learn_of_a_key() -> None:
    printed = PrintedKeys()
    one = Secrets([("A_KEY", Secret("a-configured-key"))], printed)
    other = Secrets((), printed).adding("B_KEY", Secret("another-configured-key"))
    printed.add(SOURCE, COMMAND, Secret("a-printed-key"))

    for secrets in (one, other):
        assert secrets.scrub("it is a-printed-key") == "it is [redacted]"
        assert secrets.scrub_bytes(b"a-printed-key") == b"[redacted]"
        assert secrets.scrub_event(b"a-printed-key") == b"[redacted]"
        assert secrets.variable_in("it is a-printed-key") == SOURCE
        assert "a-printed-key" in secrets.revealed()
    assert repr(one) == f"Secrets(A_KEY, {SOURCE})"


def test_a_key_that_was_printed_earlier_stays_a_secret() -> None:
    printed = PrintedKeys()
    endpoint = Endpoint(
        *("local", "openai-chat", "https://x.test", SOURCE),
        key_command=COMMAND,
        environment=Secrets((), printed),
    )
    assert endpoint.sent_key is None
    for key in ("first-printed-key", "second-printed-key", "second-printed-key"):
        printed.add(SOURCE, COMMAND, Secret(key))

    assert endpoint.sent_key == Secret("second-printed-key")
    assert endpoint.secrets.scrub("first-printed-key second-printed-key") == "[redacted] [redacted]"
    assert len(printed.named) == 2


def test_it_makes_no_difference_to_what_secrets_are() -> None:
    printed = PrintedKeys()
    secrets = Secrets((), printed)
    before = hash(secrets)
    printed.add(SOURCE, COMMAND, Secret("a-printed-key"))

    assert secrets == Secrets()
    assert hash(secrets) == before
    assert "a-printed-key" not in repr(printed)


def test_neither_the_command_nor_its_key_is_shown() -> None:
    endpoint = Endpoint("local", "openai-chat", "https://x.test", SOURCE, key_command=("printf", "a-secret-argument"))

    assert "a-secret-argument" not in repr(endpoint)
