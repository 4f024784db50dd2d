"""Has the kernel stamp during these tests."""

from collections.abc import Iterator

import pytest

from tests.wire.stamped.connected import stamping


@pytest.fixture(scope="package", autouse=True)
def _stamping() -> Iterator[None]:
    keeper = stamping()
    yield
    del keeper
