"""Words of a shell command: every shell gives the very texts back."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from diptych.report.curl.shell import Expansion, here_document, is_variable, variable, word

if sys.platform == "win32":
    pytest.skip("Windows has no such shells", allow_module_level=True)

SHELLS = [path for name in ("sh", "bash", "dash", "zsh") if (path := shutil.which(name))]

TEXTS = [
    "",
    "plain",
    'it\'s "quoted"',
    "''",
    "$HOME ${HOME} $(exit 1) `exit 1`",
    "back\\slash \\n \\",
    "! !! !$ * ? [a] ~ # & ; | < > ( ) { }",
    "two\nlines\n",
    "\ttab, é, 漢字, 🙂",
    "-n",
]


def _printed(shell: str, command: str) -> str:
    """Return what a command prints, in a shell in which KEY is `v'a"l $x`."""
    environment = {"KEY": "v'a\"l $x", "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}
    return subprocess.run([shell, "-c", command], env=environment, stdout=subprocess.PIPE, check=True).stdout.decode()


@pytest.mark.parametrize("shell", SHELLS, ids=lambda path: Path(path).name)
def test_a_text_stands_for_itself_alone_and_beside_a_variable(shell: str) -> None:
    words = [part for text in TEXTS for part in (word(text), word(text, variable("KEY")), word(variable("KEY"), text))]

    printed = _printed(shell, f"printf '%s\\0' {' '.join(words)}")

    value = "v'a\"l $x"
    assert printed.split("\0")[:-1] == [each for text in TEXTS for each in (text, text + value, value + text)]


@pytest.mark.parametrize("shell", SHELLS, ids=lambda path: Path(path).name)
def test_an_expansion_is_one_word_whatever_it_prints(shell: str) -> None:
    key = word("key: ", Expansion('$(printf "a  b")'))

    printed = _printed(shell, f"printf '%s\\0' {key}")

    assert printed == "key: a  b\0"


@pytest.mark.parametrize("shell", SHELLS, ids=lambda path: Path(path).name)
def test_a_here_document_holds_any_text(shell: str) -> None:
    text = "$KEY `exit 1` \\ 'x'\nBODY\nBODY_\n\nend"

    assert _printed(shell, f"cat{here_document(text)}") == text + "\n"


@pytest.mark.parametrize(
    ("name", "is_one"), [("KEY", True), ("_k2", True), ("2k", False), ("a-b", False), ("é", False)]
)
def test_which_names_variables_can_have(name: str, is_one: bool) -> None:
    assert is_variable(name) == is_one
