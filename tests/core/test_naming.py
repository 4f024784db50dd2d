import pytest

from diptych.core.endpoint import Endpoint
from diptych.core.history_summary import ListedRun
from diptych.core.naming import listed_model, model_name, model_title, reported_model, side_name
from diptych.core.settings import Settings

LOCAL = Settings(Endpoint("local", "openai-chat", "http://localhost:8080/v1", "LOCAL_API_KEY"), "qwen3")
LISTED = ListedRun("left", "local", "openai-chat", "qwen3", False, "complete", "stop", 0.1, 1.0, None, 3)


def test_a_side_is_called_by_its_label() -> None:
    assert side_name("left") == "left"


@pytest.mark.parametrize(("simulated", "title"), [(False, "local:qwen3"), (True, "local:qwen3 · simulated")])
def test_a_model_is_called_by_its_endpoint_and_its_name(simulated: bool, title: str) -> None:
    settings = Settings(LOCAL.endpoint, LOCAL.model, simulated=simulated)

    assert (model_name(settings), model_title(settings)) == ("local:qwen3", title)


@pytest.mark.parametrize(("reported", "shown"), [(None, ""), ("", ""), ("qwen3", ""), ("qwen3-0903", "qwen3-0903")])
def test_a_reported_model_is_named_only_where_it_is_another_one(reported: str | None, shown: str) -> None:
    assert reported_model(LOCAL, reported) == shown


@pytest.mark.parametrize(("with_endpoint", "shown"), [(True, "local:qwen3"), (False, "qwen3")])
def test_a_model_in_the_history_is_called_with_or_without_its_endpoint(with_endpoint: bool, shown: str) -> None:
    assert listed_model(LISTED, with_endpoint=with_endpoint) == shown
