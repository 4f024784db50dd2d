from pathlib import Path

from diptych.catalog.loaded_choices import LoadedChoices
from diptych.config.configuration import Configuration
from diptych.config.presets import Preset
from diptych.core.endpoint import Endpoint
from diptych.core.offered_models import ModelList, NoModelList, OfferedModel
from tests.tui.fakes import ANTHROPIC, OPENAI, FakeCatalog

LOCAL = Endpoint("local", "openai-chat", "http://localhost:8080/v1", "LOCAL_KEY")
CONFIGURATION = Configuration(
    Path("config.toml"),
    {each.name: each for each in (ANTHROPIC, OPENAI, LOCAL)},
    {"terse": Preset("terse", "openai:gpt-5")},
)


def names(choices: LoadedChoices) -> list[list[str]]:
    return [[choice.name for choice in each.group.choices] for each in choices.groups]


async def test_presets_come_at_once_and_everything_else_as_it_is_loaded() -> None:
    catalog, changes = FakeCatalog(), list[int]()
    catalog.answer("local", ModelList((OfferedModel("qwen3:8b"),), 1.0))
    choices = LoadedChoices(CONFIGURATION, catalog, None, lambda: changes.append(1))

    assert names(choices) == [["@terse"], []]
    assert await choices.load(ask_all=False)

    assert names(choices) == [
        ["@terse"],
        [],
        ["local:qwen3:8b"],
        ["anthropic:claude-opus-5"],
        ["openai:gpt-5", "openai:gpt-5.6-terra"],
    ]
    assert changes


async def test_a_server_without_a_list_says_why() -> None:
    catalog = FakeCatalog()
    catalog.answer("local", NoModelList("unreachable", "localhost refused the connection."))
    choices = LoadedChoices(CONFIGURATION, catalog, None, lambda: None)

    assert await choices.load(ask_all=True)
    assert [each.group.problem for each in choices.groups if each.group.problem] == [
        "localhost refused the connection."
    ]


def test_a_whole_name_that_is_not_listed_is_found_first() -> None:
    choices = LoadedChoices(CONFIGURATION, FakeCatalog(), None, lambda: None)

    assert [(each.name, each.detail) for each in choices.find("local:terse")] == [("local:terse", "as typed")]
    assert [each.name for each in choices.find("terse")] == ["@terse"]
