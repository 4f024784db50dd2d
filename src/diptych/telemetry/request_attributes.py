"""The attributes of what was sent, read from the request itself and not from the settings behind it."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from diptych.core.endpoint import Endpoint, FieldNames
from diptych.core.event import Note, RequestSent
from diptych.core.json_text import JsonObject, parse_object
from diptych.telemetry import attributes as names
from diptych.telemetry.span_data import AttributeValue


def _number(value: Any) -> float | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number else None


def _whole(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**63 else None


def _texts(value: Any) -> list[str] | None:
    texts = [value] if isinstance(value, str) else value
    is_texts = isinstance(texts, list) and all(isinstance(each, str) for each in texts)
    return texts if is_texts else None


_FIELDS: tuple[tuple[str, tuple[str, ...], Callable[[Any], AttributeValue | None]], ...] = (
    (names.REQUEST_MAX_TOKENS, ("max_tokens", "max_completion_tokens", "max_output_tokens"), _whole),
    (names.REQUEST_TEMPERATURE, ("temperature",), _number),
    (names.REQUEST_TOP_P, ("top_p",), _number),
    (names.REQUEST_TOP_K, ("top_k",), _number),
    (names.REQUEST_FREQUENCY_PENALTY, ("frequency_penalty",), _number),
    (names.REQUEST_PRESENCE_PENALTY, ("presence_penalty",), _number),
    (names.REQUEST_STOP_SEQUENCES, ("stop_sequences", "stop"), _texts),
    (names.REQUEST_SEED, ("seed",), _whole),
)
"""For each attribute the names of the request field in the APIs, and how its value is read."""

_PROVIDERS = (
    ("anthropic.com", "anthropic"),
    ("openai.com", "openai"),
    ("openai.azure.com", "azure.ai.openai"),
    ("services.ai.azure.com", "azure.ai.inference"),
    ("amazonaws.com", "aws.bedrock"),
    ("cohere.com", "cohere"),
    ("deepseek.com", "deepseek"),
    ("generativelanguage.googleapis.com", "gcp.gemini"),
    ("aiplatform.googleapis.com", "gcp.vertex_ai"),
    ("groq.com", "groq"),
    ("ml.cloud.ibm.com", "ibm.watsonx.ai"),
    ("mistral.ai", "mistral_ai"),
    ("moonshot.ai", "moonshot_ai"),
    ("perplexity.ai", "perplexity"),
    ("x.ai", "x_ai"),
)
"""The ends of hosts, and the well-known value of `gen_ai.provider.name` for each."""


def last_request(notes: Iterable[Note]) -> RequestSent | None:
    """Return the last request of a run, None if none was sent."""
    return max((note for note in notes if isinstance(note, RequestSent)), key=lambda sent: sent.at, default=None)


def request_attributes(sent: RequestSent | None, endpoint: Endpoint) -> dict[str, AttributeValue]:
    """Return what a request asked for, and of which server. If no request was sent, return only the server."""
    parts = urlsplit(sent.url if sent else endpoint.base_url)
    host = parts.hostname or ""
    found: dict[str, AttributeValue] = {names.PROVIDER: provider_name(endpoint, host)}
    if host:
        found[names.SERVER_ADDRESS] = host
        found[names.SERVER_PORT] = parts.port or (80 if parts.scheme == "http" else 443)
    if sent:
        found |= _body_attributes(sent.body, endpoint.fields)
    return found


def provider_name(endpoint: Endpoint, host: str) -> str:
    """Return the value of `gen_ai.provider.name`.

    For a server that is not known it is the provider that defined the API: the conventions use the name to tell
    formats apart, and `server.address` to tell servers apart.
    """
    if endpoint.provider:
        return endpoint.provider
    known = (name for end, name in _PROVIDERS if host == end or host.endswith(f".{end}"))
    return next(known, "anthropic" if endpoint.api == "anthropic-messages" else "openai")


def _body_attributes(body: bytes, renamed: FieldNames) -> dict[str, AttributeValue]:
    try:
        fields = parse_object(body)
    except ValueError:
        return {}
    own_names = dict(renamed)
    found: dict[str, AttributeValue] = {}
    for attribute, candidates, read in _FIELDS:
        for name in candidates:
            value = read(fields.get(own_names.get(name) or name))
            if value is not None:
                found[attribute] = value
                break
    if fields.get("stream") is True:
        found[names.REQUEST_STREAM] = True
    if (choices := _whole(fields.get("n"))) is not None and choices != 1:
        found[names.REQUEST_CHOICES] = choices
    if output_type := _output_type(fields):
        found[names.OUTPUT_TYPE] = output_type
    return found


def _output_type(fields: JsonObject) -> str | None:
    """Return the kind of output that a request asks for, None if it leaves that open."""
    for path in (("response_format",), ("text", "format"), ("output_config", "format"), ("output_format",)):
        value: Any = fields
        for name in path:
            value = value.get(name) if isinstance(value, Mapping) else None
        kind = value.get("type") if isinstance(value, Mapping) else None
        if isinstance(kind, str):
            return "json" if kind.startswith("json") else "text" if kind == "text" else None
    return None
