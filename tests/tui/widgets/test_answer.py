from typing import Any

from textual.pilot import Pilot

from diptych.core.meaning import Text, Thinking
from diptych.core.run import Run
from diptych.tui.app import DiptychApp
from diptych.tui.widgets.answer import Answer
from tests.tui.fakes import FakeEngine, add, an_app, begin, on_screen, say, see, until


async def started(pilot: Pilot[Any], engine: FakeEngine) -> Run:
    await until(pilot, lambda: bool(engine.rounds))
    begin(engine.left)
    return engine.left


def answer_of(app: DiptychApp) -> Answer:
    return app.screen.query_one("#left-answer", Answer)


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
        await see(pilot, "▾ thinking (4 words)", "│ Let me see. Now.")


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


async def test_no_color_leaves_no_colour() -> None:
    engine = FakeEngine()
    app = an_app(engine, prompt="hi")
    app.ansi_color = False

    async with app.run_test(size=(120, 40), notifications=True, tooltips=True) as pilot:
        run = await started(pilot, engine)
        say(run, "Hello")
        await see(pilot, "Hello")
        strip = answer_of(app).render_lines(answer_of(app).size.region)[0]

        assert strip.text.startswith(" Hello")
