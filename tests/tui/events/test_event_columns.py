"""The columns of an event list."""

import pytest
from rich.cells import cell_len

from diptych.tui.events.event_columns import EventColumns, folded_text, size_cell


@pytest.mark.parametrize("width", [0, 20, 46, 60, 100, 160])
@pytest.mark.parametrize("events", [0, 5, 100_000])
def test_columns_stand_in_line_and_leave_room_for_a_detail(width: int, events: int) -> None:
    columns = EventColumns.for_list(width, events, 30)

    assert columns.heading().index("detail") == columns.before_detail
    assert columns.heading().index("event") == columns.before_name
    assert columns.before_detail + 14 <= max(width, columns.number + 8 + 8 + 9 + 4 + 14)


def test_bytes_have_a_column_where_the_detail_keeps_room() -> None:
    assert not EventColumns.for_list(78, 100, 19).size
    assert EventColumns.for_list(98, 100, 19).size == 9


@pytest.mark.parametrize(
    ("size", "shown"),
    [
        (0, "        0"),
        (999_999, "  999,999"),
        (1_048_734, "  1.05 MB"),
        (9_999_999, "    10 MB"),
        (123_000_000, "   123 MB"),
    ],
)
def test_a_size_fits_into_its_column(size: int, shown: str) -> None:
    assert size_cell(size, 9) == shown
    assert size_cell(size, 0) == ""


def test_a_run_of_deltas_shortens_its_name_first() -> None:
    assert folded_text(312, "content_block_delta", 4.1, 1_904, 80) == (
        "312 × content_block_delta · 4.1 s · 1,904 characters"
    )
    assert folded_text(312, "content_block_delta", 4.1, 1_904, 45).endswith("· 4.1 s · 1,904 characters")
    assert cell_len(folded_text(312, "content_block_delta", 4.1, 1_904, 20)) == 20
