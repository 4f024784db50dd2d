"""Writes docs/reference/config-members.md from the tables of the config file and of plan files."""

from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import msgspec
from msgspec.inspect import Field, Metadata, StructType, Type, UnionType, type_info

from diptych.config.tables import ConfigTables, EndpointTable, PresetTable, PricesTable
from diptych.plans.plan_tables import PlanTables
from tests.reference.markdown import cell

_INTRODUCTION = """\
# Members of the config file and of plan files

What each member must be, as Diptych checks it. [Configuration](configuration.md) and
[Experiments](experiments.md#plan-files) explain what the members mean. Every member is optional, unless the table says
otherwise.

`uv run python -m tests.reference` writes this page from the code.
"""

_FILE = """\
## A commented file

`diptych config init` writes this file, in which everything is explained and commented out.

```toml
{text}```
"""

_TABLES: tuple[tuple[str, type[msgspec.Struct]], ...] = (
    ("At the top of the config file", ConfigTables),
    ("`[endpoints.NAME]`", EndpointTable),
    ("`prices` of an endpoint", PricesTable),
    ("`[presets.NAME]`", PresetTable),
    ("Plan files", PlanTables),
)

_TABLES_OF = {
    "endpoints": "tables, one for each endpoint",
    "presets": "tables, one for each preset",
    "prompts": "a table of texts",
    "keys": "a table of texts",
    "headers": "a table of texts",
    "query": "a table of texts",
    "params": "a table",
    "prices": "a table",
    "fields": "a table; each value is what the server calls this field, or false if it does not know it",
    "checks": "a table, or a list of tables",
}
"""What members without a description are."""


def config_page() -> str:
    """Return the whole page as Markdown."""
    sections = ("\n".join(_section(title, table)) for title, table in _TABLES)
    commented = (files("diptych.config") / "commented.toml").read_text("utf-8")
    return "\n".join([_INTRODUCTION, *sections, _FILE.format(text=commented)])


def members(table: type[msgspec.Struct]) -> list[str]:
    """Return the names of the members of a table."""
    return [field.name for field in _fields(table)]


def _section(title: str, table: type[msgspec.Struct]) -> Iterator[str]:
    yield f"## {title}\n"
    yield "| member | must be |\n|---|---|"
    for field in _fields(table):
        required = " (required)" if field.required else ""
        yield f"| `{field.name}` | {cell(_description(field))}{required} |"
    yield ""


def _fields(table: type[msgspec.Struct]) -> tuple[Field, ...]:
    known = type_info(table)
    assert isinstance(known, StructType)
    return known.fields


def _description(field: Field) -> str:
    return next(_descriptions(field.type), None) or _TABLES_OF[field.name]


def _descriptions(known: Type | Any) -> Iterator[str]:
    match known:
        case Metadata():
            schema = known.extra_json_schema or {}
            yield from [schema["description"]] if "description" in schema else ()
            yield from _descriptions(known.type)
        case UnionType():
            for part in known.types:
                yield from _descriptions(part)
