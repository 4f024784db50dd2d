"""Cassettes, as each library writes them."""

import base64
import gzip
import json
import sys
from typing import Any

import pytest
import yaml

from diptych.captures.capture_formats import read_captures, recognized_format
from diptych.captures.vcr_cassette import read_cassette
from diptych.core.capture import Capture
from tests.streams.folding import stream

URL = "https://api.openai.com/v1/chat/completions"
SENT = '{"model": "gpt-5.6-terra", "messages": [{"role": "user", "content": "hi"}]}'
BODY = stream("openai-chat", "text")
STATUS = {"code": 200, "message": "OK"}
REQUEST = {"method": "POST", "uri": URL, "body": SENT, "headers": {"authorization": ["Bearer sk-1"]}}
RESPONSE = {"status": STATUS, "headers": {"Content-Type": ["text/event-stream"]}, "body": {"string": BODY.decode()}}


def of_vcrpy(**changes: Any) -> dict[str, Any]:
    return {"version": 1, "interactions": [{"request": REQUEST, "response": RESPONSE | changes}]}


def of_ruby(**changes: Any) -> dict[str, Any]:
    request = REQUEST | {"method": "post", "body": {"encoding": "UTF-8", "string": SENT}}
    body = {"encoding": "UTF-8", "base64_string": base64.b64encode(BODY).decode()}
    interaction = {"request": request, "response": RESPONSE | {"body": body}} | changes
    return {"http_interactions": [interaction], "recorded_with": "VCR 6.3.1"}


CASSETTES = {
    "vcrpy": of_vcrpy(),
    "vcrpy, bytes": of_vcrpy(body={"string": BODY}),
    "vcrpy, compressed": of_vcrpy(body={"string": gzip.compress(BODY)}, headers={"content-encoding": ["gzip"]}),
    "vcrpy, decompressed under the old header": of_vcrpy(headers={"content-encoding": ["gzip"]}),
    "vcrpy for httpx": {
        "version": 1,
        "interactions": [{"request": REQUEST, "response": {"status_code": 200, "content": BODY.decode()}}],
    },
    "cassetter": {
        "version": 1,
        "interactions": [
            {
                "request": REQUEST | {"body": {"type": "json", "content": json.loads(SENT)}},
                "response": {"status": 200, "headers": {}, "body": {"type": "text", "content": BODY.decode()}},
                "recorded_at": "2026-11-26T13:00:00+00:00",
            }
        ],
    },
    "cassetter, binary": of_vcrpy(body={"type": "binary", "content": BODY.hex()}),
    "LangChain's tests": {"requests": [REQUEST], "responses": [RESPONSE]},
    "pydantic-ai": {
        "version": 1,
        "interactions": [
            {
                "request": {"method": "POST", "uri": URL, "parsed_body": json.loads(SENT), "headers": {}},
                "response": RESPONSE,
            }
        ],
    },
    "Ruby": of_ruby(recorded_at="Thu, 26 Nov 2026 13:00:00 GMT"),
    "betamax": of_ruby(recorded_at="2026-11-26T13:00:00"),
}


def read(data: bytes) -> list[Capture]:
    assert recognized_format(data) == "vcr"
    return list(read_captures(data, "vcr", pytest.fail))


@pytest.mark.parametrize("cassette", CASSETTES.values(), ids=CASSETTES)
def test_a_cassette_in_yaml(cassette: dict[str, Any]) -> None:
    (capture,) = read(yaml.safe_dump(cassette, allow_unicode=True).encode())

    assert (capture.method, capture.url, capture.status) == ("POST", URL, 200)
    assert json.loads(capture.request_body) == json.loads(SENT)
    assert capture.body == BODY
    assert not capture.times_known
    assert capture.place == "interaction 1"


@pytest.mark.parametrize("name", ["vcrpy", "Ruby", "betamax"])
def test_a_cassette_in_json_needs_no_yaml(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "yaml", None)
    (capture,) = read(json.dumps(CASSETTES[name]).encode())

    assert capture.body == BODY
    with pytest.raises(ValueError, match=r"needs the package pyyaml: install diptych\[vcr\]"):
        list(read_cassette(b"interactions: []\n"))


