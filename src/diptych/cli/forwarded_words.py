"""Options as they were given to a command, so that it can pass them on to another one."""

from collections.abc import Collection

import click

_WORDS = "diptych.forwarded"
"""The key under which the context's `meta` holds the words."""


class ForwardingCommand(click.Command):
    """A command that passes options on, as they were given, to a program that it starts."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the words, and remember them as they were given."""
        ctx.meta[_WORDS] = self.make_parser(ctx).parse_args(list(args))[0]
        return super().parse_args(ctx, args)


def forwarded_options(ctx: click.Context, without: Collection[str]) -> list[str]:
    """Return the options that were given to a `ForwardingCommand`, except some, as words for another command."""
    given = ctx.meta[_WORDS]
    words: list[str] = []
    for option in ctx.command.params:
        if not isinstance(option, click.Option) or option.name not in given or option.name in without:
            continue
        name = max(option.opts, key=len)
        values = given[option.name] if option.multiple else [given[option.name]]
        for value in values:
            if not option.is_flag:
                words.append(f"{name}={value}")
            else:
                words.append(name if value else option.secondary_opts[0])
    return words
