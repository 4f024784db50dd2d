"""Rounds for reports: one as it usually is, and one whose every text is out to do harm."""

from diptych.core.content import (
    Complete,
    Content,
    Identity,
    Malformed,
    RedactedThinking,
    Refusal,
    Stop,
    Text,
    Thinking,
    ToolArguments,
    ToolCall,
    UsageReport,
)
from diptych.core.event import RequestSent
from diptych.core.failure import Failure
from diptych.core.metrics.usage import Usage
from diptych.core.round import Round
from diptych.core.run import Run
from diptych.core.settings import ToolDefinition
from tests.report.runs import T0, arrived, begun

DATE = 1_795_584_840.0
"""2026-11-25 05:34 UTC."""

PROMPT = "How do I merge two dictionaries in Python?\n\nShow the ways, and say which one you would take and why."

_LONG = """\
There are **three** ways worth knowing, from the newest to the oldest.

## The operator

Since Python 3.9, `|` makes a new dictionary and `|=` updates one in place:

```python
defaults = {"host": "localhost", "port": 8080}
settings = defaults | {"port": 9090}   # the right side wins where both have the key, and this line is long
```

| way | new dictionary | since |
|---|:-:|--:|
| `a \\| b` | yes | 3.9 |
| `{**a, **b}` | yes | 3.5 |
| `a.update(b)` | no | ever |

1. Where both have a key, **the last one wins**.
2. Order is kept: *first seen, first listed*.
   - A key that comes again keeps its place.

> Neither way merges nested dictionaries.

See [the documentation](https://docs.python.org/3/library/stdtypes.html#dict) for more. I would take the operator: it \
says what it does, and it leaves both of its operands alone.
"""


def usual(date: float | None = DATE) -> Round:
    """Two whole answers: the left one thinks first and falls silent once; the right one is short and steady."""
    left = begun("left")
    arrived(left, 0.32, "message_start", Identity("claude-sonnet-5-5", "msg_01"))
    _stream(left, "The user asks about dictionaries. I will name three ways.", 0.9, 0.05, thinking=True)
    _stream(left, _LONG[:500], 2.4, 0.02)
    _stream(left, _LONG[500:], 5.1, 0.015)
    _finish(left, 6.4, Usage(31, 10, 0, 420, 60))
    right = begun("right", simulated=True)
    _stream(right, _LONG[:900], 0.6, 0.06)
    _finish(right, 4.2, Usage(31, output_tokens=251))
    return Round(PROMPT, 1_000.0, (left, right), date)


def hostile(text: str, *, prompt: str | None = None) -> Round:
    """A round in which everything that comes from outside is that text."""
    left = begun("left", preset=text, system=text, params={text: text, "stop": [text]}, tools=(ToolDefinition(text),))
    right = begun("right")
    arrived(left, 0.3, text, Identity(text, text), Thinking(text))
    arrived(left, 0.4, text, RedactedThinking(), Text(text), ToolCall(1, text, text), ToolArguments(1, text))
    arrived(left, 0.5, text, Malformed(text, text), Refusal(text), Stop(text), Complete())
    left.complete()
    right.note(RequestSent(T0, text, text, ((text, text),), text.encode("utf-8", "replace")))
    arrived(right, 0.4, text, Text(f"A paragraph.\n\n{text}"))
    right.fail(Failure("connection", text), T0 + 1)
    return Round(text if prompt is None else prompt, 1_000.0, (left, right))


def _stream(run: Run, text: str, at: float, gap: float, *, thinking: bool = False) -> None:
    for number, start in enumerate(range(0, len(text), 12)):
        piece = text[start : start + 12]
        content: Content = Thinking(piece) if thinking else Text(piece)
        arrived(run, at + number * gap, "content_block_delta", content)


def _finish(run: Run, at: float, usage: Usage) -> None:
    arrived(run, at, "message_delta", Stop("end_turn"), UsageReport(usage, {}))
    arrived(run, at, "message_stop", Complete())
    run.complete()
