"""Spans of recorded rounds in OTLP's JSON: a line per round, each of which is a whole request to a collector.

The format: https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding, in lines as
https://opentelemetry.io/docs/specs/otel/protocol/file-exporter/ has it. It needs no OpenTelemetry.
"""

import hashlib
import math
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, assert_never

from diptych import __version__
from diptych.core.json_text import JsonObject, to_json
from diptych.core.naming import refuse_hidden
from diptych.core.round import Round
from diptych.telemetry.run_span import recorded_clock, round_span, run_span
from diptych.telemetry.span_data import AttributeValue, SpanData

if TYPE_CHECKING:
    from diptych.core.run import Run

_INTERNAL, _CLIENT = 1, 3
"""Kinds of spans."""

_ERROR = 2
"""The status of a span that failed."""


class UndatedRoundError(ValueError):
    """A round has no spans, since it is not known when it was asked. The text is a sentence for users."""


def otlp_lines(rounds: Iterable[Round], service: str, *, with_content: bool = False) -> Iterator[str]:
    """Yield a line for each round: its span, and in it those of its runs that have ended.

    The IDs are made of the round, so that they are the same whenever it is exported. `service` is the name of the
    program that the spans belong to. Prompts and answers are in them only with `with_content`. Raises
    `HiddenRoundError` for a round whose sides are hidden, and `UndatedRoundError`.
    """
    resource = {"attributes": _attributes({"service.name": service, "service.version": __version__})}
    for round_ in rounds:
        refuse_hidden(round_)
        spans = [*_spans(round_, with_content=with_content)]
        scope = {"name": "diptych", "version": __version__}
        whole = {"resourceSpans": [{"resource": resource, "scopeSpans": [{"scope": scope, "spans": spans}]}]}
        yield f"{to_json(whole)}\n"


def _spans(round_: Round, *, with_content: bool) -> Iterator[JsonObject]:
    made: list[tuple[Run, SpanData]] = []
    for run in round_.all_takes():
        clock = recorded_clock(run, round_)
        if clock is None:
            raise UndatedRoundError("It is not known when this round was asked, so there are no spans of it.")
        if run.ended:
            made.append((run, run_span(run, round_, clock, "", with_content=with_content)))
    if not made:
        return
    trace = _hash(_identity(round_), 16)
    parent = _hash(f"{trace} round", 8)
    yield _span_object(round_span(round_, [span for _, span in made]), trace, parent, _INTERNAL)
    for run, span in made:
        span_id = _hash(f"{trace} {run.label} {run.take}", 8)
        yield _span_object(span, trace, span_id, _CLIENT) | {"parentSpanId": parent}


def _identity(round_: Round) -> str:
    """Return a text that tells a round from all others, and is the same wherever the round is kept."""
    case = round_.experiment_case
    place = [case.case, case.repeat] if case else None
    requests = [run.request.settings.model for run in round_.all_takes()]
    return to_json([round_.date, round_.prompt, place, requests])


def _hash(text: str, size: int) -> str:
    """Return an ID of `size` bytes in hexadecimal digits."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[: 2 * size]


def _span_object(span: SpanData, trace: str, span_id: str, kind: int) -> JsonObject:
    events = [
        {"timeUnixNano": str(event.at), "name": event.name, "attributes": _attributes(event.attributes)}
        for event in span.events
    ]
    return {
        "traceId": trace,
        "spanId": span_id,
        "name": span.name,
        "kind": kind,
        "startTimeUnixNano": str(span.began),
        "endTimeUnixNano": str(span.ended),
        "attributes": _attributes(span.attributes),
        "events": events,
        "status": {"code": _ERROR, "message": span.error} if span.error else {},
    }


def _attributes(attributes: Mapping[str, AttributeValue]) -> list[JsonObject]:
    return [{"key": name, "value": _value(value)} for name, value in attributes.items()]


def _value(value: AttributeValue) -> JsonObject:
    match value:
        case str():
            return {"stringValue": value}
        case bool():
            return {"boolValue": value}
        case int():
            return {"intValue": str(value)}
        case float():
            return {"doubleValue": value if math.isfinite(value) else str(value)}
        case list():
            return {"arrayValue": {"values": [{"stringValue": each} for each in value]}}
        case _:
            assert_never(value)
