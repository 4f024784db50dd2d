"""A text of many pieces reads as if it were one."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diptych.core.text import growing
from diptych.core.text.growing import GrowingText

PIECES = st.lists(st.text(min_size=1, max_size=6), max_size=30)


@pytest.fixture(autouse=True, scope="module")
def _joined_soon() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(growing, "_MAX_PIECES", 4)
        patch.setattr(growing, "_MAX_CHARACTERS", 12)
        yield


def grown(pieces: list[str]) -> GrowingText:
    text = GrowingText()
    for piece in pieces:
        text.append(piece)
    return text


@given(PIECES)
def test_it_is_all_its_pieces(pieces: list[str]) -> None:
    text = grown(pieces)

    assert str(text) == "".join(text) == "".join(pieces)
    assert len(text) == len("".join(pieces))
    assert bool(text) == bool(pieces)


@given(PIECES, st.data())
def test_a_reader_goes_on_where_it_was(pieces: list[str], data: st.DataObject) -> None:
    whole = "".join(pieces)
    read = data.draw(st.integers(0, len(whole)))

    most = data.draw(st.integers(0, len(whole) + 1))

    assert grown(pieces).after(read) == whole[read:]
    assert grown(pieces).after(read, most) == whole[read : read + most]


@given(PIECES, PIECES, st.data())
def test_a_copy_of_its_beginning_goes_on_by_itself(pieces: list[str], more: list[str], data: st.DataObject) -> None:
    text = grown(pieces)
    length = data.draw(st.integers(0, len(text)))

    copied = text.first(length)
    for piece in more:
        copied.append(piece)

    assert str(copied) == "".join(pieces)[:length] + "".join(more)
    assert text == grown(["".join(pieces)] if pieces else [])


def test_many_pieces_take_little_more_room_than_their_letters() -> None:
    text = grown(["word", " "] * 5_000)

    assert sum(1 for _ in text) <= 2_500
