from decimal import Decimal
from pathlib import Path
from types import MappingProxyType

import pytest

from diptych.catalog.choices import (
    Choice,
    ChoiceGroup,
    endpoint_group,
    is_whole_name,
    presets_group,
    recent_group,
    sdk_group,
)
from diptych.config.configuration import Configuration
from diptych.config.presets import Preset
from diptych.core.endpoint import Endpoint, Prices
from diptych.core.offered_models import ModelList, OfferedModel

LOCAL = Endpoint("local", "openai-chat", "http://localhost/v1", "KEY")
ANTHROPIC = Endpoint("anthropic", "anthropic-messages", "https://api.anthropic.com", "KEY", provider="anthropic")
ENDPOINTS = {"anthropic": ANTHROPIC, "local": LOCAL}


def test_a_preset_shows_what_it_sets() -> None:
    params = MappingProxyType({"temperature": 0.2, "thinking": {"type": "enabled"}})
    presets = [Preset("terse", "local:m", "Be brief.", 1_300, params), Preset("plain", "local:n")]

    assert presets_group(presets).choices == (
        Choice("@terse", "local:m · system · max tokens 1,300 · temperature 0.2 · thinking"),
        Choice("@plain", "local:n"),
    )


def test_models_used_lately_belong_to_endpoints_that_there_still_are() -> None:
    group = recent_group(["local:qwen3:8b", "gone:m", "anthropic:claude-opus-4-5"], ENDPOINTS)

    assert group.choices == (
        Choice("local:qwen3:8b"),
        Choice("anthropic:claude-opus-4-5", "", "200K", "$5 / $25"),
    )


def test_what_a_server_lists_stands_under_its_name_and_age() -> None:
    models = ModelList((OfferedModel("a", "The A", 4_096, Prices(Decimal(1), Decimal(2))), OfferedModel("b")), 1_000.0)

    assert endpoint_group(LOCAL, models, 1_200.0, "It is gone.") == ChoiceGroup(
        "local",
        (Choice("local:a", "The A", "4.1K", "$1 / $2"), Choice("local:b")),
        "2 models · asked 3 minutes ago",
        "It is gone.",
    )
    assert endpoint_group(LOCAL, ModelList(models.models[:1], 1_000.0), 1_000.0).remark == "1 model · asked just now"
    assert endpoint_group(LOCAL, None, 0.0, "It is gone.") == ChoiceGroup("local", problem="It is gone.")


def test_what_the_sdk_names_leaves_out_what_the_server_lists() -> None:
    listed = ChoiceGroup("local", (Choice("local:a"),))

    assert sdk_group(LOCAL, ["a", "b"], listed) == ChoiceGroup("local", (Choice("local:b"),), "named by the SDK")
    assert sdk_group(LOCAL, ["a"], None).choices == (Choice("local:a"),)
    assert sdk_group(LOCAL, ["a"], listed) == ChoiceGroup("local")


@pytest.mark.parametrize(
    ("text", "is_whole"),
    [
        ("local:m", True),
        ("local:qwen:8b", True),
        ("@terse", True),
        ("@ters", False),
        ("other:m", False),
        ("local:", False),
        ("local: ", False),
        ("local", False),
        ("", False),
    ],
)
def test_a_whole_name_can_be_used_as_it_is(text: str, is_whole: bool) -> None:
    configuration = Configuration(Path("c.toml"), ENDPOINTS, {"terse": Preset("terse", "local:m")})

    assert is_whole_name(text, configuration) is is_whole
