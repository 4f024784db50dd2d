"""One run over the wire, from the first attempt to its end."""

import asyncio
from collections.abc import Awaitable, Callable

import httpx2

from diptych.apis.failures import Route, failure_of, is_lost_connection, status_error
from diptych.apis.retry_after import requested_wait
from diptych.apis.status_errors import StatusError
from diptych.core.event import AttemptFailed
from diptych.core.failure import Failure
from diptych.core.run import Run
from diptych.core.wording.outcome import how_far
from diptych.wire.body_reader import NotAStreamError, read_stream
from diptych.wire.client import Client, Clock
from diptych.wire.idle_timeout import IdleLimits, idle_timeout
from diptych.wire.lag import LoopLag
from diptych.wire.retry import LONGEST_WAIT, MOST_ATTEMPTS, backoff, is_worth_retrying

Sleep = Callable[[float], Awaitable[None]]


async def ask(
    run: Run,
    open_client: Callable[[], Awaitable[Client]],
    limits: IdleLimits,
    clock: Clock,
    lag: LoopLag,
    sleep: Sleep = asyncio.sleep,
) -> None:
    """Ask, and fold the answer into the run, which has ended when this returns.

    Cancelling the task stops the run; nothing that goes wrong is raised.
    """
    client: Client | None = None
    try:
        client = await open_client()
        await _attempts(run, client, limits, clock, lag, sleep)
    except asyncio.CancelledError:
        _settle(run, clock, stopped=True)
    except TimeoutError:
        if run.is_over:
            _settle(run, clock)
        else:
            run.fail(_silence(run, limits, _route(client)), clock())
    except NotAStreamError as error:
        run.fail(error.failure, clock(), error.body)
    except Exception as error:  # noqa: BLE001 - whatever it is, it ends this side with a sentence, not the program
        if run.is_over:
            _settle(run, clock)  # losing the connection changes nothing any more
        else:
            run.fail(failure_of(error, run, _route(client)), clock())
    else:
        _settle(run, clock)


async def _attempts(run: Run, client: Client, limits: IdleLimits, clock: Clock, lag: LoopLag, sleep: Sleep) -> None:
    arguments = client.unknown_fields.arguments(run.request)
    retries_left = MOST_ATTEMPTS - 1
    attempt = 0
    while True:
        attempt += 1
        try:
            async with idle_timeout(limits.before_content) as watch, client.stream(run, arguments) as response:
                await read_stream(run, response, client.dialect(), watch, limits, clock, lag)
            return
        except (TimeoutError, NotAStreamError):
            raise
        except Exception as error:
            answered = status_error(error)
            learned = answered and client.unknown_fields.learn(run.request, arguments, answered)
            if learned:
                wait, reason = 0.0, learned
            elif retries_left and (retry_wait := _wait_before_retry(run, error, answered, attempt)) is not None:
                retries_left -= 1
                wait, reason = retry_wait, failure_of(error, run, client.route).message
            else:
                raise
            status = None if answered is None else answered.status
            run.note(AttemptFailed(clock(), attempt, status, wait, reason))
        await sleep(wait)


def _wait_before_retry(run: Run, error: Exception, answered: StatusError | None, attempt: int) -> float | None:
    """The seconds to wait before the next attempt; None where none is worth making."""
    if answered is not None and is_worth_retrying(answered.status):
        asked = requested_wait(answered.headers)
        if asked is None:
            return backoff(attempt)
        return asked if asked <= LONGEST_WAIT else None
    if run.stamps.headers is None and is_lost_connection(error):
        return backoff(attempt)
    return None


def _settle(run: Run, clock: Clock, *, stopped: bool = False) -> None:
    """End the run by what it has seen; the end marker of a run that went on after it says nothing to a stop."""
    if run.failure or (run.end.terminal_event_stands if stopped else run.end.saw_terminal_event):
        run.complete()
    elif stopped:
        run.stop(clock())
    else:
        run.cut(clock())


def _route(client: Client | None) -> Route:
    return Route() if client is None else client.route


def _silence(run: Run, limits: IdleLimits, route: Route) -> Failure:
    if not run.stamps.is_ready:
        return failure_of(httpx2.ConnectTimeout("within the time that silence is allowed"), run, route)
    if run.stamps.headers is None:
        what = f"The server did not answer for {limits.before_content:g} s"
    elif run.stamps.first_token is None:
        what = f"The server sent nothing for {limits.before_content:g} s, {how_far(run)}"
    else:
        what = f"The server fell silent for {limits.after_content:g} s in the middle of the answer, {how_far(run)}"
    return Failure("timeout", f"{what}. Send the prompt again, or allow more with --timeout.", None, run.request_id)
