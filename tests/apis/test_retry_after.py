"""How long a server asks to be left alone."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from diptych.apis.retry_after import requested_wait


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "7"}, 7.0),
        ({"Retry-After": "0.5"}, 0.5),
        ({"retry-after-ms": "250"}, 0.25),
        ({"retry-after-ms": "250", "retry-after": "7"}, 0.25),
        ({"retry-after-ms": "soon", "retry-after": "7"}, 7.0),
        ({"retry-after": "0"}, 0.0),
        ({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}, 0.0),  # long ago
    ],
)
def test_a_wait_in_seconds(headers: dict[str, str], seconds: float) -> None:
    assert requested_wait(httpx2.Headers(headers)) == seconds


@pytest.mark.parametrize("zone", [" GMT", " +0000", " -0000", ""])
def test_a_date_is_a_wait_from_now(zone: str) -> None:
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=100), usegmt=True).removesuffix(" GMT")

    wait = requested_wait(httpx2.Headers({"retry-after": date + zone}))

    assert wait is not None
    assert 60 < wait <= 100


@pytest.mark.parametrize(
    "value",
    [
        "",
        "soon",
        "-1",
        "nan",
        "inf",
        "1e999",
        "1e308",
        "1_0",
        "9" * 400,
        "Mon, 01 Jan 99999999999999999999 00:00:00 GMT",
        "1 Jan 2020 99:99",
    ],
)
def test_what_is_no_wait_is_unknown(value: str) -> None:
    assert requested_wait(httpx2.Headers({"retry-after": value})) is None
    assert requested_wait(httpx2.Headers()) is None


NUMBERS = st.integers(0, 99) | st.integers(0, 10**30)
DATES = st.builds("{} Jan {} {}:{:02} {:+05}".format, NUMBERS, NUMBERS, NUMBERS, NUMBERS, st.integers(-3000, 10**20))


@given(DATES | NUMBERS.map(str) | st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), max_size=9))
def test_any_header_is_read(value: str) -> None:
    wait = requested_wait(httpx2.Headers({"retry-after": value, "retry-after-ms": value}))

    assert wait is None or wait >= 0


def test_digits_that_are_no_ascii_are_no_number() -> None:
    assert requested_wait(httpx2.Headers([(b"retry-after", "٣".encode())])) is None
