"""What is said about a round in every export: its note, its votes, and where it stands in its conversation."""

from collections.abc import Iterator, Sequence

from diptych.core.naming import blind_name, side_name
from diptych.core.round import Round
from diptych.core.run import Run
from diptych.core.wording.listed_remarks import STAR
from diptych.core.wording.verdict_words import vote_on_round


def remarks(round_: Round) -> Iterator[tuple[str, str]]:
    """Yield what is said about a round, each with its title. The text may have several lines, and be the user's."""
    note = round_.note
    if note.starred or note.text:
        yield "Note", " ".join(filter(None, (STAR if note.starred else "", note.text)))
    if round_.votes:
        yield (
            "Votes" if len(round_.votes) > 1 else "Vote",
            "\n".join(vote_on_round(round_, vote) for vote in round_.votes),
        )
    if round_.blind and not round_.is_hidden:
        yield "Blind round", ", ".join(blind_name(round_, label) for label in round_.blind.order)
    if round_.continues is not None:
        yield "Conversation", f"every side goes on from the answers of {side_name(round_.continues, round_)}"


def other_takes(round_: Round) -> Sequence[Run]:
    """Return the takes that do not count for their sides."""
    return [run for run in round_.all_takes() if run is not round_.runs[run.label]]
