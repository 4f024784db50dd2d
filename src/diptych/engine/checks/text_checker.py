"""The process that searches patterns and validates JSON: answers one question per line until its input ends."""

import json
import os
import re
import signal
import sys
import warnings
from collections.abc import Callable
from contextlib import suppress
from typing import IO, Any

from diptych.core.json_text import parse_finite_json, to_json

LONGEST = 30
"""Seconds that a question may take before the system ends the process, should the one that asks be gone."""

_NICER = 5
"""How far the process steps back, so that it takes no time from the streams that are measured."""


_limit: Callable[[int], object] = getattr(signal, "alarm", lambda seconds: None)
"""Lets the system end the process after this number of seconds; 0 takes that back. Windows has nothing like it."""


def main() -> None:
    """Answer the questions that come through standard input, until it ends."""
    warnings.simplefilter("ignore")  # of patterns that a later version of Python may read otherwise
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # which a terminal sends to every process; the end of the input counts
    with suppress(OSError, AttributeError):
        os.nice(_NICER)
    answer(sys.stdin.buffer, sys.stdout.buffer)


def answer(questions: IO[bytes], answers: IO[bytes]) -> None:
    """Read `{"pattern": …, "text": …}` or `{"schema": …, "text": …}` per line, and write `{"problem": …}` for each.

    The problem is "" for a text in which the pattern is found, or that follows the schema. An empty line comes first,
    which says that the process has started.
    """
    answers.write(b"\n")
    answers.flush()
    for line in questions:
        _limit(LONGEST)
        problem = _problem(json.loads(line))
        _limit(0)
        answers.write(to_json({"problem": problem}).encode() + b"\n")
        answers.flush()


def _problem(question: dict[str, Any]) -> str:
    if "pattern" in question:
        return "" if re.search(question["pattern"], question["text"]) else "not found"
    from diptych.json_schema.validation import value_problem

    return value_problem(parse_finite_json(question["text"]), question["schema"])
