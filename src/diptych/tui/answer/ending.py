"""How the sentences below an answer look: what ended it, warnings, and why later prompts leave it out."""

from typing import NamedTuple, assert_never

from diptych.core.run import Run, State


class EndingSign(NamedTuple):
    """The sign before a sentence, and the role that decides its colour."""

    sign: str
    role: str


REFUSAL = EndingSign("⊘", "refusal")
WARNING = EndingSign("!", "error")
RESULT = EndingSign("↳", "tool")
VALID = EndingSign("✔", "ending")
EXCLUDED = EndingSign("○", "ending")


def ending_mark(state: State) -> EndingSign | None:
    """Return how the sentence about the end of a run looks; None for a run that goes on, as the status shows that."""
    match state:
        case "waiting" | "streaming":
            return None
        case "complete":
            return EndingSign("○", "ending")
        case "stopped":
            return EndingSign("■", "ending")
        case "cut":
            return EndingSign("✂", "error")
        case "failed":
            return EndingSign("✖", "error")
        case _:
            assert_never(state)


def excluded_sentence(run: Run, otherwise: str) -> str:
    """Return why later prompts do not send this turn; `otherwise` is the reason if there is an answer to send."""
    if run.state == "failed":
        return "Not part of the conversation: it failed."
    if not run.text:
        return "Not part of the conversation: it has no answer text."
    return f"Not part of the conversation: {otherwise}"