@pytest.mark.parametrize("date", ["Thu, 26 Nov 2026 13:00:00 GMT", "2026-11-26T13:00:00", "2026-11-26T13:00:00Z"])
def test_the_date_of_a_recording(date: str) -> None:
    (capture,) = read(json.dumps(of_ruby(recorded_at=date)).encode())

    assert capture.date == 1_795_698_000


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"a": 1}, b""),  # an object without a text
        ({"string": {"a": 1}}, b'{"a": 1}'),
        ([1], b"[1]"),
        (5, b"5"),
        (None, b""),
        ({"string": None}, b""),
        ("\ud800", "\ud800".encode("utf-8", "surrogatepass")),
    ],
)
def test_bodies_of_other_kinds(body: Any, expected: bytes) -> None:
    (capture,) = read(json.dumps(of_vcrpy(body=body)).encode())

    assert capture.body == expected


@pytest.mark.parametrize("date", [None, "yesterday", 5, "Thu, 99 Nov 2026"])
def test_a_date_that_cannot_be_read_is_unknown(date: Any) -> None:
    (capture,) = read(json.dumps(of_ruby(recorded_at=date)).encode())

    assert capture.date is None


def test_texts_of_python_2() -> None:
    text = "interactions:\n- request: {method: !!python/unicode POST, uri: u, body: null}\n"
    text += "  response: {status: {code: 200}, body: {string: !!python/str hi}}\nversion: 1\n"
    (capture,) = read(text.encode())

    assert (capture.method, capture.body) == ("POST", b"hi")


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"interactions: 5\n", "is not a cassette: it has no list of interactions"),
        (b"- 1\n", "is not a cassette"),
        (b"requests: [1]\nresponses: []\n", "it does not have a response to every request"),
        (b"interactions: [1]\n", "cannot be read: interaction 1 is not an object"),
        (b"interactions: [{request: {method: POST}}]\n", "interaction 1 has no text as uri"),
        (b"interactions: [{request: {method: P, uri: '//['}}]\n", "has a URL that is not one"),
        (b"interactions: [{request: {method: P, uri: u}, response: {}}]\n", "has a response without a status"),
        (
            b"interactions: [{request: {method: P, uri: u}, response: {status: 200, body: {base64_string: 'x'}}}]\n",
            "has a body that is not Base64",
        ),
        (
            b"requests: [{method: P, uri: u}]\nresponses: [{status: 200, body: {type: binary, content: x}}]\n",
            "has a body that is not hexadecimal",
        ),
        (b"interactions:\n  - {\n", "is not YAML that can be read: .* in line 3"),
        (b"interactions: !!python/object/apply:os.system [ls]\n", "could not determine a constructor .* in line 1"),
        (b"interactions: " + b"[" * 200_000, "is nested too deeply"),
        (b"interactions: \x00\n", "is not YAML that can be read"),
        (b'{"interactions": 1', "is not JSON"),
    ],
)
def test_a_damaged_or_hostile_cassette_is_refused(data: bytes, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        list(read_cassette(data))


def test_merge_keys_which_could_fill_the_memory_are_refused() -> None:
    laughs = "\n".join(f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 20)}]}}" for n in range(1, 12))
    document = f"version: 1\na0: &a0 {{x: 1, y: 2}}\n{laughs}\ninteractions: []\n"

    with pytest.raises(ValueError, match="merge"):
        read(document.encode())


def answered_by(body: str) -> Any:
    """The body of a response in YAML, as JSON."""
    (capture,) = read(f"requests: [{{method: POST, uri: u}}]\nresponses:\n- status: 200\n  body: {body}\n".encode())
    return json.loads(capture.body)


def test_texts_that_yaml_1_1_would_take_for_something_else() -> None:
    texts = ["2026-03-11", "2026-03-11T08:05:36Z", "12:30", "12:30:00.5", "1e3", "=", "<<"]

    assert answered_by("".join(f"\n  - {text}" for text in texts)) == texts


def test_numbers_are_still_numbers() -> None:
    assert answered_by("[1, -2, 0.5, .inf, 0x10, true, ~]") == [1, -2, 0.5, float("inf"), 16, True, None]
