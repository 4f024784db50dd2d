"""One prompt, two runs."""

from diptych.core.round import Round
from tests.streams.folding import new_run


def test_a_round_is_over_when_every_side_is() -> None:
    left, right = new_run(), new_run()
    both = Round("hi", 0.0, (left, right))

    assert not both.ended
    left.cut(1.0)
    assert not both.ended
    right.stop(2.0)
    assert both.ended
