"""Makes bash complete words with a colon or an @ as a whole, for every command.

click looks for this class before it knows which command is typed, so nothing else is loaded here.
"""

import os

from click.shell_completion import BashComplete, CompletionItem, add_completion_class, split_arg_string

_BASH_SCRIPT = """\
%(complete_func)s() {
    local IFS=$'\\n'
    local response type value

    response=$(env COMP_WORDS="${COMP_WORDS[*]}" COMP_CWORD=$COMP_CWORD COMP_LINE="${COMP_LINE:0:$COMP_POINT}" \
COMP_WORD="${COMP_WORDS[COMP_CWORD]}" %(complete_var)s=bash_complete $1)

    for completion in $response; do
        IFS=',' read type value <<< "$completion"

        if [[ $type == 'dir' ]]; then
            COMPREPLY=()
            compopt -o dirnames
        elif [[ $type == 'file' ]]; then
            COMPREPLY=()
            compopt -o default
        elif [[ $type == 'plain' ]]; then
            COMPREPLY+=($value)
            [[ $value == *: ]] && compopt -o nospace 2> /dev/null
        fi
    done

    return 0
}

%(complete_func)s_setup() {
    complete -o nosort -F %(complete_func)s %(prog_name)s
}

%(complete_func)s_setup;
"""
"""click's script, which in addition passes the line as it was typed, and adds no space after a colon."""

_BREAKS = frozenset(":@=")
"""Characters at which bash begins another word, unless `COMP_WORDBREAKS` is changed."""


@add_completion_class
class WholeWordBashComplete(BashComplete):
    """Completes words that hold a colon or an @ as a whole.

    bash begins another word at these characters, so click would see `local:qwen` as three words. What bash replaces is
    only the last of them, so only the rest of a completion is returned.
    """

    source_template = _BASH_SCRIPT
    _kept = ""

    def get_completion_args(self) -> tuple[list[str], str]:
        """Return the words before the one at the cursor, and that one."""
        line = os.environ.get("COMP_LINE")
        if line is None:  # called by a script of an earlier version
            return super().get_completion_args()
        *words, last = split_arg_string(line + "_")  # so that a word begins after white space
        incomplete = last.removesuffix("_")
        if incomplete.startswith("--") and "=" in incomplete:
            option, _, incomplete = incomplete.partition("=")
            words.append(option)
        replaced = os.environ.get("COMP_WORD", "").lstrip("\"'")
        if set(replaced) <= _BREAKS:
            replaced = ""
        # Readline keeps an @ together with what follows it, although bash does not.
        self._kept = incomplete.removesuffix(replaced).removesuffix("@")
        return words[1:], incomplete

    def format_completion(self, item: CompletionItem) -> str:
        """Return a completion without its beginning that bash keeps."""
        return f"{item.type},{str(item.value).removeprefix(self._kept)}"
