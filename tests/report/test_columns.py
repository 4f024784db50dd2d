from diptych.report.columns import aligned


def test_columns_are_aligned() -> None:
    assert aligned([("a", "1", "x"), ("bcd", "20", "")], right=(1,)) == ["a     1  x", "bcd  20"]


def test_a_column_without_any_text_is_left_out() -> None:
    assert aligned([("a", "", "x"), ("b", "", "y")]) == ["a  x", "b  y"]


def test_a_very_long_cell_moves_only_its_own_line() -> None:
    long = "l" * 100
    assert aligned([(long, "x"), ("a", "y")]) == [f"{long}  x", f"{'a':<60}  y"]


def test_no_rows() -> None:
    assert aligned([]) == []
