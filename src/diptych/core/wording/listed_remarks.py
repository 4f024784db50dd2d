"""What is said about a round of the history, in words: for its list on the screen and on the command line."""

from collections.abc import Iterator

from diptych.core.history_summary import ListedRound
from diptych.core.naming import side_name
from diptych.core.text.excerpt import excerpt
from diptych.core.wording.verdict_words import vote_words

STAR = "★"
"""Stands before the prompt and the note of a starred round."""


def listed_remarks(listed: ListedRound, longest_note: int) -> Iterator[str]:
    """Yield where it belongs in an experiment, which takes count, how the user voted, and how the note begins.

    Nothing is yielded for what there is not. The words may quote foreign text.
    """
    if case := listed.experiment_case:
        yield (
            f"x{case.experiment}: {case.case}, repeat {case.repeat}" if case.repeat else f"x{case.experiment}: warm-up"
        )
    takes = [f"{side_name(run.label)} take {run.take} of {run.takes}" for run in listed.runs if run.takes > 1]
    if takes and not listed.is_hidden:
        yield ", ".join(takes)
    vote = listed.vote
    if vote:
        yield vote_words(vote, side_name(vote.label or ""))
    if note := excerpt(listed.note.text, longest_note):
        yield f"note: {note}"
