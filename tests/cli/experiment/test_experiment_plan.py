"""What an experiment asks, from options, prompt sets and plan files."""

import shutil
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from diptych.cli.ask_options import AskOptions, ask_options
from diptych.cli.chosen_configuration import configuration_of
from diptych.cli.experiment.experiment_options import ExperimentOptions, experiment_options
from diptych.cli.experiment.experiment_plan import NewExperiment, new_experiment
from diptych.cli.experiment.option_conflicts import check_options
from diptych.codec.plan_object import plan_digest, plan_object, read_plan
from diptych.core.experiment.checks.check import Check

PLAN = """
set = "cases.csv"
template = "Translate to {{language}}: {{text}}"
models = ["anthropic:claude-opus-5", "@terse", "anthropic:claude-opus-5"]
system = "Be brief."
max_tokens = 100
params = { temperature = 0.5, stop = ["a"] }
repeat = 3
sequential = true
warm_up = 1
order_seed = 2
concurrency = 4
budget = 1.50
stop_after_failures = 5
judge = "openai:gpt-5"
rubric = "good.md"
checks = [{ max_total = 10 }]
"""

CASES = """\
id,language,text,checks
one,French,Hello,
two,German,Bye,"{""json"": true}"
"""

CONFIG = '[presets.terse]\nmodel = "openai:gpt-5"\nsystem = "One word."\n'

