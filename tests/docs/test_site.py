"""The built site in a browser: it needs no network, its search works, and it can be read by everybody.

The pages are opened as files, the hardest case: browsers forbid them to load others in the background.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_core_python.sync_playwright import Axe
from mkdocs.commands.build import build
from mkdocs.config import load_config
from playwright.sync_api import Browser

from tests.docs.pages import ROOT
from tests.support.browser import chromium

SITE = ROOT / "mkdocs.yml"
if not SITE.exists():
    pytest.skip("this distribution has no site", allow_module_level=True)

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

PAGES = ["index", "tutorial/first-comparison", "how-to/scale"]

_OF_THE_THEME = {"landmark-unique"}
"""What the theme does with the buttons of blocks of code."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NO_MKDOCS_2_WARNING", "1")
        build(load_config(str(SITE), site_dir=str(folder), strict=True))
    return folder


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


def test_the_search_finds_pages_without_a_network(site: Path, browser: Browser) -> None:
    page = browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto((site / "tutorial" / "first-comparison.html").as_uri())
    page.click("[data-md-component=search-query]")
    page.keyboard.type("kappa")
    page.locator(".md-search-result__link").first.click()
    page.wait_for_selector("text=Cohen's kappa")

    assert "statistics.html" in page.url
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    page.close()


def test_the_search_finds_options_with_their_hyphens(site: Path, browser: Browser) -> None:
    page = browser.new_page()
    page.goto((site / "index.html").as_uri())
    page.click("[data-md-component=search-query]")
    page.keyboard.type("--lenient")
    page.locator(".md-search-result__link", has_text="diptych serve").first.wait_for()
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_can_be_read_by_everybody(site: Path, browser: Browser, name: str, scheme: str) -> None:
    context = browser.new_context(color_scheme=scheme)  # type: ignore[arg-type]  # one of its literals
    page = context.new_page()
    page.goto((site / f"{name}.html").as_uri())
    found = Axe().run(page)["violations"]

    assert [each for each in found if each["id"] not in _OF_THE_THEME] == []
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    context.close()
