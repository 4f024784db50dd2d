import pytest

from diptych.core.blind import Blind
from diptych.core.remarks import Verdict
from diptych.core.round import Round
from diptych.report.vote_words import revealed_sentence, vote_sentence
from tests.store.rounds import complete


def a_round(blind: Blind | None = None) -> Round:
    return Round("hi", 0.0, (complete("left", model="one"), complete("right", model="two")), blind=blind)


@pytest.mark.parametrize(
    ("verdict", "label", "sentence"),
    [
        ("better", "right", "You voted for right, here:two."),
        ("tie", None, "You voted for a tie."),
        ("neither", None, "You voted for neither answer."),
    ],
)
def test_a_vote_in_the_open_names_the_model(verdict: Verdict, label: str | None, sentence: str) -> None:
    round_ = a_round()

    assert vote_sentence(round_, round_.vote_now(verdict, label, 1.0)) == sentence


def test_a_blind_vote_tells_whose_the_answers_are() -> None:
    round_ = a_round(Blind(1, ("right", "left")))

    assert vote_sentence(round_, round_.vote_now("better", "left", 1.0)) == (
        "You voted for B. A is here:two (right). B is here:one (left)."
    )


def test_a_side_that_a_turn_did_not_ask_has_no_model() -> None:
    round_ = Round("hi", 0.0, (complete("left", model="one"),), blind=Blind(1, ("right", "left")))

    assert revealed_sentence(round_) == "A is not asked (right). B is here:one (left)."
