"""How events were framed, within limits."""

from diptych.core.frame import Frame, FrameBuilder, framed_lines, rebuilt_frame


def test_a_frame_of_many_and_long_lines_is_cut() -> None:
    builder = FrameBuilder(bytes)
    for _ in range(10_000):
        builder.add_line(b":" + b"x" * 10_000)
        builder.add_data(b"data: 1", b"1")

    frame = builder.take()

    assert len(frame) == 200
    assert max(map(len, frame)) == 1_000
    assert len(list(framed_lines(frame, b"\n".join([b"1"] * 10_000)))) == 10_100


def test_no_more_than_five_hundred_frames_are_remembered() -> None:
    builder = FrameBuilder(bytes)

    def framed(number: int) -> Frame:
        builder.add_line(b"id: %d" % number)
        return builder.take()

    first, last = framed(0), [framed(number) for number in range(1, 1_000)][-1]

    assert framed(0) is first
    assert framed(999) is not last
    assert framed(999) == last


def test_a_frame_is_rebuilt_from_a_name() -> None:
    assert list(framed_lines(rebuilt_frame("delta", b"1\n2"), b"1\n2")) == [b"event: delta", b"data: 1", b"data: 2"]
    assert list(framed_lines(rebuilt_frame("", b"1"), b"1")) == [b"data: 1"]
