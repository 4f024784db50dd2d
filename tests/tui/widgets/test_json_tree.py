"""An answer that is JSON as a tree."""

import json
import time

from diptych.core.content import Text
from tests.tui.fakes import FakeEngine, add, an_app, begin, finish, on_screen, see, until

ORDER = {"city": "Paris", "items": [{"price": 1.5, "note": "[red]two\nlines"}], "none": None}

CODE = "┊"
"""Stands before a line that is continued in a code block, and so only where Markdown is rendered."""


async def test_m_goes_from_rendered_to_tree_to_source() -> None:
    engine = FakeEngine()
    app = an_app(engine, prompt="hi")

    async with app.run_test(size=(120, 40), notifications=True, tooltips=True) as pilot:
        await until(pilot, lambda: bool(engine.rounds))
        begin(engine.left)
        add(engine.left, Text("```json\n" + json.dumps(ORDER) + "\n```"))
        await see(pilot, '"city"')
        assert CODE in on_screen(app)
        await pilot.press("tab", "m")
        await until(pilot, lambda: CODE not in on_screen(app))  # it has not ended, so it is not a tree yet
        await pilot.press("m")
        await see(pilot, CODE)
        finish(engine.left)
        await pilot.press("m")
        await see(pilot, 'city "Paris"', "items [1]", "price 1.5", 'note 14 characters  "[red]two␊lines…"', "none null")
        assert app.focused is not None
        assert app.focused.id == "left-tree"
        await pilot.press("m")
        await see(pilot, "```json")
        assert CODE not in on_screen(app)
        assert app.focused.id == "left-answer"
        await pilot.press("m")
        await see(pilot, CODE)


async def test_a_node_opens_and_closes() -> None:
    engine = FakeEngine()
    app = an_app(engine, prompt="hi")

    async with app.run_test(size=(120, 40), notifications=True, tooltips=True) as pilot:
        await until(pilot, lambda: bool(engine.rounds))
        begin(engine.left)
        add(engine.left, Text(json.dumps({"many": list(range(100, 200)), "last": True})))
        finish(engine.left)
        await pilot.press("tab", "m")
        await see(pilot, "many [100]", "last true")
        assert "1 101" not in on_screen(app)
        await pilot.press("home", "enter")
        await see(pilot, "0 100", "1 101")
        await pilot.press("enter")
        await until(pilot, lambda: "1 101" not in on_screen(app))


async def test_the_next_json_answer_is_a_tree_once_it_has_ended() -> None:
    engine = FakeEngine()
    app = an_app(engine, prompt="hi")

    async with app.run_test(size=(120, 40), notifications=True, tooltips=True) as pilot:
        await until(pilot, lambda: bool(engine.rounds))
        for run in (engine.left, engine.right):
            begin(run)
            add(run, Text('{"first": 1}'))
            finish(run)
        await pilot.press("tab", "m")
        await see(pilot, "first 1")
        await pilot.press("shift+tab")
        await pilot.press("a", "enter")
        await until(pilot, lambda: len(engine.rounds) == 2)
        begin(engine.left)
        add(engine.left, Text('{"second": 2}'))
        await see(pilot, '{"second": 2}')
        finish(engine.left)
        await see(pilot, "second 2")
        await pilot.press("tab", "slash")  # the text can be searched, the tree cannot
        await see(pilot, '{"second": 2}')


async def test_an_answer_that_is_not_json_has_no_tree() -> None:
    engine = FakeEngine()
    app = an_app(engine, prompt="hi")

    async with app.run_test(size=(120, 40), notifications=True, tooltips=True) as pilot:
        await until(pilot, lambda: bool(engine.rounds))
        begin(engine.left)
        add(engine.left, Text("{*not* JSON}"))
        finish(engine.left)
        await see(pilot, "{not JSON}")
        await pilot.press("tab", "m")
        await see(pilot, "{*not* JSON}")


async def test_a_large_answer_opens_at_once() -> None:
    engine = FakeEngine()
    app = an_app(engine, prompt="hi")
    rows = [{"id": number, "name": f"row {number}"} for number in range(25_000)]

    async with app.run_test(size=(120, 40), notifications=True, tooltips=True) as pilot:
        await until(pilot, lambda: bool(engine.rounds))
        begin(engine.left)
        add(engine.left, Text(json.dumps(rows)))  # about 1 MB
        finish(engine.left)
        await pilot.press("tab")
        began = time.process_time()
        await pilot.press("m")
        await see(pilot, "0 {2}")
        assert time.process_time() - began < 5.0
