"""Exchanges that other programs captured are kept without the credentials in them."""

from diptych.core.capture import Capture
from diptych.core.secrets.captured import without_secrets
from diptych.core.timed_body import TimedBytes

KEY = "sk-0123456789abcdef"


def captured(*pieces: bytes, url: str = "https://me:pw@host/v1/messages") -> Capture:
    return Capture(
        "POST",
        url,
        (("authorization", f"Bearer {KEY}"), ("x-team", f"search {KEY}"), ("x-token-limit", "4")),
        f'{{"user": "{KEY}"}}'.encode(),
        200,
        (("set-cookie", "session=1"), ("x-echo", KEY), ("x-ratelimit-limit-tokens", "4000")),
        tuple(TimedBytes(float(number), piece) for number, piece in enumerate(pieces)),
        error=f"{KEY} was refused",
    )


def test_a_key_that_was_sent_is_left_out_wherever_it_stands() -> None:
    shown = without_secrets(captured(f"data: {KEY}\n\n".encode(), b"data: 4\n\n"))

    assert shown.url == "https://host/v1/messages"
    assert shown.request_headers == (
        ("authorization", "[redacted]"),
        ("x-team", "search [redacted]"),
        ("x-token-limit", "[redacted]"),
    )
    assert shown.request_body == b'{"user": "[redacted]"}'
    assert shown.response_headers == (
        ("set-cookie", "[redacted]"),
        ("x-echo", "[redacted]"),
        ("x-ratelimit-limit-tokens", "4000"),
    )
    assert shown.body == b"data: [redacted]\n\ndata: 4\n\n"
    assert shown.error == "[redacted] was refused"


def test_a_key_in_the_query_is_left_out_of_the_body() -> None:
    shown = without_secrets(captured(b"you sent AIza-0123456789", url="https://host/v1?key=AIza-0123456789&v=2"))

    assert shown.url == "https://host/v1?key=[redacted]&v=[redacted]"
    assert shown.body == b"you sent [redacted]"


def test_a_key_that_is_cut_by_the_end_of_a_piece_is_left_out() -> None:
    shown = without_secrets(captured(b"data: sk-0123456789", b"abcdef\n\n", b"data: [DONE]\n\n"))

    assert shown.pieces == (TimedBytes(2.0, b"data: [redacted]\n\ndata: [DONE]\n\n"),)


def test_a_capture_does_not_print_its_secrets() -> None:
    assert KEY not in repr(captured(KEY.encode()))
