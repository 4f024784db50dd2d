"""When spans are sent, and when they hold what was said."""

import subprocess
import sys

import pytest

from diptych.telemetry import switch
from diptych.telemetry.switch import MISSING_EXTRA, TelemetrySwitch, telemetry_switch

HERE = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://localhost:4318"}
CAPTURE = "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"


@pytest.mark.parametrize(
    ("variables", "wanted", "is_on"),
    [
        ({}, False, False),
        ({}, True, True),
        (HERE, False, True),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://localhost:4318/v1/traces"}, False, True),
        ({"OTEL_TRACES_EXPORTER": "otlp"}, False, True),
        ({"OTEL_TRACES_EXPORTER": "console,otlp"}, False, True),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": " "}, False, False),
        ({"OTEL_EXPORTER_OTLP_HEADERS": "a=b", "OTEL_SERVICE_NAME": "mine"}, False, False),
        ({"OTEL_EXPORTER_OTLP_METRICS_ENDPOINT": "http://localhost:4318/v1/metrics"}, False, False),
        (HERE | {"OTEL_TRACES_EXPORTER": "none"}, False, False),
        (HERE | {"OTEL_TRACES_EXPORTER": "zipkin"}, False, False),
        (HERE | {"OTEL_SDK_DISABLED": "True"}, False, False),
        (HERE | {"OTEL_SDK_DISABLED": "no"}, False, True),
        (HERE | {"OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf"}, False, True),
        (
            HERE | {"OTEL_EXPORTER_OTLP_TRACES_PROTOCOL": "http/protobuf", "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"},
            False,
            True,
        ),
    ],
)
def test_the_standard_variables_decide(variables: dict[str, str], wanted: bool, is_on: bool) -> None:
    assert telemetry_switch(variables, wanted=wanted) == TelemetrySwitch(is_on=is_on)


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({"OTEL_SDK_DISABLED": "true"}, "OTEL_SDK_DISABLED is true, so --otel sends nothing."),
        ({"OTEL_TRACES_EXPORTER": "none"}, "OTEL_TRACES_EXPORTER is none, so --otel sends nothing."),
    ],
)
def test_the_option_says_what_keeps_it_from_sending(variables: dict[str, str], sentence: str) -> None:
    assert telemetry_switch(variables, wanted=True) == TelemetrySwitch(warning=sentence)


def test_another_protocol_is_named() -> None:
    found = telemetry_switch(HERE | {"OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}, wanted=False)

    assert not found.is_on
    assert found.problem == "Diptych sends spans as http/protobuf only, and OTEL_EXPORTER_OTLP_PROTOCOL asks for grpc."


@pytest.mark.parametrize(
    ("value", "with_content"),
    [
        ("true", True),
        ("SPAN_ONLY", True),
        ("span_and_event", True),
        ("", False),
        ("false", False),
        ("NO_CONTENT", False),
        ("EVENT_ONLY", False),
    ],
)
def test_texts_are_sent_only_if_they_are_asked_for_in_spans(value: str, with_content: bool) -> None:
    assert telemetry_switch({CAPTURE: value}, wanted=True) == TelemetrySwitch(is_on=True, with_content=with_content)


def test_an_unknown_wish_for_texts_sends_none() -> None:
    found = telemetry_switch({CAPTURE: "all"}, wanted=True)

    assert (found.is_on, found.with_content) == (True, False)
    assert found.warning == f"{CAPTURE} has an unknown value, so spans hold no texts."


@pytest.mark.parametrize("missing", ["opentelemetry", "opentelemetry.sdk", "opentelemetry.exporter.otlp.proto.http"])
def test_the_missing_extra_is_named(missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def find(name: str) -> object:
        return None if name == missing else name

    monkeypatch.setattr(switch, "find_spec", find)

    assert telemetry_switch(HERE, wanted=False).problem == MISSING_EXTRA


def test_without_any_of_its_packages_the_extra_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    def find(name: str) -> object:
        if name.startswith("opentelemetry.exporter"):
            raise ModuleNotFoundError(name)
        return name

    monkeypatch.setattr(switch, "find_spec", find)

    assert telemetry_switch({}, wanted=True).problem == MISSING_EXTRA


def test_nothing_of_opentelemetry_is_imported_to_find_that_out() -> None:
    script = (
        "import sys; from diptych.telemetry.switch import telemetry_switch\n"
        "import diptych.cli.telemetry_option, diptych.telemetry.round_spans\n"
        "assert telemetry_switch({}, wanted=True).is_on\n"
        "print([name for name in sys.modules if name.startswith(('opentelemetry.sdk', 'requests', 'google'))])"
    )
    output = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=120, check=True)
    assert output.stdout == "[]\n"
