"""What a word finds first in the palette, on the commands of the real screens."""

import pytest

from diptych.core.text.sanitize import clean_line
from diptych.tui.palette_ranking import Findable, rank
from tests.tui.fakes import FakeEngine, an_app, until

SEND = "Send the shown prompt again"
SETTINGS = "Settings: system prompt, max tokens, temperature, effort, extra request fields"
HELP = "All keys that work here"
EXPORT = "Export the shown round to a file"

ATTACH = "Attach a file"
EDIT = "Edit the prompt in your editor ($VISUAL or $EDITOR)"

FIRST = {
    "history": "History: find, replay, export or delete earlier rounds",
    "quit": "Quit",
    "exit": "Quit",
    "temperature": SETTINGS,
    "settings": SETTINGS,
    "system prompt": SETTINGS,
    "max tokens": SETTINGS,
    "system": SETTINGS,
    "retry": SEND,
    "send": SEND,
    "again": SEND,
    "save": EXPORT,
    "export": EXPORT,
    "html": EXPORT,
    "screenshot": "Save a screenshot",
    "theme": "Choose a theme",
    "dark": "Use the dark theme",
    "light": "Use the light theme",
    "model": "Choose the left model or preset",
    "preset": "Choose the left model or preset",
    "right model": "Choose the right model or preset",
    "copy": "Copy the left answer",
    "right copy": "Copy the right answer",
    "stop": "Stop the focused side, or both from the prompt box",
    "cancel": "Stop the focused side, or both from the prompt box",
    "help": HELP,
    "keys": HELP,
    "shortcuts": HELP,
    "events": "Event lists: normal, large or hidden",
    "search": "Search the left answer",
    "find": "Search the left answer",
    "links": "List the links in the left answer",
    "thinking": "Show or hide the left thinking",
    "new": "New conversation",
    "clear": "New conversation",
    "prompt": "Go to the prompt box; the key that stops a side does so when it is pressed twice",
    "previous": "Show the previous round in both panes",
    "differences": "Differences between what both panes show: figures, phases, requests, answers",
    "diff": "Differences between what both panes show: figures, phases, requests, answers",
    "hist": "History: find, replay, export or delete earlier rounds",
    "HISTORY": "History: find, replay, export or delete earlier rounds",
    "scrsht": "Save a screenshot",
    "attach": ATTACH,
    "attachment": ATTACH,
    "image": ATTACH,
    "pdf": ATTACH,
    "upload": ATTACH,
    "file": ATTACH,
    "editor": EDIT,
    "vim": EDIT,
    "edit prompt": EDIT,
    "q": "Quit",
    "wq": "Quit",
    "key": HELP,
    "left": "Choose the left model or preset",
    "answer": "Copy the left answer",
    "clipboard": "Copy the left answer",
    "save preset": SETTINGS,
    "save settings": SETTINGS,
    "save answer": EXPORT,
    "light mode": "Use the light theme",
    "remove": "History: find, replay, export or delete earlier rounds",
}


async def commands() -> list[Findable]:
    app = an_app(FakeEngine())
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: app.focused is not None)
        return [command.findable for command in app.commands(app.screen)]


async def test_each_noun_finds_what_is_meant_as_the_first_hit() -> None:
    known = await commands()

    assert {word: known[rank(word, known)[0]].title for word in FIRST} == FIRST


async def test_only_three_words_have_sending_as_their_first_hit() -> None:
    known = await commands()
    words = {word.strip(":,.;").lower() for each in known for word in f"{each.title} {each.words}".split()}
    words |= {"sent", "sender", "sentence", "against", "rest", "st", "stap", "e", "a", "last prompt", "ask", "resend"}

    words |= {word[:length] for word in ("send", "again", "retry") for length in range(1, len(word))}

    first = {word for word in words if (found := rank(word, known)) and known[found[0]].title == SEND}

    assert first == {"send", "again", "retry"}


async def test_a_word_that_nothing_is_called_finds_nothing() -> None:
    """Enter on a chance hit would do what nobody asked for, such as begin a new conversation for "cost"."""
    known = await commands()
    unknown = {"cost", "price", "speed", "tools", "zoom", "version", "api", "size"}

    assert {word: known[found[0]].title for word in unknown if (found := rank(word, known))} == {}


@pytest.mark.parametrize(
    ("query", "titles", "order"),
    [
        ("out", ["Shout", "Outer", "Log out", "o-u-t of it"], [2, 1, 0]),
        ("expt", ["Exempt from it", "Export", "Ex pt", "Exports"], [1, 0]),
        ("two words", ["words", "two", "words for two"], [2]),
        ("x", ["a", "b"], []),
        ("", ["a"], []),
        ("[/]", ["a"], []),
        ("éa", ["Éa"], [0]),
    ],
)
def test_whole_words_come_before_beginnings_parts_and_scattered_letters(
    query: str, titles: list[str], order: list[int]
) -> None:
    assert rank(query, [Findable(title) for title in titles]) == order
    assert clean_line(query) == query


async def test_the_commands_of_the_focused_side_come_first() -> None:
    app = an_app(FakeEngine())
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("tab", "2")
        known = [command.findable for command in app.commands(app.screen)]

    assert known[rank("copy", known)[0]].title == "Copy the right answer"
