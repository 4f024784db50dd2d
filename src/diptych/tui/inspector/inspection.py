"""One line of an event list in full: when it came, what it means, and its raw data."""

import dataclasses
import json
import re
from collections.abc import Iterator
from typing import Any, assert_never

from diptych.apis.reported_times import header_times
from diptych.core.event import (
    AttemptFailed,
    Event,
    Headers,
    Line,
    RequestSent,
    ResponseBegan,
    RunCut,
    RunFailed,
    RunStopped,
    header_value,
    time_is_known,
)
from diptych.core.frame import Frame, framed_bytes, framed_lines, usual_frame
from diptych.core.json_text import parse_json
from diptych.core.run import Run
from diptych.core.secrets.values import REDACTED
from diptych.core.text.sanitize import clean, clean_line
from diptych.core.wording.describe import describe
from diptych.core.wording.explain import explain
from diptych.core.wording.file_details import file_size
from diptych.core.wording.server_figures import server_times_sentence
from diptych.tui import figure_text

_CONTENT_LENGTH = re.compile(r"[0-9]{1,15}")
"""A number of bytes. A recording may hold any text as the value of a header."""

_REBUILT = (
    "Recordings of older versions keep the name and the data of an event. The lines were put together from these."
)


@dataclasses.dataclass(frozen=True, slots=True)
class Inspection:
    """What is shown of a line. Neither `raw` nor `copied` is cleaned: both are what was sent or received."""

    title: str
    offsets: str
    explanation: str
    raw: str
    """The lines as they went over the wire: of an event its frame, of a request or a response its head and its body."""
    copied: str
    """What the key that copies an event copies: of an event its data, of anything else `raw`."""
    raw_remark: str
    """A sentence about `raw`, if it is not exactly what went over the wire."""
    value: Any
    """The data for the tree: decoded JSON, or text if it is not JSON."""


def inspect(run: Run, index: int) -> Inspection:
    """Return what to show of the line with that index."""
    line = run.lines[index]
    name = clean_line(describe(line).name)
    title = f"{line.seq} {name}" if isinstance(line, Event) else name
    copied, value = _data(line)
    raw = _framed(run, line) if isinstance(line, Event) else copied
    remark = _REBUILT if isinstance(line, Event) and not (line.frame or run.keeps_bytes) else ""
    explanation = clean(f"{explain(line)}{_server_times(line)}")
    return Inspection(title, _offsets(run, index), explanation, raw, copied, remark, value)


def _offsets(run: Run, index: int) -> str:
    line = run.lines[index]
    stamps = run.stamps
    t0 = run.began if stamps.t0 is None else stamps.t0
    parts = [f"at {figure_text.line_offset(run, line, t0)} s"]
    if index:
        parts.append(f"Δ {figure_text.gap(run, run.lines[index - 1], line)} s")
    if isinstance(line, RequestSent):
        parts += filter(None, [figure_text.connection(run, line.at)])
    if stamps.first_token is not None and time_is_known(line, stamps.unknown):
        parts.append(_from_first_token(line.at - stamps.first_token))
    return " · ".join((*parts, *_sizes(run, line)))


def _sizes(run: Run, line: Line) -> Iterator[str]:
    """Yield how large the parts of a line were on the wire, as far as that is known."""
    match line:
        case Event(data=data, frame=frame, pieces=pieces):
            yield f"data {file_size(len(data))}"
            if frame or run.keeps_bytes:
                size = len(framed_bytes(_frame(run, line), data))
                yield f"with its frame {file_size(size)}"
                count = len(pieces or ()) + (sum(piece.size for piece in pieces or ()) < size)
                if count > 1:
                    yield f"in {count} pieces"
        case RequestSent(headers=headers, body=body):
            hidden = " without secrets" if any(REDACTED in value for _, value in headers) else ""
            yield f"headers {file_size(_size_of(headers))}{hidden}"
            sent = header_value(headers, "content-length")
            yield f"body {file_size(int(sent) if _CONTENT_LENGTH.fullmatch(sent) else len(body))}"
        case ResponseBegan(at=at, headers=headers, body=body):
            yield f"headers {file_size(_size_of(headers))}"
            received = run.body_size if at == run.stamps.headers else 0
            if body or received:
                yield f"body {file_size(len(body) or received)}{'' if run.ended else ' so far'}"
        case RunFailed(body=body) if body:
            yield f"body {file_size(len(body))}"
        case _:
            pass


def _size_of(headers: Headers) -> int:
    """Return the bytes of header lines, each with a colon, a space and a line break of two bytes."""
    return sum(
        len(name.encode("utf-8", "replace")) + len(value.encode("utf-8", "replace")) + 4 for name, value in headers
    )


def _server_times(line: Line) -> str:
    """Return a line about the times that the headers of a response report, "" if they report none."""
    times = header_times(line.headers) if isinstance(line, ResponseBegan) else ()
    return f"\n{server_times_sentence(times)}" if times else ""


def _framed(run: Run, event: Event) -> str:
    """Return the lines of an event as they came, or as they usually are where only its name and data are known."""
    return b"\n".join(framed_lines(_frame(run, event), event.data)).decode("utf-8", "replace")


def _frame(run: Run, event: Event) -> Frame:
    return event.frame or usual_frame(run.request.settings.endpoint.api, event.name, event.data)


def _from_first_token(seconds: float) -> str:
    if not seconds:
        return "the first token"
    return f"{figure_text.offset(abs(seconds))} s {'after' if seconds > 0 else 'before'} the first token"


def _data(line: Line) -> tuple[str, Any]:
    match line:
        case Event(data=data):
            text = data.decode("utf-8", "replace")
            return text, _json(text)
        case RequestSent(method=method, url=url, headers=headers, body=body):
            text = body.decode("utf-8", "replace")
            value = {"method": method, "url": url, "headers": _by_name(headers), "body": _json(text)}
            return f"{method} {url}\n{_as_text(headers)}\n{text}", value
        case ResponseBegan(status=status, headers=headers, body=body):
            text = body.decode("utf-8", "replace")
            value = {"status": status, "headers": _by_name(headers)}
            return f"{status}\n{_as_text(headers)}\n{text}", value | {"body": _json(text)} if body else value
        case AttemptFailed(attempt=attempt, status=status, wait=wait, reason=reason):
            return _fields({"attempt": attempt, "status": status, "wait": wait, "reason": reason})
        case RunFailed(failure=failure, body=body):
            fields, value = _fields(dataclasses.asdict(failure))
            if not body:
                return fields, value
            text = body.decode("utf-8", "replace")
            return f"{fields}\n\n{text}", value | {"body": _json(text)}
        case RunStopped() | RunCut():
            return "", {}
        case _:
            assert_never(line)


def _fields(fields: dict[str, Any]) -> tuple[str, Any]:
    return json.dumps(fields, ensure_ascii=False), fields


def _json(text: str) -> Any:
    try:
        return parse_json(text)
    except ValueError:
        return text


def _by_name(headers: Headers) -> dict[str, str]:
    values: dict[str, str] = {}
    for name, value in headers:
        values[name] = f"{values[name]}, {value}" if name in values else value
    return values


def _as_text(headers: Headers) -> str:
    return "".join(f"{name}: {value}\n" for name, value in headers)
