from collections.abc import Sequence
from typing import Any

import pytest
from textual.app import App, ComposeResult
from textual.events import Key, MouseScrollLeft, MouseScrollRight, Resize
from textual.filter import Monochrome
from textual.geometry import Offset, Region
from textual.pilot import Pilot
from textual.selection import Selection
from textual.widgets import Input

from diptych.core.content import Text, Thinking
from diptych.core.run import Run
from diptych.tui.answer.hint import Hint
from diptych.tui.app import DiptychApp
from diptych.tui.widgets.answer_view import AnswerView
from tests.tui.fakes import FakeEngine, a_run, add, an_app, begin, finish, focus, on_screen, say, see, until


async def started(pilot: Pilot[Any], engine: FakeEngine) -> Run:
    await until(pilot, lambda: bool(engine.rounds))
    begin(engine.left)
    return engine.left


def answer_of(app: DiptychApp) -> AnswerView:
    return app.screen.query_one("#left-answer", AnswerView)


async def test_it_follows_its_tail_until_the_user_scrolls_up() -> None:
    engine = FakeEngine()
    app = an_app(engine, prompt="hi")

    async with app.run_test(size=(120, 40), notifications=True, tooltips=True) as pilot:
        run = await started(pilot, engine)
        say(run, *(f"line {number}\n" for number in range(100)))
        await see(pilot, "line 99")
        await pilot.press("tab", "home")
        await see(pilot, "line 0")
        say(run, "line 100\n")
        await see(pilot, '"line 100␊"')
        assert answer_of(app).scroll_y == 0
        await pilot.press("end")
        await see(pilot, "line 100 ")
        say(run, "line 101\n")
        await see(pilot, "line 101 ")


async def test_a_hint_is_not_wrapped_before_there_is_a_width() -> None:
    view = AnswerView(Hint(["What to do first."], {}))

    view.show_hint(Hint(["What to do first."], {}))

    assert view.line_count == 0


async def test_an_answer_is_not_painted_before_it_has_its_width() -> None:
    class Watched(AnswerView):
        at_first: Sequence[str] = ()

        def on_resize(self, event: Resize) -> None:  # Textual calls that of `LineView` after it
            self.at_first = self.at_first or [strip.text for strip in self.render_lines(Region(0, 0, *event.size))]

    view = Watched(Hint([], {}))
    run = a_run()
    say(run, "a whole sentence")

    class ViewApp(App[None]):
        def compose(self) -> ComposeResult:
            yield view

        def on_mount(self) -> None:
            view.show(run)
            view.sample("")

    app = ViewApp()
    async with app.run_test(size=(40, 4)) as pilot:
        await pilot.pause()
        assert {text.strip() for text in view.at_first} == {""}
        assert view.render_line(0).text.strip() == "a whole sentence"


async def test_thinking_opens_by_key_by_enter_and_by_click() -> None:
    engine = FakeEngine()
    app = an_app(engine, prompt="hi")

    async with app.run_test(size=(120, 40), notifications=True, tooltips=True) as pilot:
        run = await started(pilot, engine)
        add(run, Thinking("Let me see."))
        add(run, Text("Yes."))
        await see(pilot, "▸ thinking (3 words)")
        await pilot.press("tab", "t")
        await see(pilot, "▾ thinking (3 words)", "│ Let me see.")
        await pilot.press("enter")
        await see(pilot, "▸ thinking (3 words)")
        await pilot.click("#left-answer", offset=(4, 0))
        await see(pilot, "│ Let me see.")
        await pilot.click("#left-answer", offset=(4, 3))
        assert "▾ thinking" in on_screen(app)
        add(run, Thinking(" Now."))
        await see(pilot, "▾ thinking (4 words)", "│ Let me see.", "│ Now.")


async def test_wide_characters_fill_their_cells() -> None:
    engine = FakeEngine()
    app = an_app(engine, prompt="hi")

    async with app.run_test(size=(120, 40), notifications=True, tooltips=True) as pilot:
        run = await started(pilot, engine)
        say(run, "日本語" * 40, " 👩‍👩‍👧 ☁️ שלום")
        await see(pilot, "👩‍👩‍👧 ☁️ שלום")

        widths = {strip.cell_length for strip in answer_of(app).render_lines(answer_of(app).size.region)}
        assert widths == {answer_of(app).size.width}


