"""A recorded exchange as an entry of a HAR. `read_har` reads entries."""

import dataclasses
from collections.abc import Iterator

from diptych.codec.checked_fields import rounded
from diptych.codec.har.event_messages import MEMBER, event_messages
from diptych.codec.har.har_bodies import (
    content_object,
    header_objects,
    post_data,
    query_objects,
    usual_status_text,
)
from diptych.codec.har.har_times import BLOCKED, date_text, timing_members
from diptych.core.event import RequestSent, header_value
from diptych.core.exchange import Exchange, exchanges
from diptych.core.json_text import JsonObject
from diptych.core.naming import model_title, take_name, title_name
from diptych.core.noted_body import with_contents
from diptych.core.recorded_run import recorded_run
from diptych.core.round import Round
from diptych.core.run import Run
from diptych.core.timed_body import TimedBytes, timed_body

_HTTP_VERSION = "HTTP/1.1"
"""The version that Diptych speaks."""

_STOPPED = "The user stopped it."


def round_entries(round_: Round, page: str) -> Iterator[JsonObject]:
    """Yield an entry for each exchange of a round: take by take, in the order in which the requests were sent.

    Recordings of older versions do not keep when a request was sent. Its date is then the one that it would have if
    it had been sent with the round, as soon as that was asked.
    """
    found: list[tuple[tuple[int, float], JsonObject]] = []
    for run in round_.all_takes():
        recorded = recorded_run(run)
        listed = exchanges(recorded)
        for attempt, exchange in enumerate(listed, 1):
            api = run.request.settings.endpoint.api
            pieces = list(timed_body(exchange, api, keeps_bytes=recorded.keeps_bytes))
            is_last = attempt == len(listed)
            entry = _entry(_Asked(round_, run, exchange.request, attempt, is_last=is_last), exchange, pieces)
            found.append(((run.take, exchange.request.at - run.began), {"pageref": page} | entry))
    for _, entry in sorted(found, key=lambda each: each[0]):
        yield entry


@dataclasses.dataclass(frozen=True, slots=True)
class _Asked:
    """Which attempt of which run an exchange was."""

    round_: Round
    run: Run
    request: RequestSent
    attempt: int
    is_last: bool

    def date_of(self, stamp: float) -> float:
        """Return the date of a stamp of the run, in seconds since 1970 (UTC)."""
        if self.request.date is not None:
            return self.request.date + stamp - self.request.at
        return (self.round_.date or 0.0) + stamp - self.run.began

    @property
    def error(self) -> str:
        """What went wrong in the last attempt, "" if nothing did."""
        if self.run.failure:
            return self.run.failure.message
        return _STOPPED if self.run.state == "stopped" else ""


def _entry(asked: _Asked, exchange: Exchange, pieces: list[TimedBytes]) -> JsonObject:
    request, response = exchange.request, exchange.response
    began = exchange.ended_at if response is None else response.at
    entry: JsonObject = {
        "startedDateTime": date_text(asked.date_of(request.at - (request.connect or 0.0) - BLOCKED)),
        **timing_members(request.connect, began - request.at, exchange.ended_at - began, request.unknown_times),
        "request": _request_object(asked, exchange),
        "response": _response_object(asked, exchange, b"".join(piece.data for piece in pieces)),
        "cache": {},
        "comment": _comment(asked),
        "_resourceType": "fetch",
    }
    if exchange.events and "events" not in request.unknown_times:
        entry[MEMBER] = event_messages(exchange.events, asked.run.request.settings.endpoint.api, asked.date_of)
    return entry | {"_diptych": _own_members(asked, exchange, pieces)}


def _request_object(asked: _Asked, exchange: Exchange) -> JsonObject:
    request = exchange.request
    body = with_contents(request.body, asked.run.request)
    return {
        "method": request.method,
        "url": request.url,
        "httpVersion": _HTTP_VERSION,
        "cookies": [],
        "headers": header_objects(request.headers),
        "queryString": query_objects(request.url),
        "postData": post_data(body, request.headers),
        "headersSize": -1,
        "bodySize": len(body),
    }


def _response_object(asked: _Asked, exchange: Exchange, body: bytes) -> JsonObject:
    response = exchange.response
    headers = response.headers if response else ()
    size = -1 if header_value(headers, "content-encoding") else len(body)  # it was decoded as it came
    return {
        "status": response.status if response else 0,
        "statusText": usual_status_text(response.status) if response else "",
        "httpVersion": _HTTP_VERSION if response else "",
        "cookies": [],
        "headers": header_objects(headers),
        "content": content_object(body, headers, is_stream=bool(exchange.events)),
        "redirectURL": header_value(headers, "location"),
        "headersSize": -1,
        "bodySize": size,
        "_transferSize": size,
        "_error": _error(asked, exchange),
    }


def _error(asked: _Asked, exchange: Exchange) -> str | None:
    """Return why the answer is missing or cut off, None if the server ended it."""
    if exchange.response is not None and exchange.ending == "clean":
        return None
    if exchange.failed:
        return exchange.failed.reason
    return (asked.error if asked.is_last else "") or None


def _comment(asked: _Asked) -> str:
    round_, run = asked.round_, asked.run
    attempt = f"attempt {asked.attempt}" if not asked.is_last or asked.attempt > 1 else ""
    said = (title_name(round_, run) or run.label, model_title(run.request.settings), take_name(round_, run), attempt)
    return " · ".join(filter(None, said))


def _own_members(asked: _Asked, exchange: Exchange, pieces: list[TimedBytes]) -> JsonObject:
    """Return what a HAR has no place for.

    `pieces` are those of the response's body as `[seconds since the request, bytes]`. The entry of the last attempt has
    the state and the timing of the run.
    """
    settings, sent = asked.run.request.settings, exchange.request.at
    unknown = exchange.request.unknown_times
    own: JsonObject = {
        "label": asked.run.label,
        "take": asked.run.take,
        "attempt": asked.attempt,
        "endpoint": settings.endpoint.name,
        "api": settings.endpoint.api,
        "model": settings.model,
        "simulated": settings.simulated,
        "connect": rounded(exchange.request.connect),
        "ending": exchange.ending,
    }
    if "events" not in unknown:
        own["pieces"] = [[rounded(piece.at - sent), len(piece.data)] for piece in pieces]
    if unknown:
        own["unknown_times"] = list(unknown)
    if asked.is_last:
        timing = dataclasses.asdict(asked.run.stamps.timing())
        own["state"] = asked.run.state
        own["timing"] = {name: rounded(value) for name, value in timing.items()}
    return own
