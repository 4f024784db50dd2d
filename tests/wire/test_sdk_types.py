"""Types of an SDK are loaded one by one, and every name of its packages is found."""

import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from diptych.wire import sdk_types
from diptych.wire.sdk_types import load_types_on_demand

_MODULES = {
    "__init__": "from . import types",
    "everything": "from .types import *",
    "types/__init__": "from .batch_job import BatchJob\nfrom .model import Model, Renamed\nfrom . import answers",
    "types/batch_job": "class BatchJob: ...",
    "types/model": "class Model: ...\nclass Renamed: ...",
    "types/answers/__init__": "from .answer_text import AnswerText",
    "types/answers/answer_text": "class AnswerText: ...",
}


@pytest.fixture
def sdk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The name of an SDK that is not loaded yet."""
    name = "sdk_with_types"
    for module, content in _MODULES.items():
        file = tmp_path / name / f"{module}.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sdk_types, "_PACKAGES", {name: (f"{name}.types", f"{name}.types.answers")})
    yield name
    for module in loaded(name):
        del sys.modules[module]


def loaded(sdk: str) -> set[str]:
    return {name for name in sys.modules if name.partition(".")[0] == sdk}


def test_only_the_types_that_are_used_are_loaded(sdk: str) -> None:
    load_types_on_demand(sdk)
    types = import_module(sdk).types

    assert types.BatchJob.__module__ == f"{sdk}.types.batch_job"
    assert types.answers.AnswerText.__name__ == "AnswerText"
    assert f"{sdk}.types.answers.answer_text" in loaded(sdk)
    assert f"{sdk}.types.model" not in loaded(sdk)


def test_a_type_whose_module_has_another_name_is_found(sdk: str) -> None:
    load_types_on_demand(sdk)
    types = import_module(sdk).types
    job = types.BatchJob

    assert types.Renamed.__module__ == f"{sdk}.types.model"
    assert types.BatchJob is job
    with pytest.raises(AttributeError, match="Missing"):
        types.Missing  # noqa: B018 - the look-up is what is tested


def test_all_names_of_a_package_can_be_imported(sdk: str) -> None:
    load_types_on_demand(sdk)

    assert {"BatchJob", "Model", "Renamed", "answers"} <= vars(import_module(f"{sdk}.everything")).keys()


def test_an_sdk_that_is_loaded_stays_as_it_is(sdk: str) -> None:
    types = import_module(sdk).types
    load_types_on_demand(sdk)

    assert sys.modules[f"{sdk}.types"] is types
    assert f"{sdk}.types.model" in loaded(sdk)


def test_an_sdk_that_is_missing_is_not_found_later_either(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sdk_types, "_PACKAGES", {"sdk_that_is_missing": ("sdk_that_is_missing.types",)})
    load_types_on_demand("sdk_that_is_missing")

    with pytest.raises(ModuleNotFoundError):
        import_module("sdk_that_is_missing")


def test_the_types_of_openais_sdk_are_loaded_on_demand() -> None:
    script = """
import sys
from diptych.wire.sdk_types import load_types_on_demand
load_types_on_demand("openai")
import openai.resources.chat
few = sum(name.startswith("openai.types") for name in sys.modules)
used = openai.types.responses.FunctionToolParam
from openai.types import *
from openai.types.responses import *
assert FunctionToolParam is used
assert ParsedContent and ChatModel
print(few, sum(name.startswith("openai.types") for name in sys.modules))
"""
    output = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=120, check=True)
    few, every = map(int, output.stdout.split())

    assert few < every / 3
