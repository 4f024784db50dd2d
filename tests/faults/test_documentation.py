"""docs/explanation/robustness.md is up to date with the faults that the tests play."""

from tests.faults.documentation import PAGE, page
from tests.faults.table import FAULTS


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: uv run python -m tests.faults"


def test_every_fault_has_a_different_name() -> None:
    names = [fault.name for fault in FAULTS]

    assert len(set(names)) == len(names)
