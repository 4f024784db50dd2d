"""One prompt, two runs."""

import pytest

from diptych.core.blind import Blind
from diptych.core.remarks import Vote
from diptych.core.round import Round
from tests.store.rounds import new_run as new_run_as
from tests.streams.folding import new_run


def test_a_round_is_over_when_every_side_is() -> None:
    left, right = new_run(), new_run()
    both = Round("hi", 0.0, (left, right))

    assert not both.ended
    left.cut(1.0)
    assert not both.ended
    right.stop(2.0)
    assert both.ended


def test_only_a_take_of_the_round_can_count_in_it() -> None:
    with pytest.raises(ValueError, match="Only a take of the round itself can count in it"):
        Round("hi", 0.0, (new_run(),)).choose_take(new_run())


def test_a_blind_round_is_hidden_until_the_user_votes() -> None:
    round_ = Round("hi", 0.0, (new_run(),), blind=Blind(1, ("left",)))
    assert round_.is_hidden

    round_.put_vote(Vote("tie", 1.0, voter="openai:judge"))
    assert round_.is_hidden
    vote = round_.vote_now("better", "left", 5.0)
    assert (vote.blind, vote.takes, round_.is_hidden) == (True, {"left": 1}, True)

    round_.put_vote(vote)
    assert not round_.is_hidden


def test_what_was_seen_of_a_blind_round_stays_seen_when_the_vote_is_taken_back() -> None:
    round_ = Round("hi", 0.0, (new_run(),), blind=Blind(1, ("left",)))
    round_.take_back_vote()
    assert round_.is_hidden

    round_.put_vote(round_.vote_now("tie", None, 5.0))
    round_.take_back_vote()

    assert (round_.vote, round_.is_hidden) == (None, False)
    assert not round_.vote_now("tie", None, 6.0).blind


def test_there_is_nothing_to_reveal_in_a_round_in_the_open() -> None:
    round_ = Round("hi", 0.0, (new_run(),))

    round_.reveal()

    assert round_.blind is None


def three_answers() -> Round:
    return Round("hi", 0.0, map(new_run_as, ("a", "b", "c")))


def test_a_round_of_three_answers_has_a_vote_on_each_pair() -> None:
    round_ = three_answers()
    vote = round_.vote_now("better", "c", 5.0, round_.pair_in("c", "a"), blind=True)
    round_.put_vote(vote)
    round_.put_vote(round_.vote_now("tie", None, 6.0, round_.pair_in("a", "b")))
    round_.put_vote(round_.vote_now("tie", None, 7.0, round_.pair_in("b", "a")))

    assert vote == Vote("better", 5.0, "c", blind=True, takes={"a": 1, "c": 1}, pair=("a", "c"))
    assert [(each.date, each.pair) for each in round_.votes] == [(7.0, ("a", "b")), (5.0, ("a", "c"))]
    assert round_.votes[1] is vote
    assert round_.vote is None

    round_.take_back_vote(pair=("a", "c"))
    assert [each.pair for each in round_.votes] == [("a", "b")]


def test_a_vote_on_both_answers_of_a_round_is_one_on_the_round() -> None:
    round_ = Round("hi", 0.0, map(new_run_as, ("left", "right")))
    round_.put_vote(round_.vote_now("tie", None, 5.0, round_.pair_in("right", "left")))

    assert round_.vote is round_.votes[0]
    assert round_.vote.pair is None
