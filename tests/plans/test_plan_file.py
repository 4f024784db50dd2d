"""Plan files: what is wrong with one is said as the config file's problems are."""

from decimal import Decimal
from pathlib import Path

import pytest

from diptych.core.experiment.checks.check import Check
from diptych.plans.case_building import CaseBuilder
from diptych.plans.plan_file import PlanFile, PlanFileError, read_plan_file
from diptych.plans.set_problems import PromptSetError


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "plan.toml"


def read(path: Path, text: str | bytes) -> PlanFile:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_plan_file(path)


def problems(path: Path, text: str | bytes) -> list[str]:
    with pytest.raises(PlanFileError) as error:
        read(path, text)
    return [line.removeprefix(str(path)) for line in str(error.value).splitlines()]


def test_an_empty_plan_says_nothing(path: Path) -> None:
    assert read(path, "") == PlanFile(path)


def test_paths_are_found_from_the_folder_of_the_plan(path: Path) -> None:
    plan = read(path, 'set = "a/b.csv"\nrubric = "/c.md"\ntemplate_file = "t.txt"\nattach = ["x.png"]\nbudget = 0.1\n')
    folder = path.parent

    assert (plan.prompt_set, plan.rubric, plan.template_file) == (folder / "a/b.csv", Path("/c.md"), folder / "t.txt")
    assert plan.attach == (folder / "x.png",)
    assert plan.budget == Decimal("0.1")


def test_checks_may_be_a_table_or_tables(path: Path) -> None:
    assert read(path, '[checks]\ncontains = ["a", "b"]\n').checks == (Check("contains", "a"), Check("contains", "b"))
    assert read(path, '[[checks]]\njson = true\n[[checks]]\nregex = "a"\nin = "tools"\n').checks == (
        Check("json", True),
        Check("regex", "a", "tools"),
    )
    assert read(path, '[checks]\ncommand = ["./grade"]\n').checks[0].value["folder"] == str(path.parent)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("repeats = 3", ": repeats is not known. Did you mean repeat?"),
        ('left = "a"', ": left is not known. Known are prompts, set, template, template_file"),
        ("repeat = 0", ": repeat must be a whole number from 1 to 1,000,000, not 0."),
        ('repeat = "3"', ": repeat must be a whole number from 1 to 1,000,000, not text."),
        ("warm_up = -1", ": warm_up must be a whole number from 0 to 1,000,000, not -1."),
        ("budget = 0", ": budget must be a number of US dollars greater than 0, not 0."),
        ("budget = nan", ": budget must be a number of US dollars greater than 0, not nan."),
        ('sequential = "yes"', ": sequential must be true or false, not text."),
        ('models = "openai:a"', ": models must be a list of models or presets, such as"),
        ("models = []", ": models must not be empty: it must be a list of models or presets, such as"),
        ("prompts = []", ": prompts must not be empty"),
        ('prompts = ["a"]\nset = "b"', ": set cannot stand beside prompts: keep one of them."),
        ('template = "a"\ntemplate_file = "b"', ": template_file cannot stand beside template: keep one of them."),
        ('prompts = [{ prompt = "a", vars = { x = 2026-01-01 } }]', ": prompts.vars.x is a date or time, which JSON"),
        ("params = { a = 2026-01-01 }", ": params.a is a date or time, which JSON does not have"),
        ('params = { model = "a" }', ": params.model cannot be an extra request field: choose it as the side's model."),
        ("[checks]\ncontain = 1", ": checks.contain: this check is not known (did you mean contains?)."),
        ("[[checks]]\nmax_total = inf", ": checks.max_total must be a number that JSON can hold, not inf."),
        ("checks = 5", ': checks: expected an object such as {"contains": "Paris"}, not the number 5.'),
        ("[checks]\nequals = 2026-01-01", ": checks.equals is a date or time"),
        ("repeat = ", ", line 1: this is not valid TOML: a value is missing"),
        (b"# \xff", ", line 1: it is not UTF-8 text: save it as UTF-8."),
        ("a" + ".a" * 60 + " = 1", ", line 1: a name has too many parts."),
        ("a = " + "[" * 5000 + "]" * 5000, ": its values are nested too deeply."),
        ("#" * 300_000, ": it cannot be read: it is longer than 256 KiB."),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(path: Path, text: str | bytes, problem: str) -> None:
    assert problems(path, text)[0].startswith(problem)


def test_all_problems_are_said_at_once(path: Path) -> None:
    assert len(problems(path, "repeat = 0\nwarm_up = -1\nbudgets = 5\n[checks]\ncontains = 1\nregex = '('\n")) == 5


@pytest.mark.parametrize(
    ("name", "reason"), [("missing", "there is no such file."), (".", "it cannot be read: it is a")]
)
def test_a_plan_that_cannot_be_read(tmp_path: Path, name: str, reason: str) -> None:
    with pytest.raises(PlanFileError, match=reason):
        read_plan_file(tmp_path / name)


@pytest.mark.parametrize(
    ("prompts", "problem"),
    [
        ('["a", 5]', ", prompt 2: expected a text or a table, not the number 5."),
        ('[{ promt = "a" }]', ", prompt 1: promt: this member is not known (did you mean prompt?)."),
        (
            '[{ prompt = "a", attach = "~nobody-of-this-name/x" }]',
            ", prompt 1: attach: there is no home direct",
        ),
        ('[{ id = "2", prompt = "a" }, "b"]', ", prompt 2: the ID 2 is that of prompt 1 as well."),
    ],
)
def test_what_is_wrong_with_a_prompt_is_said_with_its_number(path: Path, prompts: str, problem: str) -> None:
    plan = read(path, f"prompts = {prompts}")
    with pytest.raises(PromptSetError) as error:
        plan.cases(CaseBuilder(path.parent))
    assert str(error.value).startswith(f"{path}{problem}")
