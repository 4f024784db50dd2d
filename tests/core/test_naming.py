import pytest

from diptych.core.blind import Blind, HiddenRoundError
from diptych.core.endpoint import Endpoint
from diptych.core.history_summary import ListedRun
from diptych.core.naming import (
    blind_name,
    hidden_in_history,
    hidden_sentence,
    labelled_model,
    listed_model,
    model_name,
    model_title,
    next_model,
    refuse_hidden,
    reported_model,
    side_name,
    take_name,
    tallied_model,
    title_name,
    verdict_on,
)
from diptych.core.remarks import Vote
from diptych.core.round import Round
from diptych.core.run import Run
from diptych.core.settings import Settings
from tests.streams.folding import new_run, request

LOCAL = Settings(Endpoint("local", "openai-chat", "http://localhost:8080/v1", "LOCAL_API_KEY"), "qwen3")
LISTED = ListedRun("left", "local", "openai-chat", "qwen3", False, "complete", "stop", 0.1, 1.0, None, 3)


def blind_round() -> Round:
    return Round("hi", 0.0, (), blind=Blind(1, ("right", "left")))


def test_a_side_is_called_by_its_label() -> None:
    assert side_name("left") == side_name("left", Round("hi", 0.0, ())) == "left"


def test_a_side_of_a_hidden_round_has_a_letter_until_the_vote() -> None:
    round_ = blind_round()

    assert [side_name(label, round_) for label in ("left", "right")] == ["B", "A"]
    round_.put_vote(Vote("tie", 1.0))
    assert side_name("left", round_) == "left"


def test_the_letter_stays_known_after_the_vote() -> None:
    assert blind_name(blind_round(), "left") == "B = left"
    assert blind_name(Round("hi", 0.0, ()), "left") == "left"


def test_a_title_names_a_run_where_its_place_does_not() -> None:
    side, preset = new_run(), Run("@terse", request(), 0.0)

    assert title_name(blind_round(), side) == "B = left"
    assert [title_name(Round("hi", 0.0, (side, preset)), run) for run in (side, preset)] == ["", "@terse"]


def test_a_take_is_named_where_there_are_several() -> None:
    first, again, only = new_run(), Run("left", request(), 0.0, take=2), Run("right", request(), 0.0)
    round_ = Round("hi", 0.0, (first, only))
    round_.add_take(again)

    assert [take_name(round_, run) for run in (first, again, only)] == ["take 1 of 2", "take 2 of 2", ""]


def test_a_vote_says_something_about_the_takes_that_it_was_given_on() -> None:
    left, right, again = new_run(), Run("right", request(), 0.0), Run("left", request(), 0.0, take=2)
    round_ = Round("hi", 0.0, (left, right))
    assert verdict_on(round_, left) == ""

    round_.put_vote(round_.vote_now("better", "left", 1.0))
    round_.add_take(again)
    assert [verdict_on(round_, run) for run in (left, right, again)] == ["better", "", ""]

    round_.put_vote(round_.vote_now("tie", None, 1.0))
    assert [verdict_on(round_, run) for run in (left, right, again)] == ["", "tie", "tie"]


def test_a_hidden_round_is_refused_with_what_to_do() -> None:
    with pytest.raises(HiddenRoundError, match="Vote now"):
        refuse_hidden(blind_round(), "Vote now.")
    with pytest.raises(HiddenRoundError, match="blind and has no vote yet: import it"):
        refuse_hidden(blind_round())
    refuse_hidden(Round("hi", 0.0, ()))
    assert "vote first with `diptych vote 12 left|right|tie|neither`" in hidden_sentence(12)
    assert hidden_in_history(12).startswith("Round 12 is blind: vote first with `diptych vote 12 ")
    assert "C continues its conversation, where you can vote." in hidden_in_history(12, "C")


def test_votes_on_a_simulated_model_are_not_counted_for_the_model_itself() -> None:
    assert tallied_model("local", "qwen3", simulated=False) == "local:qwen3"
    assert tallied_model("local", "qwen3", simulated=True) == "local:qwen3 · simulated"


@pytest.mark.parametrize(("simulated", "title"), [(False, "local:qwen3"), (True, "local:qwen3 · simulated")])
def test_a_model_is_called_by_its_endpoint_and_its_name(simulated: bool, title: str) -> None:
    settings = Settings(LOCAL.endpoint, LOCAL.model, simulated=simulated)

    assert (model_name(settings), model_title(settings)) == ("local:qwen3", title)


@pytest.mark.parametrize(("reported", "shown"), [(None, ""), ("", ""), ("qwen3", ""), ("qwen3-0903", "qwen3-0903")])
def test_a_reported_model_is_named_only_where_it_is_another_one(reported: str | None, shown: str) -> None:
    assert reported_model(LOCAL, reported) == shown


@pytest.mark.parametrize(("endpoint", "shown"), [("local", "qwen4"), ("other", "other:qwen4")])
def test_a_next_model_at_the_same_endpoint_is_called_by_its_name_alone(endpoint: str, shown: str) -> None:
    following = Settings(Endpoint(endpoint, "openai-chat", "http://localhost:8080/v1", "LOCAL_API_KEY"), "qwen4")

    assert next_model(following, after=LOCAL) == shown


@pytest.mark.parametrize(("with_endpoint", "shown"), [(True, "local:qwen3"), (False, "qwen3")])
def test_a_model_in_the_history_is_called_with_or_without_its_endpoint(with_endpoint: bool, shown: str) -> None:
    assert listed_model(LISTED, with_endpoint=with_endpoint) == shown


@pytest.mark.parametrize(
    ("label", "model", "shown"),
    [
        ("openai:b", "openai:b", "openai:b"),
        ("openai:b", "openai:b · simulated", "openai:b · simulated"),
        ("openai:b#2", "openai:b · simulated", "openai:b#2 · simulated"),
        ("openai:b#2", "openai:b#2", "openai:b#2"),
        ("openai:b", "openai:bb", "openai:b · openai:bb"),
        ("left", "openai:b · simulated", "left · openai:b · simulated"),
        ("@terse#2", "openai:b", "@terse#2 · openai:b"),
        ("right", "", "right"),
    ],
)
def test_a_label_and_its_model_say_nothing_twice(label: str, model: str, shown: str) -> None:
    assert labelled_model(label, model) == shown
