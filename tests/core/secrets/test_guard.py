"""What must not be sent is refused, and what looks like a key is cautioned of."""

from dataclasses import replace

import pytest

from diptych.core.endpoint import Endpoint
from diptych.core.message import FilePart, Message, Part, ReasoningPart, TextPart, ToolCallPart, ToolResultPart
from diptych.core.request import Request
from diptych.core.secrets.guard import MustNotBeSentError, check_requests, check_settings, refuse_secrets
from diptych.core.secrets.values import Secret
from diptych.core.settings import Settings, ToolDefinition

KEY = "my-very-own-key"
GITHUB = "ghp_0123456789abcdefghijABCDEFGHIJ012345"
SAFE = Settings(Endpoint("e", "openai-chat", "https://x.test", "MY_KEY", key=Secret(KEY), bearers=("MY_KEY",)), "m")
EXPOSED = replace(SAFE, endpoint=replace(SAFE.endpoint, base_url="http://x.test"))


def request(settings: Settings = SAFE, prompt: str = "hi") -> Request:
    return Request(settings, (Message.of_text("user", prompt),))


def in_parts(*parts: Part) -> Request:
    """A request with parts behind its text; files "1" and "3" hold the key, file "2" is an image."""
    files = {"1": KEY.encode(), "2": b"\x89PNG", "3": b"\x89PNG\xff" + KEY.encode(), "4": b"\xff " + GITHUB.encode()}
    return Request(SAFE, (Message("user", (TextPart("hi"), *parts)),), files)


def test_a_key_is_not_sent_in_the_clear() -> None:
    with pytest.raises(MustNotBeSentError, match=r"e is asked over plain http, .* MY_KEY .* --insecure"):
        check_settings(EXPOSED)
    check_settings(SAFE)
    check_settings(replace(EXPOSED, simulated=True))


def test_an_endpoint_that_cannot_be_used_is_not_asked() -> None:
    unusable = replace(SAFE, endpoint=replace(SAFE.endpoint, problem="OPENAI_BASE_URL is no URL."))

    with pytest.raises(MustNotBeSentError, match=r"^OPENAI_BASE_URL is no URL\.$"):
        check_settings(unusable)
    check_settings(replace(unusable, simulated=True))


@pytest.mark.parametrize(
    ("what", "asked"),
    [
        ("The prompt", request(prompt=f"see {KEY}")),
        ("An earlier message", Request(SAFE, (Message.of_text("assistant", KEY), Message.of_text("user", "hi")))),
        ("The system prompt", request(replace(SAFE, system=KEY))),
        ("A request field", request(replace(SAFE, params={"a": [KEY]}))),
        ("The name of a model", request(replace(SAFE, model=KEY))),
        ("A tool", request(replace(SAFE, tools=(ToolDefinition("look", KEY),)))),
        ("The response schema", request(replace(SAFE, response_schema={"title": KEY}))),
        ("The file notes.txt", in_parts(FilePart("1", "notes.txt", "text/plain"))),
        ("The file a.png", in_parts(FilePart("3", "a.png", "image/png"))),
        ("The name of a file", in_parts(FilePart("2", KEY, "image/png"))),
        ("A tool call", in_parts(ToolCallPart("1", "look", KEY))),
        ("A tool result", in_parts(ToolResultPart("1", KEY))),
        ("The model's thinking", in_parts(ReasoningPart({"thinking": KEY}))),
    ],
)
def test_the_users_own_key_is_not_sent_as_text(what: str, asked: Request) -> None:
    with pytest.raises(MustNotBeSentError) as caught:
        check_requests([request(), asked])

    assert str(caught.value) == f"{what} holds the secret in MY_KEY, which is never sent or kept: take it out."


def test_a_request_without_a_key_is_sent() -> None:
    follow_up = Request(SAFE, (Message.of_text("assistant", "yes"), Message.of_text("user", "what is a key?")))

    assert check_requests([follow_up, request(), in_parts(FilePart("2", "a.png", "image/png"))]) == ""


def test_a_caution_shows_a_few_characters_of_what_looks_like_a_key() -> None:
    assert check_requests([request(prompt=f"see {GITHUB}")]) == "The prompt seems to hold a GitHub token (ghp_…345)"
    assert check_requests([request(), request(replace(SAFE, system=GITHUB))]).startswith("The system prompt seems")
    assert check_requests([request(prompt="-----BEGIN PRIVATE KEY-----")]) == "The prompt seems to hold a private key"


def test_a_caution_names_the_file_that_seems_to_hold_a_key() -> None:
    asked = in_parts(FilePart("2", "a.png", "image/png"), FilePart("4", "b.png", "image/png"))

    assert check_requests([asked, asked]) == "The file b.png seems to hold a GitHub token (ghp_…345)"


def test_what_must_not_be_sent_is_refused_before_any_caution() -> None:
    with pytest.raises(MustNotBeSentError):
        check_requests([request(prompt=f"{GITHUB} {KEY}")])
    with pytest.raises(MustNotBeSentError):
        check_requests([request(prompt=GITHUB), request(EXPOSED)])


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        (replace(SAFE, system=KEY), "The system prompt holds the secret in MY_KEY, which is never kept: take it out."),
        (
            replace(SAFE, params={"user": GITHUB}),
            "A request field seems to hold a GitHub token, which is never kept: take it out.",
        ),
    ],
)
def test_settings_with_a_secret_are_not_kept(settings: Settings, sentence: str) -> None:
    with pytest.raises(MustNotBeSentError) as caught:
        refuse_secrets(settings)
    assert str(caught.value) == sentence


def test_settings_without_a_secret_are_kept() -> None:
    refuse_secrets(replace(EXPOSED, system="Be brief."))
