"""What each event of an answer wrote: thinking, the input of a tool call, or the answer that users read.

Where a server leaves thinking in the text of the answer, between tags, its events are told apart as the run does it.
"""

from array import array
from typing import Literal, assert_never

from diptych.core.content import (
    Content,
    PartBegins,
    Refusal,
    ServerWork,
    Text,
    Thinking,
    ToolArguments,
    ToolCall,
)
from diptych.core.event import Event
from diptych.core.folding.think_tags import Piece, ThinkTags
from diptych.core.text.growing import GrowingText

ContentKind = Literal["thinking", "tool input", "answer"]


class ContentTimes:
    """The events with content of one answer: when each came, and what it wrote. `add` takes all events in order.

    `at` and `earliest` are stamps in seconds as in `core.metrics.arrivals`. `work_until` is, for each of these events,
    when the server last showed since the event before that it was working itself (searching, running code); NaN if it
    did not. All have the same length.
    """

    def __init__(self) -> None:
        self.at = array("d")
        self.earliest = array("d")
        self.work_until = array("d")
        self._kinds: list[ContentKind | None] = []  # None while it is held back: it may be the beginning of a tag
        self._tags = ThinkTags()
        self._text = GrowingText()
        self._calls: set[int | str] = set()
        self._work = float("nan")

    def __len__(self) -> int:
        return len(self.at)

    def kind(self, index: int) -> ContentKind:
        """Return what the event at an index wrote; text that is still held back counts as answer."""
        return self._kinds[index] or "answer"

    def add(self, event: Event) -> None:
        """Add an event, which may be without content."""
        kind: ContentKind | None = None
        has_content = False
        for content in event.contents:
            wrote = _wrote(content)
            has_content = has_content or wrote is not None
            kind = wrote or kind
            if isinstance(content, ServerWork):
                self._work = event.at
        if has_content:
            self.at.append(event.at)
            self.earliest.append(event.at - event.late)
            self.work_until.append(self._work)
            self._work = float("nan")
            self._kinds.append(kind)
        for content in event.contents:
            self._follow_tags(content)

    def end(self) -> None:
        """Settle what is held back, as nothing follows."""
        self._settle(self._tags.end(self._text))

    def _follow_tags(self, content: Content) -> None:
        match content:
            case Text(text) if text and self._tags.is_plain_text(text):
                self._text.append(text)
            case Text(text) if text:
                self._kinds[-1] = None
                self._settle(self._tags.feed(text, self._text))
            case PartBegins("text") | ServerWork():
                self._begin_part()
            case ToolCall(key) if key not in self._calls:
                self._calls.add(key)
                self._begin_part()
            case _:
                pass

    def _begin_part(self) -> None:
        if self._text:
            self._settle(self._tags.begin_part(self._text))

    def _settle(self, pieces: list[Piece]) -> None:
        """Give the events that were held back the kind of the pieces that were read from them."""
        for piece in pieces:
            match piece.kind:
                case "text was thinking":
                    self._text = GrowingText()
                    self._kinds = [kind if kind == "tool input" else "thinking" for kind in self._kinds]
                case "text":
                    self._text.append(piece.text)
                    self._decide("answer")
                case "thinking":
                    self._decide("thinking")
                case _:
                    assert_never(piece.kind)

    def _decide(self, kind: ContentKind) -> None:
        index = len(self._kinds)
        while index and self._kinds[index - 1] is None:
            index -= 1
            self._kinds[index] = kind


def _wrote(content: Content) -> ContentKind | None:
    """Return what a content writes, by its type alone; None if it writes nothing."""
    match content:
        case Thinking(text) if text:
            return "thinking"
        case ToolArguments(_, text) if text:
            return "tool input"
        case Text(text) | Refusal(text) if text:
            return "answer"
        case _:
            return None
