"""Sends spans with OpenTelemetry's SDK. Only this module imports it.

The SDK's batch processor sends from its own thread. The standard variables say where to, and how.
"""

import logging
import os
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import requests
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_NAME, SERVICE_VERSION, Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.trace import Span, SpanKind, Status, StatusCode, set_span_in_context
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from requests import exceptions

from diptych import __version__
from diptych.core.wording.counted import counted
from diptych.telemetry.span_data import SpanData

_FIRST_FAILED_STATUS = 300
"""Redirects are not followed, so they are failures as well."""

_REASONS: tuple[tuple[type[Exception], str], ...] = (
    (exceptions.SSLError, "the TLS connection fails, perhaps because of its certificate"),
    (exceptions.ProxyError, "the proxy cannot be used"),
    (exceptions.Timeout, "it does not answer"),
    (exceptions.ConnectionError, "nothing can be reached there"),
    (exceptions.InvalidSchema, "that is not a URL of http or https"),
    (exceptions.MissingSchema, "that is not a URL of http or https"),
)
"""Why a request failed, in words. The first that fits counts, since some of these classes derive from others."""


class SpanSender:
    """Makes spans and sends them in the background. Drive it from one thread.

    `on_problem` is called once, by a thread of the SDK, with a sentence for users if spans cannot be sent.
    """

    def __init__(self, environ: Mapping[str, str] = os.environ, on_problem: Callable[[str], object] = str) -> None:
        for name in ("opentelemetry", "urllib3"):  # what they log would be written across the screen
            logging.getLogger(name).addHandler(logging.NullHandler())
            logging.getLogger(name).propagate = False
        self._session = _WatchedSession()
        self._exporter = _CountingExporter(OTLPSpanExporter(session=self._session), self._session, on_problem)
        self._provider = TracerProvider(resource=_resource(), shutdown_on_exit=False)
        self._provider.add_span_processor(BatchSpanProcessor(self._exporter))
        self._tracer = self._provider.get_tracer("diptych", __version__)
        self._outside = _outer_context(environ)
        self._ended = 0

    def begin(self, name: str, began: int) -> Span:
        """Begin a span that contains others; `end` ends it. If `TRACEPARENT` is set, it belongs to that trace."""
        return self._tracer.start_span(name, self._outside, SpanKind.INTERNAL, start_time=began)

    def end(self, span: Span, data: SpanData) -> None:
        """End a span that was begun, with what is known about it now."""
        self._finish(span, data)

    def add(self, data: SpanData, parent: Span) -> None:
        """Add the span of a request to a server, as a child of `parent`."""
        inside = set_span_in_context(parent, Context())
        self._finish(self._tracer.start_span(data.name, inside, SpanKind.CLIENT, start_time=data.began), data)

    def close(self, patience: float) -> str:
        """Send what is left, for at most `patience` seconds; return what could not be sent as a sentence, or "".

        If the last attempt failed, or the next one does, the rest is given up at once.
        """
        over = threading.Event()
        self._session.on_failure = over.set
        closing = threading.Thread(target=self._shut_down, args=(over,), name="last spans", daemon=True)
        if not self._session.failure:
            closing.start()
            over.wait(patience)
        unsent = self._ended - self._exporter.sent
        if not unsent:
            return ""
        reason = self._session.failure or "it does not answer in time"
        return f"{counted(unsent, 'span')} could not be sent to {self._session.address}: {reason}."

    def _finish(self, span: Span, data: SpanData) -> None:
        if span.get_span_context().trace_flags.sampled:
            self._ended += 1
        span.set_attributes(data.attributes)
        for event in data.events:
            span.add_event(event.name, event.attributes, event.at)
        if data.error:
            span.set_status(Status(StatusCode.ERROR, data.error))
        span.end(data.ended)

    def _shut_down(self, over: threading.Event) -> None:
        self._provider.shutdown()
        over.set()


class _WatchedSession(requests.Session):
    """Remembers whether the last request failed, and why.

    `failure` says why, in words that follow a colon; "" after a success. `address` is the URL without its secrets.
    """

    def __init__(self) -> None:
        super().__init__()
        self.failure = ""
        self.address = "the collector"
        self.on_failure: Callable[[], object] = lambda: None

    def request(self, method: str, url: str | bytes, *args: Any, **kwargs: Any) -> requests.Response:
        """Send a request."""
        self.address = _without_secrets(url if isinstance(url, str) else url.decode())
        try:
            response = super().request(method, url, *args, **kwargs)
        except (OSError, ValueError) as error:
            self._fail(_reason(error))
            raise
        if response.status_code >= _FIRST_FAILED_STATUS:
            self._fail(f"it answers with status {response.status_code}")
        else:
            self.failure = ""
        return response

    def _fail(self, reason: str) -> None:
        self.failure = reason
        self.on_failure()


class _CountingExporter(SpanExporter):
    """Exports spans, counts those that were sent, and reports once if some could not be."""

    def __init__(self, exporter: SpanExporter, session: _WatchedSession, on_problem: Callable[[str], object]) -> None:
        self.sent = 0
        self._exporter = exporter
        self._session = session
        self._on_problem: Callable[[str], object] | None = on_problem

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Send spans, which takes as long as the timeout allows."""
        result = self._exporter.export(spans)
        if result is SpanExportResult.SUCCESS and not self._session.failure:
            self.sent += len(spans)
        elif self._on_problem:
            tell, self._on_problem = self._on_problem, None
            reason = self._session.failure or "they are too large"
            tell(f"Spans cannot be sent to {self._session.address}: {reason}.")
        return result

    def shutdown(self) -> None:
        """Stop sending."""
        self._exporter.shutdown()


def _resource() -> Resource:
    """Return what the process is called: the standard variables, or Diptych where they leave it open."""
    resource = Resource.create({SERVICE_VERSION: __version__})
    if str(resource.attributes.get(SERVICE_NAME, "")).startswith("unknown_service"):
        return resource.merge(Resource({SERVICE_NAME: "diptych"}))
    return resource


def _outer_context(environ: Mapping[str, str]) -> Context:
    """Return the context that the process was started in, as CI systems pass it on (`TRACEPARENT`)."""
    carrier = {name: environ.get(name.upper(), "") for name in ("traceparent", "tracestate")}
    return TraceContextTextMapPropagator().extract(carrier, Context())


def _reason(error: Exception) -> str:
    return next((words for kind, words in _REASONS if isinstance(error, kind)), "the request cannot be made")


def _without_secrets(url: str) -> str:
    scheme, separator, rest = url.partition("://")
    place = rest.partition("?")[0].partition("#")[0]
    host, slash, path = place.partition("/")
    return f"{scheme}{separator}{host.rpartition('@')[2]}{slash}{path}" if separator else scheme.partition("?")[0]
