"""The parts of an answer, in the order in which they are shown. Screens, exports and JSON are all written from them.

The union `AnswerPart` is closed: everything that shows an answer matches on it and ends with `assert_never`, so that
mypy names every place that a new part must be added to. Texts are as the server sent them: clean them before they are
drawn. The texts of a run that is still streaming go on growing.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from diptych.core.folding.tool import Tool
from diptych.core.run import Run, State
from diptych.core.schema_verdict import SchemaVerdict
from diptych.core.text.growing import GrowingText
from diptych.core.wording.outcome import end_sentence, refusal_sentence, warnings


@dataclass(frozen=True, slots=True)
class AnswerThinking:
    """The thinking that the provider shows, as text or as a summary. It is Markdown."""

    text: GrowingText


@dataclass(frozen=True, slots=True)
class AnswerRedactedThinking:
    """How many blocks of thinking came encrypted."""

    blocks: int


@dataclass(frozen=True, slots=True)
class AnswerText:
    """The visible text, which is Markdown."""

    text: GrowingText


@dataclass(frozen=True, slots=True)
class AnswerRefusal:
    """The text of a refusal, which is plain."""

    text: GrowingText


@dataclass(frozen=True, slots=True)
class AnswerToolCall:
    """A call of a tool. The run has one `Tool` object for each call, whose name may become known late."""

    tool: Tool


@dataclass(frozen=True, slots=True)
class AnswerWordlessRefusal:
    """The model refused, as the provider's stop reason says, but without a text."""

    sentence: str


@dataclass(frozen=True, slots=True)
class AnswerEnding:
    """How the answer ended, or that it has not ended. A complete answer with content has no such part.

    `quotes_server` is set where the sentence holds the server's own words.
    """

    state: State
    sentence: str
    quotes_server: bool = False


@dataclass(frozen=True, slots=True)
class AnswerWarning:
    """Something that readers of the answer must know, such as that words of it may be missing."""

    sentence: str


@dataclass(frozen=True, slots=True)
class AnswerSchemaVerdict:
    """Whether the answer follows the JSON Schema of its request, once that was checked."""

    verdict: SchemaVerdict


AnswerPart = (
    AnswerThinking
    | AnswerRedactedThinking
    | AnswerText
    | AnswerRefusal
    | AnswerToolCall
    | AnswerWordlessRefusal
    | AnswerEnding
    | AnswerSchemaVerdict
    | AnswerWarning
)


def answer_parts(run: Run) -> Iterator[AnswerPart]:
    """Yield the parts that the answer has by now, in the order in which they are shown.

    `AnswerToolCall` and `AnswerWarning` may come several times, every other part once at most.
    """
    if run.thinking:
        yield AnswerThinking(run.thinking)
    if run.redacted_thinking:
        yield AnswerRedactedThinking(run.redacted_thinking)
    if run.text:
        yield AnswerText(run.text)
    if run.refusal:
        yield AnswerRefusal(run.refusal)
    for index in range(len(run.tools)):  # another thread may add to them
        yield AnswerToolCall(run.tools[index])
    if sentence := refusal_sentence(run):
        yield AnswerWordlessRefusal(sentence)
    if sentence := end_sentence(run):
        yield AnswerEnding(run.state, sentence, quotes_server=run.failure is not None or run.is_cancelled)
    if run.schema_verdict:
        yield AnswerSchemaVerdict(run.schema_verdict)
    for warning in warnings(run):
        yield AnswerWarning(warning)
