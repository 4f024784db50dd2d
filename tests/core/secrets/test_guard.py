"""What must not be sent is refused, and what looks like a key is told."""

from dataclasses import replace

import pytest

from diptych.core.endpoint import Endpoint
from diptych.core.message import Message
from diptych.core.request import Request
from diptych.core.secrets.guard import MustNotBeSentError, caution, refuse_exposure, refuse_own_keys
from diptych.core.secrets.values import Secret
from diptych.core.settings import Settings

KEY = "my-very-own-key"
GITHUB = "ghp_0123456789abcdefghijABCDEFGHIJ012345"
SAFE = Settings(Endpoint("e", "openai-chat", "https://x.test", "MY_KEY", key=Secret(KEY), bearers=("MY_KEY",)), "m")
EXPOSED = replace(SAFE, endpoint=replace(SAFE.endpoint, base_url="http://x.test"))


def test_a_key_is_not_sent_in_the_clear() -> None:
    with pytest.raises(MustNotBeSentError, match=r"e is asked over plain http, .* MY_KEY .* --insecure"):
        refuse_exposure(EXPOSED)
    refuse_exposure(SAFE)
    refuse_exposure(replace(EXPOSED, simulated=True))


def test_an_endpoint_that_cannot_be_used_is_not_asked() -> None:
    unusable = replace(SAFE, endpoint=replace(SAFE.endpoint, problem="OPENAI_BASE_URL is no URL."))

    with pytest.raises(MustNotBeSentError, match=r"^OPENAI_BASE_URL is no URL\.$"):
        refuse_exposure(unusable)
    refuse_exposure(replace(unusable, simulated=True))


@pytest.mark.parametrize(
    ("what", "request_"),
    [
        ("The prompt", Request(SAFE, (Message.of_text("user", f"see {KEY}"),))),
        ("The system prompt", Request(replace(SAFE, system=KEY), (Message.of_text("user", "hi"),))),
        ("A request field", Request(replace(SAFE, params={"a": [KEY]}), (Message.of_text("user", "hi"),))),
        ("The name of a model", Request(replace(SAFE, model=KEY), (Message.of_text("user", "hi"),))),
    ],
)
def test_a_key_of_ones_own_is_not_sent_as_text(what: str, request_: Request) -> None:
    with pytest.raises(MustNotBeSentError) as caught:
        refuse_own_keys(request_)

    assert str(caught.value) == f"{what} holds the secret in MY_KEY, which is never sent or kept: take it out."


def test_what_holds_no_key_is_sent() -> None:
    refuse_own_keys(Request(SAFE, (Message.of_text("assistant", "yes"), Message.of_text("user", "what is a key?"))))

    assert caution("what is a key?", [SAFE, SAFE]) == ""


def test_what_looks_like_a_key_is_told_with_a_few_characters_of_it() -> None:
    assert caution(f"see {GITHUB}", [SAFE]) == "The prompt seems to hold a GitHub token (ghp_…345)"
    assert caution("hi", [SAFE, replace(SAFE, system=GITHUB)]).startswith("The system prompt seems")
    assert caution("-----BEGIN PRIVATE KEY-----", [SAFE]) == "The prompt seems to hold a private key"


def test_what_would_be_refused_is_refused_first() -> None:
    with pytest.raises(MustNotBeSentError):
        caution(f"{GITHUB} {KEY}", [SAFE])
    with pytest.raises(MustNotBeSentError):
        caution("hi", [EXPOSED])
