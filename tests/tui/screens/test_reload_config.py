"""What the app says about the config file, and how it is read again while the app runs."""

from functools import partial
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from diptych.config.configuration import CurrentConfiguration, load_configuration
from tests.tui.fakes import FakeEngine, an_app, begin, finish, on_screen, say, see, until

ENDPOINTS = """
[endpoints.a]
api = "anthropic-messages"
base_url = "http://localhost:1"
[endpoints.b]
api = "openai-chat"
base_url = "http://localhost:2/v1"
"""


class Opened:
    """The app with a config file, whose sides are `a:x` and `b:y`."""

    def __init__(self, path: Path, content: str = ENDPOINTS) -> None:
        self.path = path
        self.write(ENDPOINTS)
        self.configuration = CurrentConfiguration(partial(load_configuration, {}, path, simulation="none"))
        self.engine = FakeEngine()
        self.engine.settings = {
            "left": self.configuration.now.settings_for("a:x"),
            "right": self.configuration.now.settings_for("b:y"),
        }
        self.write(content)
        self.configuration.reload()
        self.app = an_app(self.engine, configuration=self.configuration)

    def write(self, content: str) -> None:
        self.path.write_text(content)
        self.path.chmod(0o600)

    @property
    def urls(self) -> list[str]:
        return [settings.endpoint.base_url for settings in self.engine.settings.values()]

    async def reload(self, pilot: Pilot[Any], content: str) -> None:
        """Change the file, and let the palette read it again."""
        self.write(content)
        await pilot.press("ctrl+p")
        await until(pilot, lambda: self.app.screen.id == "--command-palette")
        await pilot.press(*"reload")
        await see(pilot, "Reload config")
        await pilot.press("enter")
        await until(pilot, lambda: self.app.screen.id != "--command-palette")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    folder = tmp_path / "c"
    folder.mkdir(mode=0o700)
    return folder / "t"


async def test_what_is_wrong_is_said_when_the_app_opens(path: Path) -> None:
    opened = Opened(path, ENDPOINTS + "[endpoints.c]\n[x]\n[y]\n")

    async with opened.app.run_test(size=(160, 45), notifications=True) as pilot:
        await see(pilot, "x is not known.", "And 2 more: `diptych config", "check` lists them.")


async def test_sides_keep_their_settings_and_get_the_endpoint_of_now(path: Path) -> None:
    opened = Opened(path)

    async with opened.app.run_test(size=(160, 45), notifications=True) as pilot:
        await pilot.press("h", "i", "enter")
        await until(pilot, lambda: opened.engine.busy)
        begin(opened.engine.left)
        await opened.reload(pilot, ENDPOINTS.replace("localhost:1", "localhost:9"))
        await see(pilot, "The config file was read again.")

        assert opened.urls == ["http://localhost:9", "http://localhost:2/v1"]
        assert [settings.model for settings in opened.engine.settings.values()] == ["x", "y"]
        assert opened.engine.stopped == []
        say(opened.engine.left, "Still here.")
        finish(opened.engine.left)
        await see(pilot, "Still here.", "a:x")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (ENDPOINTS.partition("[endpoints.b]")[0], "its endpoint is gone or has a problem: b:y (right)."),
        (ENDPOINTS + "timeout = 0\n", "endpoints.b.timeout must be a number of seconds"),
    ],
)
async def test_a_side_whose_endpoint_is_gone_or_broken_is_asked_as_before(path: Path, content: str, said: str) -> None:
    opened = Opened(path)

    async with opened.app.run_test(size=(160, 45), notifications=True) as pilot:
        await opened.reload(pilot, content.replace("localhost:1", "localhost:9"))
        await until(pilot, lambda: said in " ".join(on_screen(opened.app).split()))

        assert opened.urls == ["http://localhost:9", "http://localhost:2/v1"]


async def test_a_file_that_cannot_be_parsed_changes_nothing(path: Path) -> None:
    opened = Opened(path)

    async with opened.app.run_test(size=(160, 45), notifications=True) as pilot:
        await opened.reload(pilot, "[endpoints\n" + ENDPOINTS)
        await see(pilot, "this is not valid")

        assert opened.urls == ["http://localhost:1", "http://localhost:2/v1"]
        assert "a" in opened.configuration.now.endpoints
