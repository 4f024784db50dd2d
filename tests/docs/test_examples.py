"""The commands that docs show with their output are run, on simulated models, and print what the pages show.

Numbers may differ, since times are measured. So may the words of a verdict that depends on them.
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from diptych.cli import main
from diptych.simulated.pacing import Pace
from tests.docs.pages import DOCS, PAGES, Example, blocks, examples

BASH = shutil.which("bash") or ""
if not BASH or not DOCS.exists():
    pytest.skip("there is no bash, or no documentation", allow_module_level=True)

SPEED = 8
"""How many times as fast as usual the simulated models answer."""

QUICK = f"""#!{sys.executable}
from diptych.simulated import scenarios
from diptych.simulated.pacing import Pace
scenarios.Pace = lambda first_token, rate: Pace(first_token / {SPEED}, rate * {SPEED})
from diptych.__main__ import main
main()
"""

TRIED = [page for page in PAGES if any(block.language == "console" for block in blocks(page))]

_VERDICT = re.compile(
    r"(?:no difference seen in|# pairs are too few to tell:) .*? is possible"
    r"|# pairs are too few to tell: # \S+(?: tok/s)? \w+ to # \S+(?: tok/s)? \w+"
    r"|last:(?:left|right) took #s longer:[^.]*\."
    r"|\$?#(?:/#)? [\w/ ]+? \(\$?# to \$?#\) in # of # pairs.*? p [=<] #"
)

_LATE = re.compile(r" Diptych itself read # of # answers late, .*? by up to # s\.")
"""What a summary says as well if the machine was busy."""


def test_there_are_examples() -> None:
    assert "docs/tutorial/first-comparison.md" in TRIED
    assert "docs/tutorial/first-experiment.md" in TRIED


@pytest.mark.parametrize("page", TRIED)
def test_commands_print_what_the_page_shows(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("diptych.simulated.scenarios.Pace", lambda first, rate: Pace(first / SPEED, rate * SPEED))
    home = tmp_path / "home"
    command = tmp_path / "bin" / "diptych"
    for folder in (home, command.parent):
        folder.mkdir()
    command.write_text(QUICK)
    command.chmod(0o700)
    monkeypatch.chdir(home)
    for name, value in {
        "HOME": str(home),
        "DIPTYCH_HISTORY": str(tmp_path / "history.db"),
        "XDG_CONFIG_HOME": str(home / ".config"),
        "COLUMNS": "80",
        "PATH": f"{command.parent}{os.pathsep}{os.environ['PATH']}",
    }.items():
        monkeypatch.setenv(name, value)
    for block in blocks(page):
        if block.title:
            path = home / block.title
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text, encoding="utf-8")
        elif block.language == "console":
            for example in examples(block):
                printed = _run(example)
                assert not example.output or _pattern(example.output).fullmatch(_stable(printed)), (
                    f"$ {example.command}\n{printed}"
                )


def _run(example: Example) -> str:
    """Return what a command prints: in this process, unless a shell is needed."""
    words = shlex.split(example.command)
    has_operators = any(set(word) <= set("|<>&;") for word in shlex.shlex(example.command, punctuation_chars=True))
    if words[0] == "diptych" and not has_operators:
        result = CliRunner().invoke(main, words[1:], prog_name="diptych")
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
        return result.stdout if result.stdout.strip() else result.output
    done = subprocess.run([BASH, "-c", example.command], capture_output=True, text=True, timeout=120, check=False)
    return done.stdout if done.stdout.strip() else done.stderr


def _stable(printed: str) -> str:
    """Return the parts of an output that are the same each time, on one line."""
    text = re.sub(r"/(?:[\w.-]+/)+(?=[\w.-]+)", "/", printed)
    text = re.sub(r"[─━]{3,}", "─", text)
    text = re.sub(r"\d[\d,.:–-]*(?<![,.:–-])", "#", " ".join(text.split()))
    text = re.sub(r"\bms\b", "s", text.replace("– tok/s", "# tok/s"))
    text = re.sub(r"[+−±≤≥≈]+(?=#)", "", text)
    return _VERDICT.sub("VERDICT", _LATE.sub("", text))


def _pattern(output: str) -> re.Pattern[str]:
    """Return a pattern for an output of a page, in which “…” stands for whatever is left out."""
    parts = (re.escape(_stable(part)) for part in output.split("…"))
    return re.compile(r"\s*.*?\s*".join(parts), re.DOTALL)
