"""A HAR in the network panel of Chromium's own developer tools, imported as a user does it."""

from pathlib import Path

from playwright.sync_api import Page

from diptych.codec.har.har_document import har_pieces
from diptych.core.event import AttemptFailed, RequestSent, ResponseBegan
from diptych.core.round import Round
from diptych.core.run import Run
from tests.report.rounds import DATE
from tests.report.runs import T0, arrived, begun
from tests.support.browser import chromium

_DEVTOOLS = "devtools://devtools/bundled/devtools_app.html?panel=network"


def test_chromium_shows_the_requests_and_when_each_event_arrived(tmp_path: Path) -> None:
    file = tmp_path / "round.har"
    file.write_text("".join(har_pieces([Round("hi", 1_000.0, (_streamed(), _lost()), DATE)])))

    with chromium() as browser:
        page = browser.new_page(viewport={"width": 1400, "height": 900}, timezone_id="UTC")
        page.goto(_DEVTOOLS)
        with page.expect_file_chooser() as chooser:
            page.get_by_role("button", name="Import HAR file").click()
        chooser.value.set_files(file)
        page.get_by_role("row").filter(has_text="messages").first.wait_for()
        requests = _rows(page)
        page.get_by_role("row").filter(has_text="messages").first.locator("td").first.click()
        page.get_by_role("tab", name="EventStream").click()
        page.get_by_role("row").filter(has_text="message_stop").wait_for()
        events = _rows(page)
        page.get_by_role("tab", name="Timing").click()
        page.get_by_text("Waiting for server response").wait_for()
        timing = page.locator("tr", has_text="Waiting for server response").inner_text().replace("\xa0", " ")

    assert ["messages", "200", "fetch", "Other", "0.1 kB", "2.00 s"] in requests
    assert ["completions", "Finished", "fetch", "Other", "0.0 kB", "500 ms"] in requests
    assert timing.split()[-2:] == ["250.00", "ms"]
    assert ["message_start", "{}", "05:34:00.700"] in events
    assert ["message_stop", '{"text": "Grüße"}', "05:34:02.200"] in events


def _rows(page: Page) -> list[list[str]]:
    """Return the cells with text of every row that is shown."""
    rows = (row.inner_text().replace("\xa0", " ") for row in page.get_by_role("row").all())
    return [[cell for cell in row.split("\t") if cell] for row in rows]


def _streamed() -> Run:
    run = Run("left", begun().request, began=1_000.0)
    run.note(RequestSent(T0, "POST", "https://api.anthropic.com/v1/messages", (), b"{}"))
    run.note(ResponseBegan(T0 + 0.25, 200, (("content-type", "text/event-stream; charset=utf-8"),)))
    arrived(run, 0.5, "message_start")
    arrived(run, 2.0, "message_stop", data='{"text": "Grüße"}'.encode())
    return run


def _lost() -> Run:
    run = Run("right", begun("right").request, began=1_000.0)
    run.note(RequestSent(T0, "POST", "https://api.openai.com/v1/chat/completions", (), b"{}"))
    run.note(AttemptFailed(T0 + 0.5, 1, None, 1.0, "The connection was lost."))
    return run
