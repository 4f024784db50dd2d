"""How events were framed, exactly and within limits."""

import pytest

from diptych.core.endpoint import ApiName
from diptych.core.frame import Frame, FrameBuilder, bare_frame, framed_bytes, framed_lines, is_usual, usual_frame


def taken(builder: FrameBuilder, *lines: tuple[bytes, bytes], end: bytes = b"\n") -> Frame:
    """The frame of an event with these lines, of each of which the second text is data."""
    for line, value in lines:
        stop = len(line.rstrip(b"\r\n"))
        builder.add_data(line, stop - len(value), stop)
    return builder.take(end)


def test_an_event_is_put_together_again_byte_for_byte() -> None:
    builder = FrameBuilder(bytes)
    builder.add_line(b": wait\r\n")
    builder.add_line(b"\n")
    frame = taken(builder, (b"data: 1\r", b"1"), (b"data:2\n", b"2"), (b"data\n", b""), end=b"\r\n")

    assert framed_bytes(frame, b"1\n2\n") == b": wait\r\n\ndata: 1\rdata:2\ndata\n\r\n"
    assert framed_lines(frame, b"1\n2\n") == [b": wait", b"", b"data: 1", b"data:2", b"data"]


def test_an_event_without_data_is_all_frame() -> None:
    builder = FrameBuilder(bytes)
    builder.add_line(b"event: ping\n")

    assert framed_bytes(builder.take(b"\n"), b"") == b"event: ping\n\n"


def test_any_number_of_lines_that_are_framed_alike_has_one_frame() -> None:
    builder = FrameBuilder(bytes)
    line = (b"data: 1\n", b"1")

    assert taken(builder, *[line] * 3) is taken(builder, *[line] * 9)
    assert taken(builder, *[line] * 3) == usual_frame("openai-chat", "", b"1\n1\n1")


def test_a_frame_of_many_and_long_lines_is_cut_but_still_frames_all_data() -> None:
    builder = FrameBuilder(bytes)
    for number in range(10_000):
        builder.add_line(b":" + b"x" * 10_000 + b"\n")
        builder.add_line(b"id: %d\n" % number)
        builder.add_data(b"data: " * 20_000 + b"1\n", 120_000, 120_001)
    data = b"\n".join([b"1"] * 10_000)

    frame = builder.take(b"\n")

    assert len(frame) == 201
    assert sum(map(len, frame)) < 70_000
    assert framed_bytes(frame, data).count(b"data: 1\n") == 10_000


def test_the_size_of_an_event_counts_what_is_not_kept() -> None:
    builder = FrameBuilder(bytes)
    builder.add_line(b":" + b"x" * 100_000 + b"\n")
    builder.add_data(b"data: 1\n", 6, 7)

    assert builder.size == 100_010


def test_no_more_than_five_hundred_frames_are_remembered() -> None:
    builder = FrameBuilder(bytes)

    def framed(number: int) -> Frame:
        builder.add_line(b"id: %d\n" % number)
        return builder.take(b"\n")

    first, last = framed(0), [framed(number) for number in range(1, 1_000)][-1]

    assert framed(0) is first
    assert framed(999) is not last
    assert framed(999) == last


def test_no_more_than_five_hundred_names_are_remembered() -> None:
    builder = FrameBuilder(bytes)
    for number in range(1_000):
        builder.take_usual(b"%d" % number)

    name, frame = builder.take_usual(b"999")
    assert (name, framed_bytes(frame, b"1")) == ("999", b"event: 999\ndata: 1\n\n")
    assert builder.take_usual(b"999")[1] is not frame
    assert builder.take_usual(b"9")[1] is builder.take_usual(b"9")[1]


@pytest.mark.parametrize(
    ("api", "name", "data", "expected"),
    [
        ("anthropic-messages", "delta", b"1\n2\n3", b"event: delta\ndata: 1\ndata: 2\ndata: 3\n\n"),
        ("openai-responses", "", b"1", b"data: 1\n\n"),
        ("openai-responses", "[DONE]", b"[DONE]", b"data: [DONE]\n\n"),
        ("openai-chat", "chunk", b"1", b"data: 1\n\n"),
    ],
)
def test_what_is_usual_depends_on_the_api(api: ApiName, name: str, data: bytes, expected: bytes) -> None:
    assert framed_bytes(usual_frame(api, name, data), data) == expected


def test_the_usual_frame_of_a_name_without_end_is_not_remembered() -> None:
    name = "x" * 5_000
    frame = usual_frame("openai-responses", name, b"1")

    assert framed_bytes(frame, b"1") == b"event: " + name.encode() + b"\ndata: 1\n\n"
    assert not is_usual(frame, "openai-responses", name)
    assert is_usual(usual_frame("openai-responses", name[:1_000], b"1"), "openai-responses", name[:1_000])


def test_data_with_more_lines_than_its_frame_is_framed_as_usual() -> None:
    assert framed_bytes((b"data:", b"\n\n"), b"1\n2\n3") == b"data:1\ndata: 2\ndata: 3\n\n"
    assert framed_bytes((b"data:", b"\rdata:", b"\n\n"), b"1") == b"data:1\n\n"


@pytest.mark.parametrize("body", [b'{"a": 1}', b' \r\n{"a":\n 1,\n "b": 2\n}\n\n'])
def test_a_whole_body_is_data_between_white_space(body: bytes) -> None:
    data = body.strip()

    assert framed_bytes(bare_frame(body, data), data) == body
