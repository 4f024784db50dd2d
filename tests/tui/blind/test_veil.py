"""What can be seen of a hidden round."""

from typing import Any

import pytest

from diptych.core.blind import Blind, BlindPace
from diptych.core.content import (
    ReasoningBlock,
    RedactedThinking,
    Refusal,
    Stop,
    Text,
    Thinking,
    ToolArguments,
    ToolCall,
)
from diptych.core.failure import Failure
from diptych.core.remarks import Vote
from diptych.core.round import Round
from diptych.core.run import Run
from diptych.core.settings import Settings
from diptych.tui.blind.veil import VeiledRound, Veils
from tests.tui.fakes import ANTHROPIC, OPENAI, add, begin, finish, new_run, say


def hidden_round(pace: BlindPace = "end", **settings: Any) -> Round:
    runs = [
        new_run("left", Settings(ANTHROPIC, "claude-sonnet-5-5", **settings)),
        new_run("right", Settings(OPENAI, "gpt-5.6-terra", **settings)),
    ]
    for run in runs:
        begin(run)
    return Round("hi", 100.0, runs, blind=Blind(1, ("right", "left"), pace))


def words_of(value: object, seen: set[int] | None = None) -> set[str]:
    """All texts that can be reached from an object."""
    seen = set() if seen is None else seen
    if id(value) in seen:
        return set()
    seen.add(id(value))
    if isinstance(value, str | bytes):
        return {str(value)}
    if isinstance(value, dict):
        inner: list[object] = [*value.keys(), *value.values()]
    elif isinstance(value, list | tuple | set):
        inner = list(value)
    else:
        slots = [name for kind in type(value).__mro__ for name in getattr(kind, "__slots__", ())]
        inner = [*vars(value).values()] if hasattr(value, "__dict__") else []
        inner += [getattr(value, name) for name in slots if hasattr(value, name)]
    return set().union(*(words_of(each, seen) for each in inner)) if inner else set()


def ended(round_: Round) -> VeiledRound:
    veil = VeiledRound(round_)
    veil.sample(101.0)
    return veil


def answer(run: Run) -> str:
    return str(run.text)


def test_a_veiled_run_knows_nothing_but_its_words() -> None:
    round_ = hidden_round(system="Be brief.", params={"temperature": 0.5}, preset="terse")
    for run in round_.runs.values():
        add(run, Thinking("Let me think."), ReasoningBlock({"signature": "sig"}), RedactedThinking())
        say(run, f"Some words of {len(run.label)}.")
        run.request_id, run.response_id, run.reported_model = "req_1", "msg_1", "claude-x"
        finish(run)

    veil = ended(round_)

    assert {label: answer(run) for label, run in veil.runs.items()} == {
        "left": "Some words of 4.",
        "right": "Some words of 5.",
    }
    for label, run in veil.runs.items():
        assert (run.label, run.state, run.events, len(run.lines)) == ("B" if label == "left" else "A", "complete", 0, 0)
        assert run.stamps.timing().end is None
        known = " ".join(words_of(run)).lower()
        for word in (
            "anthropic",
            "openai.com",
            "claude",
            "gpt",
            "left",
            "right",
            "brief",
            "temperature",
            "terse",
            "req_",
        ):
            assert word not in known
        for word in ("req_", "msg_1", "think.", "sig", "end_turn"):
            assert word not in known


def test_the_words_come_at_the_pace_of_the_round() -> None:
    round_ = hidden_round("slower")
    left, right = round_.runs.values()
    veil = VeiledRound(round_)
    say(left, "x" * 100)
    veil.sample(100.5)
    assert [answer(run) for run in veil.runs.values()] == ["", ""]
    assert {run.state for run in veil.runs.values()} == {"waiting"}

    say(right, "y" * 40)
    veil.sample(101.0)

    assert [answer(run) for run in veil.runs.values()] == ["x" * 32, "y" * 32]
    assert {run.state for run in veil.runs.values()} == {"streaming"}
    assert not veil.is_over


