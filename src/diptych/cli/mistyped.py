"""Recognizes mistyped commands, which must not be sent to a model as prompts."""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from diptych.cli.command_error import CommandError
from diptych.cli.prompt_input import shell_quoted

_MIN_SIMILARITY = 0.75
"""The ratio of `difflib` from which a word counts as a command; `shwo` and `show` have 0.75."""

_MIN_PREFIX = 3
"""Letters from which the beginning of a command counts as that command."""

_OPTIONS = {"help": "--help", "version": "--version"}
"""Words that are commands in other programs and options here."""


def refuse_mistyped(words: Sequence[str], commands: Iterable[str]) -> None:
    """Raise `CommandError` if the first word is a command or looks like one.

    The message also says how to send that word as a prompt.
    """
    meant = _meant(words[0], list(commands)) if words else None
    if meant is None:
        return
    is_after_options = meant == words[0]
    start = (
        "A command must come before its options. Did" if is_after_options else f"There is no command {words[0]!r}. Did"
    )
    are_all_words = len(words) > 1 and not any(word.startswith("-") for word in words)
    prompt = shell_quoted(words) if are_all_words else f"-- {words[0]}"
    raise CommandError(f"{start} you mean `diptych {meant}`? To send it as a prompt: diptych {prompt}")


def _meant(word: str, commands: Sequence[str]) -> str | None:
    """Return the command that a word most likely stands for, or None if it does not look like any."""
    if not word.replace("-", "").isalpha() or word.startswith("-"):
        return None
    folded = word.casefold()
    if folded in _OPTIONS:
        return _OPTIONS[folded]
    for command in commands:
        is_prefix = len(folded) >= _MIN_PREFIX and command.startswith(folded)
        if is_prefix or sorted(folded) == sorted(command):
            return command
    return next(iter(get_close_matches(folded, commands, 1, _MIN_SIMILARITY)), None)
