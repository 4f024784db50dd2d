"""What each provider does not take is told before anything is sent."""

from dataclasses import replace
from typing import Any

import pytest

from diptych.apis import file_limits
from diptych.apis.file_limits import check_files
from diptych.core.attachment import Attachment, contents_by_hash
from diptych.core.endpoint import ApiName, Endpoint
from diptych.core.message import Message, TextPart
from diptych.core.request import Request
from diptych.core.secrets.guard import MustNotBeSentError
from diptych.core.settings import Settings
from tests.support.files import attachment

IMAGE = attachment("a.png", b"x" * 3_000, "image/png", 640, 480)


def request(provider: str | None, *attachments: Attachment, **settings: Any) -> Request:
    api: ApiName = "anthropic-messages" if provider == "anthropic" else "openai-chat"
    endpoint = Endpoint("here", api, "https://x.test", "KEY", provider=provider)
    message = Message("user", (*(each.file for each in attachments), TextPart("hi")))
    return Request(Settings(endpoint, "some-model", **settings), (message,), contents_by_hash(attachments))


def refusal(provider: str | None, *attachments: Attachment) -> str:
    with pytest.raises(MustNotBeSentError) as caught:
        check_files({"right": request(None, *attachments), "left": request(provider, *attachments)})
    return str(caught.value)


def test_what_a_provider_takes_is_sent() -> None:
    files = (IMAGE, attachment("a.txt", b"hi", "text/plain"))
    check_files({"left": request("anthropic", *files), "right": request("openai", *files)})
    check_files({"left": request("anthropic")})


def test_an_image_that_is_too_large_for_anthropic() -> None:
    limit = file_limits.ANTHROPIC_IMAGE // 4 * 3
    check_files({"left": request("anthropic", attachment("a.png", b"x" * limit, "image/png"))})
    assert refusal("anthropic", attachment("a.png", b"x" * (limit + 1), "image/png")) == (
        "a.png is too large: Anthropic takes images of 10 MiB in Base64 (7.9 MB as a file), so the left side "
        "(here:some-model) cannot be asked."
    )


def test_an_image_with_too_many_pixels_for_anthropic() -> None:
    def images(width: int, count: int) -> list[Attachment]:
        return [attachment("a.png", bytes([number]), "image/png", width, 100) for number in range(count)]

    check_files({"left": request("anthropic", *images(8_000, 20))})
    assert "takes images of 8,000×8,000 pixels, and it has 8,001×100" in refusal("anthropic", *images(8_001, 1))
    check_files({"left": request("anthropic", *images(2_000, 21))})
    said = "takes images of 2,000×2,000 pixels where there are more than 20, and it has 2,001×100"
    assert said in refusal("anthropic", *images(2_001, 21))
    check_files({"left": request("anthropic", attachment("a.png", b"x", "image/png"))})


def test_a_request_that_is_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_limits, "ANTHROPIC_REQUEST", 4_000)
    monkeypatch.setattr(file_limits, "OPENAI_DOCUMENTS", 3_000)
    document = attachment("a.pdf", b"x" * 3_000, "application/pdf")
    check_files({"left": request("anthropic", IMAGE), "right": request("openai", IMAGE, document)})

    more = attachment("a.txt", b"x", "text/plain")
    assert refusal("anthropic", IMAGE, more).startswith(
        "The files are too large: Anthropic takes requests of 32 MiB, and encoded they have 4.0 KB, so the left side"
    )
    assert refusal("openai", IMAGE, document, document).startswith(
        "The PDFs are too large: OpenAI takes PDFs of 50 MB in a request, and these have 6.0 KB, so the left side"
    )


def test_too_many_images(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_limits, "ANTHROPIC_IMAGES", 1)
    monkeypatch.setattr(file_limits, "OPENAI_IMAGES", 1)
    check_files({"left": request("anthropic", IMAGE), "right": request("openai", IMAGE)})

    assert refusal("anthropic", IMAGE, IMAGE).startswith("Anthropic takes 1 images in a request, and this one has 2")
    assert refusal("openai", IMAGE, IMAGE).startswith("OpenAI takes 1 images in a request, and this one has 2")


def test_any_other_server_judges_for_itself_and_a_simulated_model_takes_everything() -> None:
    large = attachment("a.png", b"x" * 6_000_000, "image/png", 9_000, 9_000)
    asked = request("anthropic", large)
    check_files({"left": request(None, large)})
    check_files({"left": Request(replace(asked.settings, simulated=True), asked.messages, asked.files)})


def test_files_of_earlier_turns_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_limits, "ANTHROPIC_REQUEST", 7_000)
    asked = request("anthropic", IMAGE)
    check_files({"left": asked})

    with pytest.raises(MustNotBeSentError, match="encoded they have 8"):
        check_files({"left": replace(asked, messages=asked.messages * 2)})


def test_how_to_go_on_where_the_files_are_those_of_earlier_turns() -> None:
    large = attachment("a.png", b"x", "image/png", 9_000, 9_000)
    asked = request("anthropic", large)

    with pytest.raises(MustNotBeSentError, match="A new conversation begins without the files of this one"):
        check_files({"left": replace(asked, messages=(*asked.messages, Message.of_text("user", "and now?")))})
