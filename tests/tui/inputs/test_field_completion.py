import pytest

from diptych.apis.sdk_fields import KnownField, KnownFields
from diptych.tui.inputs.field_completion import completions

KNOWN = KnownFields(
    {
        "store": KnownField(("true or false",)),
        "stop": KnownField(("text", "a list")),
        "top_k": KnownField(("a whole number",)),
        "max_tokens": KnownField(("a whole number",)),
        "service_tier": KnownField((), ("auto", "flex")),
        "reset_stop": KnownField(),
    }
)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("", ()),
        ("x", ()),
        ("max", ()),
        ("STO", ("store=", "stop=", "reset_stop=")),
        ("  top", ("top_k=", "stop=", "reset_stop=")),
        ("store=", ("store=true", "store=false")),
        ("store = t", ("store=true",)),
        ("store=true", ()),
        ("service_tier=", ('service_tier="auto"', 'service_tier="flex"')),
        ('service_tier="f', ('service_tier="flex"',)),
        ("top_k=", ()),
        ("unknown=", ()),
    ],
)
def test_completions(typed: str, found: tuple[str, ...]) -> None:
    assert completions(typed, KNOWN) == found
