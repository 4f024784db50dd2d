"""`diptych config keys`: every key binding, its id, its keys and what it does."""

import os
from pathlib import Path

import click

from diptych.cli.ask_options import config_option


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
    from diptych.tui.key_names import key_name
    from diptych.tui.key_places import named_bindings
    from diptych.tui.keymap import usable_keymap

    keymap, problems = usable_keymap(load_configuration(os.environ, config).keys)
    objects = []
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
        widths = [max(len(", ".join(each["keys"])) for each in objects), max(len(each["id"]) for each in objects)]
        for each in objects:
            changed = f"  (default: {', '.join(each['default'])})" if each["keys"] != each["default"] else ""
            listed = ", ".join(each["keys"])
            click.echo(f"{each['id']:<{widths[1]}}  {listed:<{widths[0]}}  {each['does']}{changed}".rstrip())
    for problem in problems:
        click.echo(f"Warning: {clean_line(problem)}", err=True)
