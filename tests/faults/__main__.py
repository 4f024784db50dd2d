"""Writes docs/explanation/robustness.md: `uv run python -m tests.faults`."""

from tests.faults.documentation import PAGE, page

PAGE.write_text(page(), encoding="utf-8")
