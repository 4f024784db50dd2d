"""What a stream has said of its own end, and whether it may be believed.

Some servers send an end marker with their first event, or with each; others go on with a second choice.
"""

_MOST_CHOICES = 1_000
"""Choices that are waited for; no API gives more than 128."""


class StreamEnd:
    """The end markers, the end of the stream, and what came after them. Events are numbered from 1.

    `saw_terminal_event`: the provider's terminal event came. `terminal_event_is_plain`: it came by itself and after
    content, rather than beside content or before any. `terminal_event_stands`: no content followed it; where content
    has followed one once, only a plain one stands from then on. `news` grows with everything that shows a server still
    at work: content of any choice, and usage.
    """

    def __init__(self, choices: int = 1) -> None:
        self.saw_terminal_event = False
        self.terminal_event_stands = False
        self.terminal_event_is_plain = False
        self.saw_end_of_stream = False
        self.news = 0
        self._is_misleading = False
        self._content_event = 0
        self._begun: frozenset[int] = frozenset(range(1, min(choices, _MOST_CHOICES)))
        self._ended: frozenset[int] = frozenset()

    def content(self, event: int) -> None:
        """Content of the answer came."""
        self.news += 1
        self._content_event = event
        self._is_misleading = self._is_misleading or self.saw_terminal_event
        self.terminal_event_stands = self.saw_end_of_stream = False

    def terminal_event(self, event: int) -> None:
        """The provider's end marker came."""
        self.saw_terminal_event = True
        self.terminal_event_is_plain = 0 < self._content_event < event
        self.terminal_event_stands = self.terminal_event_is_plain or not self._is_misleading

    def end_of_stream(self) -> None:
        """The server says that nothing follows."""
        self.saw_end_of_stream = True

    def usage(self) -> None:
        """A count of tokens came."""
        self.news += 1

    def other_choice(self, index: int, *, ended: bool) -> None:
        """Something of another choice than the first came."""
        self.news += 1
        self._begun |= {index}
        if ended:
            self._ended |= {index}

    @property
    def has_open_choices(self) -> bool:
        """Whether a choice beside the first has begun, or was asked for, and has not ended."""
        return bool(self._begun - self._ended)

    @property
    def is_credible(self) -> bool:
        """Whether the server has said all it has to say, as far as its own words can be believed."""
        return self.saw_end_of_stream or (self.terminal_event_stands and not self.has_open_choices)
