"""What arrives is handed over in order, however late the thread that prints reads it."""

from diptych.headless.feed import Feed, Interrupt
from tests.store.rounds import answered, new_run, over, round_of, sent


def test_lines_and_ends_come_in_the_order_in_which_they_happened() -> None:
    feed = Feed()
    left, right = new_run("left", observer=feed), new_run("right", observer=feed)
    round_ = round_of(left, right)
    feed.round_began(1, round_)
    for step in (sent, answered):
        for run in (left, right):
            step(run)
    over(right)
    feed.take_began(round_, left)
    feed.interrupt(130)
    feed.interrupt(143)

    assert [feed.next() for _ in range(6)] == [
        (left, left.lines[0]),
        (right, right.lines[0]),
        (left, left.lines[1]),
        (right, right.lines[1]),
        (right, right.lines[2]),
        (right, None),
    ]
    assert [feed.next(), feed.next()] == [Interrupt(130), Interrupt(143)]
    assert feed.interrupted == 130
    assert feed.next(patience=0.1) is None
