"""The error of a command that is used wrongly or cannot be carried out."""

import click


class CommandError(click.ClickException):
    """Wrong usage or settings. The message is one sentence, printed on standard error; the exit code is 2.

    The message may quote the user's input: `CommandGroup` removes secrets and control characters before it is printed.
    """

    exit_code = 2
