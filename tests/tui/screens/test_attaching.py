"""Attaching files on the screen: from the command line, by pasting a path, and in the dialog."""

from pathlib import Path
from typing import Any

import pytest
from textual.app import App
from textual.events import Paste
from textual.pilot import Pilot

from diptych.core.attachment import Attachment
from diptych.tui.widgets.attachment_bar import AttachmentBar
from diptych.tui.widgets.prompt_box import PromptBox
from tests.support.files import PDF, attachment, png
from tests.tui.fakes import FakeEngine, an_app, on_screen, see, type_at_once, until

SIZE = (100, 30)
PHOTO = attachment("photo.png", png(640, 480), "image/png", 640, 480)
NOTES = attachment("notes.txt", b"hi", "text/plain")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "my photo.png").write_bytes(png(640, 480))
    (tmp_path / "b.pdf").write_bytes(PDF)
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "inner.txt").write_text("hi")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def bar(app: App[Any]) -> AttachmentBar:
    return app.screen_stack[0].query_one(AttachmentBar)


def names(app: App[Any]) -> list[str]:
    return [each.file.name for each in bar(app).attachments]


def box(app: App[Any]) -> PromptBox:
    return app.screen_stack[0].query_one(PromptBox)


def running(engine: FakeEngine, *attachments: Attachment, prompt: str | None = None) -> Any:
    app = an_app(engine, attachments=attachments, prompt=prompt)
    return app.run_test(size=SIZE, notifications=True, tooltips=True)


async def paste(pilot: Pilot[Any], text: str) -> None:
    pilot.app.post_message(Paste(text))
    await until(pilot, lambda: text.strip("\n").splitlines()[-1] in box(pilot.app).text)


async def offered(pilot: Pilot[Any], text: str) -> None:
    await paste(pilot, text)
    await until(pilot, lambda: bar(pilot.app).has_offer)


async def test_files_go_with_the_next_prompt_only() -> None:
    engine = FakeEngine()
    async with running(engine, PHOTO, NOTES) as pilot:
        await see(pilot, "+ photo.png · ", " · 640×480  ✕", "+ notes.txt · 2 bytes  ✕")
        await pilot.press("h", "i", "enter")
        await until(pilot, lambda: len(engine.rounds) == 1)

        assert engine.rounds[0].attachments == (PHOTO.file, NOTES.file)
        assert names(pilot.app) == []
        await see(pilot, "[photo.png] [notes.txt] hi")
        assert "✕" not in on_screen(pilot.app)


async def test_a_prompt_from_the_command_line_takes_the_files_along() -> None:
    engine = FakeEngine()
    async with running(engine, PHOTO, prompt="hi") as pilot:
        await see(pilot, "[photo.png · 85 bytes · 640×480] hi")
        await until(pilot, lambda: len(engine.rounds) == 1)
        assert engine.rounds[0].attachments == (PHOTO.file,)


async def test_a_header_names_two_files_and_counts_the_others() -> None:
    engine = FakeEngine()
    async with running(
        engine, NOTES, PHOTO, attachment("c.txt", b"c"), attachment("d.txt", b"d"), prompt="hi"
    ) as pilot:
        await see(pilot, "[notes.txt] [photo.png] [2 more] hi")
        tooltip = pilot.app.screen.query_one("Header .prompt").tooltip
        assert str(tooltip).splitlines()[:2] == ["notes.txt · 2 bytes", "photo.png · 85 bytes · 640×480"]


async def test_files_stay_when_a_prompt_is_refused() -> None:
    engine = FakeEngine()
    async with running(engine, PHOTO) as pilot:
        await pilot.press("enter")
        await see(pilot, "The prompt is empty")
        assert names(pilot.app) == ["photo.png"]


async def test_backspace_in_an_empty_box_removes_the_last_file() -> None:
    async with running(FakeEngine(), PHOTO, NOTES) as pilot:
        await pilot.press("a", "backspace")
        assert names(pilot.app) == ["photo.png", "notes.txt"]
        await pilot.press("backspace")
        await until(pilot, lambda: names(pilot.app) == ["photo.png"])
        await pilot.press("backspace", "backspace")
        await until(pilot, lambda: names(pilot.app) == [])


