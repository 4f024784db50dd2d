"""Spans as a collector in another process receives them, and what happens without one."""

import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread

import pytest

from diptych.telemetry.span_sender import SpanSender
from diptych.telemetry.switch import MISSING_EXTRA
from tests.cli.experiment.test_experiment_command import Experimenter
from tests.cli.test_commands import diptych, plan_both
from tests.support.answers import Answer, json_answer
from tests.support.collector import Collector, running_collector
from tests.support.loopback import LoopbackServer
from tests.support.streams import chat, messages
from tests.support.terminal import QUICK_MODELS, new_user, opened, shows

SECRET = "sk-planted-in-a-header"  # noqa: S105 - looked for in what is sent and said


@pytest.fixture(scope="module")
def _collector() -> Iterator[Collector]:
    with running_collector() as collector:
        yield collector


@pytest.fixture
def collector(_collector: Collector, monkeypatch: pytest.MonkeyPatch) -> Collector:
    """A collector that the environment names, and that has received nothing yet."""
    _collector.requests.clear()
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", _collector.url)
    return _collector


@pytest.fixture
def asked(server: LoopbackServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> LoopbackServer:
    """A server that both base URLs point at, and an empty history."""
    monkeypatch.setenv("DIPTYCH_HISTORY", str(tmp_path / "history.db"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("ANTHROPIC_BASE_URL", server.url)
    monkeypatch.setenv("OPENAI_BASE_URL", f"{server.url}/v1")
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-ant-planted")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-oai-planted")
    return server


def test_a_round_is_a_trace_with_a_span_for_each_side(asked: LoopbackServer, collector: Collector) -> None:
    plan_both(asked)

    result = diptych("run", "hi", "-r", "openai:gpt")

    assert (result.exit_code, result.stderr) == (0, "")
    round_, *runs = collector.spans(3)
    assert (round_.name, round_.kind, round_.attributes) == ("diptych round", "INTERNAL", {"diptych.round": 1})
    assert {run.kind for run in runs} == {"CLIENT"}
    assert {run.trace for run in runs} == {round_.trace}
    assert {run.parent for run in runs} == {round_.id}
    assert (round_.began, round_.ended) == (min(run.began for run in runs), max(run.ended for run in runs))
    left, right = collector.runs(2)
    assert (left.name, right.name) == ("chat claude-sonnet-5-5", "chat gpt")
    assert left.attributes["diptych.round"] == 1
    assert left.attributes["server.port"] == asked.port
    assert left.attributes["gen_ai.conversation.id"] == right.attributes["gen_ai.conversation.id"]
    assert left.attributes["gen_ai.response.finish_reasons"] == ["end_turn"]
    assert [name for name, _, _ in left.events] == ["diptych.first_token", "diptych.first_answer"]
    assert all(left.began <= at <= left.ended for _, at, _ in left.events)
    assert left.resource["service.name"] == "diptych"
    assert [request["path"] for request in collector.requests] == ["/v1/traces"]


def test_the_standard_variables_say_how_spans_are_sent(
    asked: LoopbackServer, collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", f"{collector.url}/mine")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_HEADERS", f"x-token={SECRET}")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_COMPRESSION", "gzip")
    monkeypatch.setenv("OTEL_SERVICE_NAME", "nightly")
    monkeypatch.setenv("OTEL_RESOURCE_ATTRIBUTES", "team=search")
    trace, parent = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
    monkeypatch.setenv("TRACEPARENT", f"00-{trace}-{parent}-01")
    plan_both(asked)

    assert diptych("run", "hi", "-r", "openai:gpt").exit_code == 0

    round_, *_ = collector.spans(3)
    assert (round_.trace, round_.parent) == (trace, parent)
    assert round_.resource.items() >= {"service.name": "nightly", "team": "search"}.items()
    (request,) = collector.requests
    assert request["path"] == "/mine"
    assert request["headers"].items() >= {"x-token": SECRET, "content-encoding": "gzip"}.items()


def test_neither_secrets_nor_texts_are_sent(asked: LoopbackServer, collector: Collector) -> None:
    asked.plan(Answer(messages("Hello")), key="/v1/messages")
    asked.plan(json_answer(401, '{"error": {"message": "sk-oai-planted is wrong"}}'), key="/v1/chat/completions")

    diptych("run", "What is love?", "--system", "Be brief.", "-r", "openai:gpt")

    collector.spans(3)
    for word in ("planted", "love", "brief", "Hello"):
        assert word not in str(collector.requests)


def test_texts_are_sent_if_the_user_asks_for_them(
    asked: LoopbackServer, collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT", "SPAN_ONLY")
    plan_both(asked)

    diptych("run", "What is love?", "-r", "openai:gpt")

    left, right = collector.runs(2)
    assert "What is love?" in left.attributes["gen_ai.input.messages"]
    assert "Hello" in left.attributes["gen_ai.output.messages"]
    assert "Salut" in right.attributes["gen_ai.output.messages"]


def test_a_new_take_is_a_span_of_its_own(asked: LoopbackServer, collector: Collector) -> None:
    plan_both(asked)
    asked.plan(Answer(messages("Hello again")), key="/v1/messages")
    diptych("run", "hi", "-r", "openai:gpt")
    collector.spans(3)
    collector.requests.clear()

    assert diptych("run", "--redo", "left", "1").exit_code == 0

    (take,) = collector.runs(1)
    assert (take.attributes["diptych.take"], take.attributes["diptych.round"]) == (2, 1)


def test_every_answer_of_an_experiment_says_where_it_belongs(
    server: LoopbackServer, collector: Collector, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = Experimenter(server, tmp_path, monkeypatch)
    user.plan("x", "one", "two")
    user.plan("y", "one", Answer(chat("t")[:2]))

    assert user.run("--repeat", "2", "Count").exit_code == 1

    spans = collector.spans(6)
    assert [span.kind for span in spans] == ["INTERNAL"] * 2 + ["CLIENT"] * 4
    assert len({span.trace for span in spans}) == 2
    keys = ("diptych.experiment", "diptych.repeat", "diptych.label", "diptych.state")
    assert sorted(tuple(span.attributes[key] for key in keys) for span in spans[2:]) == [
        (1, 1, "a:x", "complete"),
        (1, 1, "b:y", "complete"),
        (1, 2, "a:x", "complete"),
        (1, 2, "b:y", "cut"),
    ]
    assert all("gen_ai.conversation.id" not in span.attributes for span in spans)
    assert {span.attributes["diptych.round"] for span in spans} == {1, 2}


def test_a_judge_is_asked_in_spans(
    server: LoopbackServer, collector: Collector, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = Experimenter(server, tmp_path, monkeypatch)
    user.plan("x", "one")
    user.plan("y", "two")
    user.plan("judge", *['{"reason": "short", "verdict": "A"}'] * 2)
    user.run("Count")
    collector.spans(3)
    collector.requests.clear()

    diptych("judge", "x1", "--judge", "a:judge", "--yes")

    assert [span.name for span in collector.runs(2)] == ["chat judge", "chat judge"]


@pytest.mark.parametrize(
    ("how", "sentence"),
    [
        ("down", "3 spans could not be sent to {url}/v1/traces: nothing can be reached there.\n"),
        ("503", "3 spans could not be sent to {url}/v1/traces: it answers with status 503.\n"),
        ("hang", "3 spans could not be sent to {url}/v1/traces: it does not answer in time.\n"),
        ("302", "3 spans could not be sent to {url}/v1/traces: it answers with status 302.\n"),
    ],
)
def test_a_collector_that_does_not_take_spans_is_named_in_one_sentence(
    how: str, sentence: str, asked: LoopbackServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan_both(asked)
    with running_collector("200" if how == "down" else how) as collector:
        if how == "hang":
            monkeypatch.setattr(SpanSender, "close", _until_asked(collector))
        url = f"http://127.0.0.1:{_free_port()}" if how == "down" else collector.url
        host = url.removeprefix("http://")
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"http://user:{SECRET}@{host}")

        result = diptych("run", "hi", "-r", "openai:gpt")

    assert result.exit_code == 0
    assert result.stderr == sentence.format(url=url)
    assert "complete" in result.stdout


def _until_asked(collector: Collector) -> Callable[[SpanSender, float], str]:
    """Return a `SpanSender.close` whose time is up once the collector has all three spans, and not before."""
    close = SpanSender.close

    def close_when_asked(sender: SpanSender, patience: float) -> str:
        def end() -> None:
            collector.spans(3)
            sender._session.on_failure()

        Thread(target=end, daemon=True).start()
        return close(sender, patience)

    return close_when_asked


def test_what_the_sdk_refuses_is_said(
    asked: LoopbackServer, collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "5000")
    plan_both(asked)

    result = diptych("run", "hi", "-r", "openai:gpt")

    assert result.exit_code == 0
    assert result.stderr.startswith("Spans cannot be sent: max_export_batch_size must be")
    assert result.stderr.count("\n") == 1


def test_a_url_that_is_none_is_said(asked: LoopbackServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "localhost:4318")
    plan_both(asked)

    result = diptych("run", "hi", "-r", "openai:gpt")

    assert result.stderr.endswith(": that is not a URL of http or https.\n")


@pytest.fixture
def _without_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("diptych.telemetry.switch._is_installed", lambda: False)


@pytest.mark.usefixtures("_without_extra")
def test_without_the_extra_the_option_is_refused(asked: LoopbackServer) -> None:
    result = diptych("run", "hi", "--otel")

    assert (result.exit_code, result.stdout, result.stderr) == (2, "", f"Error: {MISSING_EXTRA}\n")
    assert asked.received == []


@pytest.mark.usefixtures("_without_extra", "collector")
def test_without_the_extra_the_variables_are_mentioned_only_once(asked: LoopbackServer) -> None:
    plan_both(asked)
    plan_both(asked)

    first, second = (diptych("run", "hi", "-r", "openai:gpt") for _ in range(2))

    assert first.stderr.startswith("Warning: Spans need OpenTelemetry, which is not installed: ")
    assert first.stderr.endswith(" This is said only once.\n")
    assert second.stderr == ""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals of this kind")
def test_the_app_sends_spans(collector: Collector, tmp_path: Path) -> None:
    environment = new_user(tmp_path) | {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.url}
    with opened(environment, "demo", "hi", "--once", before=QUICK_MODELS) as terminal:
        assert terminal.wait_for_end() == 0

    left, right = collector.runs(2)
    assert (left.attributes["diptych.label"], right.attributes["diptych.label"]) == ("left", "right")
    assert left.attributes["diptych.simulated"] is True


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals of this kind")
def test_the_app_tells_once_that_spans_cannot_be_sent(tmp_path: Path) -> None:
    url = f"http://127.0.0.1:{_free_port()}"
    variables = {"OTEL_BSP_SCHEDULE_DELAY": "50", "OTEL_EXPORTER_OTLP_TIMEOUT": "0.2"}
    environment = new_user(tmp_path) | variables | {"OTEL_EXPORTER_OTLP_ENDPOINT": url}
    with opened(environment, "demo", "hi", before=QUICK_MODELS) as terminal:
        terminal.wait_until(shows(f"Spans cannot be sent to {url}/v1/traces"))
        terminal.type("\x11")
        assert terminal.wait_for_end() == 0
        assert "sent" not in terminal.said


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port
