"""What is said about a vote, and about whose the answers of a blind round are."""

from diptych.core.naming import model_title, side_name
from diptych.core.remarks import Vote
from diptych.core.round import Round
from diptych.core.text.sanitize import clean_line


def vote_sentence(round_: Round, vote: Vote) -> str:
    """Return what a vote that was just given says, and whose the answers of a blind round are."""
    chosen = f"You voted for {_chosen(round_, vote)}."
    return f"{chosen} {revealed_sentence(round_)}".strip() if round_.blind else chosen


def revealed_sentence(round_: Round) -> str:
    """Return whose the answers of a blind round are."""
    order = round_.blind.order if round_.blind else ()
    return " ".join(f"{_letter(round_, label)} is {_model(round_, label)} ({side_name(label)})." for label in order)


def _chosen(round_: Round, vote: Vote) -> str:
    match vote.verdict:
        case "better":
            return _named(round_, vote.label or "")
        case "tie":
            return "a tie"
        case "neither":
            return "neither answer"


def _named(round_: Round, label: str) -> str:
    return _letter(round_, label) if round_.blind else f"{side_name(label)}, {_model(round_, label)}"


def _letter(round_: Round, label: str) -> str:
    return round_.blind.letter(label) if round_.blind else label


def _model(round_: Round, label: str) -> str:
    run = round_.runs.get(label)
    return clean_line(model_title(run.request.settings)) if run else "not asked"