async def test_a_fast_answer_is_painted_whole() -> None:
    engine = FakeEngine()

    async with an_app(engine, prompt="hi").run_test(size=(120, 40), notifications=True, tooltips=True) as pilot:
        run = await started(pilot, engine)
        say(run, *("word " for _ in range(20_000)))
        say(run, "end.")
        await see(pilot, "end.", "events · 20,001")


async def test_selecting_with_the_mouse_copies_the_source() -> None:
    engine = FakeEngine()
    app = an_app(engine, prompt="hi")

    async with app.run_test(size=(60, 40), notifications=True, tooltips=True) as pilot:
        run = await started(pilot, engine)
        say(run, "word " * 20 + "\n\n\tdef 日本語():\n")
        await see(pilot, "def 日本語():")
        await pilot.mouse_down("#left-answer", offset=(6, 0))
        await pilot.hover("#left-answer", offset=(11, 3))
        await pilot.mouse_up("#left-answer", offset=(11, 3))
        before = on_screen(app)
        await pilot.press("ctrl+c")

        assert app.clipboard == "word " * 19 + "\n\n\tdef 日本語"
        assert before == on_screen(app)


async def test_no_color_leaves_no_colour() -> None:
    engine = FakeEngine()
    app = an_app(engine, prompt="hi")
    app._filters.append(Monochrome())

    async with app.run_test(size=(120, 40), notifications=True, tooltips=True) as pilot:
        run = await started(pilot, engine)
        say(run, "Hello")
        await see(pilot, "Hello")
        strips = answer_of(app).render_lines(answer_of(app).size.region)
        colours = [segment.style.color for strip in strips for segment in strip if segment.style]

        assert len({triplet.red - triplet.green for colour in colours if colour and (triplet := colour.triplet)}) == 1


async def test_a_key_switches_between_rendered_and_source_for_the_next_answer_too() -> None:
    engine = FakeEngine()

    async with an_app(engine, prompt="hi").run_test(size=(120, 40), notifications=True, tooltips=True) as pilot:
        say(await started(pilot, engine), "Some **bold** text\n")
        await see(pilot, "Some bold text")
        await pilot.press("tab", "m")
        await see(pilot, "Some **bold** text")
        finish(engine.left)
        finish(engine.right)
        await pilot.press("ctrl+r")
        await until(pilot, lambda: len(engine.rounds) == 2)
        say(await started(pilot, engine), "And *more*\n")
        await see(pilot, "And *more*")
        await pilot.press("m")
        await see(pilot, "And more")


async def test_thinking_is_markdown_too() -> None:
    engine = FakeEngine()
    app = an_app(engine, prompt="hi")

    async with app.run_test(size=(120, 40), notifications=True, tooltips=True) as pilot:
        run = await started(pilot, engine)
        add(run, Thinking("First **this**:\n\n- a\n- b\n"))
        await see(pilot, "▸ thinking (6 words)")
        await pilot.press("tab", "t")
        await see(pilot, "│ First this:", "│ • a", "│ • b")
        await pilot.press("m")
        await see(pilot, "│ First **this**:", "│ - a")


async def test_a_search_marks_its_matches_and_walks_through_them() -> None:
    engine = FakeEngine()
    app = an_app(engine, prompt="hi")

    async with app.run_test(size=(120, 40), notifications=True, tooltips=True) as pilot:
        run = await started(pilot, engine)
        say(run, "a **Need**le here\n\n" + "other words\n\n" * 60 + "one more needle there\n")
        await see(pilot, "one more needle there")
        answer = answer_of(app)
        await focus(pilot, Input, "tab", "home", "slash")
        await pilot.press(*"needle")
        await see(pilot, "a Needle here", "1 of 2")
        await focus(pilot, AnswerView, "enter")
        await pilot.press("n")
        await see(pilot, "one more needle there", "2 of 2")
        assert marked(answer, answer.line_count - 1) == ["needle"]
        await pilot.press("n")
        await see(pilot, "a Needle here", "1 of 2")
        assert marked(answer, 0) == ["Need", "le"]
        await pilot.press("N")
        await see(pilot, "2 of 2")
        say(run, "\nand a third needle")
        await see(pilot, "2 of 3")
        await focus(pilot, Input, "slash")
        await pilot.press("backspace", "X")
        await see(pilot, "not found")
        await pilot.press("escape")
        await until(pilot, lambda: "not found" not in on_screen(app))
        assert engine.stopped == []
        assert marked(answer, 0) == []

        await pilot.press("slash", *"needle", "enter")
        await see(pilot, " of 3", "esc end")
        await pilot.press("tab", "tab", "escape", "shift+tab", "shift+tab")  # in the event list, it stops the side
        await until(pilot, lambda: engine.stopped == ["left"])
        await see(pilot, " of 3")
        await pilot.press("escape")
        await until(pilot, lambda: " of 3" not in on_screen(app))
        assert engine.stopped == ["left"]
        assert marked(answer, 0) == []
        await see(pilot, "esc stop")
        await pilot.press("escape")
        await until(pilot, lambda: engine.stopped == ["left", "left"])