async def test_backspace_typed_right_after_a_letter_deletes_the_letter() -> None:
    async with running(FakeEngine(), PHOTO) as pilot:
        type_at_once(pilot.app, "a", "backspace", "b")
        await until(pilot, lambda: box(pilot.app).text == "b")
        assert names(pilot.app) == ["photo.png"]


async def test_a_click_and_the_palette_remove_a_file() -> None:
    async with running(FakeEngine(), PHOTO, NOTES) as pilot:
        await see(pilot, "+ photo.png")
        await pilot.click("AttachmentBar .files", offset=(3, 0))
        await until(pilot, lambda: names(pilot.app) == ["notes.txt"])
        (command,) = [each for each in pilot.app.screen.commands() if each.title.startswith("Remove the attachment")]
        assert command.title == "Remove the attachment notes.txt"
        command.run()
        await until(pilot, lambda: names(pilot.app) == [])
        await pilot.click(AttachmentBar)


# A pasted path


async def test_a_pasted_path_is_attached_with_enter(folder: Path) -> None:
    engine = FakeEngine()
    async with running(engine) as pilot:
        await pilot.press("l", "o", "o", "k", "space")
        await offered(pilot, f"{folder / 'my photo.png'}\r\n")
        await see(pilot, "Attach my photo.png · ", "· 640×480? Enter attaches, Esc keeps the text.")
        await pilot.press("enter")
        await until(pilot, lambda: names(pilot.app) == ["my photo.png"])

        assert box(pilot.app).text == "look "
        assert engine.rounds == []
        await pilot.press("enter")
        await until(pilot, lambda: len(engine.rounds) == 1)
        assert engine.rounds[0].prompt == "look "


async def test_escape_keeps_the_text(folder: Path) -> None:
    engine = FakeEngine()
    async with running(engine) as pilot:
        await offered(pilot, "sub/inner.txt")
        await pilot.press("escape")
        await until(pilot, lambda: not bar(pilot.app).has_offer)

        assert (box(pilot.app).text, names(pilot.app), engine.stopped) == ("sub/inner.txt", [], [])
        await pilot.press("escape")
        assert engine.stopped == [None]


async def test_typing_on_withdraws_the_offer(folder: Path) -> None:
    engine = FakeEngine()
    async with running(engine) as pilot:
        await offered(pilot, "sub/inner.txt")
        type_at_once(pilot.app, "!", "enter")
        await until(pilot, lambda: len(engine.rounds) == 1)

        assert engine.rounds[0].prompt == "sub/inner.txt!"
        assert engine.rounds[0].attachments == ()


async def test_what_was_pasted_stays_where_the_cursor_left_it(folder: Path) -> None:
    async with running(FakeEngine()) as pilot:
        await offered(pilot, "sub/inner.txt")
        await pilot.press("left", "enter")
        await until(pilot, lambda: names(pilot.app) == ["inner.txt"])
        assert box(pilot.app).text == "sub/inner.txt"


async def test_many_files_are_counted(folder: Path) -> None:
    for number in range(4):
        (folder / "sub" / f"{number}.txt").write_text(str(number))
    async with running(FakeEngine()) as pilot:
        await offered(pilot, "\n".join(f"sub/{number}.txt" for number in range(4)))
        await see(pilot, "Attach these 4 files? Enter attaches")
        await pilot.press("enter")
        await until(pilot, lambda: len(names(pilot.app)) == 4)
        assert box(pilot.app).text == ""


async def test_only_paths_of_files_are_offered_wherever_they_are_pasted(folder: Path) -> None:
    async with running(FakeEngine()) as pilot:
        for text in ("hello", "/no/such/file", str(folder)):
            await paste(pilot, text)
        await pilot.app.workers.wait_for_complete()
        assert not bar(pilot.app).has_offer
        pilot.app.screen.set_focus(None)
        await offered(pilot, "sub/inner.txt")  # a pane hands what is pasted to the prompt box


