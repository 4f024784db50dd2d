"""Makes zsh complete an empty word to both IDs and files.

click looks for this class before it knows which command is typed, so nothing else is loaded here.
"""

from click.shell_completion import CompletionItem, ZshComplete, add_completion_class

_PLACEHOLDER = "_"


@add_completion_class
class EmptyWordZshComplete(ZshComplete):
    """Keeps the completions that follow a request to complete files.

    click's script for zsh reads three lines per completion and drops empty ones. The value of a request for files is
    what was typed, so if that is empty, the script would misread everything after it.
    """

    def format_completion(self, item: CompletionItem) -> str:
        """Return the three lines of a completion. zsh does not read the value of a request for files."""
        return super().format_completion(item if item.value else CompletionItem(_PLACEHOLDER, item.type))
