"""What Textual's own widgets draw: nothing in it is obeyed by a terminal."""

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.events import Paste
from textual.strip import Strip

from diptych.core.text.sanitize import clean_line
from diptych.tui.textual_patches.control_filter import VisibleControls
from diptych.tui.widgets.prompt_box import PromptBox
from tests.tui.fakes import FakeEngine, an_app, on_screen, until

HOSTILE = "a\x1b]0;title\x07 \x9b31m\r\x00\u202e\ud800 end"


def drawn(*texts: str) -> Strip:
    segments = [Segment(text, Style(bold=bool(index % 2))) for index, text in enumerate(texts)]
    return Strip(VisibleControls().apply(segments, Color(0, 0, 0)))


def test_a_line_without_controls_is_the_same_line() -> None:
    segments = [Segment("👩\u200d"), Segment("👩 é")]

    assert VisibleControls().apply(segments, Color(0, 0, 0)) is segments


def test_controls_become_visible_and_the_line_keeps_its_width() -> None:
    strip = drawn("a\x1b[31m", "b\x07", "c" + " " * 10)

    assert strip.text == "a␛[31mb␇c" + " " * 8
    assert [segment.style.bold for segment in strip if segment.style] == [False, True, False]


def test_a_full_line_loses_as_many_cells_at_its_end() -> None:
    assert drawn("\x1b\n\tabc\r").text == "␛␊␉"


async def test_what_is_pasted_is_shown_and_sent_but_not_obeyed() -> None:
    engine = FakeEngine()
    app = an_app(engine)

    async with app.run_test(size=(120, 40), notifications=True, tooltips=True) as pilot:
        prompt = app.screen.query_one(PromptBox)
        app.post_message(Paste(HOSTILE))
        await until(pilot, lambda: "␛]0;title ⟨U+009B⟩31m" in on_screen(app))
        assert clean_line(on_screen(app)) == on_screen(app).replace("\n", "␊")

        await pilot.press("enter")
        await until(pilot, lambda: len(engine.rounds) == 1)
        assert engine.rounds[0].prompt.replace("\n", "") == HOSTILE.replace("\r", "")
        assert not prompt.text


async def test_the_clipboard_gets_nothing_that_hides_reorders_or_controls() -> None:
    app = an_app(FakeEngine())

    async with app.run_test() as pilot:
        app.copy_to_clipboard(HOSTILE)
        await pilot.pause()

    assert app.clipboard == "a␛]0;title␇ ⟨U+009B⟩31m␍␀⟨U+202E⟩� end"
