"""What is noted of a request refers to its files, and is put together again from them."""

import json
from typing import Any

import pytest

from diptych.apis.registry import DIALECTS
from diptych.core.attachment import Attachment, contents_by_hash
from diptych.core.endpoint import ApiName, Endpoint
from diptych.core.message import Message, TextPart
from diptych.core.noted_body import with_contents, without_contents
from diptych.core.request import Request
from diptych.core.settings import Settings
from tests.support.files import PDF, attachment, png
from tests.support.streams import APIS

TEXT = '\ufeffnaïve "quoted"\r\n\t🙂 \x7f \x01\n' * 100
LARGE = (
    attachment("a.png", png(comment=b"x" * 2_000), "image/png"),
    attachment("b.pdf", PDF + b"y" * 2_000, "application/pdf"),
    attachment("c.txt", TEXT.encode(), "text/plain"),
)


def request(api: ApiName, *attachments: Attachment) -> Request:
    message = Message("user", (*(each.file for each in attachments), TextPart("hi")))
    settings = Settings(Endpoint("here", api, "https://x.test", "KEY"), "some-model")
    return Request(settings, (message, message), contents_by_hash(attachments))


def sent(asked: Request) -> bytes:
    fields = DIALECTS[asked.settings.endpoint.api].arguments(asked)
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()  # as the SDKs do


@pytest.mark.parametrize("api", APIS)
def test_a_noted_request_refers_to_its_files(api: ApiName) -> None:
    asked = request(api, *LARGE)

    noted = without_contents(sent(asked), asked)

    assert len(noted) < 4_000
    body = json.loads(noted)
    for each, form in zip(LARGE, ("Base64", "Base64", "text"), strict=True):
        assert noted.decode().count(f"[{form} of SHA-256 {each.file.sha256}]") == 2
    assert _texts(body).count("hi") == 2
    assert with_contents(noted, asked) == sent(asked)
    assert with_contents(noted, asked, encoded=False).count(b"[Base64 of SHA-256") == 4


@pytest.mark.parametrize("api", APIS)
def test_small_files_stay_in_a_noted_request(api: ApiName) -> None:
    asked = request(api, attachment("a.png", b"a", "image/png"), attachment("b.txt", b"hi", "text/plain"))

    assert without_contents(sent(asked), asked) == sent(asked)


@pytest.mark.parametrize("length", [30_000, 60_000])
def test_contents_that_repeat_themselves_are_found(length: int) -> None:
    same = attachment("a.png", b"\0" * 30_000, "image/png")  # "AAAA…" in Base64
    longer = attachment("b.txt", b"A" * length, "text/plain")
    asked = request("openai-chat", longer, same)

    noted = without_contents(sent(asked), asked).decode()

    assert noted.count(same.file.sha256) >= 2
    assert len(noted) < 61_000


def _texts(value: Any) -> list[str]:
    match value:
        case dict():
            return [text for inner in value.values() for text in _texts(inner)]
        case list():
            return [text for inner in value for text in _texts(inner)]
        case _:
            return [value] if isinstance(value, str) else []
