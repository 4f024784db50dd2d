"""Reads the time stamps that `ts` of moreutils puts before each line of its input.

`ts` prints a stamp, a space and the line. Its user chooses the format of the stamps; those of its manual and of ISO
8601 are recognized here, with or without square brackets. Plain numbers and times such as 00:01:02 count from the start
of `ts` (`-s`) or from the line before (`-i`). Both look the same, but only the former never become smaller.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate, pairwise

_DAY = 86_400.0
_HOUR = 3_600.0

_LONGEST = 10 * 365 * _DAY
_LATEST_DATE = 2.0**35
"""The longest time and the latest date that a recording may have, in seconds."""

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class StampedLines:
    """Lines without their stamps, and the time of each in seconds.

    If `since_start`, the times count from the start of `ts`, which is also that of the program before it in the pipe.
    Otherwise they count from the first line. `date` is that moment in seconds since 1970 (UTC), None if unknown.
    """

    lines: Sequence[bytes]
    times: Sequence[float]
    date: float | None
    since_start: bool


@dataclass(frozen=True, slots=True)
class _Form:
    """A format of stamps: what a stamp looks like, and how to read it as seconds since 1970 or since a start."""

    pattern: re.Pattern[bytes]
    seconds: Callable[[str], float]
    is_date: bool


def split_stamps(lines: Sequence[bytes]) -> StampedLines | None:
    """Return the lines without their stamps, None if the first line has none.

    Raises `ValueError`, in words that follow the name of the file, if a later line has no such stamp.
    """
    form = next((form for form in _FORMS if lines and form.pattern.match(lines[0])), None)
    if form is None:
        return None
    rest, stamps = [], []
    for number, line in enumerate(lines, 1):
        found = form.pattern.match(line)
        if found is None:
            if number == len(lines) and not line.endswith(b"\n"):
                break  # the file ends within a stamp
            raise ValueError(f"has no time stamp in line {number:,}, unlike the lines before")
        try:
            stamps.append(form.seconds((found[1] or found[2]).decode()))
        except (ValueError, OverflowError):
            raise ValueError(f"has a time stamp in line {number:,} that cannot be") from None
        rest.append(line[found.end() :])
    if form.is_date:
        found_lines = StampedLines(rest, _rising(stamp - stamps[0] for stamp in stamps), stamps[0], since_start=False)
    else:
        times = _since_start(stamps)
        is_time_of_day = form.seconds is _clock and times[0] >= _HOUR
        zero = times[0] if is_time_of_day else 0.0
        found_lines = StampedLines(rest, [time - zero for time in times], None, since_start=not is_time_of_day)
    if found_lines.times[-1] > _LONGEST or (found_lines.date or 0.0) >= _LATEST_DATE:
        raise ValueError("begins like lines with time stamps, which cannot be times")
    return found_lines


def _since_start(stamps: Sequence[float]) -> list[float]:
    """Return the times of stamps that count from the start, from the line before, or from midnight."""
    falls = [after - before for before, after in pairwise(stamps) if after < before]
    if not falls:
        return list(stamps)
    if all(fall < -_DAY / 2 for fall in falls):
        return _rising(_over_midnight(stamps))
    return list(accumulate(stamps))


def _over_midnight(stamps: Sequence[float]) -> list[float]:
    days = accumulate((after < before for before, after in pairwise(stamps)), initial=0)
    return [stamp + day * _DAY for stamp, day in zip(stamps, days, strict=True)]


def _rising(times: Iterable[float]) -> list[float]:
    """Return the times without steps backwards, which a clock makes when it is set."""
    return list(accumulate(times, max))


def _clock(text: str) -> float:
    hours, minutes, seconds = text.split(":")
    return int(hours) * _HOUR + int(minutes) * 60 + float(seconds)


def _iso(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


def _day_of_year(text: str) -> float:
    """Read a stamp such as `Nov 26 13:05:05`, whose year is taken to be the present one."""
    month, day, clock = text.split()
    return datetime(datetime.now().year, _MONTHS.index(month) + 1, int(day)).timestamp() + _clock(clock)


def _form(pattern: str, seconds: Callable[[str], float], *, is_date: bool) -> _Form:
    return _Form(re.compile(rf"(?:\[({pattern})\]|({pattern}))(?: |(?=\r?\n?$))".encode()), seconds, is_date)


_TIME = r"\d\d?:\d\d:\d\d(?:\.\d+)?"

_FORMS = (
    _form(r"\d{10,}(?:\.\d+)?", float, is_date=True),  # %s and %.s
    _form(r"\d{1,9}(?:\.\d+)?", float, is_date=False),  # the same with -s or -i
    _form(rf"\d{{4}}-\d\d-\d\d[T ]{_TIME}(?:Z|[+-]\d\d:?\d\d)?", _iso, is_date=True),  # ISO 8601
    _form(rf"(?:{'|'.join(_MONTHS)}) [ \d]\d {_TIME}", _day_of_year, is_date=True),  # the default
    _form(_TIME, _clock, is_date=False),  # the default with -s or -i, and %T or %.T
)
