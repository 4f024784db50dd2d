"""Whether a stream has ended, as far as the server's own events can be trusted.

Some servers send a terminal event with their first event, or with each event. Others continue with a second choice.
"""

_MAX_CHOICES = 1_000
"""The most choices whose end is waited for. No API gives more than 128."""


class StreamEnd:
    """Follows the terminal events, the end of the stream, and what came after them. Events are numbered from 1.

    The terminal event is the provider's own end marker: `message_stop`, a chunk with a `finish_reason`,
    `response.completed`. The end of the stream is `[DONE]`.

    - `saw_terminal_event`: a terminal event came.
    - `terminal_event_is_plain`: the last one came in an event without content, and after content.
    - `terminal_event_stands`: no content has followed it. Once content has followed a terminal event, only a plain one
      stands.
    - `saw_end_of_stream`: the end of the stream came, and no content has followed it.
    - `progress` grows with everything that shows a server at work: content of any choice, and usage.
    """

    def __init__(self, choices: int = 1) -> None:
        self.saw_terminal_event = False
        self.terminal_event_stands = False
        self.terminal_event_is_plain = False
        self.saw_end_of_stream = False
        self.progress = 0
        self._is_misleading = False
        self._content_event = 0
        self._begun: frozenset[int] = frozenset(range(1, min(choices, _MAX_CHOICES)))
        self._ended: frozenset[int] = frozenset()

    def content(self, event: int) -> None:
        """Note content of the answer in the event of this number."""
        self.progress += 1
        self._content_event = event
        self._is_misleading = self._is_misleading or self.saw_terminal_event
        self.terminal_event_stands = self.saw_end_of_stream = False

    def terminal_event(self, event: int) -> None:
        """Note a terminal event in the event of this number."""
        self.saw_terminal_event = True
        self.terminal_event_is_plain = 0 < self._content_event < event
        self.terminal_event_stands = self.terminal_event_is_plain or not self._is_misleading

    def end_of_stream(self) -> None:
        """Note the end of the stream."""
        self.saw_end_of_stream = True

    def usage(self) -> None:
        """Note a report of token usage."""
        self.progress += 1

    def other_choice(self, index: int, *, ended: bool) -> None:
        """Note content of a choice other than the first, and whether that choice ended with it."""
        self.progress += 1
        self._begun |= {index}
        if ended:
            self._ended |= {index}

    @property
    def has_open_choices(self) -> bool:
        """Whether a choice other than the first was requested or has begun, and has not ended."""
        return bool(self._begun - self._ended)

    @property
    def is_credible(self) -> bool:
        """Whether the answer is whole, as far as the server's own events can be trusted."""
        return self.saw_end_of_stream or (self.terminal_event_stands and not self.has_open_choices)
