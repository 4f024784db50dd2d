"""How a command says no."""

import click


class CommandError(click.ClickException):
    """Wrong usage or settings: one sentence, exit code 2. What it quotes is cleaned at the door."""

    exit_code = 2
