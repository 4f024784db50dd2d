"""`diptych config keys`: every key binding, its id, its keys and what it does."""

import os
from pathlib import Path
from typing import Any

import click

from diptych.cli.shared_options import config_option


@click.command("keys")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON list of objects.")
@config_option
def keys(as_json: bool, config: Path | None) -> None:
    """List all key bindings: id, keys, and what each one does.

    [keys] of the config file gives a binding other keys, such as "compare.again" = "ctrl+b, F9".
    """
    from diptych.config.configuration import load_configuration
    from diptych.core.json_text import to_json
    from diptych.core.text.sanitize import clean_line
    from diptych.report.columns import aligned
    from diptych.tui.key_names import key_name
    from diptych.tui.key_places import named_bindings
    from diptych.tui.keymap import usable_keymap

    keymap, problems = usable_keymap(load_configuration(os.environ, config).keys)
    objects: list[dict[str, Any]] = []
    for binding in named_bindings():
        present = keymap[binding.id].split(",") if binding.id in keymap else binding.keys
        objects.append(
            {
                "id": binding.id,
                "keys": [key_name(key) for key in present],
                "default": [key_name(key) for key in binding.keys],
                "does": binding.does,
                "where": list(binding.places),
            }
        )
    if as_json:
        click.echo(to_json(objects))
    else:
        rows = [(each["id"], ", ".join(each["keys"]), _what_it_does(each)) for each in objects]
        for line in aligned(rows):
            click.echo(line)
    for problem in problems:
        click.echo(f"Warning: {clean_line(problem)}", err=True)


def _what_it_does(binding: dict[str, Any]) -> str:
    """Return what a binding does, and the keys that it had before the user gave it others."""
    changed = f"  (default: {', '.join(binding['default'])})" if binding["keys"] != binding["default"] else ""
    return f"{binding['does']}{changed}"
