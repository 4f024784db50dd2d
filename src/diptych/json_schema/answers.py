"""Checks answers against the schema of their request, in another process that is ended when it takes too long.

Python's regular expressions stop every thread while they search, and a schema's pattern may take for ever. In another
process, they can stop nothing here.
"""

import json
import subprocess
import sys

from diptych.core.json_answer import json_in
from diptych.core.json_text import parse_json
from diptych.core.run import Run
from diptych.core.schema_verdict import SchemaVerdict, needs_verdict

TIME_LIMIT = 5.0
"""Seconds that checking an answer may take."""

MOST_CHARACTERS = 8_000_000
"""The longest answer that is checked."""

_CHECKER = (sys.executable, "-P", "-m", "diptych.json_schema.checker")
"""With `-P`, modules in the present folder cannot take the place of others."""


def check_answer(run: Run, time_limit: float = TIME_LIMIT) -> None:
    """Set the verdict of an answer that needs one; do nothing for any other. Blocks until the verdict is found."""
    if needs_verdict(run):
        run.schema_verdict = _verdict(json_in(str(run.text)), run.request.settings.response_schema, time_limit)


def _verdict(text: str, schema: object, time_limit: float) -> SchemaVerdict:
    if len(text) > MOST_CHARACTERS:
        return SchemaVerdict(None, f"it has more than {MOST_CHARACTERS:,} characters")
    try:
        parse_json(text)
    except ValueError as error:
        return SchemaVerdict(False, f"it is not JSON ({error})")
    question = json.dumps({"schema": schema, "text": text}).encode()
    try:
        checked = subprocess.run(_CHECKER, input=question, capture_output=True, timeout=time_limit, check=True)  # noqa: S603
        problem = json.loads(checked.stdout)["problem"]
    except subprocess.TimeoutExpired:
        return SchemaVerdict(None, f"it takes longer than {time_limit:g} s, perhaps because of a pattern in the schema")
    except (OSError, subprocess.CalledProcessError):
        return SchemaVerdict(None, "the process that checks it failed")
    return SchemaVerdict(not problem, problem)
