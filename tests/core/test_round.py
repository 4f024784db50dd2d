"""One prompt, two runs."""

import pytest

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


def test_only_a_take_of_the_round_can_count_in_it() -> None:
    with pytest.raises(ValueError, match="Only a take of the round itself can count in it"):
        Round("hi", 0.0, (new_run(),)).choose_take(new_run())
