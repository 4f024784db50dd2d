"""What is asked of one side."""

from diptych.core.endpoint import Endpoint
from diptych.core.message import Message
from diptych.core.request import Request
from diptych.core.settings import Settings

ENDPOINT = Endpoint("openai", "openai-chat", "https://api.openai.com/v1", "OPENAI_API_KEY", "openai")


def test_a_side_is_shown_as_the_user_names_it() -> None:
    assert Settings(ENDPOINT, "gpt-5.6-terra").name == "openai:gpt-5.6-terra"


def test_the_prompt_is_what_a_request_ends_with() -> None:
    turns = (Message.of_text("user", "hi"), Message.of_text("assistant", "Hello!"), Message.of_text("user", "and now?"))

    assert Request(Settings(ENDPOINT, "m"), turns).prompt == "and now?"


def test_a_side_has_no_further_fields_unless_asked_for() -> None:
    assert dict(Settings(ENDPOINT, "m").params) == {}
