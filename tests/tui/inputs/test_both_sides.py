import pytest

from diptych.apis.sdk_fields import KnownField, KnownFields
from diptych.tui.inputs.both_sides import fields_for_other_side

OWN = KnownFields({name: KnownField() for name in ("seed", "store")})
OTHERS = KnownFields({name: KnownField() for name in ("seed", "top_k")})


@pytest.mark.parametrize(
    ("before", "now", "other", "result"),
    [
        ("", "seed=1", "top_k=2", "top_k=2\nseed=1"),
        ("seed=1", "seed=2", "seed=1\ntop_k=2", "seed=2\ntop_k=2"),
        ("seed=1", "", "seed=5\ntop_k=2", "top_k=2"),
        ("seed=1", "seed=1", "", None),
        ("", "seed=1", "seed=1", None),
        ("", "store=true", "", None),
        ("", "custom=1", "", "custom=1"),
        ("", "seed=", "", None),
        ("", "seed=1", "top_k=", None),
    ],
)
def test_what_is_edited_on_one_side_is_edited_on_the_other(
    before: str, now: str, other: str, result: str | None
) -> None:
    assert fields_for_other_side(before, now, other, own=OWN, others=OTHERS) == result
