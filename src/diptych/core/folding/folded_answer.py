"""The answer of a run, folded from the contents of its events one by one."""

from typing import TYPE_CHECKING, Any, assert_never

from diptych.core.content import (
    Cancelled,
    Complete,
    Content,
    EndOfStream,
    Error,
    GrowingKind,
    HeldBack,
    Identity,
    Malformed,
    OtherChoice,
    PartBegins,
    Ping,
    ReasoningBlock,
    RedactedThinking,
    Refusal,
    ServerTimes,
    ServerWork,
    Stop,
    Structure,
    Text,
    Thinking,
    ToolArguments,
    ToolCall,
    Unknown,
    UsageReport,
)
from diptych.core.folding.paragraphs import Paragraphs
from diptych.core.folding.stream_end import StreamEnd
from diptych.core.folding.think_tags import Piece, ThinkTags
from diptych.core.folding.tool import Tool
from diptych.core.metrics.answer_pace import AnswerPace
from diptych.core.metrics.server_times import ServerTime, merged_times
from diptych.core.metrics.timing import Stamps, events_per_second, tokens_per_event, tokens_per_second
from diptych.core.text.growing import GrowingText

if TYPE_CHECKING:
    from collections.abc import Mapping

    from diptych.core.failure import Failure
    from diptych.core.metrics.usage import Usage