async def test_a_file_is_attached_once(folder: Path) -> None:
    async with running(FakeEngine()) as pilot:
        for _ in range(2):
            await offered(pilot, "sub/inner.txt")
            await pilot.press("enter")
            await until(pilot, lambda: not bar(pilot.app).has_offer)
        assert names(pilot.app) == ["inner.txt"]


# The dialog


async def open_dialog(pilot: Pilot[Any]) -> None:
    await pilot.press("ctrl+l")
    await see(pilot, "attach a file", "Type a path")


async def test_a_file_is_found_folder_by_folder(folder: Path) -> None:
    async with running(FakeEngine()) as pilot:
        await open_dialog(pilot)
        await see(pilot, "sub/", "b.pdf", "my photo.png")
        await pilot.press("down", "enter")
        await see(pilot, "│ sub/", "inner.txt")
        await pilot.press("i", "tab", "enter")
        await until(pilot, lambda: names(pilot.app) == ["inner.txt"])
        await see(pilot, "+ inner.txt · 2 bytes")


async def test_a_typed_path_is_attached_and_a_click_chooses(folder: Path) -> None:
    async with running(FakeEngine()) as pilot:
        await open_dialog(pilot)
        await pilot.press(*"sub/inner.txt", "enter")
        await until(pilot, lambda: names(pilot.app) == ["inner.txt"])
        await open_dialog(pilot)
        await see(pilot, "my photo.png")
        await pilot.click("OptionList", offset=(2, 1))
        await until(pilot, lambda: names(pilot.app) == ["inner.txt", "b.pdf"])


async def test_what_cannot_be_attached_is_told_in_the_dialog(folder: Path) -> None:
    (folder / "c.bin").write_bytes(b"\0\1")
    async with running(FakeEngine()) as pilot:
        await open_dialog(pilot)
        await see(pilot, "c.bin")
        await pilot.press("c", "enter")
        await see(pilot, "c.bin cannot be attached: it is not an image")
        await pilot.press("backspace", *"none/x")
        await see(pilot, "The folder cannot be listed: No such file or directory.")
        await pilot.press("enter")
        await see(pilot, "none/x cannot be attached: No such file or directory.")
        await pilot.press("up", "tab", "escape")
        await until(pilot, lambda: len(pilot.app.screen_stack) == 1)
        assert names(pilot.app) == []


async def test_the_home_of_an_unknown_user(folder: Path) -> None:
    async with running(FakeEngine()) as pilot:
        await open_dialog(pilot)
        await pilot.press("enter", *"~no-such-user/")
        await see(pilot, "There is no such home directory.")
        await pilot.press("enter")
        await see(pilot, "there is no such home directory.")


async def test_names_may_hold_anything(folder: Path) -> None:
    hostile = folder / "[red]\x1b[31m\ud83d".encode("utf-8", "surrogatepass").decode("utf-8", "surrogateescape")
    hostile.mkdir()
    (hostile / "[b]x\n\x07.txt").write_text("hi")
    async with running(FakeEngine()) as pilot:
        await open_dialog(pilot)
        await see(pilot, "[red]␛[31m")
        await pilot.press("down", "enter")
        await see(pilot, "[b]x␊␇.txt")
        await pilot.press("down", "enter")
        await until(pilot, lambda: names(pilot.app) == ["[b]x␊␇.txt"])
        await see(pilot, "+ [b]x␊␇.txt · 2 bytes")


async def test_a_huge_folder_lists_some_and_finds_the_rest(folder: Path) -> None:
    for number in range(400):
        (folder / "sub" / f"{number:04}.txt").write_text("")
    async with running(FakeEngine()) as pilot:
        await open_dialog(pilot)
        await pilot.press(*"sub/")
        await see(pilot, "0000.txt")
        await pilot.press(*"039")
        await see(pilot, "0399.txt")
