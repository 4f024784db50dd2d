"""The pages of docs that are made from the code."""

from collections.abc import Callable, Mapping
from pathlib import Path

from tests.reference.binding_page import binding_page
from tests.reference.command_page import command_page
from tests.reference.config_page import config_page
from tests.reference.environment_page import environment_page
from tests.reference.exit_code_page import exit_code_page

DOCS = Path(__file__).parents[2] / "docs"

MADE_PAGES: Mapping[Path, Callable[[], str]] = {
    DOCS / "reference" / "bindings.md": binding_page,
    DOCS / "reference" / "commands.md": command_page,
    DOCS / "reference" / "config-members.md": config_page,
    DOCS / "reference" / "environment.md": environment_page,
    DOCS / "reference" / "exit-codes.md": exit_code_page,
}
"""How each of the pages is written."""
