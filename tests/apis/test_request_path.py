"""The API of a request is known by the end of its path."""

import pytest

from diptych.apis.request_path import api_of_path


@pytest.mark.parametrize(
    ("path", "api"),
    [
        ("/v1/messages", "anthropic-messages"),
        ("/openai/v1/chat/completions/", "openai-chat"),
        ("/responses", "openai-responses"),
        ("/v1/messages/count_tokens", None),
        ("/v1/models", None),
        ("", None),
    ],
)
def test_the_end_of_the_path_tells_the_api(path: str, api: str | None) -> None:
    assert api_of_path(path) == api
