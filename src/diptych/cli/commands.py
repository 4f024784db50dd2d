"""The command `diptych`: the group of all commands, each of which is imported when it is used."""

from collections.abc import Mapping

import click

from diptych import __version__
from diptych.cli.group import APP, CommandGroup

_COMMANDS: Mapping[str, str] = {
    APP: "ask_commands:app",
    "demo": "ask_commands:demo",
    "run": "ask_commands:run",
    "history": "history_commands:history",
    "open": "open_command:open_",
    "show": "history_commands:show",
    "diff": "diff_command:diff",
    "replay": "history_commands:replay",
    "export": "export_command:export",
    "import": "history_commands:import_",
    "convert": "convert_command:convert",
    "merge": "experiment.merge_command:merge",
    "serve": "serve_command:serve",
    "note": "note_command:note",
    "vote": "vote_commands:vote",
    "votes": "vote_commands:votes",
    "judge": "experiment.judge_command:judge",
    "models": "endpoint_commands:models",
    "endpoints": "endpoint_commands:endpoints",
    "config": "config_commands:config",
    "web": "web_command:web",
}
"""The module in `diptych.cli` that defines each command, and the command's name there.

Importing all of them takes longer than some commands need.
"""


@click.group(
    cls=CommandGroup,
    locations=_COMMANDS,
    invoke_without_command=False,
    subcommand_metavar="[PROMPT] | COMMAND [ARGS]...",
    options_metavar="[OPTIONS]",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, "-V", "--version", prog_name="diptych", message="%(prog)s %(version)s")
def main() -> None:
    """Compare two language models side by side in the terminal.

    Both models answer the same prompt at the same time. The app shows the answers as they stream, every event that the
    servers send, and figures for time, tokens and cost.

    \b
    Examples:
      diptych                                   open the app
      diptych "Explain TCP slow start"          open it and send this prompt
      diptych demo                              simulated models: no key
      diptych -l anthropic:claude-opus-5-5 -r openai-responses:gpt-5.6-sol
      diptych run --json "Say hi" > round.json  without the app, as JSON
      git diff | diptych run "Review this"      send the diff as well
      diptych -- run                            send the word "run"

    Put a prompt of several words in quotes.
    """
