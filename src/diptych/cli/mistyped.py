"""A word that seems to be a mistyped command, and so should not be sent to a model."""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from diptych.cli.command_error import CommandError
from diptych.cli.prompt_input import quoted

_CLOSE = 0.75
"""From 0 to 1, how similar a word must be to a command, as `difflib` has it; transposed letters of `show` are 0.75."""

_SHORTEST_BEGINNING = 3
"""Letters of a command's beginning that are taken for the command."""

_OPTIONS = {"help": "--help", "version": "--version"}
"""Words that other programs have as commands."""


def refuse_mistyped(words: Sequence[str], commands: Iterable[str]) -> None:
    """Raise `CommandError` if the first word is a command or nearly one; it says how to send that word as a prompt."""
    meant = _meant(words[0], list(commands)) if words else None
    if meant is None:
        return
    is_misplaced = meant == words[0]
    said = "A command comes before its options: did" if is_misplaced else f"There is no command {words[0]!r}. Did"
    are_all_words = len(words) > 1 and not any(word.startswith("-") for word in words)
    prompt = quoted(words) if are_all_words else f"-- {words[0]}"
    raise CommandError(f"{said} you mean `diptych {meant}`? To send it to the models: diptych {prompt}")


def _meant(word: str, commands: Sequence[str]) -> str | None:
    """The command that is most likely meant by a word, None if it does not look like any."""
    if not word.replace("-", "").isalpha() or word.startswith("-"):
        return None
    folded = word.casefold()
    if folded in _OPTIONS:
        return _OPTIONS[folded]
    for command in commands:
        is_beginning = len(folded) >= _SHORTEST_BEGINNING and command.startswith(folded)
        if is_beginning or sorted(folded) == sorted(command):
            return command
    return next(iter(get_close_matches(folded, commands, 1, _CLOSE)), None)
