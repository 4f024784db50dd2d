"""Shell completion: the names of models and presets, and words with a colon or an @ in bash."""

import os
import re
from collections.abc import Iterator

import click
from click.shell_completion import BashComplete, CompletionItem, add_completion_class, split_arg_string

from diptych.catalog.model_cache import cached_models
from diptych.config.config_file import ConfigFile, config_path, read_config_file
from diptych.config.configuration import configuration_of_file
from diptych.config.endpoints import BUILT_IN, DEFAULT_MODELS
from diptych.config.presets import PRESET_MARK
from diptych.core.text.sanitize import clean_line

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

_SAFE_IN_A_SHELL = re.compile(r"[A-Za-z0-9._:/@+-]+")


def complete_model(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return what can be completed to `ENDPOINT:MODEL` or `@PRESET`; for the `shell_complete` of an option.

    The models are those that the config file names, and those that the endpoint's server listed when it was asked last.
    Nothing raises, whatever that file is.
    """
    del param
    file = read_config_file(ctx.params.get("config") or config_path(os.environ))
    endpoint, colon, _ = incomplete.partition(":")
    names = _models(file, endpoint) if colon else _endpoints(file)
    items = [CompletionItem(name) for name in dict.fromkeys(names) if name.startswith(incomplete)]
    return items + [item for item in _presets(file) if item.value.startswith(incomplete)]


def is_safe_in_a_shell(name: str) -> bool:
    """Whether a shell takes a name as it is. A server's own words must not become a command."""
    return _SAFE_IN_A_SHELL.fullmatch(name) is not None


def _endpoints(file: ConfigFile) -> Iterator[str]:
    yield from (f"{name}:" for name in (*BUILT_IN, *(file.tables.endpoints if file.tables else ())))


def _presets(file: ConfigFile) -> Iterator[CompletionItem]:
    """Yield the presets. The model of each is its help, which zsh and fish show."""
    for name, preset in (file.tables.presets if file.tables else {}).items():
        yield CompletionItem(f"{PRESET_MARK}{name}", help=clean_line(preset.model))


def _models(file: ConfigFile, endpoint: str) -> Iterator[str]:
    yield from DEFAULT_MODELS.values()
    if file.tables:
        named = (file.tables.left, file.tables.right, *(preset.model for preset in file.tables.presets.values()))
        yield from (name for name in named if name)
    asked = configuration_of_file(file, os.environ).endpoints.get(endpoint)
    if asked:
        yield from (f"{endpoint}:{model}" for model in cached_models(asked) if is_safe_in_a_shell(model))


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
