"""`diptych export xN --format eval`: Inspect logs, read back by inspect-ai.

inspect-ai is large, so it is not among the development dependencies: `.ci/run` installs it for these tests.
"""

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from diptych.report.experiment import export_inspect
from tests.cli.experiment.test_experiment_command import Experimenter, diptych, sentence
from tests.support.answers import Answer, json_answer
from tests.support.loopback import LoopbackServer
from tests.support.streams import CHAT_USAGE, DONE, chat, chunk

needs_inspect = pytest.mark.skipif(find_spec("inspect_ai") is None, reason="inspect-ai is not installed")
pytestmark = pytest.mark.filterwarnings("default")  # of inspect-ai and what it stands on


@pytest.fixture
def user(server: LoopbackServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Experimenter:
    return Experimenter(server, tmp_path, monkeypatch)


@pytest.fixture
def _pretended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export_inspect, "require_inspect", lambda: None)


def logs_in(folder: Path) -> dict[str, Any]:
    """The logs that Inspect lists in a folder, by model."""
    from inspect_ai.log import list_eval_logs, read_eval_log

    return {log.eval.model: log for log in map(read_eval_log, list_eval_logs(str(folder)))}


def test_without_the_extra_a_sentence_names_it(user: Experimenter, tmp_path: Path) -> None:
    if find_spec("inspect_ai") is not None:
        pytest.skip("inspect-ai is installed")
    user.plan("x", "one")
    user.plan("y", "two")
    user.run("Count")

    said = sentence("export", "x1", "--format", "eval", "-o", str(tmp_path / "logs"))

    assert said == "Inspect logs are written by inspect-ai, which is not installed: install diptych[inspect]."
    assert not (tmp_path / "logs").exists()


def test_a_round_is_refused() -> None:
    assert sentence("export", "1", "--format", "eval") == "Only an experiment, such as x3, can be exported as eval."


@pytest.mark.usefixtures("_pretended")
def test_two_models_need_a_folder(user: Experimenter, tmp_path: Path) -> None:
    user.plan("x", "one")
    user.plan("y", "two")
    user.run("Count")

    assert sentence("export", "x1", "--format", "eval") == (
        "Inspect logs are files, one for each model: name a folder with -o FOLDER."
    )
    assert sentence("export", "x1", "-o", str(tmp_path / "x1.eval")) == (
        "Inspect has one log for each model, and this experiment asked 2: name a folder with -o."
    )
    (tmp_path / "file").touch()
    assert sentence("export", "x1", "--format", "eval", "-o", str(tmp_path / "file")).endswith(
        "cannot be made: File exists."
    )
    assert sentence("export", "x9", "--format", "eval", "-o", str(tmp_path)).startswith("There is no experiment x9")


@needs_inspect
def test_inspect_reads_what_was_asked_and_answered(user: Experimenter, tmp_path: Path) -> None:
    call = {"index": 0, "id": "call_1", "function": {"name": "look", "arguments": '{"at": 1}'}}
    user.plan("x", "Paris", Answer([chunk({"reasoning_content": "Hm."}), *chat("London", stop="length")]))
    user.plan(
        "y",
        Answer([chunk({"tool_calls": [call]}), chunk({}, "tool_calls"), CHAT_USAGE, DONE]),
        json_answer(400, '{"error": {"message": "Too long."}}'),
    )
    user.run("--repeat", "2", "--check", "contains=Paris", "--system", "Be brief.", "-p", "temperature=0.5", "Capital?")

    assert diptych("export", "x1", "--format", "eval", "-o", str(tmp_path / "logs")).exit_code == 0

    logs = logs_in(tmp_path / "logs")
    assert sorted(logs) == ["a/x", "b/y"]
    log = logs["a/x"]
    assert (log.status, log.eval.task, log.eval.config.epochs) == ("success", "diptych-x1", 2)
    config = log.eval.model_generate_config
    assert (config.temperature, config.system_message) == (0.5, "Be brief.")
    assert len({log.eval.task_id for log in logs.values()}) == 2
    first, second = log.samples
    assert (first.id, first.epoch, first.input) == (second.id, 1, "Capital?")
    assert (first.output.completion, first.output.stop_reason, second.output.stop_reason) == (
        "Paris",
        "stop",
        "max_tokens",
    )
    assert [message.role for message in first.messages] == ["user", "assistant"]
    assert second.output.message.content[0].reasoning == "Hm."
    assert (first.output.usage.input_tokens, first.output.usage.output_tokens) == (8, 3)
    assert first.output.usage.total_cost == 11.0
    assert {name: score.value for name, score in first.scores.items()} == {"passed": "C", 'contains "Paris"': "C"}
    assert second.scores['contains "Paris"'].value == "I"
    assert first.metadata["first_token"] == pytest.approx(first.metadata["first_answer"])
    (passed, *_) = log.results.scores
    assert (passed.name, passed.metrics["accuracy"].value, passed.scored_samples) == ("passed", 0.5, 2)
    assert log.stats.model_usage["a/x"].output_tokens == 6

    called, failed = logs["b/y"].samples
    (tool_call,) = called.output.message.tool_calls
    assert (tool_call.function, tool_call.arguments, called.output.stop_reason) == ("look", {"at": 1}, "tool_calls")
    assert "Too long." in failed.error.message
    assert (logs["b/y"].results.total_samples, logs["b/y"].results.completed_samples) == (2, 1)


