"""A listed round as a line for people and as an object for programs."""

import json
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from diptych.codec.settings_object import settings_members
from diptych.core.blind import Blind
from diptych.core.endpoint import Endpoint
from diptych.core.history_summary import ListedRound, ListedRun
from diptych.core.json_text import to_json
from diptych.core.message import FilePart
from diptych.core.remarks import RoundNote, Vote
from diptych.core.settings import Settings
from diptych.report.history_list import listed_lines, listed_object

SETTINGS = Settings(Endpoint("anthropic", "anthropic-messages", "", ""), "claude-sonnet-5-5")
LEFT = ListedRun(
    *("left", "anthropic", "anthropic-messages", "claude-sonnet-5-5", False, "complete", "end_turn"),
    *(0.33, 6.4, "0.0012", 42),
    settings=SETTINGS,
)
RIGHT = ListedRun(*("right", "openai", "openai-chat", "gpt", True, "failed", None), *(None, 12.0, None, 0))
LISTED = ListedRound(12, 3, "How do I\nmerge?", 1_795_584_840.25, (LEFT, RIGHT))


@pytest.fixture(autouse=True)
def _utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "UTC")
        time.tzset()
        yield
    time.tzset()


def listed_line(listed: ListedRound) -> str:
    [line] = listed_lines([listed])
    return line


def test_a_round_is_one_line() -> None:
    assert listed_line(LISTED) == (
        "   12  2026-11-25 05:34"
        "  claude-sonnet-5-5    complete  0.33s 6.40s $0.0012"
        "  gpt                  failed        – 12.0s       –"
        "  How do I␊merge?"
    )


def test_a_date_that_is_not_known_is_not_shown() -> None:
    undated = LISTED._replace(date=0.0)

    assert listed_line(undated).startswith("   12  –                 claude-sonnet-5-5 ")
    assert listed_object(undated)["date"] is None


def test_a_long_prompt_is_shortened() -> None:
    assert listed_line(LISTED._replace(prompt="x" * 60)).endswith("  " + "x" * 60)
    assert listed_line(LISTED._replace(prompt="x" * 61)).endswith("  " + "x" * 59 + "…")


def test_settings_stand_behind_the_prompt() -> None:
    left = LEFT._replace(settings=replace(SETTINGS, preset="terse", max_tokens=300))
    right = RIGHT._replace(settings=replace(SETTINGS, params={"temperature": 0.2}))

    assert listed_line(LISTED._replace(runs=(left, right))).endswith(
        "  How do I␊merge?  [left: @terse · ≠ no temperature · ≠ max 300]  [right: ≠ temperature 0.2 · ≠ max 8,192]"
    )


def test_no_foreign_text_reaches_the_terminal_as_it_is() -> None:
    evil = "\x1b[31m\n\u202e\ud83d"
    line = listed_line(LISTED._replace(prompt=evil, runs=(LEFT._replace(model=evil),)))

    assert line.isprintable()


def test_a_round_as_an_object() -> None:
    whole = listed_object(LISTED)

    assert json.loads(to_json(whole)) == whole
    assert {name: whole[name] for name in ("id", "session", "date", "prompt")} == {
        "id": 12,
        "session": 3,
        "date": "2026-11-25T05:34:00.250Z",
        "prompt": "How do I\nmerge?",
    }
    assert whole["left"] == {
        "endpoint": "anthropic",
        "api": "anthropic-messages",
        "model": "claude-sonnet-5-5",
        "simulated": False,
        "state": "complete",
        "stop_reason": "end_turn",
        "first_token": 0.33,
        "total": 6.4,
        "cost_usd": "0.0012",
        "events": 42,
        "take": 1,
        "settings": settings_members(SETTINGS),
        "cost_source": None,
        "takes": 1,
    }
    assert whole["right"]["settings"] is None
    assert whole["right"]["cost_usd"] is None


def test_a_round_with_one_side_has_one_object() -> None:
    assert "right" not in listed_object(LISTED._replace(runs=(LEFT,)))


def test_attachments_stand_before_the_prompt() -> None:
    file = FilePart("0" * 64, "a\x1b.png", "image/png", 5, 3, 2)
    listed = LISTED._replace(attachments=(file,), prompt="what?")

    assert listed_line(listed).endswith("  [a␛.png] what?")
    assert listed_object(listed)["attachments"] == [
        {"sha256": "0" * 64, "name": "a\x1b.png", "media_type": "image/png", "bytes": 5, "width": 3, "height": 2}
    ]
    assert "attachments" not in listed_object(LISTED)


def test_what_is_said_about_a_round() -> None:
    left = LEFT._replace(take=2, takes=3)
    vote = Vote("better", 5.0, "left", blind=True)
    blind = Blind(7, ("right", "left"))
    note = RoundNote("worth\n" + 30 * "reading ", starred=True)
    listed = LISTED._replace(runs=(left, RIGHT), note=note, votes=(vote,), blind=blind)

    line = listed_line(listed)
    assert "  ★ How do I␊merge?  [left take 2 of 3]  [left is better · blind]  [note: worth reading reading " in line
    assert line.endswith("reading readin…]")
    whole = listed_object(listed)
    assert (whole["note"], whole["starred"], whole["left"]["takes"]) == (note.text, True, 3)
    assert (whole["votes"][0]["verdict"], whole["blind"]["order"]) == ("better", ["right", "left"])
    assert not {"note", "starred", "votes", "blind"} & listed_object(LISTED).keys()
