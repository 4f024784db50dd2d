"""Fixtures for recorders."""

import pytest

from diptych.store import recorder


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """What failed is tried again at once."""
    monkeypatch.setattr(recorder, "INTERVAL", 0.001)
    monkeypatch.setattr(recorder, "_AGAIN", 0.001)