async def test_a_search_that_is_asked_for_in_the_event_list_does_not_search_the_answer() -> None:
    engine = FakeEngine()
    app = an_app(engine, prompt="hi")

    async with app.run_test(size=(120, 40), notifications=True, tooltips=True) as pilot:
        say(await started(pilot, engine), "needle")
        await see(pilot, "needle")
        await pilot.press("tab", "tab")
        await see(pilot, "enter open")
        await pilot.press("slash")
        await see(pilot, "search these events")
        assert "search this answer" not in on_screen(app)
        await pilot.press("escape")
        await until(pilot, lambda: "search these events" not in on_screen(app))
        await pilot.press("1", "slash")
        await see(pilot, "search this answer")


def marked(answer: AnswerView, row: int) -> list[str]:
    """The parts of a row that have a background of their own."""
    plain = answer.style_of("lines--line").bgcolor
    return [segment.text for segment in answer._strip(row) if segment.style and segment.style.bgcolor != plain]


async def test_a_click_on_a_link_tells_where_it_leads_and_opens_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = FakeEngine()
    app = an_app(engine, prompt="hi")
    opened: list[str] = []
    monkeypatch.setattr(app, "open_url", opened.append)

    async with app.run_test(size=(120, 40), notifications=True, tooltips=True) as pilot:
        run = await started(pilot, engine)
        say(run, "See [one](https://one.test/a) and [two](ftp://two.test), [/nope]\n")
        await see(pilot, "See one and two")
        await pilot.click("#left-answer", offset=(13, 0))
        await see(pilot, "https://one.test/a", "ftp://two.test")
        await pilot.press("enter")
        await see(pilot, "Only http, https and mailto links can be opened")
        assert opened == []
        await pilot.press("c")
        assert app.clipboard == "ftp://two.test"
        await pilot.press("up", "enter")
        await until(pilot, lambda: opened == ["https://one.test/a"])
        await pilot.press("tab", "o")
        await see(pilot, "links of the left answer")
        await pilot.press("escape")


async def test_what_is_selected_is_copied_as_markdown() -> None:
    engine = FakeEngine()
    app = an_app(engine, prompt="hi")

    async with app.run_test(size=(120, 40), notifications=True, tooltips=True) as pilot:
        run = await started(pilot, engine)
        say(run, "# Title\n\n- **one** item\n- two\n")
        await see(pilot, "• one item")
        await pilot.mouse_down("#left-answer", offset=(0, 0))
        await pilot.hover("#left-answer", offset=(20, 2))
        await pilot.mouse_up("#left-answer", offset=(20, 2))
        await pilot.press("ctrl+c")
        assert app.clipboard == "# Title\n\n- **one** item"
        await pilot.press("tab", "c")
        assert app.clipboard == "# Title\n\n- **one** item\n- two\n"


async def test_keys_are_answered_while_a_long_answer_is_laid_out() -> None:
    engine = FakeEngine()
    app = an_app(engine, prompt="hi")

    async with app.run_test(size=(120, 40), notifications=True, tooltips=True) as pilot:
        run = await started(pilot, engine)
        answer = answer_of(app)
        await pilot.press("tab")
        say(run, "".join(f"- item **{number}**\n" for number in range(30_000)))
        finish(run)
        finish(engine.right)
        await until(pilot, lambda: answer.line_count > 100)
        await pilot.press("home")
        await until(pilot, lambda: answer.scroll_y == 0)
        assert answer.line_count < 30_000
        await pilot.press("m")
        await see(pilot, "- item **0**")
        await focus(pilot, Input, "end", "slash")
        await pilot.press(*"29999**")
        await until(pilot, lambda: "1 of 1 " in on_screen(app) and answer.line_count == 30_000)
        await focus(pilot, AnswerView, "enter")
        await pilot.press("end", "m")
        await see(pilot, "• item 29999")


