"""Every page can be reached, and every picture has a text for those who cannot see it."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from tests.docs.pages import DOCS, PAGES, ROOT

SITE = ROOT / "mkdocs.yml"
if not SITE.exists():
    pytest.skip("this distribution has no site", allow_module_level=True)


class _Loader(yaml.SafeLoader):
    """Reads mkdocs.yml, whose tags name functions."""


_Loader.add_multi_constructor("", lambda *_: None)


def _pages(entry: Any) -> Iterator[str]:
    match entry:
        case str():
            yield entry
        case dict() | list():
            for part in entry.values() if isinstance(entry, dict) else entry:
                yield from _pages(part)


def test_every_page_is_in_the_navigation_once() -> None:
    site = yaml.load(SITE.read_text("utf-8"), _Loader)  # noqa: S506 - a safe loader
    pages = sorted(path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md"))

    assert sorted(_pages(site["nav"])) == pages, "add the page to `nav` in mkdocs.yml"


@pytest.mark.parametrize("page", PAGES)
def test_every_picture_has_a_text(page: str) -> None:
    texts = re.findall(r"!\[(.*?)\]\(", (ROOT / page).read_text("utf-8"))

    assert [text for text in texts if len(text) < 10] == []


@pytest.mark.parametrize("page", PAGES)
def test_a_page_begins_with_its_only_title(page: str) -> None:
    text = re.sub(r"^```.*?^```$", "", (ROOT / page).read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)

    assert text.startswith("# ")
    assert len(re.findall(r"^# ", text, re.MULTILINE)) == 1
