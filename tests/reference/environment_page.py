"""Writes docs/reference/environment.md: the environment variables and the files of Diptych."""

from collections.abc import Iterable, Iterator

from tests.reference.environment import FILES, VARIABLES, Described
from tests.reference.markdown import cell

_INTRODUCTION = """\
# Environment and files

Options win over environment variables, and these over the [config file](configuration.md). A variable that cannot be
used is named in one sentence, and only the side that needs it fails. `diptych config show` says where each value in
effect comes from.

`uv run python -m tests.reference` writes this page from the code.
"""

_FILES = """\
These are the places on Linux. With `XDG_CONFIG_HOME`, `XDG_DATA_HOME`, `XDG_CACHE_HOME` or `XDG_STATE_HOME` they are
in those folders. macOS has them in `~/Library/Application Support/diptych` and `~/Library/Caches/diptych`, and Windows
in `%LOCALAPPDATA%\\diptych`.
"""


def environment_page() -> str:
    """Return the whole page as Markdown."""
    variables = "\n".join(_table("variable", VARIABLES))
    files = "\n".join(_table("path", FILES))
    return f"{_INTRODUCTION}\n## Variables\n\n{variables}\n\n## Files\n\n{_FILES}\n{files}\n"


def _table(first: str, things: Iterable[Described]) -> Iterator[str]:
    yield f"| {first} | meaning |\n|---|---|"
    for thing in things:
        yield f"| {', '.join(f'`{name}`' for name in thing.names)} | {cell(thing.meaning)} |"
