"""Asks a server which models it has."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from urllib.parse import urlsplit

import httpx2

from diptych.apis.error_causes import reason, status_error
from diptych.apis.failures import failure_of
from diptych.apis.model_page import ModelPage, NotAModelListError, read_model_page
from diptych.apis.route import Route
from diptych.apis.status_errors import StatusError, server_message, status_failure
from diptych.core.endpoint import Endpoint
from diptych.core.message import Message
from diptych.core.offered_models import ListProblem, ModelList, ModelListAnswer, NoModelList, OfferedModel
from diptych.core.request import Request
from diptych.core.run import Run
from diptych.core.secrets.guard import MustNotBeSentError, check_settings
from diptych.core.secrets.values import Secrets
from diptych.core.settings import Settings
from diptych.core.text.excerpt import in_sentence
from diptych.wire.bounded_body import TooLongError, read_whole, unreadable_encoding
from diptych.wire.client import Client
from diptych.wire.clock import Clock

TIME_LIMIT = 10.0
"""Seconds that the whole list may take, from opening the connection to the last page."""

_MOST_BYTES = 8 * 1024 * 1024
_MOST_PAGES = 20
_MOST_MODELS = 20_000

_NO_LIST_STATUSES = frozenset({404, 405, 501})

_ANY_NAME = "Any model's name can be typed."


async def ask_for_models(
    endpoint: Endpoint, open_client: Callable[[], Awaitable[Client]], clock: Clock
) -> ModelListAnswer:
    """Ask for all pages of a server's list. Nothing raises: what is wrong is told in a sentence."""
    if endpoint.lacks_key:
        return NoModelList("not asked", f"{endpoint.key_source} is not set, so {endpoint.name} is not asked.")
    settings = Settings(endpoint, "")
    try:
        check_settings(settings)
    except MustNotBeSentError as error:
        return NoModelList("not asked", str(error))
    # A run that nobody shows: it keeps how far the request came, for the sentence about a failure.
    run = Run("", Request(settings, (Message.of_text("user", ""),)), clock())
    asking = _Asking(run, clock)
    try:
        return await asking.all_pages(await open_client())
    except Exception as error:  # noqa: BLE001 - whatever it is, the user reads a sentence
        why = _why_not(error, run, asking.route)
        return NoModelList(why.problem, endpoint.secrets.scrub(why.sentence))


class _Asking:
    """Asks for one page after another, and remembers the way to the server."""

    def __init__(self, run: Run, clock: Clock) -> None:
        self._run = run
        self._clock = clock
        self._bytes_left = _MOST_BYTES
        self._began = 0.0
        self.route = Route()

    async def all_pages(self, client: Client) -> ModelList:
        """Return the models of all pages, each id once. Raises whatever goes wrong."""
        asked = time.time()
        secrets = self._run.request.settings.endpoint.secrets
        models: dict[str, OfferedModel] = {}
        after = ""
        async with asyncio.timeout(TIME_LIMIT):
            for _ in range(_MOST_PAGES):
                page = await (self._page(client, after) if after else self._first_page(client))
                known = len(models)
                for model in page.models:
                    models.setdefault(model.id, model)
                if not page.last_id or len(models) == known or len(models) >= _MOST_MODELS:
                    break
                after = page.last_id
        listed = list(models.values())[:_MOST_MODELS]
        kept = tuple(model for model in listed if not _holds_secret(model, secrets))
        return ModelList(kept, asked, self._clock() - self._began)

    async def _first_page(self, client: Client) -> ModelPage:
        """Return the first page. If the server refuses the key, ask once more with what `key_command` prints now."""
        key = client.key
        try:
            return await self._page(client, "")
        except Exception as error:
            answered = status_error(error)
            if answered is None or answered.status != 401 or not await client.renew_key(key):
                raise
        return await self._page(client, "")

    async def _page(self, client: Client, after: str) -> ModelPage:
        watch = client.watch(self._run)
        try:
            async with client.models_page(watch, after) as response:
                if not after:
                    stamps = self._run.stamps  # importing parts of the SDK, which came before, does not count
                    self._began = (stamps.t0 or 0.0) - (stamps.connect or 0.0)
                if encoding := unreadable_encoding(response):
                    raise NotAModelListError(f"text compressed in a way that cannot be read, {in_sentence(encoding)}")
                async with aclosing(response.aiter_bytes()) as chunks:
                    body = await read_whole(chunks, self._bytes_left)
        finally:
            self.route = watch.route
        self._bytes_left -= len(body)
        return read_model_page(body)


def _holds_secret(model: OfferedModel, secrets: Secrets) -> bool:
    """Whether a server has echoed a key as the name of a model, which is shown and written to a file."""
    return secrets.variable_in(model.id) is not None or secrets.variable_in(model.title) is not None


def _why_not(error: Exception, run: Run, route: Route) -> NoModelList:
    settings = run.request.settings
    host = urlsplit(settings.endpoint.base_url).netloc
    answered = status_error(error)
    if answered is not None and not (answered.status == 407 and route.proxy):
        return _refused(answered, host, settings)
    match error:
        case NotAModelListError(said="", what=what):
            return NoModelList("unsupported", f"{host} does not list its models: it answers with {what}. {_ANY_NAME}")
        case NotAModelListError(said=said):
            return NoModelList("failed", f"{host} did not list its models: {said}.")
        case TooLongError():
            return NoModelList("failed", f"The list of models of {host} is longer than {_MOST_BYTES >> 20} MB.")
        case TimeoutError() if run.stamps.is_ready:
            return NoModelList("unreachable", f"{host} did not list its models within {TIME_LIMIT:g} s.")
        case TimeoutError():
            error = httpx2.ConnectTimeout("within the time limit")
    failure = failure_of(error, run, route)
    if failure.kind == "connection" and run.stamps.is_ready:
        sentence = f"The connection to {host} was lost before its list of models was complete ({reason(error)})."
        return NoModelList("unreachable", sentence)
    problem: ListProblem = "failed"
    if failure.kind in ("connection", "timeout"):
        problem = "unreachable"
    elif failure.kind == "request":
        problem = "not asked"
    return NoModelList(problem, failure.message)


def _refused(answered: StatusError, host: str, settings: Settings) -> NoModelList:
    status = answered.status
    said = server_message(answered.body)
    because = f": {said}." if said else "."
    if status in (401, 403):
        return NoModelList("refused", status_failure(answered, host, settings).message)
    if status in _NO_LIST_STATUSES:
        return NoModelList("unsupported", f"{host} does not list its models ({status}). {_ANY_NAME}")
    if status < 400:
        return NoModelList("failed", status_failure(answered, host, settings).message)
    if status == 429:
        return NoModelList("failed", f"{host} limits the rate of requests (429){because} Try again later.")
    if status >= 500:
        return NoModelList("failed", f"{host} is overloaded or has failed ({status}){because} Try again later.")
    return NoModelList("failed", f"{host} refused to list its models ({status}){because}")
