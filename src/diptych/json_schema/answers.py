"""Checks answers against the schema of their request, in another process that is ended when it takes too long.

Python's regular expressions stop every thread while they search, and a schema's pattern may take for ever. In another
process, they can stop nothing here.
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from tempfile import TemporaryFile
from typing import IO

from diptych.core.json_answer import json_in
from diptych.core.json_text import parse_finite_json
from diptych.core.run import Run
from diptych.core.schema_verdict import SchemaVerdict, needs_verdict

TIME_LIMIT = 5.0
"""Seconds that checking an answer may take."""

MOST_CHARACTERS = 8_000_000
"""The longest answer that is checked."""

_LOOK = 0.05
"""Seconds between two looks at whether the process must be ended."""

_CHECKER = (sys.executable, "-P", "-m", "diptych.json_schema.checker")
"""With `-P`, modules in the present folder cannot take the place of others."""


def never() -> bool:
    """Return False; the default of a check that nobody cancels."""
    return False


def check_answer(run: Run, is_cancelled: Callable[[], bool] = never) -> None:
    """Set the verdict of an answer that needs one; do nothing for any other.

    Blocks until the verdict is found, or until `is_cancelled` returns true; then there is none.
    """
    if needs_verdict(run):
        schema = run.request.settings.response_schema
        run.schema_verdict = _verdict(json_in(str(run.text)), schema, is_cancelled)


def _verdict(text: str, schema: object, is_cancelled: Callable[[], bool]) -> SchemaVerdict | None:
    if len(text) > MOST_CHARACTERS:
        return SchemaVerdict(None, f"it has more than {MOST_CHARACTERS:,} characters")
    try:
        parse_finite_json(text)
    except ValueError as error:
        return SchemaVerdict(False, f"it is not JSON ({error})")
    question = json.dumps({"schema": schema, "text": text}).encode()
    deadline = time.monotonic() + TIME_LIMIT
    try:
        printed = _answer_of_process(question, lambda: is_cancelled() or time.monotonic() >= deadline)
        problem = None if printed is None else json.loads(printed)["problem"]
    except (OSError, ValueError):
        return SchemaVerdict(None, "the process that checks it failed")
    if problem is not None:
        return SchemaVerdict(not problem, problem)
    if is_cancelled():
        return None
    return SchemaVerdict(None, f"it takes longer than {TIME_LIMIT:g} s, perhaps because of a pattern in the schema")


def _answer_of_process(question: bytes, must_end: Callable[[], bool]) -> bytes | None:
    """Return what the process that checks prints; None if it had to be ended.

    It reads the question from a file without a name: once `communicate` has timed out, it writes no more to a pipe, and
    a long question may not be in it yet.
    """
    with TemporaryFile() as given:
        given.write(question)
        given.seek(0)
        return _printed_by(given, must_end)


def _printed_by(given: IO[bytes], must_end: Callable[[], bool]) -> bytes | None:
    with subprocess.Popen(  # noqa: S603 - no shell, and nothing foreign in the command
        _CHECKER, stdin=given, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        while True:
            try:
                printed, _ = process.communicate(timeout=_LOOK)
            except subprocess.TimeoutExpired:
                if must_end():
                    process.kill()
                    return None
            else:
                return printed
