"""Pages of all kinds in a real browser: no trap snaps, nothing is asked of anybody, and everybody can use them.

axe-core looks for what keeps people with a keyboard, a screen reader or weak eyes from reading a page.
"""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from html import unescape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import msgspec
import pytest
from axe_core_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from diptych.core.experiment.checks.check import CheckResult
from diptych.core.experiment.judging.judgement import Judgement
from diptych.core.round import Round
from diptych.report.experiment.export_html import experiment_html
from diptych.report.experiment.exported import ExportedExperiment
from tests.report.attached import with_files
from tests.report.experiment.exported import Rows, exported
from tests.report.pages import html, read
from tests.report.rounds import hostile, usual
from tests.report.runs import answered
from tests.support.browser import chromium
from tests.support.files import PDF, attachment, png

_SNAPPED = "the trap snapped"

Opened = Callable[..., Page]


@dataclass
class Listener:
    """A server of this machine that nobody should ask: its address, and the targets it was asked for."""

    url: str
    asked: list[str] = field(default_factory=list)


@pytest.fixture
def listener() -> Iterator[Listener]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            heard.asked.append(self.path)
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's own name
            """The tests read `asked` instead."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        heard = Listener(f"http://127.0.0.1:{server.server_port}")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield heard
        server.shutdown()
        thread.join(120)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture
def opened(browser: Browser, tmp_path: Path) -> Iterator[Opened]:
    """Opens a page from a file, in a profile that has the given settings."""
    contexts = []

    def open_(text: str, fragment: str = "", **settings: Any) -> Page:
        context = browser.new_context(**settings)
        contexts.append(context)
        file = tmp_path / f"page-{len(contexts)}.html"
        file.write_text(text, encoding="utf-8")
        page = context.new_page()
        page.goto(file.as_uri() + fragment)
        return page

    yield open_
    for context in contexts:
        context.close()


def traps(url: str) -> str:
    """Scripts, pictures and styles in every way that Markdown and HTML know, on lines of their own."""
    snap = f"document.title='{_SNAPPED}'"
    return "\n\n".join(
        [
            f"<script>{snap}</script>",
            f'<img src="{url}/img" onerror="{snap}">',
            f'<svg onload="{snap}"></svg>',
            f"<style>body {{ background: url({url}/style) }}</style>",
            f'</style></title></details><link rel="stylesheet" href="{url}/link"><script>{snap}</script>',
            f'<iframe src="{url}/iframe"></iframe><object data="{url}/object"></object><video src="{url}/v"></video>',
            f'<div style="background: url({url}/attribute)">x</div>',
            f'<meta http-equiv="refresh" content="0; url={url}/refresh">',
            f"![picture]({url}/markdown) [![nested]({url}/nested)]({url}/link)",
            f"[a](javascript:{snap}) <javascript:{snap}>",
            f'[b]({url}/"onmouseover="{snap}) ![c](x"onerror="{snap})',
            f'```x" onload="{snap}\n</code></pre><script>{snap}</script>\n```',
            f"]]><script>{snap}</script>--><script>{snap}</script>",
            "\x00\ud800\u202e",
        ]
    )


def asked(text: str = "", round_: Round | None = None) -> ExportedExperiment:
    """An experiment whose rounds are all the same one; with a text, that is what everything from outside says."""
    whole = exported(cases=(text or "one", f"{text}2"), prompt=text or "hi")
    check = CheckResult(f"contains {text}", False, text or "it does not")
    rows = Rows([msgspec.structs.replace(row, checks=(check,)) for row in whole.rows])
    judgement = Judgement(case=text or "one", repeat=1, first="left", second="right", judge=text or "j", reason=text)
    judged = {(judgement.case, 1): [judgement]}
    return replace(whole, rows=rows, rounds=lambda _: round_ or usual(), judgements=judged)


def experiment_page(whole: ExportedExperiment) -> str:
    return "".join(experiment_html(whole))


def with_picture() -> Round:
    return with_files(attachment("a.png", png(), "image/png", 3, 2), attachment("b.pdf", PDF, "application/pdf"))


def unfold(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")


# Traps


def test_no_trap_snaps(opened: Opened, listener: Listener) -> None:
    page = opened(html(hostile(traps(listener.url), prompt="Traps")))
    unfold(page)
    dom = page.content()
    elements = read(dom).elements

    assert page.title() == "Traps · Diptych"
    assert listener.asked == []
    assert not {tag for tag, _ in elements} & {"script", "img", "iframe", "object", "video", "link"}
    assert not {name for _, attributes in elements for name in attributes if name.startswith(("on", "style"))}
    assert f"[image: picture] ({listener.url}/markdown)" in read(dom).text


def test_no_trap_snaps_in_a_prompt(opened: Opened, listener: Listener) -> None:
    page = opened(html(hostile(traps(listener.url))))

    assert page.title().startswith("<script>document.title=")
    assert listener.asked == []


def test_no_trap_snaps_in_an_experiment(opened: Opened, listener: Listener) -> None:
    """Case ids, prompts, checks, judges and their reasons, and every field of every round."""
    text = traps(listener.url)
    page = opened(experiment_page(asked(text, hostile(text))))
    unfold(page)
    elements = read(page.content()).elements

    assert page.title() == "Experiment x3 · Diptych"
    assert listener.asked == []
    assert not {tag for tag, _ in elements} & {"script", "img", "iframe", "object", "video", "link"}
    assert not {name for _, attributes in elements for name in attributes if name.startswith(("on", "style"))}


def test_the_traps_are_real(opened: Opened, listener: Listener) -> None:
    laid = traps(listener.url).replace("\ud800", "").replace("http-equiv", "not")
    page = opened(f"<!DOCTYPE html><title>x</title><body>{laid}")

    assert page.title() == _SNAPPED
    assert {"/img", "/style", "/link", "/attribute"} <= set(listener.asked)


def test_the_policy_holds_alone(opened: Opened, listener: Listener) -> None:
    """Were a trap ever let through, the browser would still not spring it."""
    laid = traps(listener.url).replace("\ud800", "").replace('<meta http-equiv="refresh"', "<meta")
    page = opened(html(hostile("x", prompt="Safe")).replace("<h1>Prompt</h1>", laid))

    assert page.locator("img").count()
    assert page.title() == "Safe · Diptych"
    assert listener.asked == []


def test_a_page_asks_for_nothing(browser: Browser, tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_text(html(with_picture()), encoding="utf-8")
    page = browser.new_page()
    asked_for: list[str] = []
    page.on("request", lambda request: asked_for.append(request.url))
    page.goto(file.as_uri())
    is_shown = page.evaluate("document.querySelector('img').naturalWidth")
    page.close()

    assert is_shown == 3
    assert {url for url in asked_for if not url.startswith("data:")} == {file.as_uri()}


# What is seen


def test_the_browser_reads_the_page_as_it_was_written(opened: Opened) -> None:
    page = html(usual())
    dom = opened(page).content()

    assert "<table" in dom
    assert unescape(read(dom).text).split() == unescape(read(page).text).split()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_style_is_applied(opened: Opened, scheme: str) -> None:
    """The policy's hash is that of the style: with a wrong one, the page would be the browser's own white."""
    grounds = [
        opened(text, color_scheme=scheme).evaluate("getComputedStyle(document.body).backgroundColor")
        for text in (html(usual()), html(usual()).replace("sha256-", "sha256-x"))
    ]

    assert grounds == [{"light": "rgb(251, 251, 249)", "dark": "rgb(15, 19, 24)"}[scheme], "rgba(0, 0, 0, 0)"]


@pytest.mark.parametrize("text", [html(usual()), html(with_picture()), experiment_page(asked())])
def test_a_phone_shows_a_page_without_scrolling_sideways(opened: Opened, text: str) -> None:
    page = opened(text, viewport={"width": 360, "height": 700})
    unfold(page)

    assert page.evaluate("document.documentElement.scrollWidth") == 360


# Who can use them


PAGES = {
    "round": lambda: html(Round("hi", 1_000.0, (answered(), answered("right", params={"top_p": 0.5})))),
    "attachments": lambda: html(with_picture()),
    "five sides": lambda: html(Round("hi", 1_000.0, map(answered, "abcde"))),
    "hostile": lambda: html(hostile("# x\n\n#### <b>y</b>\n\n|a|\n|-|\n|b|\n\n```\nz\n```")),
    "experiment": lambda: experiment_page(asked()),
}


def violations(page: Page) -> list[tuple[str, list[str]]]:
    """What axe-core objects to: its rule, and the first elements that break it."""
    found = Axe().run(page, options={"resultTypes": ["violations"]})["violations"]
    return [(each["id"], [node["html"] for node in each["nodes"][:3]]) for each in found]


@pytest.mark.parametrize("kind", PAGES)
def test_axe_finds_nothing(opened: Opened, kind: str) -> None:
    page = opened(PAGES[kind](), viewport={"width": 390, "height": 800})
    unfold(page)

    assert violations(page) == []
    page.emulate_media(color_scheme="dark")
    assert violations(page) == []
    page.emulate_media(media="print")
    assert violations(page) == []


def test_axe_finds_what_is_wrong(opened: Opened) -> None:
    page = opened(html(usual()).replace("--muted: #626975", "--muted: #d0d0d0").replace("sha256-", "unsafe-inline' '"))

    assert "color-contrast" in {each for each, _ in violations(page)}


def test_the_keyboard_reaches_and_opens_what_is_folded(opened: Opened) -> None:
    page = opened(html(usual()))
    page.keyboard.press("Tab")
    skip = page.evaluate("document.activeElement.className")
    page.keyboard.press("Enter")
    reached = []
    for _ in range(30):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.tagName"))
        if page.evaluate("document.activeElement.parentElement.className").startswith("events"):
            break
    page.keyboard.press("Enter")

    assert skip == "skip"
    assert reached[-1] == "SUMMARY"
    assert page.locator("details.events").first.get_attribute("open") is not None
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"


def test_a_link_opens_the_round_that_it_leads_to(opened: Opened) -> None:
    page = opened(experiment_page(asked()))
    cell = page.locator("td a").first
    cell.focus()
    page.keyboard.press("Enter")

    assert page.locator("details.round[open]").count() == 1
    assert page.locator("#r1-1 .side > .prose").first.is_visible()


def test_a_mark_opens_the_round_of_its_answer(opened: Opened) -> None:
    page = opened(experiment_page(asked()))
    mark = page.locator("svg.links a path").first
    mark.scroll_into_view_if_needed()
    mark.click(force=True)

    assert page.locator("details.round[open]").count() == 1


def test_paper_shows_what_is_folded_for_reading(opened: Opened) -> None:
    page = opened(html(usual()))
    thinking, events = page.locator(".thinking .prose"), page.locator(".events table").first

    assert not thinking.is_visible()
    page.emulate_media(media="print")
    assert thinking.is_visible()
    assert not events.is_visible()
