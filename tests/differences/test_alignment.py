"""Which things belong together."""

from diptych.differences.alignment import Alignable, align
from diptych.differences.words import Vocabulary


def aligned(left: list[str], right: list[str]) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Return the pairs of texts, and those that moved. A text of another rank begins with `#`."""
    vocabulary = Vocabulary()

    def alignable(text: str) -> Alignable:
        tokens = vocabulary.tokens(text, 0, len(text))
        return Alignable(text, text.startswith("#"), tokens.ids, tokens.words)

    found = align(list(map(alignable, left)), list(map(alignable, right)), lambda: None)
    pairs = [("" if one is None else left[one], "" if other is None else right[other]) for one, other in found.places]
    return pairs, [(left[one], right[other]) for one, other in found.moves.items()]


def test_similar_things_are_pairs() -> None:
    left = ["same", "the quick brown fox", "nothing like it", "end"]
    right = ["same", "an insertion of words", "the quick red fox", "end"]

    assert aligned(left, right)[0] == [
        ("same", "same"),
        ("", "an insertion of words"),
        ("the quick brown fox", "the quick red fox"),
        ("nothing like it", ""),
        ("end", "end"),
    ]


def test_the_pairs_with_the_most_in_common_are_chosen() -> None:
    left = ["a b c d e f"]
    right = ["a b c x y z", "a b c d e z"]

    assert aligned(left, right)[0] == [("", "a b c x y z"), ("a b c d e f", "a b c d e z")]


def test_signs_alone_are_paired_by_signs() -> None:
    left, right = ["same", "{ } ;", "# other"], ["same", "x", "{ } ,"]

    assert ("{ } ;", "{ } ,") in aligned(left, right)[0]


def test_a_thing_replaces_another_of_its_rank() -> None:
    assert aligned(["a", "b"], ["x", "y"])[0] == [("a", "x"), ("b", "y")]
    assert aligned(["a", "# b"], ["x", "y"])[0] == [("a", ""), ("# b", ""), ("", "x"), ("", "y")]
    assert aligned(["a"], ["# x"])[0] == [("a", ""), ("", "# x")]


def test_what_moved_replaces_nothing() -> None:
    pairs, moves = aligned(["one two three", "stays", "gone"], ["new", "stays", "one two three"])

    assert moves == [("one two three", "one two three")]
    assert pairs[0] == ("one two three", "")
    assert ("gone", "one two three") not in pairs
