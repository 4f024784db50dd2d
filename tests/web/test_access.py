"""Who may use an app in a browser."""

import pytest

from diptych.web.access import Access

EVERYWHERE = "0.0.0.0"  # noqa: S104 - nothing listens here


def test_the_token_is_exchanged_once() -> None:
    access = Access("127.0.0.1", 8000)
    token = access.url.partition("token=")[2]

    assert len(token) > 40
    assert not access.takes_token("")
    assert not access.takes_token(token + "x")
    assert access.takes_token(token)
    assert not access.takes_token(token)


def test_the_cookie_belongs_to_the_port() -> None:
    access = Access("127.0.0.1", 8000)

    assert access.has_cookie({"diptych-8000": access.cookie})
    assert not access.has_cookie({"diptych-8001": access.cookie})
    assert not access.has_cookie({"diptych-8000": "é"})


def test_neither_secret_is_shown() -> None:
    access = Access("127.0.0.1", 8000)

    assert access.cookie not in repr(access)
    assert str(access.token) not in repr(access)


@pytest.mark.parametrize(
    ("listens", "host", "is_own"),
    [
        ("127.0.0.1", "127.0.0.1:8000", True),
        ("127.0.0.1", "localhost:8000", True),
        ("127.0.0.1", "[::1]:8000", True),
        ("127.0.0.1", "evil.test:8000", False),  # a name that was made to stand for this machine
        ("127.0.0.1", "127.0.0.1:9000", False),
        ("127.0.0.1", "127.0.0.1", False),
        ("127.0.0.1", "", False),
        ("127.0.0.1", "[", False),
        ("127.0.0.1", "<b>@127.0.0.1:8000", False),
        ("127.0.0.1", "127.0.0.1:x", False),
        (EVERYWHERE, "192.168.1.7:8000", True),
        (EVERYWHERE, "localhost:8000", True),
        (EVERYWHERE, "evil.test:8000", False),
        ("box.lan", "box.lan:8000", True),
        ("box.lan", "127.0.0.1:8000", False),
    ],
)
def test_names_of_the_server(listens: str, host: str, is_own: bool) -> None:
    assert (not Access(listens, 8000).why_foreign(host, None, needs_origin=False)) is is_own


@pytest.mark.parametrize(
    ("origin", "needs_origin", "is_refused"),
    [
        ("http://127.0.0.1:8000", True, False),
        (None, False, False),
        (None, True, True),
        ("http://127.0.0.1:9000", False, True),
        ("https://127.0.0.1:8000", True, True),
        ("http://evil.test", True, True),
        ("null", True, True),
    ],
)
def test_pages_of_other_sites(origin: str | None, needs_origin: bool, is_refused: bool) -> None:
    access = Access("127.0.0.1", 8000)

    assert bool(access.why_foreign("127.0.0.1:8000", origin, needs_origin=needs_origin)) is is_refused


@pytest.mark.parametrize(
    ("host", "begins"),
    [("127.0.0.1", "http://127.0.0.1:8000/"), ("::1", "http://[::1]:8000/"), (EVERYWHERE, "http://127.0.0.1:8000/")],
)
def test_the_address_that_is_printed(host: str, begins: str) -> None:
    assert Access(host, 8000).url.startswith(begins)
