"""How fast an answer was written: the time in which it was written, and the reads in which it arrived."""

MIN_READS = 3
MIN_SECONDS = 0.1
"""With fewer reads or less time, the rate would measure the network: stamps are off by some milliseconds."""

MIN_SECONDS_IN_LARGE_READS = 0.5
"""The same for an answer in large reads: a gateway that releases what it held back takes a moment to do so."""

LARGE_READ = 40
"""Characters above which a read is large, and two reads together are a burst. A token has about four characters."""

LONG_TOKEN = 16
"""Characters above which a read holds several tokens."""

_MAX_TOKENS_PER_CHARACTER = 4
"""No tokenizer splits a character into more tokens than it has bytes. If there are more, most were never shown."""


class AnswerPace:
    """The reads of one answer's visible text, refusals and tool arguments, and the seconds in which it was written.

    A read is everything that came with one stamp. The time between two reads counts unless the answer was interrupted
    between them: nothing of the answer is written while the model thinks, or while the server searches or runs code.
    A span is a stretch of reads without an interruption.
    """

    def __init__(self) -> None:
        self.seconds = 0.0
        self.spans = 0
        self.reads = 0
        self._read_at: float | None = None
        self._is_interrupted = False
        self._characters = 0
        self._first_read_characters = 0  # the sum over the first read of each span
        self._is_first_read = False
        self._read_characters = 0
        self._largest = 0
        self._second_largest = 0

    def add(self, at: float, characters: int) -> None:
        """Add a piece of the answer: its stamp, and how many characters it has."""
        if at != self._read_at:
            self._is_first_read = self._read_at is None or self._is_interrupted
            if self._read_at is None or self._is_first_read:
                self.spans += 1
            else:
                self.seconds += at - self._read_at
            self._largest, self._second_largest = self._two_largest()
            self.reads += 1
            self._read_at = at
            self._read_characters = 0
        self._is_interrupted = False
        self._read_characters += characters
        self._characters += characters
        if self._is_first_read:
            self._first_read_characters += characters

    def interrupt(self) -> None:
        """Note that something other than the answer is being written, or nothing."""
        self._is_interrupted = True

    def rate(self, tokens: int) -> float | None:
        """Return tokens per second for an answer with `tokens` tokens: (tokens − first tokens) / seconds of writing.

        The tokens of the first read of each span do not count, since the time in which they were written cannot be
        measured. They are one per span, or their share of the characters if a server sends many tokens at once.

        None if the result would not be the model's rate: the time is too short, the answer came in too few reads, most
        of it came in one or two reads, or it has more tokens than its characters can have.
        `docs/explanation/figures.md` explains this to users.
        """
        if self.reads < MIN_READS or not self._characters or not self.may_have(tokens):
            return None
        is_coarse = self._characters > LARGE_READ * self.reads
        if self.seconds < (MIN_SECONDS_IN_LARGE_READS if is_coarse else MIN_SECONDS):
            return None
        burst = sum(self._two_largest())
        if burst > LARGE_READ and burst > self._characters / 2:
            return None
        is_several = self._first_read_characters > LONG_TOKEN * self.spans
        leading = tokens * self._first_read_characters / self._characters if is_several else self.spans
        return (tokens - leading) / self.seconds if tokens > leading else None

    def may_have(self, tokens: int) -> bool:
        """Whether an answer of this length can have `tokens` tokens, so that none of them were hidden thinking."""
        return tokens <= _MAX_TOKENS_PER_CHARACTER * self._characters

    def _two_largest(self) -> tuple[int, int]:
        """Return the characters of the two largest reads, including the current one."""
        first, second = self._largest, self._second_largest
        if self._read_characters > first:
            return self._read_characters, first
        return first, max(second, self._read_characters)
