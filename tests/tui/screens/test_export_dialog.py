import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from diptych.replay.folding import fold
from diptych.store.state_file import StateFile
from diptych.tui.export_choice import ExportChoice
from diptych.tui.exportable import exportable_round
from diptych.tui.screens.export_dialog import ExportScreen
from tests.tui.fakes import FakeEngine, an_app, begin, say, see, until
from tests.tui.histories import a_recording

Results = list[Path | None]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@asynccontextmanager
async def opened(
    results: Results, name: str = "diptych-42.html", exports: ExportChoice | None = None
) -> AsyncIterator[Pilot[Any]]:
    app = an_app(FakeEngine(), exports=exports)
    async with app.run_test(size=(100, 30), notifications=True, tooltips=True) as pilot:
        round_ = fold(replace(a_recording(), number=42))
        await app.push_screen(ExportScreen(exportable_round(round_)), results.append)
        await see(pilot, f"{name} ", "Choose a form")
        yield pilot


async def test_enter_writes_a_web_page(folder: Path) -> None:
    results: Results = []
    async with opened(results) as pilot:
        await pilot.press("enter")
        await until(pilot, lambda: results == [folder / "diptych-42.html"])

    assert (folder / "diptych-42.html").read_text("utf-8").startswith("<!")


async def test_a_recording_can_be_read_line_by_line(folder: Path) -> None:
    results: Results = []
    async with opened(results) as pilot:
        await pilot.press("up", "enter")
        await until(pilot, lambda: results == [folder / "diptych-42.jsonl"])

    for line in (folder / "diptych-42.jsonl").read_text("utf-8").splitlines():
        json.loads(line)


async def test_the_format_that_was_written_last_comes_first(folder: Path) -> None:
    file = StateFile(folder / "state.json")
    results: Results = []
    exports = ExportChoice(file)
    async with opened(results, exports=exports) as pilot:
        await pilot.press("down", "escape")  # what was not written is not remembered
        await until(pilot, lambda: results == [None])
    async with opened(results, exports=exports) as pilot:
        await pilot.press("down", "enter")
        await until(pilot, lambda: len(results) == 2)
    async with opened(results, "diptych-42.md", ExportChoice(file)) as pilot:
        await pilot.press("ctrl+u", "x", "enter")
        await until(pilot, lambda: len(results) == 3)

    assert (folder / "x").read_text("utf-8").startswith("## Prompt")


async def test_a_format_that_cannot_be_remembered_is_told(folder: Path) -> None:
    (folder / "file").write_text("")
    exports = ExportChoice(StateFile(folder / "file" / "state.json"))
    async with opened([], exports=exports) as pilot:
        await pilot.press("down", "enter")
        await see(pilot, "The format cannot be kept for the next start:")
        assert exports.form_of(exportable_round(fold(a_recording()))) == "md"


@pytest.mark.parametrize("kept", ["pdf", 3, None, ["md"]])
def test_what_is_not_a_format_in_the_file_is_ignored(folder: Path, kept: object) -> None:
    file = StateFile(folder / "state.json")
    file.keep("export_format", kept)

    assert ExportChoice(file).form_of(exportable_round(fold(a_recording()))) == "html"


@pytest.mark.parametrize(("moves", "name"), [(1, "md"), (2, "json"), (3, "har"), (4, "jsonl"), (5, "html")])
async def test_the_extension_follows_the_format(folder: Path, moves: int, name: str) -> None:
    results: Results = []
    async with opened(results) as pilot:
        await pilot.press(*["down"] * moves)
        await see(pilot, f"diptych-42.{name} ")
        await pilot.press("enter")
        await until(pilot, lambda: results == [folder / f"diptych-42.{name}"])

    assert "Hel" in (folder / f"diptych-42.{name}").read_text("utf-8")


async def test_any_path_can_be_typed_and_keeps_its_extension(folder: Path) -> None:
    results: Results = []
    async with opened(results) as pilot:
        await pilot.press("ctrl+u", *"my.txt")
        await see(pilot, "my.txt ")
        await pilot.press("up", "enter")
        await until(pilot, lambda: bool(results))

    assert results == [folder / "my.txt"]
    assert (folder / "my.txt").read_text("utf-8").startswith('{"format": "diptych recording"')


async def test_a_file_that_exists_is_overwritten_by_a_second_enter_only(folder: Path) -> None:
    path = folder / "diptych-42.html"
    path.write_text("old")
    results: Results = []
    async with opened(results) as pilot:
        await pilot.press("enter")
        await see(pilot, "diptych-42.html exists. Press Enter again to overwrite it.")
        await pilot.press("down", "up", "enter")  # asked anew
        await see(pilot, "exists")
        assert path.read_text() == "old"
        await pilot.press("enter")
        await until(pilot, lambda: bool(results))

    assert path.read_text() != "old"


async def test_what_cannot_be_written_is_told_and_the_dialog_stays() -> None:
    results: Results = []
    async with opened(results) as pilot:
        await pilot.press("ctrl+u", *"nowhere/[/x].json", "enter")
        await see(pilot, "nowhere/[/x].json cannot be written: No such file or directory.")
        await pilot.press("ctrl+u", *"~nobody-here/x", "enter")
        await see(pilot, "There is no such home directory.")
        await pilot.press("ctrl+u", "enter", "escape")
        await until(pilot, lambda: results == [None])


async def test_an_unexpected_failure_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> str:
        raise ValueError("it broke")

    monkeypatch.setattr("diptych.tui.exportable.render", broken)
    async with opened([]) as pilot:
        await pilot.press("enter")
        await see(pilot, "diptych-42.html cannot be written: it broke")


@pytest.mark.parametrize("keys", [("f7",), ("tab", "ctrl+e")])
async def test_the_comparison_exports_the_shown_round(folder: Path, keys: tuple[str, ...]) -> None:
    engine = FakeEngine()
    app = an_app(engine)
    async with app.run_test(size=(100, 30), notifications=True, tooltips=True) as pilot:
        await pilot.press("f7")
        await see(pilot, "There is no round to export yet")
        await pilot.press(*"hi", "enter")
        await until(pilot, lambda: bool(engine.rounds))
        begin(engine.left)
        say(engine.left, "Hello so far")
        await see(pilot, "Hello so far")
        await pilot.press(*keys)
        await see(pilot, "diptych-round.html")
        await pilot.press("down", "enter")
        await see(pilot, "Wrote /", "diptych-round.md")

    assert "Hello so far" in (folder / "diptych-round.md").read_text("utf-8")
