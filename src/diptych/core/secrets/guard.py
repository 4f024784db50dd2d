"""What must not be sent, and what had better not be."""

import json
from collections.abc import Iterable, Iterator

from diptych.core.message import Message
from diptych.core.request import Request
from diptych.core.secrets.patterns import find_keys
from diptych.core.settings import Settings


class MustNotBeSentError(ValueError):
    """A request would give a secret away, or cannot be made; the message is a sentence for users."""


def refuse_exposure(settings: Settings) -> None:
    """Raise `MustNotBeSentError` if asking so would carry a key over a network in the clear, or cannot be done."""
    if settings.endpoint.problem and not settings.simulated:
        raise MustNotBeSentError(settings.endpoint.problem)
    variable = "" if settings.simulated else settings.endpoint.exposed_variable
    if variable:
        raise MustNotBeSentError(
            f"{settings.endpoint.name} is asked over plain http, which shows everyone on the way what {variable} holds:"
            " use https, unset the variable if the server needs no key, or allow it with --insecure."
        )


def refuse_own_keys(request: Request) -> None:
    """Raise `MustNotBeSentError` if what is asked holds one of the user's own keys; earlier answers hold none."""
    secrets = request.settings.endpoint.secrets
    for what, text in _texts(request.prompt, request.settings):
        variable = secrets.variable_in(text)
        if variable:
            raise MustNotBeSentError(
                f"{what} holds the secret in {variable}, which is never sent or kept: take it out."
            )


def caution(prompt: str, sides: Iterable[Settings]) -> str:
    """What of that which is to be sent seems to be a key, as the beginning of a sentence; "" where nothing does.

    Raises `MustNotBeSentError` for what would be refused anyway.
    """
    seems = ""
    for settings in sides:
        refuse_exposure(settings)
        refuse_own_keys(Request(settings, (Message.of_text("user", prompt),)))
        seems = seems or _seems(prompt, settings)
    return seems


def _seems(prompt: str, settings: Settings) -> str:
    for what, text in _texts(prompt, settings):
        found = next(find_keys(text), None)
        if found:
            return f"{what} seems to hold {found.kind}" + (f" ({found.shown})" if found.shown else "")
    return ""


def _texts(prompt: str, settings: Settings) -> Iterator[tuple[str, str]]:
    yield "The prompt", prompt
    yield "The system prompt", settings.system
    yield "A request field", json.dumps(dict(settings.params), ensure_ascii=False)
    yield "The name of a model", settings.model
