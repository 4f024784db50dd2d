"""The process that checks one answer: reads a schema and a JSON text from standard input, and prints what is wrong."""

import json
import signal
import sys
from typing import IO

from diptych.core.json_text import parse_finite_json, to_json
from diptych.json_schema.validation import value_problem

LONGEST = 30
"""Seconds after which the system ends the process, should the one that started it be gone."""


def main(given: IO[bytes], out: IO[str]) -> None:
    """Read `{"schema": …, "text": …}` and write `{"problem": …}`, "" for a text that follows the schema."""
    question = json.loads(given.read())
    out.write(to_json({"problem": value_problem(parse_finite_json(question["text"]), question["schema"])}))


if __name__ == "__main__":
    if hasattr(signal, "alarm"):
        signal.alarm(LONGEST)
    main(sys.stdin.buffer, sys.stdout)
