"""How far a run had come, and how it ended, in sentences for users."""

from typing import assert_never

from diptych.core.run import Run
from diptych.core.text import clean_line

_LONGEST_ID = 100
"""Characters of a request id that a sentence shows; those of providers have about 30."""


def how_far(run: Run) -> str:
    """When in its stream something happens to a run, as words that go into a sentence.

    >>> how_far(run)  # doctest: +SKIP
    'after 12 events'
    """
    if run.events:
        return f"after {_events(run)}"
    return "before any answer" if run.stamps.headers is None else "before the first event"


def end_sentence(run: Run) -> str | None:
    """What ended a run that has no whole answer, or that it has not ended; None for one that is complete."""
    match run.state:
        case "failed":
            return _failed(run)
        case "cut":
            return _cut(run)
        case "stopped":
            return "Stopped by the user."
        case "waiting" | "streaming":
            return "Not over yet: this is what had arrived."
        case "complete":
            return None
        case _:
            assert_never(run.state)


def _failed(run: Run) -> str:
    if run.failure is None:
        return "The run failed."
    request_id = run.failure.request_id or run.request_id
    return run.failure.message + (f" (request {clean_line(request_id)[:_LONGEST_ID]})" if request_id else "")


def _cut(run: Run) -> str:
    if run.events:
        return (
            f"The stream ended after {_events(run)} without its end marker. Send the prompt again for a whole answer."
        )
    status = run.attempts[-1].status if run.attempts else None
    answered = "The stream ended" if status is None else f"The server answered {status}"
    variable = run.request.settings.endpoint.url_variable or "the base URL"
    return f"{answered} without any event. Check {variable} and whether the server streams."


def _events(run: Run) -> str:
    return "1 event" if run.events == 1 else f"{run.events:,} events"
