"""A file of tools: the functions that models may call, and what answers their calls. docs/how-to/tools.md describes it.

Reading it is pure: commands are only named here, and run by `engine.tool_commands`.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from diptych.core.command_words import command_problem
from diptych.core.json_text import is_too_deep
from diptych.core.settings import ToolDefinition
from diptych.core.text.excerpt import excerpt, json_excerpt
from diptych.core.wording.did_you_mean import nearest_name
from diptych.core.wording.json_kind import json_kind

DEFAULT_MAX_TURNS = 5
"""How many turns answer tool calls after one prompt at most, unless the user says otherwise."""

MOST_TOOLS = 128
"""The most tools that OpenAI takes."""

_NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}")
"""The names that all three APIs take."""

_MEMBERS = frozenset({"name", "description", "parameters", "input_schema", "inputSchema", "type", "strict"})
_KINDS = ("function", "custom")
"""The types that APIs give to a tool that the client carries out."""

_NO_PARAMETERS: Mapping[str, Any] = MappingProxyType({"type": "object", "properties": {}})

_MOST_PROBLEMS = 20
_LONGEST_QUOTE = 60


@dataclass(frozen=True, slots=True)
class ValueResult:
    """The same text answers every call."""

    text: str


@dataclass(frozen=True, slots=True)
class CommandResult:
    """The output of a command answers a call. The command gets the arguments as JSON on its standard input."""

    command: tuple[str, ...]


ToolResult = ValueResult | CommandResult


@dataclass(frozen=True, slots=True)
class ToolsFile:
    """The tools of a file. `results` answer their calls by name; None if the file does not answer calls."""

    tools: tuple[ToolDefinition, ...]
    results: Mapping[str, ToolResult] | None = field(default=None)


class ToolsFileError(ValueError):
    """A file of tools cannot be used; `problems` say why, each with its place in the file."""

    def __init__(self, problems: list[str]) -> None:
        more = len(problems) - _MOST_PROBLEMS
        super().__init__("; ".join([*problems[:_MOST_PROBLEMS], *([f"and {more} more problems"] if more > 0 else [])]))
        self.problems = problems


def read_tools(value: Any, schema_problem: Callable[[Any], str]) -> ToolsFile:
    """Return the tools that a JSON value holds: a list of them, or an object with `tools` and `results`.

    `schema_problem` returns what is wrong with a JSON Schema, "" if nothing is. Raises `ToolsFileError`.
    """
    if is_too_deep(value):
        raise ToolsFileError(["it is nested too deeply"])
    reader = _Reader(schema_problem)
    file = reader.read(value)
    if reader.problems:
        raise ToolsFileError(reader.problems)
    return file


class _Reader:
    """Reads a file to its end, and collects what is wrong with it."""

    def __init__(self, schema_problem: Callable[[Any], str]) -> None:
        self.problems: list[str] = []
        self._schema_problem = schema_problem

    def read(self, value: Any) -> ToolsFile:
        if isinstance(value, list):
            return ToolsFile(self._tools(value))
        if not isinstance(value, dict) or "tools" not in value:
            self.problems.append('expected a list of tools, or an object with "tools" and perhaps "results"')
            return ToolsFile(())
        self._refuse_unknown("", value, frozenset({"tools", "results"}))
        tools = self._tools(value["tools"])
        if value.get("results") is None:
            return ToolsFile(tools)
        return ToolsFile(tools, self._results(value["results"], {tool.name for tool in tools}))

    def _tools(self, value: Any) -> tuple[ToolDefinition, ...]:
        if not isinstance(value, list) or not value:
            self.problems.append("tools: expected a list of at least one tool")
            return ()
        if len(value) > MOST_TOOLS:
            self.problems.append(f"tools: there are {len(value):,}, and the APIs take no more than {MOST_TOOLS}")
        tools: list[ToolDefinition] = []
        places: dict[str, str] = {}
        for index, each in enumerate(value[:MOST_TOOLS]):
            place = f"tools[{index}]"
            tool = self._tool(place, each)
            if tool is None:
                continue
            if tool.name in places:
                self.problems.append(f"{place}.name: {tool.name} is the name of {places[tool.name]} as well")
            places.setdefault(tool.name, place)
            tools.append(tool)
        return tuple(tools)

    def _tool(self, place: str, value: Any) -> ToolDefinition | None:
        if isinstance(value, dict) and isinstance(value.get("function"), dict):
            place, value = f"{place}.function", value["function"]
        if not isinstance(value, dict):
            self.problems.append(f"{place}: expected an object, not {json_kind(value)}")
            return None
        if value.get("type", "function") not in _KINDS:
            kind = f"a tool of type {json_excerpt(value['type'], _LONGEST_QUOTE)} is not a function"
            self.problems.append(f"{place}.type: {kind} that the APIs share; use --param tools=… for it")
            return None
        self._refuse_unknown(place, value, _MEMBERS)
        name = value.get("name")
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            what = "missing" if name is None else f"{json_excerpt(name, _LONGEST_QUOTE)} cannot be a name"
            self.problems.append(f"{place}.name: {what}; a name is 1 to 64 letters, digits, _ and - (ASCII)")
            name = ""
        description = value.get("description") or ""
        if not isinstance(description, str):
            self.problems.append(f"{place}.description: expected a text, not {json_kind(description)}")
            description = ""
        parameters = self._parameters(place, value)
        return ToolDefinition(name, description, parameters) if name else None

    def _parameters(self, place: str, value: dict[str, Any]) -> Mapping[str, Any]:
        given = [name for name in ("parameters", "input_schema", "inputSchema") if value.get(name) is not None]
        if not given:
            return _NO_PARAMETERS
        if len(given) > 1:
            self.problems.append(f"{place}: {given[0]} and {given[1]} are two names of the same; keep one")
        place, parameters = f"{place}.{given[0]}", value[given[0]]
        if not isinstance(parameters, dict):
            self.problems.append(f"{place}: expected a JSON Schema, not {json_kind(parameters)}")
        elif parameters.get("type") != "object":
            self.problems.append(f'{place}.type: expected "object", as arguments are one')
        elif problem := self._schema_problem(parameters):
            self.problems.append(f"{place}: {problem}")
        else:
            return parameters
        return _NO_PARAMETERS

    def _results(self, value: Any, tools: set[str]) -> Mapping[str, ToolResult]:
        if not isinstance(value, dict):
            self.problems.append(f"results: expected an object with the names of tools, not {json_kind(value)}")
            return {}
        results: dict[str, ToolResult] = {}
        for name, each in value.items():
            place = f"results.{excerpt(name, _LONGEST_QUOTE)}"
            if name not in tools:
                self.problems.append(f"{place}: there is no tool of this name{_nearest(name, tools)}")
            elif isinstance(each, dict) and "command" in each:
                self._refuse_unknown(place, each, frozenset({"command"}))
                results[name] = self._command(place, each["command"])
            else:
                results[name] = ValueResult(each if isinstance(each, str) else json.dumps(each, ensure_ascii=False))
        return results

    def _command(self, place: str, value: Any) -> CommandResult:
        if problem := command_problem(value, "weather.py"):
            self.problems.append(f"{place}.command: {problem}")
            return CommandResult(())
        return CommandResult(tuple(value))

    def _refuse_unknown(self, place: str, value: dict[str, Any], known: frozenset[str]) -> None:
        for name in value:
            if name not in known:
                where = f"{place}.{excerpt(name, _LONGEST_QUOTE)}".removeprefix(".")
                self.problems.append(f"{where}: this member is not known{_nearest(name, known)}")


def _nearest(name: str, known: set[str] | frozenset[str]) -> str:
    nearest = nearest_name(name, known)
    return f" (did you mean {nearest}?)" if nearest else ""
