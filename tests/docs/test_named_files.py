"""What README and docs say about the repository is true: the test command, and the files that they name."""

import re
from itertools import chain

import pytest

from tests.docs.pages import PAGES, ROOT

if not (ROOT / ".ci").exists():
    pytest.skip("a source distribution has only some of these files", allow_module_level=True)

ELSEWHERE = {
    "apis/gemini.py",
    "captures/pcap_file.py",
    "cli/stats_command.py",
    "plans/yaml_set.py",
    "report/csv_table.py",
    "schemas/base/request_stats.py",
    "simulated/gemini_stream.py",
    "store/reasoning_tokens.sql",
    "tests/apis/test_gemini.py",
    "tests/report/test_csv_table.py",
    "tests/tui/screens/test_statistics.py",
    "tui/screens/statistics.py",
}
"""Files that the examples in docs/explanation/architecture.md add, and one of guidellm."""

_FILE = re.compile(r"`((?:[a-z_]+/)+[a-z_]+\.(?:py|tcss|sql|md))`")
_PAGE = re.compile(r"(?<![\w/])docs/[a-z/-]+\.md")
_LINK = re.compile(r"\]\((?!https?:)([A-Za-z./][^)#]*)")


def test_ci_runs_the_test_command_of_the_readme() -> None:
    command = (ROOT / ".ci" / "run").read_text("utf-8").splitlines()[-1]

    assert f"```sh\n{command}\n```" in (ROOT / "README.md").read_text("utf-8")


@pytest.mark.parametrize("page", PAGES)
def test_a_page_names_only_files_that_exist(page: str) -> None:
    text = (ROOT / page).read_text("utf-8")
    named = set(_FILE.findall(text)) - ELSEWHERE
    linked = {(ROOT / page).parent / link for link in _LINK.findall(text)}

    assert [
        name for name in sorted(named) if not (ROOT / name).exists() and not (ROOT / "src/diptych" / name).exists()
    ] == []
    assert [link for link in sorted(linked) if not link.exists()] == []


def test_the_code_names_only_pages_that_exist() -> None:
    named = {
        (path.relative_to(ROOT).as_posix(), page)
        for path in chain(ROOT.glob("src/**/*.*"), ROOT.glob("tests/**/*.py"))
        if path.suffix in (".py", ".sql", ".toml")
        for page in _PAGE.findall(path.read_text("utf-8"))
    }

    assert named
    assert [(path, page) for path, page in sorted(named) if not (ROOT / page).exists()] == []