class FoldedAnswer:
    """What the contents of the events so far add up to; `Run` adds the request and how the run goes.

    `events` counts the events. The stamps of tokens and of the answer are set here, all others by the run. `choices` is
    how many answers were asked for; only the first of them is folded.

    `unread` counts the events that could not be read completely, so that words may be missing; `unread_beginning`
    quotes the first of them. Where text turns out to have been thinking, `text` is replaced by a new object. A failure
    is doubtful if it only looks like an error: content that follows revokes it.
    """

    def __init__(self, choices: int = 1) -> None:
        self._stamps = Stamps()
        self.events = 0
        self.text = GrowingText()
        self.thinking = GrowingText()
        self.redacted_thinking = 0
        self.reasoning: list[dict[str, Any]] = []
        self.refusal = GrowingText()
        self.tools: list[Tool] = []
        self.reported_model: str | None = None
        self.response_id: str | None = None
        self.usage: Usage | None = None
        self.usage_raw: dict[str, Any] | None = None
        self.usage_is_final = False
        self.server_times: tuple[ServerTime, ...] = ()
        self.stop_reason: str | None = None
        self.stop_detail: dict[str, Any] | None = None
        self.failure: Failure | None = None
        self.has_doubtful_failure = False
        self.unread = 0
        self.unread_beginning = ""
        self.is_cancelled = False
        self.end = StreamEnd(choices)
        self.several_choices = False
        self._tags = ThinkTags()
        self._paragraphs = Paragraphs()
        self._pace = AnswerPace()
        self._has_thought = False
        self._last_text_event = 0
        self._last_thinking_event = 0
        self._content_events = 0
        self._last_content_event = 0
        self._answer_events = 0
        self._last_answer_event = 0
        self._tools_by_key: dict[int | str, Tool] = {}
        self._held_back: Mapping[GrowingKind, tuple[str, float]] = {}

    @property
    def stamps(self) -> Stamps:
        """When things happened in the last attempt. What a capture of another program does not say is left out."""
        return self._stamps.known() if self._stamps.unknown else self._stamps

    @property
    def events_per_second(self) -> float | None:
        """Content events per second so far; see `metrics.timing`."""
        return events_per_second(self._stamps, self._content_events)

    @property
    def tokens_per_second(self) -> float | None:
        """Answer tokens per second once the usage is final, else None; see `metrics.timing`."""
        if not self.usage_is_final or self.several_choices:
            return None
        return tokens_per_second(self._pace, self.usage, thought=self._has_thought)

    @property
    def tokens_per_event(self) -> float | None:
        """Answer tokens per event that carried some of the answer, once the usage is final; see `metrics.timing`."""
        if not self.usage_is_final or self.several_choices:
            return None
        return tokens_per_event(self._pace, self._answer_events, self.usage, thought=self._has_thought)

    @property
    def server_is_done(self) -> bool:
        """Whether the server has said everything, so that losing the connection would change nothing."""
        return self.failure is not None or self.end.is_credible

    @property
    def lacks_only_its_end(self) -> bool:
        """Whether the stop reason and the final usage have come, and after them neither content nor a terminal event.

        Some gateways leave out Anthropic's `message_stop`.
        """
        return self.usage_is_final and not self.end.saw_terminal_event

    @property
    def is_empty(self) -> bool:
        """Whether the answer is empty: no text but white space, no thinking, no refusal and no tool call."""
        if self.refusal or self.tools or self.thinking or self.redacted_thinking:
            return False
        return not any(piece.strip() for piece in self.text)

    def _fold(self, content: Content, at: float) -> None:  # noqa: C901 - one flat case for each kind of content
        match content:
            case Text(text):
                if text and self._tags.is_plain_text(text):
                    self._add_text(text, at)  # as nearly all are
                elif text:
                    self._content(at)  # even if it is held back
                    self._read_text(self._tags.feed(text, self.text), at)
            case Thinking(text):
                self._think(text, at)
            case HeldBack(of, text):
                self._held_back = {**self._held_back, of: (text, at)}
            case ToolArguments(key, text):
                if text:
                    self._tools_by_key[key].write(text)
                    self._answer(at, len(text))
            case Refusal(text):
                if text:
                    self.refusal.append(self._paragraphs.join("refusal", self.refusal, text))
                    self._answer(at, len(text))
            case ToolCall(key, tool_id, name, is_function):
                self._tool_call(key, Tool(tool_id, name, is_function), at)
            case RedactedThinking():
                self.redacted_thinking += 1
                self._think("", at)
            case ReasoningBlock(block):
                self.reasoning.append(block)
            case PartBegins(kind):
                self._begin_part((kind,), at)
            case ServerWork():
                self._begin_part(("text", "thinking"), at)
                self._pace.interrupt()
            case Identity(model, response_id):
                self.reported_model = model or self.reported_model
                self.response_id = response_id or self.response_id
            case UsageReport(usage, raw):
                self.usage, self.usage_raw = usage, raw
                self.usage_is_final = self.stop_reason is not None
                self.end.usage()
            case ServerTimes(times):
                self.server_times = merged_times(self.server_times, times)
            case Stop(reason, detail):
                self.stop_reason = reason
                self.stop_detail = detail or self.stop_detail
            case OtherChoice(index, _, ended):
                self.several_choices = True
                self.end.other_choice(index, ended=ended)
            case Complete():
                self.end.terminal_event(self.events)
            case Cancelled():
                self.is_cancelled = True
                self.end.terminal_event(self.events)
            case EndOfStream():
                self.end.end_of_stream()
            case Error(failure, certain):
                if self.failure is None or (certain and self.has_doubtful_failure):
                    self.failure, self.has_doubtful_failure = failure, not certain
            case Malformed(_, beginning):
                if not self.end.saw_end_of_stream:
                    self.unread += 1
                    self.unread_beginning = self.unread_beginning or beginning
            case Structure() | Ping() | Unknown():
                pass
            case _:
                assert_never(content)

    def _begin_part(self, kinds: tuple[GrowingKind, ...], at: float) -> None:
        """Begin another part of these texts. A part of the text may start with thinking between tags."""
        if "text" in kinds and self.text:
            self._read_text(self._tags.begin_part(self.text), at)
        self._paragraphs.begin(kinds)

    def _read_text(self, pieces: list[Piece], at: float) -> None:
        """Fold text from the server, some of which may be thinking between tags."""
        for kind, piece in pieces:
            match kind:
                case "text":
                    self._add_text(piece, at)
                case "thinking":
                    self._think(piece, at)
                case "text was thinking":
                    self._retract_text(at)
                case _:
                    assert_never(kind)

    def _add_text(self, text: str, at: float) -> None:
        if self._last_text_event < self._last_thinking_event < self.events:
            self._paragraphs.begin(("text",))
        self._last_text_event = self.events
        self.text.append(self._paragraphs.join("text", self.text, text))
        self._answer(at, len(text))

    def _think(self, text: str, at: float) -> None:
        """Fold thinking, or a sign of it (""), which interrupts the answer."""
        self._has_thought = True
        self._pace.interrupt()
        if text:
            if self._last_thinking_event < self._last_text_event < self.events:
                self._paragraphs.begin(("thinking",))
            self._last_thinking_event = self.events  # a server that sends both in every event is writing one text
            self.thinking.append(self._paragraphs.join("thinking", self.thinking, text))
            self._content(at)

    def _retract_text(self, at: float) -> None:
        """Turn all text so far into thinking: a closing tag came without an opening one."""
        thought, self.text = str(self.text).strip(), GrowingText()
        self._pace = AnswerPace()
        self._answer_events = self._last_answer_event = 0
        if not (self.tools or self.refusal):
            self._stamps.first_answer = None
        if thought:
            self._think(thought, at)

    def _tool_call(self, key: int | str, told: Tool, at: float) -> None:
        tool = self._tools_by_key.get(key)
        if tool is None:
            self._begin_part(("text", "thinking"), at)
            self._tools_by_key[key] = told
            self.tools.append(told)
        else:
            tool.id, tool.name = told.id or tool.id, told.name or tool.name

    def _answer(self, at: float, characters: int) -> None:
        """Count characters of visible text, a refusal or tool arguments."""
        stamps = self._stamps
        if stamps.first_answer is None:
            is_first = stamps.first_token is None or self.thinking or self._tags.found
            stamps.first_answer = at if is_first else stamps.first_token  # the first letters may have been held back
        self._pace.add(at, characters)
        if self._last_answer_event != self.events:
            self._last_answer_event = self.events
            self._answer_events += 1
        self._content(at)

    def _content(self, at: float) -> None:
        """Count content of any kind, which shows that the answer goes on, whatever the server said of its end."""
        stamps = self._stamps
        if stamps.first_token is None:
            stamps.first_token = at
        stamps.last_token = at
        if self.has_doubtful_failure:
            self.failure, self.has_doubtful_failure = None, False
        if self.end.saw_terminal_event:
            self.usage_is_final = False  # what was reported before does not include this
        self.end.content(self.events)
        if self._last_content_event != self.events:
            self._last_content_event = self.events
            self._content_events += 1

    def _fold_held_text(self) -> None:
        """Fold what was held back, as a possible repetition or the possible beginning of a tag: nothing follows."""
        for kind, (text, at) in self._held_back.items():
            self._fold(Thinking(text) if kind == "thinking" else Text(text), at)
        self._held_back = {}
        if self._stamps.last_token is not None:
            is_final = self.usage_is_final
            self._read_text(self._tags.end(self.text), self._stamps.last_token)
            self.usage_is_final = is_final  # the text that was held back came before the usage
