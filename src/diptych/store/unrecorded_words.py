"""Sentences that tell the user what is not recorded."""

from collections.abc import Iterable, Sequence

from diptych.core.wording.counted import counted
from diptych.store.backlog import Backlog


def unwritten_sentence(backlogs: Iterable[Backlog], *, is_closing: bool) -> str:
    """Return a sentence that counts the rounds that are not written whole; "" if all are.

    Unless the recorder `is_closing`, it says that they may be written later.
    """
    behind = [backlog for backlog in backlogs if backlog]
    in_part = sum(backlog.is_begun for backlog in behind)
    whole = len(behind) - in_part
    yet = "" if is_closing else " yet"
    if whole and in_part:
        return f"{_rounds(whole)} not recorded{yet}, and {in_part} only in part."
    if in_part:
        return f"{_rounds(in_part)} recorded only in part{'' if is_closing else ' so far'}."
    return f"{_rounds(whole)} not recorded{yet}." if whole else ""


def lost_sentences(given_up: Sequence[str], unreadable: int) -> str:
    """Return sentences about what can never be written; "" if there is nothing of that kind.

    `given_up` says why, for each round that cannot be written; `unreadable` counts the events that cannot be read back.
    """
    sentences = []
    if given_up:
        sentences.append(f"{given_up[-1]} {_rounds(len(given_up))} not recorded, or only in part.")
    if unreadable:
        events = counted(unreadable, "event")
        sentences.append(f"{events} could not be read back from the temporary file, and cannot be recorded.")
    return " ".join(sentences)


def _rounds(count: int) -> str:
    return "1 round is" if count == 1 else f"{count:,} rounds are"
