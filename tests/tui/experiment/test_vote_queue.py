"""Which pairs of answers the user votes on, and when."""

from collections import Counter
from itertools import islice

from diptych.core.experiment.judging.judgement import VotedPair
from diptych.core.remarks import Vote, label_pair
from diptych.report.experiment.results import Results
from diptych.tui.experiment.vote_queue import VotePair, VoteQueue, vote_pairs
from tests.report.experiment.answer_rows import a_row, failed

TIE = Vote("tie", 1.0)


def results(rounds: int, models: str = "xyz") -> Results:
    return Results(
        {},
        models,
        [
            a_row(f"case-{number}", 1, label, answer=f"{label}", round=number)
            for number in range(rounds)
            for label in models
        ],
    )


def test_every_pair_of_every_round_comes_once_and_models_are_drawn_evenly() -> None:
    pairs = vote_pairs(results(30), 7)

    assert len({pair.key for pair in pairs}) == len(pairs) == 90
    first = Counter(label_pair(pair.first, pair.second) for pair in islice(pairs, 30))
    assert set(first.values()) == {10}
    assert len({pair.round for pair in islice(pairs, 30)}) == 30


def test_the_seed_decides_the_order_and_which_answer_is_a() -> None:
    pairs = vote_pairs(results(20, "xy"), 7)

    assert pairs == vote_pairs(results(20, "xy"), 7)
    assert pairs != vote_pairs(results(20, "xy"), 8)
    assert {pair.first for pair in pairs} == {"x", "y"}


def test_only_two_whole_answers_of_one_round_that_differ_can_be_voted_on() -> None:
    rows = [
        *(a_row("same", 1, label) for label in "xy"),
        *(a_row("failed", 1, "x", answer="1"), failed("failed", 1, "y")),
        *(a_row("apart", 1, "x", answer="1", round=1), a_row("apart", 1, "y", answer="2", round=2)),
        *(a_row("gone", 1, "x", answer="1", round=None), a_row("gone", 1, "y", answer="2", round=None)),
        a_row("alone", 1, "x"),
    ]

    assert vote_pairs(Results({}, "xy", rows), 1) == []


def test_voted_pairs_are_left_out_when_the_user_goes_on_later() -> None:
    pairs = vote_pairs(results(3, "xy"), 7)
    first, second, third = pairs
    queue = VoteQueue(pairs, [VotedPair(first.case, first.repeat, ("x", "y"), TIE)])

    assert (queue.voted, len(queue), queue.current, queue.vote) == (1, 3, second, None)
    queue.put(second, TIE)
    queue.go_on()
    assert queue.current is third
    queue.put(third, TIE)
    queue.go_on()
    assert queue.current is None
    queue.go_on()
    assert queue.go_back()
    assert (queue.current, queue.vote) == (third, TIE)


def test_a_skipped_pair_comes_again_after_the_others() -> None:
    pairs = vote_pairs(results(3, "xy"), 7)
    queue = VoteQueue(pairs, [])
    shown: list[VotePair] = []
    while (current := queue.current) and len(shown) < 5:
        shown.append(current)
        if len(shown) > 1:
            queue.put(current, TIE)
        queue.go_on()

    assert shown == [*pairs, pairs[0]]


def test_a_vote_that_could_not_be_kept_is_withdrawn() -> None:
    pairs = vote_pairs(results(1, "xy"), 7)
    queue = VoteQueue(pairs, [])
    queue.put(pairs[0], TIE)
    queue.withdraw(pairs[0], None)
    assert queue.voted == 0
    queue.put(pairs[0], Vote("neither", 2.0))
    queue.withdraw(pairs[0], TIE)
    assert queue.vote == TIE
    assert not queue.go_back()
