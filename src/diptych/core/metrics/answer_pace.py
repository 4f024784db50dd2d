"""How fast an answer was written: which of its time was spent writing, and in how many reads it came."""

LEAST_READS = 3
LEAST_SECONDS = 0.1
"""Fewer reads, or less time, say more about the network than about the model: a stamp is off by some milliseconds."""

LEAST_COARSE_SECONDS = 0.5
"""The same for an answer in large reads: a gateway that lets go of what it held back takes a moment for it."""

LARGE_READ = 40
"""Characters from which on a read is large, and two of them are a burst: a token has about four."""

LONGEST_TOKEN = 16
"""Characters from which on a read holds several tokens."""

_MOST_TOKENS = 4
"""Tokens that a character can have: no tokenizer goes below its bytes. More were written in silence."""


class AnswerPace:
    """The reads of one answer's visible text, refusals and tool arguments, and the time in which these were written.

    A read is what came with one stamp. The time between two reads counts, unless the answer was interrupted between
    them: while the model thinks, or the server searches or runs code, nothing of the answer is written.
    """

    def __init__(self) -> None:
        self.seconds = 0.0
        self.spans = 0
        self.reads = 0
        self._read_at: float | None = None
        self._is_interrupted = False
        self._characters = 0
        self._leading = 0  # characters of the first read of each span
        self._is_leading = False
        self._in_read = 0
        self._largest = 0
        self._second_largest = 0

    def add(self, at: float, characters: int) -> None:
        """A piece of the answer came at that stamp."""
        if at != self._read_at:
            self._is_leading = self._read_at is None or self._is_interrupted
            if self._read_at is None or self._is_leading:
                self.spans += 1
            else:
                self.seconds += at - self._read_at
            self._largest, self._second_largest = self._two_largest()
            self.reads += 1
            self._read_at = at
            self._in_read = 0
        self._is_interrupted = False
        self._in_read += characters
        self._characters += characters
        if self._is_leading:
            self._leading += characters

    def interrupt(self) -> None:
        """Something else than the answer is written now, or nothing."""
        self._is_interrupted = True

    def rate(self, tokens: int) -> float | None:
        """Tokens a second for an answer of so many tokens.

        Those of the first read of each span have no time before them that could be measured, so they do not count: one
        for each span, or their share of the characters where a server sends many tokens at once. None where that would
        be no rate of the model: the time is too short, the answer came in too few reads, or most of it in one or two.
        """
        if self.reads < LEAST_READS or not self._characters or tokens > _MOST_TOKENS * self._characters:
            return None
        is_coarse = self._characters > LARGE_READ * self.reads
        if self.seconds < (LEAST_COARSE_SECONDS if is_coarse else LEAST_SECONDS):
            return None
        burst = sum(self._two_largest())
        if burst > LARGE_READ and burst > self._characters / 2:
            return None
        is_several = self._leading > LONGEST_TOKEN * self.spans
        leading = tokens * self._leading / self._characters if is_several else self.spans
        return (tokens - leading) / self.seconds if tokens > leading else None

    def _two_largest(self) -> tuple[int, int]:
        """The characters of the two largest reads, the present one included."""
        first, second = self._largest, self._second_largest
        if self._in_read > first:
            return self._in_read, first
        return first, max(second, self._in_read)