Run = Callable[..., tuple[Result, list[NewExperiment]]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """A command that plans an experiment, run in a folder with a plan, a set and a config file."""
    folder = tmp_path / "plans"
    folder.mkdir()
    (folder / "plan.toml").write_text(PLAN)
    (folder / "cases.csv").write_text('id,language,text,checks\none,French,Hello,\ntwo,German,Bye,"{""json"": true}"\n')
    (folder / "nul-set.toml").write_text(r'set = "a\u0000b"')
    (folder / "nul-template.toml").write_text(r'template_file = "a\u0000b"')
    (folder / "many.jsonl").write_text(4 * '{"vars": {"language": "a", "text": "b"}}\n')
    (tmp_path / "config.toml").write_text(CONFIG)
    monkeypatch.chdir(tmp_path)

    def call(*arguments: str, typed: bytes = b"") -> tuple[Result, list[NewExperiment]]:
        found: list[NewExperiment] = []

        @click.command()
        @click.argument("prompt", required=False)
        @click.option("--side")
        @experiment_options
        @ask_options
        def command(prompt: str | None, side: Any, **values: Any) -> None:
            experiment = ExperimentOptions.taken_from(values)
            options = AskOptions(**values)
            check_options(experiment, options, {"--side": side})
            found.append(new_experiment(prompt, side, options, experiment, configuration_of(options, "none")))

        return CliRunner().invoke(command, ["--config", "config.toml", *arguments], input=typed), found

    return call


def planned(run: Run, *arguments: str, typed: bytes = b"") -> NewExperiment:
    result, found = run(*arguments, typed=typed)
    assert not result.exception, result.output
    return found[0]


def refused(run: Run, *arguments: str, typed: bytes = b"") -> str:
    result, found = run(*arguments, typed=typed)
    assert result.exit_code == 2
    assert not found
    return " ".join(result.output.split())


def test_a_plan_file_holds_everything(run: Run, tmp_path: Path) -> None:
    asked = planned(run, "--plan", "plans/plan.toml")
    plan = asked.plan

    assert [(case.id, case.prompt) for case in plan.cases] == [
        ("one", "Translate to French: Hello"),
        ("two", "Translate to German: Bye"),
    ]
    assert [case.checks for case in plan.cases] == [
        (Check("max_total", 10),),
        (Check("json", True), Check("max_total", 10)),
    ]
    assert [*plan.models] == ["anthropic:claude-opus-5", "@terse", "anthropic:claude-opus-5#2"]
    opus, terse = plan.models["anthropic:claude-opus-5"], plan.models["@terse"]
    assert (opus.name, opus.system, opus.max_tokens) == ("anthropic:claude-opus-5", "Be brief.", 100)
    assert opus.params == {"temperature": 0.5, "stop": ["a"]}
    assert (terse.name, terse.system) == ("openai:gpt-5", "Be brief.")
    assert (plan.repeats, plan.sequential, plan.warm_up, plan.seed) == (3, True, 1, 2)
    assert (asked.limits.concurrency, asked.limits.budget, asked.limits.stop_after_failures) == (4, Decimal("1.5"), 5)
    assert (asked.options.judge, asked.options.rubric) == ("openai:gpt-5", tmp_path / "plans" / "good.md")


def test_options_win_over_the_plan_file(run: Run) -> None:
    asked = planned(
        run,
        *("--plan", "plans/plan.toml", "-m", "openai:gpt-5", "--system", "Be kind.", "-p", "temperature=1"),
        *("--repeat", "1", "--at-once", "--warm-up", "0", "--order-seed", "0", "--concurrency", "1", "--budget", "2"),
        *("--check", "contains=Salut", "--judge", "openai:gpt-6", "--max-tokens", "7", "--template", "Say {{text}}"),
    )
    plan = asked.plan

    assert [case.prompt for case in plan.cases] == ["Say Hello", "Say Bye"]
    assert plan.cases[0].checks == (Check("contains", "Salut"),)
    (settings,) = plan.models.values()
    assert (settings.name, settings.system, settings.max_tokens) == ("openai:gpt-5", "Be kind.", 7)
    assert settings.params == {"temperature": 1, "stop": ["a"]}
    assert (plan.repeats, plan.sequential, plan.warm_up, plan.seed) == (1, False, 0, 0)
    assert (asked.limits.concurrency, asked.limits.budget) == (1, Decimal(2))
    assert asked.options.judge == "openai:gpt-6"


def test_another_set_has_the_template_of_the_plan(run: Run, tmp_path: Path) -> None:
    (tmp_path / "more.jsonl").write_text('{"vars": {"language": "Latin", "text": "Hi"}}\n')
    asked = planned(run, "--plan", "plans/plan.toml", "--set", "more.jsonl")
    assert [case.prompt for case in asked.plan.cases] == ["Translate to Latin: Hi"]


def test_a_prompt_takes_the_place_of_the_prompts_of_the_plan(run: Run) -> None:
    asked = planned(run, "--plan", "plans/plan.toml", "Say {{text}}")
    assert [case.prompt for case in asked.plan.cases] == ["Say {{text}}"]


def test_options_of_sides_take_the_place_of_the_models_of_the_plan(run: Run) -> None:
    asked = planned(run, "--plan", "plans/plan.toml", "-l", "openai:gpt-5")
    assert [*asked.plan.models] == ["left", "right"]
    assert planned(run, "--plan", "plans/plan.toml", "--side", "left").plan.models.keys() == {"left"}


def test_a_plan_may_hold_its_prompts(run: Run, tmp_path: Path) -> None:
    (tmp_path / "plans" / "note.txt").write_text("A note.")
    (tmp_path / "plans" / "own.toml").write_text(
        'prompts = ["Say hi", { id = "b", prompt = "Say {{x}}", vars = { x = "ho" }, checks = { json = true } }]\n'
        'attach = ["note.txt"]\n[checks]\ncontains = "h"\n'
    )
    asked = planned(run, "--plan", "plans/own.toml")

    assert [(case.id, case.prompt) for case in asked.plan.cases] == [("1", "Say hi"), ("b", "Say ho")]
    assert asked.plan.cases[1].checks == (Check("json", True), Check("contains", "h"))
    assert asked.plan.cases[0].attach == (str(tmp_path / "plans" / "note.txt"),)
    assert [*asked.plan.models] == ["left", "right"]


def test_a_single_prompt_is_a_case(run: Run, tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("A note.")
    asked = planned(run, "--repeat", "2", "-a", "note.txt", "--check", "json=true", "Say {{hi}}")

    (case,) = asked.plan.cases
    assert (case.id, case.prompt, case.checks) == ("1", "Say {{hi}}", (Check("json", True),))
    assert [file.name for file in case.messages[0].files] == ["note.txt"]
    assert asked.limits.concurrency == 1


def test_a_prompt_from_a_file_and_from_standard_input(run: Run, tmp_path: Path) -> None:
    (tmp_path / "prompt.txt").write_text("From a file")
    assert planned(run, "--repeat", "2", "-f", "prompt.txt").plan.cases[0].prompt == "From a file"
    assert planned(run, "--repeat", "2", typed=b"Typed").plan.cases[0].prompt == "Typed"


def test_a_template_may_come_from_a_file(run: Run, tmp_path: Path) -> None:
    (tmp_path / "template.txt").write_text("\ufeffSay\r\n{{text}}\n")
    asked = planned(run, "--set", "plans/cases.csv", "--template-file", "template.txt")
    assert asked.plan.cases[0].prompt == "Say\nHello"

    (tmp_path / "plans" / "own.toml").write_text('set = "cases.csv"\ntemplate_file = "../template.txt"\n')
    assert planned(run, "--plan", "plans/own.toml").plan.cases[1].prompt == "Say\nBye"


def test_a_template_may_hold_the_prompt(run: Run) -> None:
    assert planned(run, "--template", "Shout: {{prompt|upper}}", "hi").plan.cases[0].prompt == "Shout: HI"


def test_a_set_may_come_through_standard_input(run: Run) -> None:
    line = b'{"custom_id": "a", "body": {"model": "m", "messages": [{"role": "user", "content": "Hi"}]}}\n'
    result, (asked,) = run("--set", "-", typed=line)

    assert [(case.id, case.prompt) for case in asked.plan.cases] == [("a", "Hi")]
    assert "Warning: The batch sets model, which is ignored" in result.output


def test_a_plan_that_says_nothing_of_prompts_asks_the_given_one(run: Run, tmp_path: Path) -> None:
    (tmp_path / "plans" / "own.toml").write_text("repeat = 2\n")
    assert planned(run, "--plan", "plans/own.toml", "Hi").plan.cases[0].prompt == "Hi"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--set", "plans/cases.csv", "Hi"), "--set and a prompt cannot be used together"),
        (("--set", "none.csv"), "none.csv: it cannot be read: No such file or directory."),
        (("--set", "plans/cases.csv"), "plans/cases.csv, line 1: there is no column prompt, and no template that"),
        (
            ("--set", "plans/cases.csv", "--template", "{{x}}"),
            "plans/cases.csv, line 2: the prompt template of --te",
        ),
        (("--set", "plans/cases.csv", "--template", "{{x"), "The prompt template of --template has an error in line 1"),
        (("--set", "plans/cases.csv", "--template-file", "no"), "The template file no cannot be read"),
        (("--repeat", "2", "--check", "contain=a", "Hi"), "--check cannot be used: contain: this check is not known"),
        (("-m", "openai", "Hi"), "'openai' does not name a model. Write ENDPOINT:MODEL"),
        (("-m", "@tense", "Hi"), "There is no preset 'tense'. Did you mean @terse?"),
        (("--plan", "none.toml"), "none.toml: there is no such file."),
        (("--plan", "plans/nul-set.toml"), "it cannot be read: there is a NUL character in its path."),
        (("--plan", "plans/nul-template.toml"), "cannot be read: there is no such path."),
        (("--plan", "plans/plan.toml", "--repeat", "1000000", "--set", "plans/many.jsonl"), "12,000,000 answers, and"),
        (("--repeat", "2", "-a", "none.png", "Hi"), "Command line, prompt 1:"),
    ],
)
def test_what_cannot_be_asked_is_said_in_a_sentence(run: Run, arguments: tuple[str, ...], sentence: str) -> None:
    assert sentence in refused(run, *arguments)


def test_there_must_be_a_prompt(run: Run) -> None:
    assert "The prompt is empty." in refused(run, "--repeat", "2")


def test_a_plan_in_another_folder_is_the_same_plan(run: Run, tmp_path: Path) -> None:
    (tmp_path / "plans" / "note.txt").write_text("A note.")
    (tmp_path / "plans" / "own.toml").write_text(
        'prompts = [{ prompt = "Hi", attach = "note.txt", checks = { command = ["./grade"] } }]\n'
    )
    shutil.copytree(tmp_path / "plans", tmp_path / "copy")
    here, there = (planned(run, "--plan", f"{folder}/own.toml").plan for folder in ("plans", "copy"))

    assert plan_digest(here) == plan_digest(there)
    assert here != there
    assert read_plan(plan_object(there)).cases == there.cases

    (tmp_path / "copy" / "note.txt").write_text("Another note.")
    assert plan_digest(planned(run, "--plan", "copy/own.toml").plan) != plan_digest(here)
