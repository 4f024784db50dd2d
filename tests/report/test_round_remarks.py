"""Notes, stars, votes, blind rounds and takes that do not count are part of every export."""

import json
from typing import Any

import pytest

from diptych.core.blind import Blind
from diptych.core.remarks import RoundNote, Vote
from diptych.core.round import Round
from diptych.core.run import Run
from diptych.report.plain_text import whole_round
from diptych.report.round_remarks import other_takes, remarks
from tests.report.exports import render
from tests.store.rounds import BEGAN, DATE, complete
from tests.store.test_takes import chosen


def remarked() -> Round:
    """A round with three takes on the left, of which the second counts, and everything that can be said about it."""
    taken = chosen(2)
    blind = Blind(7, ("right", "left"))
    round_ = Round("hi", BEGAN, taken.all_takes(), DATE, continues="left", blind=blind)
    round_.choose_take(round_.takes("left")[1])
    round_.put_note(RoundNote("worth <b>reading</b>\n`twice` @you", starred=True))
    round_.put_vote(Vote("better", DATE, "left", blind=True, takes={"left": 2, "right": 1}))
    round_.put_vote(Vote("tie", DATE, voter="openai:judge"))
    return round_


def test_all_that_is_said_has_its_title() -> None:
    assert list(remarks(remarked())) == [
        ("Note", "★ worth <b>reading</b>\n`twice` @you"),
        ("Votes", "left, take 2, is better · blind\ntie · openai:judge"),
        ("Blind round", "A = right, B = left"),
        ("Conversation", "every side goes on from the answers of left"),
    ]


@pytest.mark.parametrize(
    ("vote", "words"),
    [
        (Vote("better", DATE, "right"), "right is better"),
        (Vote("tie", DATE), "tie"),
        (Vote("neither", DATE, blind=True), "neither is good · blind"),
        (Vote("better", DATE, "right", pair=("left", "right")), "left and right: right is better"),
        (Vote("tie", DATE, pair=("left", "right")), "left and right: tie"),
    ],
)
def test_a_vote_alone(vote: Vote, words: str) -> None:
    round_ = Round("hi", BEGAN, (complete(), complete("right")))
    round_.put_vote(vote)

    assert list(remarks(round_)) == [("Vote", words)]


def test_what_is_hidden_is_not_said() -> None:
    round_ = Round("hi", BEGAN, (complete(),), blind=Blind(7, ("left",)))
    assert list(remarks(round_)) == []


def test_a_round_about_which_nothing_is_said() -> None:
    round_ = Round("hi", BEGAN, (complete(),))
    assert (list(remarks(round_)), list(other_takes(round_))) == ([], [])
    round_.put_note(RoundNote(starred=True))
    assert list(remarks(round_)) == [("Note", "★")]


def takes(runs: list[Run]) -> list[tuple[str, int]]:
    return [(run.label, run.take) for run in runs]


def test_the_takes_that_do_not_count() -> None:
    assert takes(list(other_takes(remarked()))) == [("left", 1), ("left", 3)]


def test_as_plain_text() -> None:
    text = "".join(whole_round(remarked()))

    assert "── note ──\n★ worth <b>reading</b>\n`twice` @you\n\n── votes ──\nleft, take 2, is better · blind\n" in text
    assert "── left · here:some-model · take 2 of 3 ──\nleft two\n" in text
    assert "\n── takes that do not count ──\nleft · take 1 of 3 · here:some-model  complete" in text
    assert "left one" not in text


def test_as_markdown() -> None:
    text = render(remarked(), "md")

    assert "Note:\n\n```text\n★ worth <b>reading</b>\n`twice` @you\n```\n" in text
    assert "Conversation: `every side goes on from the answers of left`\n" in text
    assert "<summary>Take 1 of 3, which does not count</summary>\n\n`here:some-model` · `complete" in text
    assert text.index("left two") < text.index("left one") < text.index("left three") < text.index("right one")


def test_as_a_web_page() -> None:
    page = render(remarked(), "html")

    assert '<dt>Note</dt><dd dir="auto">★ worth &lt;b&gt;reading&lt;/b&gt;' in page
    assert '<details class="take"><summary>Take 3 of 3, which does not count</summary>' in page
    assert page.index("left two") < page.index("left one") < page.index("left three")


def test_as_json() -> None:
    whole: dict[str, Any] = json.loads(render(remarked(), "json"))

    assert (whole["note"], whole["starred"], whole["continues"]) == ("worth <b>reading</b>\n`twice` @you", True, "left")
    assert whole["votes"][0] | {"takes": None} == {
        "verdict": "better",
        "label": "left",
        "voter": "",
        "date": DATE,
        "blind": True,
        "takes": None,
    }
    assert whole["blind"]["order"] == ["right", "left"]
    assert whole["left"]["take"] == 2
    assert [take["text"] for take in whole["other_takes"]["left"]] == ["left one", "left three"]
    assert all(take["event_list"][0]["note"] == "request" for take in whole["other_takes"]["left"])


def test_a_round_about_which_nothing_is_said_has_no_new_members() -> None:
    whole = json.loads(render(Round("hi", BEGAN, (complete(),)), "json"))
    assert list(whole) == ["prompt", "left"]
