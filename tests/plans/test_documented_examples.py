"""The examples of docs/reference/experiments.md can be used as they stand there."""

import io
import re
from pathlib import Path
from typing import get_args

import pytest

from diptych.core.experiment.checks.check import Check, CheckKind
from diptych.core.prompt_template import PromptTemplate
from diptych.plans.case_building import CaseBuilder
from diptych.plans.plan_file import read_plan_file
from diptych.plans.prompt_set import read_prompt_set, read_prompt_stream

PNG = bytes.fromhex("89504e470d0a1a0a0000000d49484452000000020000000308060000005bd2a4da0000000049454e44ae426082")

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "experiments.md"
if not PAGE.exists():
    pytest.skip("this distribution has no documentation", allow_module_level=True)


def block(language: str) -> str:
    """The first example in a language."""
    found = re.search(rf"^```{language}\n(.*?)^```$", PAGE.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    assert found
    return found[1]


def test_the_plan_file_asks_the_set(tmp_path: Path) -> None:
    (tmp_path / "plan.toml").write_text(block("toml"))
    (tmp_path / "cases.csv").write_text(block("csv"))

    plan = read_plan_file(tmp_path / "plan.toml")
    assert plan.prompt_set is not None
    assert plan.template is not None
    builder = CaseBuilder(tmp_path, PromptTemplate("of the plan file", plan.template), plan.checks)
    french, german = read_prompt_set(plan.prompt_set, builder).cases

    assert french.prompt == "Translate to French: Good morning"
    assert german.prompt == "Translate to German: Good evening,\nmy friend"
    assert french.checks == (
        Check("contains", "Bonjour"),
        Check("max_total", 30),
        Check("not_contains", "Sure"),
        Check("not_contains", "Here is"),
    )


def test_the_prompt_set_in_json_lines(tmp_path: Path) -> None:
    picture = tmp_path / "pictures" / "cat.png"
    picture.parent.mkdir()
    picture.write_bytes(PNG)

    cases = read_prompt_stream(io.BytesIO(block("json").encode()), "set", CaseBuilder(tmp_path)).cases

    assert [case.id for case in cases] == ["capital", "2", "3", "4"]
    assert cases[1].prompt == "Translate to French: Good morning"


def test_every_check_is_documented() -> None:
    page = PAGE.read_text("utf-8")
    assert [kind for kind in get_args(CheckKind) if f'| `"{kind}": ' not in page] == []
