"""Which values of two JSON answers belong together."""

from diptych.differences.json_alignment import JsonAlignment
from diptych.differences.json_nodes import read_json
from diptych.differences.words import Vocabulary


def pairs(left: str, right: str) -> list[tuple[str, str, str]]:
    """Return the sign of each pair, its path on the right or else on the left, and its texts."""
    one, other = read_json(left), read_json(right)
    assert one
    assert other
    found = []
    for pair in JsonAlignment(one, other, Vocabulary(), lambda: None).pairs():
        blocks = [block for block in (pair.right, pair.left) if block]
        sign = "=" if pair.is_equal else "~" if len(blocks) == 2 else "+" if pair.right else "-"
        found.append((sign, blocks[0].path, " / ".join(block.text for block in reversed(blocks))))
    return found


def test_members_belong_together_by_name() -> None:
    assert pairs('{"a": 1, "b": 2, "c": 3}', '{"c": 3.0, "x": 0, "b": 5, "y": 1}') == [
        ("-", "a", "1"),
        ("~", "b", "2 / 5"),
        ("+", "y", "1"),
        ("=", "c", "3 / 3.0"),
        ("+", "x", "0"),
    ]
    assert pairs('{"b": 1}', '{"a": 0, "b": 1}') == [("+", "a", "0"), ("=", "b", "1 / 1")]


def test_items_belong_together_wherever_they_are() -> None:
    left = '[{"id": 1, "name": "Ada Lovelace"}, {"id": 2, "name": "Grace Hopper"}]'
    right = '[{"id": 9, "name": "Alan Turing"}, {"id": 1, "name": "Ada Lovelace"}, {"id": 2, "name": "Admiral Hopper"}]'

    assert pairs(left, right) == [
        ("+", "[0].id", "9"),
        ("+", "[0].name", '"Alan Turing"'),
        ("=", "[1].id", "1 / 1"),
        ("=", "[1].name", '"Ada Lovelace" / "Ada Lovelace"'),
        ("=", "[2].id", "2 / 2"),
        ("~", "[2].name", '"Grace Hopper" / "Admiral Hopper"'),
    ]


def test_what_changes_its_form_is_removed_and_added() -> None:
    assert pairs('{"a": 1, "b": {"c": 2}}', '{"a": [1, 2], "b": "c"}') == [
        ("-", "a", "1"),
        ("+", "a[0]", "1"),
        ("+", "a[1]", "2"),
        ("-", "b.c", "2"),
        ("+", "b", '"c"'),
    ]


def test_empty_objects_and_arrays_are_values() -> None:
    assert pairs('{"a": [], "b": {}, "c": {}}', '{"a": [], "b": {}, "c": {"d": 1}}') == [
        ("=", "a", "[] / []"),
        ("=", "b", "{} / {}"),
        ("-", "c", "{}"),
        ("+", "c.d", "1"),
    ]
    assert pairs("[]", "{}") == [("-", "", "[]"), ("+", "", "{}")]
