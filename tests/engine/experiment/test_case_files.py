"""Files that go with a case are read when it is sent, and only as they were when it was planned."""

from pathlib import Path

import pytest

from diptych.attachments.load_attachment import load_attachment
from diptych.config.environment import configured_endpoints
from diptych.core.experiment.case import Case
from diptych.core.experiment.order import planned_rounds
from diptych.core.experiment.plan import Plan
from diptych.core.message import Message, TextPart
from diptych.core.secrets.guard import MustNotBeSentError
from diptych.core.settings import Settings
from diptych.engine.experiment.asked_round import requests_of
from diptych.engine.experiment.case_files import read_case_files
from diptych.engine.experiment.plan_checks import check_plan
from tests.engine.experiment.asking import plan_of, simulated


def case_with(path: Path, case: str = "a") -> Case:
    file = load_attachment(path).file
    return Case(case, (Message("user", (file, TextPart("Read this."))),), (), (str(path),))


def plan_with(*cases: Case) -> Plan:
    return Plan(cases, {"left": simulated()})


def test_the_contents_are_known_by_their_hash(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("Some notes.")
    case = case_with(path)

    (file,) = case.messages[-1].files
    assert read_case_files(case) == {file.sha256: b"Some notes."}


async def test_a_round_with_a_changed_file_cannot_be_sent(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("Some notes.")
    plan = plan_with(case_with(path))
    path.write_text("Other notes.")

    (asked,) = [each async for each in requests_of(planned_rounds(plan), plan, 1)]

    assert asked.problem == f"{path} has changed since the experiment was planned, so the case a was not sent."


async def test_a_round_carries_its_files(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("Some notes.")
    plan = plan_with(case_with(path))

    (asked,) = [each async for each in requests_of(planned_rounds(plan), plan, 1)]

    assert (asked.prompt, asked.problem) == ("Read this.", "")
    assert list(asked.requests["left"].files.values()) == [b"Some notes."]


async def test_a_case_may_have_a_system_prompt() -> None:
    plan = Plan((Case("a", plan_of("a").cases[0].messages, system="Be brief."),), {"left": simulated(system="Long.")})

    (asked,) = [each async for each in requests_of(planned_rounds(plan), plan, 1)]

    assert asked.requests["left"].settings.system == "Be brief."


def test_a_file_that_is_gone_is_known_before_anything_is_sent(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("Some notes.")
    plan = plan_with(case_with(path), case_with(path, "b"))
    path.unlink()

    with pytest.raises(MustNotBeSentError, match=r"^Case a: .*notes\.txt cannot be attached: No such file"):
        check_plan(plan)


def test_the_case_that_holds_what_looks_like_a_key_is_named() -> None:
    plan = plan_of("fine", "my sk-ant-api03-abcdefghijklmnopqrstuvwxyz0123456789 key")

    assert check_plan(plan).startswith("The prompt seems to hold an Anthropic key")
    assert " in case my sk-" in check_plan(plan)


def test_a_single_case_is_not_named(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("Some notes.")
    plan = plan_with(case_with(path))
    path.unlink()

    with pytest.raises(MustNotBeSentError, match=r"^\S*notes\.txt cannot be attached: No such file"):
        check_plan(plan)


def test_a_key_of_any_endpoint_is_found() -> None:
    secret = "configured-key-0123456789"  # noqa: S105 - made up
    known = configured_endpoints({"ANTHROPIC_API_KEY": secret})
    models = {name: Settings(known[name], "m", simulated=True) for name in ("openai", "anthropic")}
    plan = Plan(plan_of("fine", f"This is {secret}.").cases, models)

    with pytest.raises(MustNotBeSentError, match=r"^Case This is .*: The prompt holds the secret in ANTHROPIC_API_KEY"):
        check_plan(plan)


def test_files_that_may_be_sent(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("Some notes.")

    assert check_plan(plan_with(case_with(path), case_with(path, "b"))) == ""
