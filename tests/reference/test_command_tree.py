"""The command tree has what `--help` prints."""

import re
from pathlib import Path

from click.testing import CliRunner

from diptych.cli import main
from tests.reference.command_tree import CommandHelp, Entry, Lines, Paragraph, Section, command_tree
from tests.reference.environment import VARIABLES

TREE = command_tree()
COMMANDS = {command.name: command for command in TREE.walk()}


def entry(command: CommandHelp, term: str) -> Entry:
    return next(each for section in command.options for each in section.entries if each.term.startswith(term))


def words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text))


def test_every_word_of_help_is_in_the_tree() -> None:
    labels = words("Usage Options default env")
    for name, command in COMMANDS.items():
        printed = CliRunner().invoke(main, [*name.split()[1:], "--help"], prog_name="diptych").output
        own_help = printed.split("\nCommands:")[0]

        assert words(own_help) - words(str(command)) <= labels, name


def test_an_option_has_its_text_and_its_notes_apart() -> None:
    run = COMMANDS["diptych run"]

    assert entry(run, "--max-turns") == Entry(
        "--max-turns N", "Most turns that answer tool calls after one prompt.", ("default: 5", "x>=1")
    )
    assert entry(run, "--config").variable == "DIPTYCH_CONFIG"
    assert entry(COMMANDS["diptych export"], "--format").default == (
        "by the extension of FILE; html in a folder, else jsonl"
    )
    assert [section.heading for section in run.options] == ["Options", "Options of experiments"]


def test_help_has_paragraphs_lines_and_exit_codes() -> None:
    assert isinstance(TREE.body[0], Paragraph)
    examples = TREE.body[1]
    assert isinstance(examples, Lines)
    assert examples.heading == "Examples"
    assert examples.lines[0] == "diptych                                   open the app"
    assert COMMANDS["diptych config check"].exit_codes == Section(
        "Exit codes",
        (
            Entry("0", "the file can be used, though there may be warnings"),
            Entry("2", "something in it cannot be used"),
        ),
    )
    assert COMMANDS["diptych config show"].arguments == "[OPTIONS]"


def test_variables_that_are_described_are_read() -> None:
    source = Path(__file__).parents[2] / "src" / "diptych"
    code = "\n".join(path.read_text("utf-8") for path in source.rglob("*.py"))

    assert [name for each in VARIABLES for name in each.names if name not in code] == []


def test_examples_fit_a_terminal_of_80_columns() -> None:
    blocks = [block for command in COMMANDS.values() for block in command.body if isinstance(block, Lines)]
    lines = [line for block in blocks for line in block.lines]
    assert [line for line in lines if len(line) > 80 - 9] == []  # 9: the indentation of the manual page
