"""The members of a plan file, of what type they are, and how to say that type in plain words.

The description of a type completes the sentence "MEMBER must be …".
docs/reference/experiments.md describes the members.
"""

from typing import Annotated, Any

from msgspec import Meta, Struct

from diptych.config.tables import AnyText, PositiveCount, Text

Models = Annotated[
    tuple[Text, ...],
    Meta(min_length=1, description='a list of models or presets, such as ["anthropic:claude-opus-5", "@terse"]'),
]
Prompts = Annotated[
    list[Any], Meta(min_length=1, description='a list of prompts: texts, or tables such as { id = "a", prompt = "Hi" }')
]
Repeats = Annotated[int, Meta(ge=1, le=1_000_000, description="a whole number from 1 to 1,000,000")]
Concurrency = Annotated[int, Meta(ge=1, le=10_000, description="a whole number from 1 to 10,000")]
Count = Annotated[int, Meta(ge=0, le=1_000_000, description="a whole number from 0 to 1,000,000")]
Amount = Annotated[float, Meta(gt=0, description="a number of US dollars greater than 0")]
Switch = Annotated[bool, Meta(description="true or false")]


class PlanTables(Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file. Members that options have as well are called like the options."""

    prompts: Prompts | None = None
    set: Text | None = None
    template: Text | None = None
    template_file: Text | None = None
    attach: Annotated[tuple[Text, ...], Meta(description="a list of files")] | None = None
    models: Models | None = None
    system: AnyText | None = None
    max_tokens: PositiveCount | None = None
    params: dict[Text, Any] = {}
    repeat: Repeats | None = None
    sequential: Switch | None = None
    warm_up: Count | None = None
    order_seed: Count | None = None
    concurrency: Concurrency | None = None
    budget: Amount | None = None
    stop_after_failures: PositiveCount | None = None
    checks: Any = None
    judge: Text | None = None
    rubric: Text | None = None