async def test_everything_that_markdown_is_made_of_can_be_drawn() -> None:
    engine = FakeEngine()
    app = an_app(engine, prompt="hi")
    text = r"**a** *b* ~~c~~ `d` [e](http://f) ![g](h) \(i*j*k\)"

    async with app.run_test(size=(120, 40), notifications=True, tooltips=True) as pilot:
        run = await started(pilot, engine)
        say(run, text, "\n\n> - [x] l\n\n|m|\n|-|\n|n<br>o|\n\n\\[\np_1 * q_1\n\\]\n")
        finish(run)
        await see(pilot, r"a b c d e g \(i*j*k\)", "▌ ☑ l", r"│ p_1 * q_1")


async def test_letters_typed_at_once_after_the_search_key_are_the_query() -> None:
    engine = FakeEngine()
    app = an_app(engine, prompt="hi")

    async with app.run_test(size=(120, 40), notifications=True, tooltips=True) as pilot:
        run = await started(pilot, engine)
        say(run, "one and/or none")
        await pilot.press("tab")
        for character in "/no/":
            app.post_message(Key("slash" if character == "/" else character, character))

        await until(pilot, lambda: app.screen.query(Input).first().value == "no/")


HEADINGS = "|".join(f"heading-{number}" for number in range(9))
WIDE = f"Before.\n\n|{HEADINGS}|\n{'|---' * 9}|\n|{'cell|' * 9}\n\nAfter."


def line(app: DiptychApp, row: int) -> str:
    return "".join(segment.text for segment in answer_of(app).render_line(row)).strip()


async def test_a_wide_table_is_scrolled_sideways_and_the_rest_stays() -> None:
    engine = FakeEngine()
    app = an_app(engine, prompt="hi")

    async with app.run_test(size=(120, 40), notifications=True, tooltips=True) as pilot:
        run = await started(pilot, engine)
        say(run, WIDE)
        await until(pilot, lambda: line(app, 2).startswith("heading-0 │") and line(app, 2).endswith("›"))
        await pilot.press("tab", "right", "shift+right")
        await until(pilot, lambda: line(app, 2).startswith("‹") and "heading-0" not in line(app, 2))
        assert (line(app, 0), line(app, 6)) == ("Before.", "After.")
        await pilot.press(*["right"] * 20)
        await until(pilot, lambda: line(app, 2).endswith("heading-8"))
        await pilot.press(*["left"] * 20)
        await until(pilot, lambda: line(app, 2).startswith("heading-0 │"))


async def test_a_click_on_a_sign_and_a_wheel_scroll_a_wide_table() -> None:
    engine = FakeEngine()
    app = an_app(engine, prompt="hi")

    async with app.run_test(size=(120, 40), notifications=True, tooltips=True) as pilot:
        run = await started(pilot, engine)
        say(run, WIDE)
        await until(pilot, lambda: line(app, 2).endswith("›"))
        view = answer_of(app)
        await pilot.click("#left-answer", offset=(view.text_width - 2, 2))
        await until(pilot, lambda: line(app, 2).startswith("‹"))
        await pilot.click("#left-answer", offset=(1, 2))
        await until(pilot, lambda: line(app, 2).startswith("heading-0"))
        view.post_message(MouseScrollRight(view, 0, 0, 0, 0, 0, shift=False, meta=False, ctrl=False))
        await until(pilot, lambda: line(app, 2).startswith("‹"))
        view.post_message(MouseScrollLeft(view, 0, 0, 0, 0, 0, shift=False, meta=False, ctrl=False))
        await until(pilot, lambda: line(app, 2).startswith("heading-0"))


async def test_what_is_selected_in_a_scrolled_table_is_what_is_seen() -> None:
    engine = FakeEngine()
    app = an_app(engine, prompt="hi")

    async with app.run_test(size=(120, 40), notifications=True, tooltips=True) as pilot:
        run = await started(pilot, engine)
        say(run, WIDE)
        await until(pilot, lambda: line(app, 2).endswith("›"))
        await pilot.press("tab", "right", "right")
        await until(pilot, lambda: line(app, 2).startswith("‹"))
        at = 1 + line(app, 2).index("heading-2")

        selection = Selection(Offset(at, 2), Offset(at + len("heading-2"), 2))
        assert answer_of(app).get_selection(selection)[0] == "heading-2"
