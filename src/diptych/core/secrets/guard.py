"""Checks requests before they are sent: refuses the user's own secrets, and warns of what looks like a key."""

import json
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any, assert_never

from diptych.core.message import FilePart, Part, ReasoningPart, TextPart, ToolCallPart, ToolResultPart
from diptych.core.request import Request
from diptych.core.secrets.patterns import find_keys
from diptych.core.settings import Settings


class MustNotBeSentError(ValueError):
    """A request would give a secret away, or cannot be made; the message is a sentence for users."""


def check_requests(requests: Iterable[Request]) -> str:
    """Return what in these requests looks like a key, as the beginning of a sentence; "" if nothing does.

    Raises `MustNotBeSentError` if one of them must not be sent at all.
    """
    caution = ""
    searched: set[str] = set()
    for request in requests:
        check_settings(request.settings)
        refuse_own_keys(request)
        caution = caution or _caution(request, searched)
    return caution


def check_settings(settings: Settings) -> None:
    """Raise `MustNotBeSentError` if no request can be made with these settings, or only with a key in the clear."""
    if settings.simulated:
        return
    if settings.endpoint.problem:
        raise MustNotBeSentError(settings.endpoint.problem)
    source = settings.endpoint.exposed_source
    if source:
        raise MustNotBeSentError(
            f"{settings.endpoint.name} is asked over plain http, which shows everyone on the way what {source} holds:"
            " use https, take it away if the server does not need it, or allow it with --insecure."
        )


def refuse_secrets(settings: Settings) -> None:
    """Raise `MustNotBeSentError` if the settings hold one of the user's own keys, or what looks like a key."""
    for what, text in _settings_texts(settings):
        if variable := settings.endpoint.secrets.variable_in(text):
            raise MustNotBeSentError(f"{what} holds the secret in {variable}, which is never kept: take it out.")
        if found := next(find_keys(text), None):
            raise MustNotBeSentError(f"{what} seems to hold {found.kind}, which is never kept: take it out.")


def refuse_own_keys(request: Request) -> None:
    """Raise `MustNotBeSentError` if a request holds one of the user's own keys.

    The messages before the prompt are looked at as well: those of a prompt set were never sent before.
    """
    secrets = request.settings.endpoint.secrets
    earlier = (("An earlier message", message.text) for message in request.messages[:-1])
    texts = ((what, secrets.variable_in(text)) for what, text in chain(_users_texts(request), earlier))
    files = (
        (f"The file {file.name}", secrets.variable_in_bytes(request.files[file.sha256]))
        for file in request.messages[-1].files
    )
    for what, variable in chain(texts, files):
        if variable:
            raise MustNotBeSentError(
                f"{what} holds the secret in {variable}, which is never sent or kept: take it out."
            )


def _caution(request: Request, searched: set[str]) -> str:
    """Return what looks like a key; files whose SHA-256 was `searched` for another request are skipped."""
    for what, text in chain(_users_texts(request), _file_texts(request, searched)):
        found = next(find_keys(text), None)
        if found:
            return f"{what} seems to hold {found.kind}" + (f" ({found.shown})" if found.shown else "")
    return ""


def _file_texts(request: Request, searched: set[str]) -> Iterator[tuple[str, str]]:
    for file in request.messages[-1].files:
        if file.sha256 not in searched:
            searched.add(file.sha256)
            yield f"The file {file.name}", request.files[file.sha256].decode("latin-1")  # keys are ASCII


def _users_texts(request: Request) -> Iterator[tuple[str, str]]:
    """Yield what the user contributes to a request, each text after the words that name it."""
    for part in request.messages[-1].parts:
        yield from _part_texts(part)
    yield from _settings_texts(request.settings)


def _settings_texts(settings: Settings) -> Iterator[tuple[str, str]]:
    yield "The system prompt", settings.system
    yield "A request field", _as_json(dict(settings.params))
    yield "The name of a model", settings.model
    for tool in settings.tools:
        yield "A tool", _as_json([tool.name, tool.description, dict(tool.parameters)])
    if settings.response_schema is not None:
        yield "The response schema", _as_json(dict(settings.response_schema))


def _part_texts(part: Part) -> Iterator[tuple[str, str]]:
    match part:
        case TextPart(text):
            yield "The prompt", text
        case FilePart(name=name):
            yield "The name of a file", name
        case ToolCallPart(_, name, arguments):
            yield "A tool call", f"{name} {arguments}"
        case ToolResultPart(_, text):
            yield "A tool result", text
        case ReasoningPart(block):
            yield "The model's thinking", _as_json(dict(block))
        case _:
            assert_never(part)


def _as_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
