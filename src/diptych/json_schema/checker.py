"""The process that checks one answer: reads a schema and a JSON text from standard input, and prints what is wrong."""

import json
import sys
from typing import IO

from diptych.core.json_text import parse_json, to_json
from diptych.json_schema.problems import value_problem


def main(given: IO[bytes], out: IO[str]) -> None:
    """Read `{"schema": …, "text": …}` and write `{"problem": …}`, "" for a text that follows the schema."""
    question = json.loads(given.read())
    out.write(to_json({"problem": value_problem(parse_json(question["text"]), question["schema"])}))


if __name__ == "__main__":
    main(sys.stdin.buffer, sys.stdout)
