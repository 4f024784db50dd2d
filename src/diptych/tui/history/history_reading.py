"""Reads rounds of the history for what the user does with them. These functions run on threads."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from diptych.core.round import Round
    from diptych.replay.player import Player
    from diptych.store.history import History


def read_player(history: "History", number: int, *, at_end: bool) -> "Player":
    """Return a player of a round, at its start or at its end."""
    from diptych.replay.player import Player

    player = Player(history.open(number))
    if at_end:
        player.advance_to(player.length)
    return player


def read_conversation(history: "History", number: int) -> "dict[int, Round]":
    """Return the rounds of a conversation up to one of them, by their ids, oldest first."""
    from diptych.replay.folding import fold_conversation

    return fold_conversation(history.conversation(number))


def read_round(history: "History", number: int) -> "Round":
    """Return a round as it ended."""
    from diptych.replay.folding import fold

    return fold(history.open(number))
