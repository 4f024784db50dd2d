"""What stands under an answer that did not end as it should, or that later prompts do not send."""

from collections.abc import Iterator

from diptych.core.run import Run
from diptych.core.wording.outcome import end_sentence, warnings


def ending_lines(run: Run, excluded: str) -> Iterator[tuple[str, str]]:
    """A sign and a sentence for each, with the role that decides their colour."""
    if run.state == "failed":
        yield f"✖ {end_sentence(run)}", "error"
    if run.stop_reason == "refusal" and not run.refusal:
        explanation = (run.stop_detail or {}).get("explanation")
        yield f"⊘ The model refused to answer{f': {explanation}' if isinstance(explanation, str) else '.'}", "refusal"
    if run.state == "cut":
        yield f"✂ {end_sentence(run)}", "error"
    if run.state == "stopped":
        yield f"■ {end_sentence(run) if run.is_cancelled else 'Stopped by you.'}", "ending"
    if run.state == "complete" and (sentence := end_sentence(run)):
        yield f"○ {sentence}", "ending"
    for warning in warnings(run) if run.ended else ():
        yield f"! {warning}", "error"
    if excluded:
        yield f"○ {excluded}", "ending"


def excluded_sentence(run: Run) -> str:
    """Why a turn is no part of the conversation that later prompts send."""
    if run.state == "failed":
        return "Not part of the conversation: it failed."
    if not run.text:
        return "Not part of the conversation: it has no visible text."
    return "Not part of the conversation: the prompt was sent again."
