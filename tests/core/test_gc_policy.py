"""While much is made, nothing looks for garbage; afterwards all is as before."""

import gc

import pytest

from diptych.core.gc_policy import importing, long_lived_objects, no_collections


@pytest.fixture(autouse=True)
def _freezes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("diptych.core.gc_policy.gc", gc)  # tests/conftest.py keeps others from freezing objects


def test_collections_wait_and_come_back_whatever_happens() -> None:
    def fail() -> None:
        with no_collections():
            assert not gc.isenabled()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()

    assert gc.isenabled()


def test_who_wants_none_at_all_gets_none_back() -> None:
    with no_collections():
        with no_collections():
            pass

        assert not gc.isenabled()


def test_what_stays_is_looked_at_by_no_later_collection() -> None:
    frozen = gc.get_freeze_count()
    with long_lived_objects():
        assert not gc.isenabled()
        kept = [[number] for number in range(100)]

    assert gc.isenabled()
    assert gc.get_freeze_count() >= frozen + len(kept)


def test_modules_are_imported_without_collections_and_never_looked_at_again() -> None:
    frozen = gc.get_freeze_count()
    with importing():
        assert not gc.isenabled()
        kept = [[number] for number in range(100)]

    assert gc.isenabled()
    assert gc.get_freeze_count() >= frozen + len(kept)
