"""Sentences for users about how far a run came and how it ended."""

import re
from collections.abc import Iterator
from typing import assert_never

from diptych.core.run import Run
from diptych.core.text.excerpt import excerpt, in_sentence
from diptych.core.text.sanitize import clean_line
from diptych.core.wording.counted import counted

_LONGEST_ID = 100
"""The most characters of a request ID that a sentence shows. Those of the providers have about 30."""

_LONGEST_QUOTE = 80
"""The most characters that a sentence quotes of data that could not be read."""

_LINE_OF_STREAM = re.compile(r"(?:data|event|id|retry)?:|\s*$")
"""The beginning of a line that an event stream may have: a field, a comment, or nothing at all."""

_EMPTY = "The answer is complete, but there is nothing in it."


def state_with_reason(run: Run) -> str:
    """Return the state, with the provider's stop reason if it gave one. The reason is foreign text."""
    return run.state if run.stop_reason is None else f"{run.state} ({run.stop_reason})"


def how_far(run: Run) -> str:
    """Return how far a run has come, as words to put into a sentence.

    >>> how_far(run)  # doctest: +SKIP
    'after 12 events'
    """
    if run.events:
        return f"after {_events(run)}"
    return "before any answer" if run.stamps.headers is None else "before the first event"


def end_sentence(run: Run) -> str | None:
    """Return how a run ended, or that it has not ended yet; None for a complete answer with content."""
    match run.state:
        case "failed":
            return _failed(run)
        case "cut":
            return _cut(run)
        case "stopped":
            return _stopped(run)
        case "waiting" | "streaming":
            return "The answer has not ended yet: this is what had arrived."
        case "complete":
            return _complete(run)
        case _:
            assert_never(run.state)


def refusal_sentence(run: Run) -> str | None:
    """Return that the model refused, where only the stop reason says so; None for other answers.

    The sentence may hold the server's explanation, as it was sent.
    """
    if run.stop_reason != "refusal" or run.refusal:
        return None
    explanation = (run.stop_detail or {}).get("explanation")
    return f"The model refused to answer{f': {explanation}' if isinstance(explanation, str) else '.'}"


def warnings(run: Run) -> Iterator[str]:
    """Yield what users must know about an answer besides how it ended: that words of it may be missing."""
    if run.unread and not _is_other_text(run):
        events = counted(run.unread, "event")
        quote = excerpt(run.unread_beginning, _LONGEST_QUOTE)
        yield f"{events} could not be read{f' (“{quote}”)' if quote else ''}: words of the answer may be missing."


def _complete(run: Run) -> str | None:
    if refusal_sentence(run):
        return None
    if run.text or run.refusal or run.tools:
        return None if not run.is_empty else _EMPTY
    if run.thinking or run.redacted_thinking:
        return "The answer is complete, but there is only thinking in it."
    return "The answer is complete, but nothing of it could be read." if run.unread else _EMPTY


def _stopped(run: Run) -> str:
    if not run.is_cancelled:
        return "Stopped by the user."
    reason = clean_line(run.stop_reason or "")[:_LONGEST_ID]
    return f"Stopped by the server{f': {reason}' if reason else ''}."


def _failed(run: Run) -> str:
    if run.failure is None:
        return "The run failed."
    request_id = run.failure.request_id or run.request_id
    return run.failure.message + (f" (request {clean_line(request_id)[:_LONGEST_ID]})" if request_id else "")


def _cut(run: Run) -> str:
    if run.lacks_only_its_end:
        return (
            f"The stream ended after {_events(run)} without its end marker, but with the stop reason and the usage:"
            " the answer is probably whole."
        )
    if not _is_other_text(run):
        return (
            f"The stream ended after {_events(run)} without its end marker. Send the prompt again for a whole answer."
        )
    status = run.attempts[-1].status if run.attempts else None
    answered = "The stream ended" if status is None else f"The server answered {status}"
    said = in_sentence(run.unread_beginning or _rest_of_other_text(run))
    sentence = f"{answered} without any event that could be read{f': {said}' if said else ''}."
    return f"{sentence} Check the base URL and whether the server streams."


def _is_other_text(run: Run) -> bool:
    """Whether the body of a run ended before any event that could be read, so that it may be a text without events."""
    return run.state == "cut" and run.events == run.unread


def _rest_of_other_text(run: Run) -> str:
    """Return the lines behind the last event that do not belong to an event stream."""
    lines = run.rest.data.decode("utf-8", "replace").splitlines()
    return "\n".join(line for line in lines if not _LINE_OF_STREAM.match(line))


def _events(run: Run) -> str:
    return counted(run.events, "event")
