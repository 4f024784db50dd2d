"""The stamps of `ts`, in the formats that its manual names."""

import pytest

from diptych.captures.line_stamps import StampedLines, split_stamps


def stamped(*stamps: str) -> StampedLines:
    """Return what is read of three lines with these stamps, the second of which is empty."""
    lines = [f"{stamp} {text}\n".encode() for stamp, text in zip(stamps, ("data: 1", "", "data: 2"), strict=True)]
    found = split_stamps(lines)
    assert found is not None
    assert list(found.lines) == [b"data: 1\n", b"\n", b"data: 2\n"]
    return found


@pytest.mark.parametrize(
    "stamps",
    [
        ("1790000000.250000", "1790000000.250000", "1790000001.750000"),  # ts '%.s'
        ("2026-09-21T13:33:20.250+0000", "2026-09-21T13:33:20.250+0000", "2026-09-21T13:33:21.750+0000"),
        ("2026-09-21 13:33:20.250Z", "2026-09-21 13:33:20.250Z", "2026-09-21 13:33:21.750Z"),
        ("[2026-09-21T13:33:20.250Z]", "[2026-09-21T13:33:20.250Z]", "[2026-09-21T13:33:21.750Z]"),
    ],
)
def test_dates_count_from_the_first_line(stamps: tuple[str, ...]) -> None:
    found = stamped(*stamps)

    assert found.times == pytest.approx([0, 0, 1.5])
    assert found.date == pytest.approx(1_790_000_000.25, abs=30 * 86_400)
    assert not found.since_start


@pytest.mark.parametrize(
    ("stamps", "times"),
    [
        (("0.250000", "0.250000", "1.750000"), [0.25, 0.25, 1.75]),  # ts -s '%.s'
        (("1.250000", "0.000010", "0.500000"), [1.25, 1.25001, 1.75001]),  # ts -i '%.s'
        (("00:00:00", "00:00:00", "00:00:02"), [0, 0, 2]),  # ts -s
    ],
)
def test_times_since_the_start_or_the_line_before(stamps: tuple[str, ...], times: list[float]) -> None:
    found = stamped(*stamps)

    assert found.times == pytest.approx(times)
    assert found.date is None
    assert found.since_start


def test_a_time_of_day_goes_on_over_midnight() -> None:
    found = stamped("23:59:59.5", "00:00:00.5", "00:00:01.5")

    assert found.times == pytest.approx([0, 1, 2])
    assert not found.since_start


def test_the_default_of_ts_has_no_year() -> None:
    assert stamped("Nov 26 13:05:05", "Nov 26 13:05:05", "Nov 26 13:05:07").times == pytest.approx([0, 0, 2])


def test_a_clock_that_is_set_back_does_not_turn_events_around() -> None:
    assert stamped("1790000005", "1790000003", "1790000006").times == pytest.approx([0, 0, 1])


def test_lines_without_stamps_have_none() -> None:
    assert split_stamps([b"data: 1\n", b"\n"]) is None
    assert split_stamps([]) is None


def test_a_file_that_ends_within_a_stamp_keeps_what_came_before() -> None:
    found = split_stamps([b"1790000000.5 data: 1\n", b"17900"])

    assert found is not None
    assert list(found.lines) == [b"data: 1\n"]


@pytest.mark.parametrize("stamp", ["1790000000000", "999999999"])
def test_numbers_that_cannot_be_times_are_refused(stamp: str) -> None:
    with pytest.raises(ValueError, match="which cannot be times"):
        split_stamps([f"{stamp} data: 1\n".encode()])


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (b"data: 2\n", "has no time stamp in line 2, unlike the lines before"),
        (b"2026-13-45T25:61:61 data: 2\n", "has a time stamp in line 2 that cannot be"),
    ],
)
def test_a_damaged_stamp_is_refused_with_its_line(line: bytes, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        split_stamps([b"2026-09-21T13:33:20 data: 1\n", line])
