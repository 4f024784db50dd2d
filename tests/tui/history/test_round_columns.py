import pytest

from diptych.tui.history.round_columns import RoundColumns


@pytest.mark.parametrize("width", [24, 40, 60, 79, 99, 119, 159, 239])
def test_columns_and_their_heading_fit_any_width(width: int) -> None:
    columns = RoundColumns.for_list(width, 12_345, 40, 60)

    assert columns.width <= width
    assert len(columns.heading()) == columns.width
    assert columns.prompt >= 4


def test_narrow_lists_leave_columns_out_and_wide_ones_tell_the_endpoint() -> None:
    headings = [RoundColumns.for_list(width, 999, 17, 27).heading().split() for width in (40, 79, 119)]

    assert headings[0] == ["#", "prompt", "model"]
    assert headings[1] == ["#", "when", "prompt", "model", "total", "cost"]
    assert headings[2] == ["#", "when", "prompt", "model", "state", "first", "token", "total", "cost"]
    assert not RoundColumns.for_list(119, 999, 17, 27).whole_names
    assert RoundColumns.for_list(159, 999, 17, 27).whole_names
