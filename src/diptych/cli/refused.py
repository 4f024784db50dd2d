"""How a command says no."""

import click


class Refused(click.ClickException):
    """Wrong usage or settings: one sentence, exit code 2. It may quote an argument or a path: it is cleaned."""

    exit_code = 2

    def format_message(self) -> str:
        """The sentence, safe to print."""
        from diptych.core.text import clean

        return clean(self.message)
