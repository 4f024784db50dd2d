from typing import Any

import pytest

from diptych.core.wording.json_kind import json_kind


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ({}, "an object"),
        ([], "a list"),
        ("", "a text"),
        (7, "the number 7"),
        (0.5, "the number 0.5"),
        (True, "true"),
        (None, "null"),
        (10**50, "the number 1" + "0" * 28),
    ],
)
def test_a_value_is_named_by_its_kind(value: Any, kind: str) -> None:
    assert json_kind(value) == kind
