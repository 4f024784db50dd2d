"""What an empty pane says before anything was asked."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from diptych.core.settings import Settings
from diptych.tui.answer.hint import Hint


@dataclass(slots=True)
class FirstHint:
    """Says what to do first, and what a simulated model can show.

    `missing_key` returns how to set the key without which a side is simulated, "" where none is missing. `scenarios`
    maps the words that make a simulated model do something particular to what that is. The two keys are named as the
    user has them.
    """

    missing_key: Callable[[Settings], str]
    scenarios: Mapping[str, str]
    send_key: str = "Enter"
    help_key: str = "F1"

    def for_side(self, settings: Settings) -> Hint:
        """Return the hint for a side that is asked with these settings next."""
        sentences = [f"Type a prompt below and press {self.send_key}: both models answer at the same time."]
        if not settings.simulated:
            return Hint(sentences, {})
        sentences.append(self.missing_key(settings) or "This side is simulated: nothing leaves your machine.")
        return Hint(sentences, self.scenarios, self.help_key)
