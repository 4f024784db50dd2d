"""Which field of a request an error says is not known, in the words of many servers."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diptych.apis.refused_fields import refused_field

Fields = tuple[set[str], set[str]]

CHAT: Fields = ({"stream_options"}, {"max_tokens", "max_completion_tokens"})
RESPONSES: Fields = ({"store"}, {"max_output_tokens"})


def openai(message: str, **more: str | None) -> bytes:
    return as_json({"error": {"message": message, "type": "invalid_request_error", **more}})


def as_json(value: object) -> bytes:
    return json.dumps(value).encode()


@pytest.mark.parametrize(
    ("status", "body", "fields", "refused"),
    [
        (
            400,
            openai(
                "Unsupported parameter: 'max_tokens' is not supported with this model. Use"
                " 'max_completion_tokens' instead.",
                param="max_tokens",
                code="unsupported_parameter",
            ),
            CHAT,
            "max_tokens",
        ),
        (
            400,
            openai(
                "Unsupported parameter: 'max_tokens' is not supported with this model. Use"
                " 'max_completion_tokens' instead."
            ),
            CHAT,
            "max_tokens",
        ),
        (
            400,
            openai("Unrecognized request argument supplied: stream_options", param=None, code=None),
            CHAT,
            "stream_options",
        ),
        (400, openai("Unrecognized request argument supplied: max_completion_tokens"), CHAT, "max_completion_tokens"),
        (400, openai("Unknown parameter: 'store'.", param="store", code="unknown_parameter"), RESPONSES, "store"),
        (
            400,
            openai(
                "Unknown parameter: 'stream_options.include_usage'.",
                param="stream_options.include_usage",
                code="unknown_parameter",
            ),
            CHAT,
            "stream_options",
        ),
        (
            422,
            as_json(
                {
                    "detail": [
                        {
                            "type": "extra_forbidden",
                            "loc": ["body", "store"],
                            "msg": "Extra inputs are not permitted",
                            "input": False,
                        }
                    ]
                }
            ),
            RESPONSES,
            "store",
        ),
        (
            422,
            as_json(
                {
                    "object": "error",
                    "message": {
                        "detail": [
                            {
                                "type": "extra_forbidden",
                                "loc": ["body", "max_completion_tokens"],
                                "msg": "Extra inputs are not permitted",
                                "input": 8192,
                            }
                        ]
                    },
                }
            ),
            CHAT,
            "max_completion_tokens",
        ),
        (
            400,
            as_json(
                {
                    "object": "error",
                    "message": "[{'type': 'extra_forbidden', 'loc': ('body', 'store'), 'msg': 'Extra inputs are not"
                    " permitted', 'input': False}]",
                    "type": "BadRequestError",
                    "param": None,
                    "code": 400,
                }
            ),
            RESPONSES,
            "store",
        ),
        (
            400,
            openai("'stream_options' : property 'stream_options' is unsupported, did you mean 'stream'?"),
            CHAT,
            "stream_options",
        ),
        (422, b"stream_options: extra inputs are not permitted", CHAT, "stream_options"),
        (422, b"store: extra inputs are not permitted", RESPONSES, "store"),
        (
            422,
            b"Failed to deserialize the JSON body into the target type: unknown field `store`, expected one"
            b" of `model`, `max_output_tokens` at line 1 column 4",
            RESPONSES,
            "store",
        ),
        (400, openai('json: unknown field "store"'), RESPONSES, "store"),
        (400, openai("Additional properties are not allowed ('store' was unexpected)"), RESPONSES, "store"),
        (
            400,
            as_json(
                {
                    "error": {
                        "code": 400,
                        "message": 'Invalid JSON payload received. Unknown name "store": Cannot find field.',
                        "status": "INVALID_ARGUMENT",
                    }
                }
            ),
            RESPONSES,
            "store",
        ),
        (
            400,
            as_json(
                {
                    "message": "Malformed input request: #: extraneous key [store] is not permitted, please"
                    " reformat your input and try again."
                }
            ),
            RESPONSES,
            "store",
        ),
        (400, as_json({"detail": "Unsupported parameter: max_output_tokens"}), RESPONSES, "max_output_tokens"),
        (
            400,
            openai(
                "litellm.UnsupportedParamsError: watsonx does not support parameters: ['store'], for model=x."
                " To drop these, set `litellm.drop_params=True`"
            ),
            RESPONSES,
            "store",
        ),
        (
            500,
            as_json({"detail": "create() got an unexpected keyword argument 'stream_options'"}),
            CHAT,
            "stream_options",
        ),
        (400, openai("Please use max_completion_tokens instead of max_tokens."), CHAT, "max_tokens"),
        (
            400,
            as_json(
                {
                    "error": 'Unrecognized field "store" (class x), not marked as ignorable'
                    ' (8 known properties: "model", "max_output_tokens"])'
                }
            ),
            RESPONSES,
            "store",
        ),
        (
            400,
            as_json({"errors": [{"message": "At body -> store: Extra inputs are not permitted"}]}),
            RESPONSES,
            "store",
        ),
        (
            400,
            as_json(
                {
                    "error": {
                        "message": "Provider returned error",
                        "code": 400,
                        "metadata": {
                            "raw": '{"error":{"message":"Unrecognized request argument supplied: stream_options"}}'
                        },
                    }
                }
            ),
            CHAT,
            "stream_options",
        ),
        (400, "参数 stream_options 不支持".encode(), CHAT, "stream_options"),
        (400, openai("max_tokens is deprecated and not supported; use max_completion_tokens"), CHAT, "max_tokens"),
        (400, openai("The parameter `max_tokens` is not supported by this model."), CHAT, "max_tokens"),
        (
            400,
            openai("Unsupported value: 'stream_options' does not support ...", param="stream_options"),
            CHAT,
            "stream_options",
        ),
        (400, as_json(["body.store: unknown field"]), RESPONSES, "store"),
        (
            400,
            as_json(
                {"error": {"message": "Bad request", "details": [{"field": "store", "description": "unknown field"}]}}
            ),
            RESPONSES,
            "store",
        ),
        (400, as_json({"errors": {"store": ["unknown field"]}}), RESPONSES, "store"),
        (
            400,
            as_json(
                {
                    "type": "error",
                    "error": {"type": "invalid_request_error", "message": "store: Extra inputs are not permitted"},
                }
            ),
            RESPONSES,
            "store",
        ),
    ],
)
def test_a_field_that_a_server_does_not_know(status: int, body: bytes, fields: Fields, refused: str) -> None:
    assert refused_field(status, body, *fields) == refused


@pytest.mark.parametrize(
    ("status", "body", "fields"),
    [
        (
            400,
            openai(
                "max_tokens is too large: 8192. This model supports at most 4096 completion tokens, whereas you"
                " provided 8192.",
                param="max_tokens",
                code="invalid_value",
            ),
            CHAT,
        ),
        (
            400,
            openai(
                "Invalid 'max_tokens': integer above maximum value. Expected a value <= 4096, but got 8192 instead.",
                param="max_tokens",
                code="integer_above_max_value",
            ),
            CHAT,
        ),
        (400, openai("max_tokens: 8192 > 4096, which is the maximum allowed number of output tokens"), CHAT),
        (
            400,
            openai(
                "Unsupported parameter: 'temperature' is not supported with this model.",
                param="temperature",
                code="unsupported_parameter",
            ),
            CHAT,
        ),
        (422, b"unknown field `foo`, expected one of `model`, `messages`, `max_tokens`, `stream_options`", CHAT),
        (
            422,
            as_json(
                {
                    "detail": [
                        {
                            "type": "missing",
                            "loc": ["body", "x"],
                            "msg": "Field required",
                            "input": {"model": "m", "store": False},
                        }
                    ]
                }
            ),
            RESPONSES,
        ),
        (429, openai("Limit 100 max_tokens not allowed"), CHAT),
        (401, openai("store is not permitted"), RESPONSES),
        (400, openai("Vector store not supported"), RESPONSES),
        (400, openai("We could not store the request"), RESPONSES),
        (500, openai("Internal error while handling stream_options"), CHAT),
        (400, openai("'max_tokens' must be less than 4096; larger values are not allowed"), CHAT),
        (
            400,
            openai(
                "This model's maximum context length is 8192 tokens. However, you requested 9000 tokens (808 in"
                " the messages, 8192 in the completion). Please reduce max_tokens.",
                param="messages",
                code="context_length_exceeded",
            ),
            CHAT,
        ),
        (
            400,
            openai(
                "This model's maximum context length is 8192 tokens. Please reduce your max_tokens. Not allowed.",
            ),
            CHAT,
        ),
        (400, b"", CHAT),
        (400, b"[[[[", CHAT),
    ],
)
def test_what_is_no_field_that_a_server_does_not_know(status: int, body: bytes, fields: Fields) -> None:
    assert refused_field(status, body, *fields) is None


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["store", "body", "unknown field `store`", ""]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["error", "detail", "message", "loc", "msg", "param", "input"]), inner)
    ),
)


@given(ANYTHING.map(as_json) | st.binary(max_size=20) | st.just(b'{"error":' * 5000))
def test_any_error_body_is_read(body: bytes) -> None:
    assert refused_field(400, body, *RESPONSES) in (None, "store")
