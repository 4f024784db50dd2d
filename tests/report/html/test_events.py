"""Event lists as tables."""

import re

import pytest

from diptych.core.content import Text
from diptych.core.event import Event
from diptych.core.run import Run
from diptych.report.html import events as html_events
from tests.captures.untimed import untimed_run
from tests.report.pages import read
from tests.report.runs import T0, answered, arrived, begun


def event_list(run: Run) -> str:
    return "".join(html_events.event_list(run, "accent-1"))


def cells(run: Run) -> list[list[str]]:
    body = event_list(run).partition("<tbody>")[2]
    return [re.findall("<td>(.*?)</td>", row) for row in re.findall("<tr.*?</tr>", body)]


def test_every_line_has_a_row() -> None:
    page = read(event_list(answered()))

    assert cells(answered())[:4] == [
        ["", "0.000", "", "request", ""],
        ["", "0.310", "+0.310", "response", "200  req_01"],
        ["1", "0.320", "+0.010", "message_start", "claude-sonnet-5-5"],
        ["2", "0.330", "+0.010", "content_block_delta", "&quot;Hel&quot;"],
    ]
    assert page.attributes("details") == [{"class": "events accent-1"}]
    assert "left: 8 lines" in page.text
    assert "left out" not in page.text


def test_a_time_that_may_be_too_late_and_one_that_is_unknown() -> None:
    late, unknown = begun(), begun()
    late.add(Event(T0 + 0.4, 1, "e", b"", (Text("Hi"),), late=0.1))
    unknown.stamps.t0 = None

    assert cells(late)[-1][1] == "≤0.400"
    assert cells(unknown)[0][1] == "–"


def test_a_list_that_is_too_long_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(html_events, "ROWS", 3)
    run = begun()
    arrived(run, 0.1, "e")
    arrived(run, 0.2, "e")

    assert len(cells(run)) == 3
    assert "1 line more is left out here. A recording has all of them." in event_list(run)
    arrived(run, 0.3, "e")
    assert "2 lines more are left out here" in event_list(run)


def test_foreign_words_stay_on_their_line_and_in_their_cell() -> None:
    run = begun()
    arrived(run, 0.1, "<b>\n", Text("</td>\n\x1b"))

    assert cells(run)[-1][3:] == ["&lt;b&gt;␊", "&quot;&lt;/td&gt;␊␛&quot;"]


def test_times_that_are_not_known_are_left_out() -> None:
    rows = event_list(untimed_run(None, 2.0))

    assert "<td>0.000</td><td></td><td>request</td>" in rows
    assert "<td></td><td>–</td><td>–</td><td>response</td>" in rows
    assert "<td>1</td><td>–</td><td>–</td><td>message_start</td>" in rows
