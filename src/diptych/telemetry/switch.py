"""Decides from OpenTelemetry's standard variables whether spans are sent, and whether they hold what was said.

The variables are those of https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/ and
https://opentelemetry.io/docs/specs/otel/protocol/exporter/.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec

CAPTURE_CONTENT = "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"
"""The variable that asks for the texts of prompts and answers."""

MISSING_EXTRA = "Spans need OpenTelemetry, which is not installed: install diptych[otel]."

_ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
_PROTOCOLS = ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL")
_SPOKEN = "http/protobuf"

_WITH_CONTENT = {"true": True, "span_only": True, "span_and_event": True}
_WITHOUT_CONTENT = {"": False, "false": False, "no_content": False, "event_only": False}
_CONTENT = _WITH_CONTENT | _WITHOUT_CONTENT


@dataclass(frozen=True, slots=True)
class TelemetrySwitch:
    """Whether spans are sent, with the texts of prompts and answers or without.

    `problem` says why spans that are wanted cannot be sent, and `warning` what else the user should know; both are
    sentences, "" if there is nothing to say.
    """

    is_on: bool = False
    with_content: bool = False
    problem: str = ""
    warning: str = ""


def telemetry_switch(environ: Mapping[str, str], *, wanted: bool) -> TelemetrySwitch:
    """Return whether spans are sent. `wanted` is whether the user gave `--otel`.

    Without `--otel`, an endpoint in the environment switches them on, and so does `OTEL_TRACES_EXPORTER=otlp`. Other
    variables only say how they are sent.
    """
    off = _switched_off(environ)
    if off:
        return TelemetrySwitch(warning=f"{off}, so --otel sends nothing." if wanted else "")
    if not wanted and not _is_configured(environ):
        return TelemetrySwitch()
    for name in _PROTOCOLS:
        protocol = environ.get(name, "").strip().lower()
        if protocol and protocol != _SPOKEN:
            return TelemetrySwitch(problem=f"Diptych sends spans as {_SPOKEN} only, and {name} asks for {protocol}.")
        if protocol:
            break
    if not _is_installed():
        return TelemetrySwitch(problem=MISSING_EXTRA)
    with_content, warning = content_wanted(environ)
    return TelemetrySwitch(is_on=True, with_content=with_content, warning=warning)


def content_wanted(environ: Mapping[str, str]) -> tuple[bool, str]:
    """Return whether spans hold what was said, and a sentence if the variable that says so has an unknown value."""
    value = environ.get(CAPTURE_CONTENT, "").strip().lower()
    warning = "" if value in _CONTENT else f"{CAPTURE_CONTENT} has an unknown value, so spans hold no texts."
    return _CONTENT.get(value, False), warning


def _switched_off(environ: Mapping[str, str]) -> str:
    """Return which variable switches spans off, as the first half of a sentence; "" if none does."""
    if environ.get("OTEL_SDK_DISABLED", "").strip().lower() == "true":
        return "OTEL_SDK_DISABLED is true"
    exporters = _exporters(environ)
    if exporters and "otlp" not in exporters:
        return f"OTEL_TRACES_EXPORTER is {','.join(exporters)}"
    return ""


def _is_configured(environ: Mapping[str, str]) -> bool:
    return "otlp" in _exporters(environ) or any(environ.get(name, "").strip() for name in _ENDPOINTS)


def _exporters(environ: Mapping[str, str]) -> list[str]:
    return [name for each in environ.get("OTEL_TRACES_EXPORTER", "").split(",") if (name := each.strip().lower())]


def _is_installed() -> bool:
    if find_spec("opentelemetry") is None:
        return False
    try:
        return all(map(find_spec, ("opentelemetry.sdk", "opentelemetry.exporter.otlp.proto.http")))
    except ModuleNotFoundError:  # a package above one of them is missing
        return False
