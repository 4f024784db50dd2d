"""Checks that a document is a HAR 1.2, by the schema that the npm package har-schema 2.0.0 publishes."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
from referencing import Registry, Resource

FILES = Path(__file__).parent / "files"
"""Real files: Chromium 156 and Playwright 1.65 saw the same page, mitmproxy 12 the same server. Of the headers, some
were taken out."""

_SCHEMA = Path(__file__).parent / "har_schema"


def har_log(document: str | bytes) -> Any:
    """Return the log of a document that is a HAR."""
    value = json.loads(document)
    _validator().validate(value)
    return value["log"]


@cache
def _validator() -> jsonschema.Draft6Validator:
    schemas = {path.name: json.loads(path.read_text()) for path in _SCHEMA.glob("*.json")}
    resources = [(f"{name}#".removesuffix("#"), Resource.from_contents(schema)) for name, schema in schemas.items()]
    registry: Registry[Any] = Registry().with_resources(resources)
    return jsonschema.Draft6Validator(schemas["har.json"], registry=registry)