def test_text_that_turns_out_to_be_thinking_is_taken_away() -> None:
    round_ = hidden_round("slower")
    left, right = round_.runs.values()
    veil = VeiledRound(round_)
    say(left, "This is thought, not said" + "." * 20)
    say(right, "z" * 100)
    veil.sample(100.5)
    before = veil.runs["left"].text
    assert before

    say(left, "</think>Hello.")
    finish(left)
    finish(right)
    for at in range(101, 140):
        veil.sample(at)

    assert veil.runs["left"].text is not before
    assert answer(veil.runs["left"]) == "Hello."


@pytest.mark.parametrize(
    ("words", "sentence"),
    [("Half an", "This answer is not whole."), ("", "There is no answer to show.")],
)
def test_why_an_answer_is_not_whole_is_hidden(words: str, sentence: str) -> None:
    round_ = hidden_round()
    left, right = round_.runs.values()
    if words:
        say(left, words)
    left.fail(Failure("http", "api.anthropic.com answered 529.", 529, "req_1"), 101.0)
    finish(right)

    veil = ended(round_)

    failure = veil.runs["left"].failure
    assert failure is not None
    assert failure.message.startswith(sentence)
    assert "529" not in " ".join(words_of(veil.runs["left"]))


def test_an_answer_that_had_ended_when_the_user_stopped_looks_like_the_other_one() -> None:
    round_ = hidden_round("slower")
    left, right = round_.runs.values()
    veil = VeiledRound(round_)
    say(left, "x" * 900)
    finish(left)
    say(right, "y" * 70)
    veil.sample(100.5)

    right.stop(101.0)
    veil.sample(101.0)

    assert veil.is_over
    assert [answer(run) for run in veil.runs.values()] == ["x" * 70, "y" * 70]
    assert {run.state for run in veil.runs.values()} == {"failed"}
    assert len({run.failure for run in veil.runs.values()}) == 1


def test_a_short_answer_stays_whole_when_the_user_stops_the_longer_one() -> None:
    round_ = hidden_round("slower")
    left, right = round_.runs.values()
    say(left, "x" * 20)
    finish(left)
    say(right, "y" * 70)
    right.stop(101.0)

    veil = ended(round_)

    assert [len(run.text) for run in veil.runs.values()] == [20, 70]
    assert [run.state for run in veil.runs.values()] == ["complete", "failed"]


def test_a_refusal_in_words_is_shown_and_one_without_is_not_told() -> None:
    round_ = hidden_round()
    left, right = round_.runs.values()
    add(left, Stop("refusal", {"explanation": "Claude does not say."}))
    finish(left, "refusal")
    add(right, Refusal("I cannot help with that."))
    finish(right)

    veil = ended(round_)

    assert veil.runs["left"].failure
    assert str(veil.runs["right"].refusal) == "I cannot help with that."
    assert veil.runs["right"].state == "complete"


def test_tool_calls_are_shown_at_the_end_without_their_ids() -> None:
    round_ = hidden_round()
    left, right = round_.runs.values()
    add(left, ToolCall(0, "toolu_01", "get_time"), ToolArguments(0, '{"city": "Bern"}'))
    finish(left, "tool_use")
    add(right, Text("Noon."))
    veil = VeiledRound(round_)
    veil.sample(100.5)
    assert not veil.runs["left"].tools

    finish(right)
    veil.sample(101.0)

    (tool,) = veil.runs["left"].tools
    assert (tool.id, tool.name, tool.arguments) == (None, "get_time", '{"city": "Bern"}')
    assert veil.runs["left"].state == "complete"


def test_both_panes_have_the_same_veil_until_the_vote() -> None:
    round_, veils = hidden_round(), Veils()
    veil = veils.of(round_)

    assert veil is not None
    assert veils.of(round_) is veil
    veils.keep(())
    assert veils.of(round_) is not veil
    round_.put_vote(Vote("tie", 1.0))
    assert veils.of(round_) is None


def test_a_round_in_the_open_has_no_veil() -> None:
    with pytest.raises(ValueError, match="Only a blind round"):
        VeiledRound(Round("hi", 0.0, ()))
