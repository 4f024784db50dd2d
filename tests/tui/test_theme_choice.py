from pathlib import Path

from textual.command import CommandList

from diptych.store.state_file import StateFile
from diptych.tui.app import DiptychApp
from diptych.tui.theme_choice import ThemeChoice
from tests.tui.fakes import FakeEngine, an_app, see, until

KNOWN = ("diptych-dark", "diptych-light", "nord")


def first(configured: str, file: StateFile | None) -> str:
    return ThemeChoice(configured, file).first(KNOWN)[0]


def test_a_chosen_theme_is_kept_until_the_config_file_names_another_one(tmp_path: Path) -> None:
    file = StateFile(tmp_path / "state.json")
    assert first("", file) == "diptych-dark"
    assert first("nord", file) == "nord"

    ThemeChoice("nord", file).keep("diptych-light")

    assert first("nord", file) == "diptych-light"
    assert first("diptych-dark", file) == "diptych-dark"
    assert first("", file) == "diptych-dark"


def test_a_theme_that_is_not_known_is_told_and_the_usual_one_is_used(tmp_path: Path) -> None:
    file = StateFile(tmp_path / "state.json")

    assert ThemeChoice("nrod").first(KNOWN) == (
        "diptych-dark",
        "There is no theme 'nrod', so diptych-dark is used. Did you mean nord?",
    )
    ThemeChoice("", file).keep("gone\x1b[31m")
    assert ThemeChoice("", file).first(KNOWN) == (
        "diptych-dark",
        "There is no theme 'gone␛[31m', so diptych-dark is used.",
    )


def test_what_is_not_a_theme_in_the_file_is_ignored(tmp_path: Path) -> None:
    file = StateFile(tmp_path / "state.json")
    for value in ("nord", {"chosen": 3, "configured": ""}, {"configured": ""}, None):
        file.keep("theme", value)
        assert first("", file) == "diptych-dark"


def test_a_theme_that_cannot_be_kept_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    problem = ThemeChoice("", StateFile(tmp_path / "file" / "state.json")).keep("nord")

    assert problem.startswith("The theme cannot be kept for the next start: ")


async def test_the_theme_that_is_chosen_in_the_palette_is_used_at_the_next_start(tmp_path: Path) -> None:
    file = StateFile(tmp_path / "state.json")
    app = an_app(FakeEngine(), theme=ThemeChoice("", file))
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await pilot.press("ctrl+p", *"theme")
        await see(pilot, "Choose a theme")
        await pilot.press("enter")
        await see(pilot, "Search for themes", "diptych-dark", "diptych-light", "ansi-dark")
        await pilot.press(*"nord")
        await until(pilot, lambda: first_hit(app) == "nord")
        await pilot.press("enter")
        await until(pilot, lambda: app.theme == "nord")

    again = an_app(FakeEngine(), theme=ThemeChoice("", file))
    async with again.run_test(size=(120, 40), notifications=True) as pilot:
        assert again.theme == "nord"
        again.configure({}, "diptych-light")
        assert again.theme == "diptych-light"
        again.configure({}, "nope")
        await see(pilot, "There is no theme 'nope', so diptych-dark is used.")


def first_hit(app: DiptychApp) -> str:
    shown = app.screen.query_one(CommandList)
    return str(shown.get_option_at_index(0).prompt) if shown.option_count else ""
