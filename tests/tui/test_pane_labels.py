"""Which answer of a round stands in which pane."""

from collections.abc import Sequence

from diptych.core.blind import Blind
from diptych.core.remarks import Vote
from diptych.core.round import Round
from diptych.tui.pane_labels import PaneLabels
from tests.store.rounds import complete


def round_of(*labels: str, blind: Blind | None = None) -> Round:
    return Round("hi", 0.0, map(complete, labels), blind=blind)


def shown(labels: PaneLabels, round_: Round | None) -> Sequence[str]:
    return [labels.label_in(round_, "left"), labels.label_in(round_, "right")]


def test_a_blind_round_stays_in_its_places_and_any_other_stands_by_its_labels() -> None:
    round_ = round_of("left", "right", blind=Blind(1, ("right", "left")))

    assert shown(PaneLabels(), round_) == ["right", "left"]
    round_.put_vote(Vote("tie", 1.0))
    assert shown(PaneLabels(), round_) == ["right", "left"]
    assert shown(PaneLabels(), round_of("right")) == ["left", "right"]
    assert shown(PaneLabels(), None) == ["left", "right"]


def test_of_other_labels_the_first_two_are_shown_unless_others_are_chosen() -> None:
    round_ = round_of("a", "b", "c")

    assert shown(PaneLabels(), round_) == ["a", "b"]
    assert shown(PaneLabels("c", "a"), round_) == ["c", "a"]
    assert shown(PaneLabels("gone", "a"), round_) == ["b", "a"]
    assert shown(PaneLabels("a"), round_of("a")) == ["a", "right"]


def test_a_pane_goes_through_the_answers_that_the_other_one_does_not_show() -> None:
    round_, labels = round_of("a", "b", "c", "d"), PaneLabels()

    assert [labels.choose_next(round_, "right", 1) for _ in range(3)] == ["c", "d", "b"]
    assert labels.choose_next(round_, "left", -1) == "d"
    assert shown(labels, round_) == ["d", "b"]


def test_two_answers_stay_in_their_panes() -> None:
    labels = PaneLabels()

    assert labels.choose_next(round_of("a", "b"), "left", 1) is None
    assert labels.choose_next(round_of("a"), "right", 1) is None
