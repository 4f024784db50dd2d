from collections.abc import Sequence

import pytest

from diptych.core.experiment.row_figures import FigureName
from diptych.core.experiment.summary import FigureDifference, summarize
from diptych.report.experiment.difference_words import difference_words, p_words
from tests.core.experiment.rows import row


def found(differences: Sequence[float], name: FigureName = "first_token", start: float = 1.0) -> FigureDifference:
    """Return the difference of one figure in pairs that differ by so much."""
    rows = []
    for repeat, each in enumerate(differences, 1):
        for label, value in (("left", start), ("right", start + each)):
            if name == "output_tokens":
                rows.append(row(label, "c1", repeat, output_tokens=int(value)))
            elif name == "tokens_per_second":
                rows.append(row(label, "c1", repeat, tokens_per_second=value))
            else:
                rows.append(row(label, "c1", repeat, first_token=value))
    return next(each for each in summarize(rows, ["left", "right"]).differences if each.figure.name == name)


@pytest.mark.parametrize(
    ("differences", "words"),
    [
        ([0.1, 0.11, 0.12, 0.13, 0.14, 0.15, 0.16, 0.2], "0.135 s later (0.100 to 0.200) in 8 of 8 pairs; p = 0.0078"),
        ([-0.1, -0.2, -0.3, -0.1, -0.2, -0.3], "0.200 s sooner (0.100 to 0.300) in 6 of 6 pairs; p = 0.031"),
        ([0.5] * 40, "0.500 s later (0.500 to 0.500) in 40 of 40 pairs; p < 0.0001"),
        (
            [0.0] * 8 + [0.01 * number for number in range(1, 9)],
            "later in 8 of 8 pairs that differ (8 do not); in the median 5.0 ms later (0.0 ms to 50.0 ms later); "
            "p = 0.0078",
        ),
    ],
)
def test_a_difference_has_its_interval_and_its_pairs(differences: Sequence[float], words: str) -> None:
    assert difference_words(found(differences)) == words


@pytest.mark.parametrize(
    ("differences", "words"),
    [
        (
            [-0.05, 0.1, 0.11, -0.12, 0.13, 0.14, 0.15],
            "no difference seen in 7 pairs; 0.120 s sooner to 0.150 s later is possible",
        ),
        ([0.0] * 7, "no difference seen: 7 of 7 pairs without any"),
        (
            [0.0] * 10 + [0.1, -0.2],
            "no difference seen: 10 of 12 pairs without any; 0.200 s sooner to 0.100 s later",
        ),
        ([0.0, 0.1, 0.1, 0.2, 0.1, 0.1], "no difference seen in 6 pairs; 0.000 s to 0.200 s later is possible"),
    ],
)
def test_no_difference_seen_says_how_large_one_may_be(differences: Sequence[float], words: str) -> None:
    assert difference_words(found(differences)) == words
    assert "equal" not in words
    assert "same" not in words


def test_a_difference_that_many_comparisons_explain_may_be_chance() -> None:
    rows = [
        row(label, "c1", repeat, first_token=value, end=value)
        for repeat in range(1, 7)
        for label, value in (("left", 1.0), ("right", 2.0))
    ]

    words = difference_words(summarize(rows, ["left", "right"]).differences[0])

    assert words == "1.00 s later (1.00 to 1.00) in 6 of 6 pairs; but this may be chance: p = 0.063"


@pytest.mark.parametrize(
    ("cases", "words"),
    [
        ([0.1] * 8, "0.100 s later (0.100 to 0.100) in 48 of 48 pairs and 8 of 8 cases; p < 0.0001"),
        (
            [0.2, 0.2, 0.2, -0.1],
            "0.200 s later (0.200 to 0.200) in 18 of 24 pairs and 3 of 4 cases, which are too few to say so of other "
            "prompts; p = 0.023",
        ),
    ],
)
def test_many_repeats_of_few_cases_say_little_of_other_prompts(cases: Sequence[float], words: str) -> None:
    rows = [
        row(label, f"c{case}", repeat, first_token=1.0 + (each if label == "right" else 0.0))
        for case, each in enumerate(cases)
        for repeat in range(6)
        for label in ("left", "right")
    ]

    assert difference_words(summarize(rows, ["left", "right"]).differences[0]) == words


@pytest.mark.parametrize(
    ("differences", "words"),
    [
        ([0.25], "one pair is too few to tell: 0.250 s later"),
        ([0.0], "one pair is too few to tell: no difference"),
        ([0.0, 0.0], "2 pairs are too few to tell: no difference in each"),
        ([0.25, 0.25], "2 pairs are too few to tell: 0.250 s later in each"),
        ([0.25, -0.5, 0.125, 0.25, 0.25], "5 pairs are too few to tell: 0.500 s sooner to 0.250 s later"),
    ],
)
def test_few_pairs_tell_nothing_but_their_range(differences: Sequence[float], words: str) -> None:
    assert difference_words(found(differences)) == words


def test_every_figure_has_its_own_words() -> None:
    assert difference_words(found([8] * 6, "tokens_per_second", 80)).startswith("8.00 tok/s faster")
    assert difference_words(found([-8] * 6, "output_tokens", 80)).startswith("8 tokens fewer")


def test_a_figure_of_no_pair_is_not_known() -> None:
    rows = [row("left", first_token=1.0), row("right", first_token=1.0)]
    end = next(each for each in summarize(rows).differences if each.figure.name == "end")

    assert difference_words(end) == "not known of any round that both have answered"


@pytest.mark.parametrize(
    ("p", "words"), [(1.0, "p = 1"), (0.0312, "p = 0.031"), (0.0502, "p = 0.0502"), (0.00009, "p < 0.0001")]
)
def test_p_values_are_short(p: float, words: str) -> None:
    assert p_words(p) == words
