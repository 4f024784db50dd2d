"""Files of tools, good and bad."""

from typing import Any

import pytest

from diptych.core.settings import ToolDefinition
from diptych.core.tools_file import CommandResult, ToolsFile, ToolsFileError, ValueResult, read_tools

SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}}
LOOK = ToolDefinition("look", "Looks.", SCHEMA)


def no_problem(schema: Any) -> str:
    del schema
    return ""


def problems(value: Any) -> list[str]:
    with pytest.raises(ToolsFileError) as error:
        read_tools(value, no_problem)
    return error.value.problems


@pytest.mark.parametrize(
    "tool",
    [
        {"name": "look", "description": "Looks.", "parameters": SCHEMA},
        {"name": "look", "description": "Looks.", "input_schema": SCHEMA},
        {"name": "look", "description": "Looks.", "inputSchema": SCHEMA, "type": "custom"},
        {"type": "function", "name": "look", "description": "Looks.", "parameters": SCHEMA, "strict": True},
        {"type": "function", "function": {"name": "look", "description": "Looks.", "parameters": SCHEMA}},
    ],
)
def test_the_forms_that_people_have(tool: dict[str, Any]) -> None:
    assert read_tools([tool], no_problem) == ToolsFile((LOOK,))
    assert read_tools({"tools": [tool]}, no_problem) == ToolsFile((LOOK,))


def test_a_tool_needs_only_a_name() -> None:
    (tool,) = read_tools([{"name": "now", "description": None}], no_problem).tools
    assert (tool.name, tool.description, dict(tool.parameters)) == ("now", "", {"type": "object", "properties": {}})


def test_results_are_values_and_commands() -> None:
    tools = [{"name": name} for name in ("text", "json", "command")]
    results = {"text": "18 °C", "json": {"ä": [1]}, "command": {"command": ["python", "weather.py"]}}

    file = read_tools({"tools": tools, "results": results}, no_problem)

    assert file.results == {
        "text": ValueResult("18 °C"),
        "json": ValueResult('{"ä": [1]}'),
        "command": CommandResult(("python", "weather.py")),
    }
    assert read_tools({"tools": tools, "results": None}, no_problem).results is None


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, 'expected a list of tools, or an object with "tools" and perhaps "results"'),
        ({"results": {}}, 'expected a list of tools, or an object with "tools" and perhaps "results"'),
        ([], "tools: expected a list of at least one tool"),
        ({"tools": {}}, "tools: expected a list of at least one tool"),
        ({"tools": [{"name": "a"}], "result": {}}, "result: this member is not known (did you mean results?)"),
        ([7], "tools[0]: expected an object, not the number 7"),
        ([{"name": "a"}, {}], "tools[1].name: missing; a name is 1 to 64 letters, digits, _ and - (ASCII)"),
        (
            [{"name": "a b"}],
            'tools[0].name: "a b" cannot be a name; a name is 1 to 64 letters, digits, _ and - (ASCII)',
        ),
        (
            [{"name": "a\n"}],
            'tools[0].name: "a\\n" cannot be a name; a name is 1 to 64 letters, digits, _ and - (ASCII)',
        ),
        ([{"name": "a"}, {"name": "a"}], "tools[1].name: a is the name of tools[0] as well"),
        ([{"name": "a", "description": 1}], "tools[0].description: expected a text, not the number 1"),
        ([{"name": "a", "paramters": {}}], "tools[0].paramters: this member is not known (did you mean parameters?)"),
        ([{"name": "a", "zzz": 1}], "tools[0].zzz: this member is not known"),
        ([{"name": "a", "parameters": []}], "tools[0].parameters: expected a JSON Schema, not a list"),
        ([{"name": "a", "parameters": True}], "tools[0].parameters: expected a JSON Schema, not true"),
        ([{"name": "a", "parameters": "x"}], "tools[0].parameters: expected a JSON Schema, not a text"),
        ([{"name": "a", "parameters": {}}], 'tools[0].parameters.type: expected "object", as arguments are one'),
        (
            [{"name": "a", "parameters": SCHEMA, "input_schema": SCHEMA}],
            "tools[0]: parameters and input_schema are two names of the same; keep one",
        ),
        (
            [{"type": "function", "function": {"name": "!"}}],
            'tools[0].function.name: "!" cannot be a name; a name is 1 to 64 letters, digits, _ and - (ASCII)',
        ),
        (
            [{"type": "web_search_20250305", "name": "web_search"}],
            'tools[0].type: a tool of type "web_search_20250305" is not a function that the APIs share; '
            "use --param tools=… for it",
        ),
        ({"tools": [{"name": "a"}], "results": []}, "results: expected an object with the names of tools, not a list"),
        (
            {"tools": [{"name": "look"}], "results": {"lok": 1}},
            "results.lok: there is no tool of this name (did you mean look?)",
        ),
        (
            {"tools": [{"name": "a"}], "results": {"a": {"command": "rm -rf /"}}},
            'results.a.command: expected a list of words such as ["python", "weather.py"]; no shell reads it',
        ),
        (
            {"tools": [{"name": "a"}], "results": {"a": {"command": ["x"], "shell": True}}},
            "results.a.shell: this member is not known",
        ),
    ],
)
def test_a_problem_is_told_with_its_place(value: Any, said: str) -> None:
    assert problems(value) == [said]


def test_every_problem_is_told() -> None:
    value = {"tools": [{"name": "!"}, {"name": "a", "parameters": 1}], "results": {"b": 1}}
    assert [problem.partition(":")[0] for problem in problems(value)] == [
        "tools[0].name",
        "tools[1].parameters",
        "results.b",
    ]


def test_very_many_problems_are_counted() -> None:
    with pytest.raises(ToolsFileError, match=r"and 80 more problems$"):
        read_tools([{}] * 100, no_problem)


def test_a_file_has_limits() -> None:
    assert problems([{"name": f"t{number}"} for number in range(200)]) == [
        "tools: there are 200, and the APIs take no more than 128"
    ]
    deep: Any = []
    for _ in range(200):
        deep = [deep]
    assert problems(deep) == ["it is nested too deeply"]


def test_a_schema_is_checked() -> None:
    with pytest.raises(ToolsFileError, match=r"^tools\[0\]\.parameters: \$\.properties: no$"):
        read_tools([{"name": "a", "parameters": SCHEMA}], lambda _: "$.properties: no")
