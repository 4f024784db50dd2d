"""The pages of docs that are made from the code are up to date, and others name everything that the code has."""

from pathlib import Path

import pytest

from diptych.config.tables import ConfigTables, EndpointTable, PresetTable
from diptych.plans.plan_tables import PlanTables
from tests.reference.config_page import members
from tests.reference.made_pages import DOCS, MADE_PAGES

if not DOCS.exists():
    pytest.skip("this distribution has no documentation", allow_module_level=True)


@pytest.mark.parametrize("path", MADE_PAGES, ids=lambda path: path.name)
def test_the_page_is_up_to_date(path: Path) -> None:
    assert path.read_text("utf-8") == MADE_PAGES[path](), "write it anew: uv run python -m tests.reference"


@pytest.mark.parametrize("table", [ConfigTables, EndpointTable, PresetTable], ids=lambda table: table.__name__)
def test_every_member_of_the_config_file_is_explained(table: type) -> None:
    page = (DOCS / "reference" / "configuration.md").read_text("utf-8")

    assert [name for name in members(table) if f"`{name}`" not in page and f"### `[{name}" not in page] == []


def test_every_member_of_a_plan_file_is_explained() -> None:
    page = (DOCS / "reference" / "experiments.md").read_text("utf-8")

    assert [name for name in members(PlanTables) if f"`{name}`" not in page] == []
