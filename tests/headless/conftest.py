"""What the tests of runs without a screen have in common."""

from collections.abc import Iterator

import pytest


@pytest.fixture(scope="session", autouse=True)
def _patient_stops() -> Iterator[None]:
    """Wait long for runs that were stopped: on a busy machine they take more than a second to end."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("diptych.headless.runner._PATIENCE", 100.0)
        for module in ("experiment_runner", "judge_sitting"):
            patch.setattr(f"diptych.headless.experiment.{module}._PATIENCE", 100.0)
        yield
