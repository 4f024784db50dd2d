"""The models that the installed SDKs list."""

import pytest

from diptych.apis.known_models import listed_models
from diptych.core.endpoint import ApiName


@pytest.mark.parametrize(
    ("api", "family"), [("anthropic-messages", "claude-"), ("openai-chat", "gpt-"), ("openai-responses", "gpt-")]
)
def test_each_api_lists_models_to_choose_from(api: ApiName, family: str) -> None:
    models = listed_models(api)

    assert len(models) > 5
    assert any(model.startswith(family) for model in models)
    assert all(model and model == model.strip() for model in models)
