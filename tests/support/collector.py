"""A collector of OpenTelemetry spans in another process, as a test sees it."""

import base64
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import IO, Any

_SCRIPT = Path(__file__).with_name("collector_server.py")
_PATIENCE = 60.0
"""Seconds after which a test that waits for spans fails."""


@dataclass(frozen=True)
class Span:
    """A span that arrived. Times are in nanoseconds since 1970."""

    raw: dict[str, Any]
    resource: dict[str, Any]

    @property
    def name(self) -> str:
        return str(self.raw["name"])

    @property
    def kind(self) -> str:
        return str(self.raw["kind"]).removeprefix("SPAN_KIND_")

    @property
    def id(self) -> str:
        return _hexadecimal(self.raw["spanId"])

    @property
    def trace(self) -> str:
        return _hexadecimal(self.raw["traceId"])

    @property
    def parent(self) -> str:
        return _hexadecimal(self.raw.get("parentSpanId", ""))

    @property
    def began(self) -> int:
        return int(self.raw["startTimeUnixNano"])

    @property
    def ended(self) -> int:
        return int(self.raw["endTimeUnixNano"])

    @property
    def attributes(self) -> dict[str, Any]:
        return _values(self.raw.get("attributes", []))

    @property
    def events(self) -> list[tuple[str, int, dict[str, Any]]]:
        """Its events: name, time, attributes."""
        return [
            (event["name"], int(event["timeUnixNano"]), _values(event.get("attributes", [])))
            for event in self.raw.get("events", [])
        ]

    @property
    def error(self) -> str | None:
        """The message of its status, None unless that is an error."""
        status = self.raw.get("status", {})
        return status.get("message", "") if status.get("code") == "STATUS_CODE_ERROR" else None


class Collector:
    """Receives spans. Its methods block, for at most a minute."""

    def __init__(self, port: int, requests: SimpleQueue[dict[str, Any]]) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.requests: list[dict[str, Any]] = []
        """The requests that `spans` has waited for."""
        self._arriving = requests

    def spans(self, count: int) -> list[Span]:
        """Wait until so many spans have arrived; return all, those that ask a model last."""
        while len(arrived := self._arrived()) < count:
            self.requests.append(self._arriving.get(timeout=_PATIENCE))
        return sorted(arrived, key=lambda span: (span.kind == "CLIENT", span.began, span.name))

    def runs(self, count: int) -> list[Span]:
        """Wait until so many spans of runs have arrived; return these, by the label of the run."""
        while len(found := [span for span in self._arrived() if span.kind == "CLIENT"]) < count:
            self.requests.append(self._arriving.get(timeout=_PATIENCE))
        return sorted(found, key=lambda span: str(span.attributes["diptych.label"]))

    def _arrived(self) -> list[Span]:
        return [
            Span(span, _values(each["resource"]["attributes"]))
            for request in self.requests
            for each in request["body"].get("resourceSpans", [])
            for scope in each["scopeSpans"]
            for span in scope["spans"]
        ]


@contextmanager
def running_collector(how: str = "200") -> Iterator[Collector]:
    """Run a collector that answers with this status, or hangs with `hang`."""
    command = [sys.executable, str(_SCRIPT), how]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdin
        output = process.stdout
        arriving: SimpleQueue[dict[str, Any]] = SimpleQueue()
        port = int(output.readline())
        reader = Thread(target=_read, args=(output, arriving), daemon=True)
        reader.start()
        try:
            yield Collector(port, arriving)
        finally:
            process.stdin.close()
            process.wait(_PATIENCE)
            reader.join(_PATIENCE)


def _read(output: IO[str], arriving: SimpleQueue[dict[str, Any]]) -> None:
    for line in output:
        arriving.put(json.loads(line))


def _values(attributes: list[dict[str, Any]]) -> dict[str, Any]:
    return {each["key"]: _value(each["value"]) for each in attributes}


def _value(value: dict[str, Any]) -> Any:
    (kind, inner), *_ = value.items()
    match kind:
        case "intValue":
            return int(inner)
        case "arrayValue":
            return [_value(each) for each in inner.get("values", [])]
        case _:
            return inner


def _hexadecimal(encoded: str) -> str:
    return base64.b64decode(encoded).hex()