@needs_inspect
def test_the_log_of_a_single_model_is_a_file(user: Experimenter, tmp_path: Path) -> None:
    from inspect_ai.log import read_eval_log

    user.plan("x", "one")
    diptych("run", "--yes", "-m", "a:x", "--repeat", "1", "Count")
    path = tmp_path / "one.eval"

    assert diptych("export", "x1", "-o", str(path)).stderr == f"Wrote {path}\n"
    assert read_eval_log(str(path)).samples[0].output.completion == "one"
    assert sentence("export", "x1", "-o", str(path)).endswith("or overwrite it with --force.")
    assert diptych("export", "x1", "-o", str(path), "--force").exit_code == 0
    assert [each.name for each in tmp_path.glob(".diptych-*")] == []


@needs_inspect
def test_an_answer_whose_round_is_gone_keeps_its_figures(user: Experimenter, tmp_path: Path) -> None:
    user.plan("x", "one")
    user.plan("y", "two")
    user.run("Count")
    assert diptych("history", "--delete", "1", "--yes").exit_code == 0

    assert diptych("export", "x1", "--format", "eval", "-o", str(tmp_path)).exit_code == 0

    (sample,) = logs_in(tmp_path)["a/x"].samples
    assert (sample.output.completion, sample.output.usage.output_tokens) == ("", 3)


@needs_inspect
def test_conversations_tools_and_strange_texts_survive(user: Experimenter, tmp_path: Path) -> None:
    case = (
        '{"id": "c/1", "messages": [{"role": "user", "content": "Hi"}, '
        '{"role": "assistant", "content": "Yes?"}, {"role": "user", "content": "Bye"}]}\n'
    )
    cases = tmp_path / "set.jsonl"
    cases.write_text(case)
    bad = {"index": 0, "id": "call_1", "function": {"name": "look", "arguments": '{"at'}}
    strange = {"index": 1, "id": "call_2", "function": {"name": "see", "arguments": "[1]"}}
    user.plan("x", Answer([chunk({"tool_calls": [bad, strange]}), chunk({}, "odd"), CHAT_USAGE, DONE]))
    user.plan("y", Answer([chunk({"content": "a\ud800b"}), chunk({}, "stop"), DONE]))
    user.run("--set", str(cases), "-p", 'stop="END"', "-p", 'seed="none"')

    assert diptych("export", "x1", "--format", "eval", "-o", str(tmp_path)).exit_code == 0

    logs = logs_in(tmp_path)
    (sample,) = logs["a/x"].samples
    assert (sample.id, sample.output.stop_reason) == ("c/1", "unknown")
    assert [(message.role, message.text) for message in sample.input] == [
        ("user", "Hi"),
        ("assistant", "Yes?"),
        ("user", "Bye"),
    ]
    first, second = sample.output.message.tool_calls
    assert (first.arguments, first.parse_error) == ({"arguments": '{"at'}, "The arguments are not JSON.")
    assert (second.arguments, second.parse_error) == ({"arguments": "[1]"}, "The arguments are not an object.")
    config = logs["a/x"].eval.model_generate_config
    assert (config.stop_seqs, config.seed) == (["END"], None)
    (other,) = logs["b/y"].samples
    assert (other.output.completion, other.output.usage) == ("a\ufffdb", None)
