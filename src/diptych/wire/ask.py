"""Asks one model over the wire: makes the attempts, and ends the run by what came of them."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

import httpx2

from diptych.apis.error_causes import is_lost_connection, status_error
from diptych.apis.failures import failure_of
from diptych.apis.retry_after import requested_wait
from diptych.apis.route import Route
from diptych.apis.status_errors import StatusError
from diptych.core.event import AttemptFailed
from diptych.core.failure import Failure
from diptych.core.run import Run
from diptych.core.secrets.guard import refuse_own_keys
from diptych.core.wording.outcome import how_far
from diptych.wire.body_reader import NotAStreamError, read_stream
from diptych.wire.client import Client
from diptych.wire.clock import Clock
from diptych.wire.idle_timeout import IdleLimits, idle_timeout
from diptych.wire.lag import LoopLag
from diptych.wire.retry import LONGEST_WAIT, MOST_ATTEMPTS, backoff, is_worth_retrying

if TYPE_CHECKING:
    from diptych.wire.request_watch import RequestWatch

Sleep = Callable[[float], Awaitable[None]]

_OVERLOADED = (429, 529)
"""Statuses of a server that has too much to do, or that the client has asked too often."""


def _ignore(wait: float) -> None:
    pass


async def ask(
    run: Run,
    open_client: Callable[[], Awaitable[Client]],
    limits: IdleLimits,
    clock: Clock,
    lag: LoopLag,
    sleep: Sleep = asyncio.sleep,
    on_overload: Callable[[float], object] = _ignore,
) -> None:
    """Send the run's request, and fold the answer into the run, which has ended when this returns.

    Cancelling the task stops the run. An error ends the run with a sentence and is never raised. `on_overload` is told
    for how many seconds a server that refuses the request with status 429 or 529 wants to be left alone.
    """
    attempts = _Attempts(run, limits, clock, lag, sleep, on_overload)
    try:
        client = await open_client()
        _refuse_printed_keys(run)
        await attempts.make(client)
    except asyncio.CancelledError:
        _settle(run, clock, stopped=True)
    except NotAStreamError as error:
        run.fail(error.failure, clock(), error.body)
    except Exception as error:  # noqa: BLE001 - any error ends this run with a sentence, and not the program
        if run.server_is_done:
            _settle(run, clock)  # the answer is whole: losing the connection after it changes nothing
        elif isinstance(error, TimeoutError) and run.lacks_only_its_end:
            _settle(run, clock)
        elif isinstance(error, TimeoutError):
            run.fail(_silence(run, limits, attempts.route), clock())
        else:
            run.fail(failure_of(error, run, attempts.route), clock())
    else:
        _settle(run, clock)


class _Attempts:
    """Makes the attempts at one run, and remembers the latest."""

    def __init__(
        self,
        run: Run,
        limits: IdleLimits,
        clock: Clock,
        lag: LoopLag,
        sleep: Sleep,
        on_overload: Callable[[float], object],
    ) -> None:
        self._run = run
        self._limits = limits
        self._clock = clock
        self._lag = lag
        self._sleep = sleep
        self._on_overload = on_overload
        self._watch: RequestWatch | None = None

    @property
    def route(self) -> Route:
        """The way to the server, and how far the latest attempt has come on it."""
        return Route() if self._watch is None else self._watch.route

    async def make(self, client: Client) -> None:
        """Make one attempt after another until one is answered. Raises the error of the last one."""
        run = self._run
        arguments = client.unknown_fields.arguments(run.request)
        retries_left = MOST_ATTEMPTS - 1
        attempt = 0
        may_renew_key = True
        while True:
            attempt += 1
            key = client.key
            self._watch = client.watch(run)
            try:
                async with idle_timeout(self._limits.before_content) as idle:
                    self._watch.on_sending = idle.heard  # what came before was not the server's silence
                    async with client.stream(self._watch, arguments) as response:
                        await read_stream(run, response, client.dialect(), idle, self._limits, self._clock, self._lag)
                return
            except (TimeoutError, NotAStreamError):
                raise
            except Exception as error:
                answered = status_error(error)
                if answered and answered.status in _OVERLOADED:
                    asked = requested_wait(answered.headers)
                    self._on_overload(backoff(attempt) if asked is None else asked)
                learned = answered and client.unknown_fields.learn(run.request, arguments, answered)
                if learned:
                    wait, reason = 0.0, learned
                elif may_renew_key and answered and answered.status == 401 and await client.renew_key(key):
                    may_renew_key = False
                    wait, reason = 0.0, "the server refused the key: asking again with the one that is printed now"
                elif retries_left and (retry_wait := _wait_before_retry(run, error, answered, attempt)) is not None:
                    retries_left -= 1
                    wait, reason = retry_wait, failure_of(error, run, self.route).message
                else:
                    raise
                status = None if answered is None else answered.status
                run.note(AttemptFailed(self._clock(), attempt, status, wait, reason))
            await self._sleep(wait)


def _refuse_printed_keys(run: Run) -> None:
    """Raise `MustNotBeSentError` if the request holds a key that was not known yet when the user sent it."""
    printed = run.request.settings.endpoint.environment.printed
    if printed and printed.named:
        refuse_own_keys(run.request)


def _wait_before_retry(run: Run, error: Exception, answered: StatusError | None, attempt: int) -> float | None:
    """Return the seconds to wait before the next attempt, or None if another attempt is not worth making."""
    if answered is not None and is_worth_retrying(answered.status):
        asked = requested_wait(answered.headers)
        if asked is None:
            return backoff(attempt)
        return asked if asked <= LONGEST_WAIT else None
    if run.stamps.headers is None and is_lost_connection(error):
        return backoff(attempt)
    return None


def _settle(run: Run, clock: Clock, *, stopped: bool = False) -> None:
    """End the run as complete, stopped or cut, by what it has received.

    Where content followed the terminal event, that event does not make a stopped run complete.
    """
    if run.failure or (run.end.terminal_event_stands if stopped else run.end.saw_terminal_event):
        run.complete()
    elif stopped:
        run.stop(clock())
    else:
        run.cut(clock())


def _silence(run: Run, limits: IdleLimits, route: Route) -> Failure:
    """Return the failure of a run whose server was silent for longer than allowed."""
    if not run.stamps.is_ready:
        return failure_of(httpx2.ConnectTimeout("within the time that silence is allowed"), run, route)
    if run.stamps.headers is None:
        what = f"The server did not answer for {limits.before_content:g} s"
    elif run.stamps.first_token is None:
        what = f"The server sent nothing for {limits.before_content:g} s, {how_far(run)}"
    else:
        what = f"The server fell silent for {limits.after_content:g} s in the middle of the answer, {how_far(run)}"
    return Failure(
        "timeout", f"{what}. Send the prompt again, or allow more with {limits.source}.", None, run.request_id
    )
