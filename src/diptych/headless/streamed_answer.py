"""An answer as text that is printed while it grows. Together the pieces are what is printed of a whole answer."""

from diptych.core.round import Round
from diptych.core.run import Run
from diptych.core.text.sanitize import Cleaner
from diptych.report.plain_text import above_answer, answer

_RETRACTED = "\n\n[the text above was thinking]\n\n"


class StreamedAnswer:
    """The pieces of one run's answer, with its control characters made visible, below its heading.

    Thinking is not printed. If the server says too late that its text was thinking, a line says so.
    """

    def __init__(self, round_: Round, run: Run) -> None:
        self._round = round_
        self._run = run
        self._text = run.text
        self._read = 0  # characters of the text
        self._held = ""  # white space that is printed only if text follows
        self._printed = 0  # characters of the text that were printed
        self._has_heading = False
        self._cleaner = Cleaner()

    def grown(self) -> str:
        """Return what was added since the last call: "" until there is text."""
        piece = ""
        if self._run.text is not self._text:
            self._text = self._run.text
            piece = self._begin_again() if self._printed else ""
            self._read = self._printed = 0
            self._held = ""
        return piece + self._print(self._new_text())

    def rest(self) -> str:
        """Return what is left of an answer that has ended: its text, its tool calls, how it ended."""
        last = self.grown()
        rest = self._cleaner.add(answer(self._run)[self._printed :]) + self._cleaner.end()
        return f"{last}{self._heading()}{rest}"

    def _new_text(self) -> str:
        new = self._text.after(self._read)
        self._read += len(new)
        new = self._held + new
        if not self._printed:
            if not new.strip():
                self._held = new
                return ""
            new = new.lstrip("\n")
        ready = new.rstrip("\n")
        self._held = new[len(ready) :]
        return ready

    def _print(self, text: str) -> str:
        if not text:
            return ""
        self._printed += len(text)
        return self._heading() + self._cleaner.add(text)

    def _begin_again(self) -> str:
        held = self._cleaner.end()
        self._cleaner = Cleaner()
        return held + _RETRACTED

    def _heading(self) -> str:
        if self._has_heading:
            return ""
        self._has_heading = True
        return f"{above_answer(self._round, self._run)}\n"
