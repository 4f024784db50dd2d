"""Both answers scroll together, by aligned block."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from threading import Event
from typing import TYPE_CHECKING, Any

import pytest

from diptych.core.content import Thinking
from diptych.core.run import Run
from diptych.tui import scroll_together
from diptych.tui.screens.compare import CompareScreen
from diptych.tui.widgets.answer_view import AnswerView
from diptych.tui.widgets.prompt_box import PromptBox
from tests.tui.fakes import FakeEngine, add, an_app, begin, finish, focus, say, see, until

if TYPE_CHECKING:
    from textual.pilot import Pilot

    from diptych.differences.offsets import AlignedOffsets

LEFT = "\n\n".join(f"Paragraph {n} is in both." for n in range(60))
RIGHT = "\n\n".join(
    f"Paragraph {n} is in both.{' Only here there is more to read than on the other side.' * (n % 3)}"
    for n in range(60)
    if n not in range(20, 30)
)


class Stage:
    """Two answers, and what is at the top of each."""

    def __init__(self, pilot: "Pilot[Any]", engine: FakeEngine) -> None:
        self.pilot = pilot
        self.engine = engine
        screen = pilot.app.screen
        assert isinstance(screen, CompareScreen)
        self.screen = screen
        self.left, self.right = (screen.query_one(f"#{side}-answer", AnswerView) for side in ("left", "right"))

    def in_view(self, view: AnswerView) -> set[str]:
        """The numbers of the paragraphs that begin in view."""
        rows = ["".join(text for text, _ in view.spans(row)) for row in range(view.line_count)]
        top = round(view.scroll_y)
        return {row.split()[1] for row in rows[top : top + view.size.height] if row.startswith(" Paragraph")}

    async def stands_still(self) -> None:
        for _ in range(5):
            await self.pilot.pause()


@asynccontextmanager
async def answers(left: str = LEFT, right: str = RIGHT, *, ends: bool = True) -> AsyncIterator[Stage]:
    engine = FakeEngine()
    app = an_app(engine, prompt="hi")
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await until(pilot, lambda: bool(engine.rounds))
        for run, text in ((engine.left, left), (engine.right, right)):
            begin(run)
            say(run, text)
            if ends:
                finish(run)
        stage = Stage(pilot, engine)
        stage.screen.sample()
        await focus(pilot, AnswerView, "tab")
        yield stage


async def together(stage: Stage) -> None:
    """Begin to scroll together, and wait until the answers are aligned."""
    await stage.pilot.press("s")
    await see(stage.pilot, "scrolling together · ")
    await until(stage.pilot, lambda: stage.screen._together._offsets is not None)


def hold_alignment(monkeypatch: pytest.MonkeyPatch) -> Event:
    """Return an event until which answers are not aligned."""
    is_free = Event()
    align = scroll_together._align

    def wait_and_align(left: Run, right: Run) -> "AlignedOffsets":
        is_free.wait(60)
        return align(left, right)

    monkeypatch.setattr(scroll_together, "_align", wait_and_align)
    return is_free


@pytest.mark.parametrize("leads", ["left", "right"])
async def test_what_belongs_together_is_in_view_together(leads: str) -> None:
    async with answers() as stage:
        await together(stage)
        leader, follower = (stage.left, stage.right) if leads == "left" else (stage.right, stage.left)
        for top in range(0, leader.last_top, 7):
            leader.scroll_to_line(top)
            await stage.stands_still()
            common = stage.in_view(leader) & stage.in_view(follower)
            missing = set(map(str, range(20, 30)))
            assert common or stage.in_view(stage.left) <= missing


@pytest.mark.parametrize("key", ["k", "pageup", "ctrl+u", "g"])
async def test_every_key_that_scrolls_moves_both(key: str) -> None:
    async with answers() as stage:
        await together(stage)
        bottom = stage.right.scroll_y
        assert stage.left.following
        await stage.pilot.press(key, key)
        await until(stage.pilot, lambda: stage.right.scroll_y < bottom)
        await stage.pilot.press("G")
        await until(stage.pilot, lambda: stage.right.scroll_y == bottom)
        assert stage.right.following


async def test_the_mouse_wheel_moves_both() -> None:
    async with answers() as stage:
        await together(stage)
        bottom = stage.right.scroll_y
        stage.left.post_message(_wheel_up(stage.left))
        await until(stage.pilot, lambda: stage.right.scroll_y < bottom)


async def test_both_reach_their_ends_together() -> None:
    async with answers() as stage:
        await together(stage)
        stage.left.scroll_to_line(0)
        await until(stage.pilot, lambda: stage.right.scroll_y == 0)
        stage.left.scroll_to_line(stage.left.last_top)
        await until(stage.pilot, lambda: stage.right.scroll_y == stage.right.last_top)


async def test_the_same_key_ends_it() -> None:
    async with answers() as stage:
        await together(stage)
        await stage.pilot.press("s")
        await until(stage.pilot, lambda: not stage.screen._together.is_on)
        bottom = stage.right.scroll_y
        await stage.pilot.press("g")
        await until(stage.pilot, lambda: stage.left.scroll_y == 0)
        await stage.stands_still()
        assert stage.right.scroll_y == bottom


async def test_answers_are_aligned_again_when_they_have_ended() -> None:
    async with answers(ends=False) as stage:
        await together(stage)
        first = stage.screen._together._offsets
        for run in (stage.engine.left, stage.engine.right):
            say(run, "\n\nThe end.")
            finish(run)
        stage.screen.sample()
        await until(stage.pilot, lambda: stage.screen._together._offsets is not first)


async def test_answers_that_end_while_they_are_aligned_are_aligned_again(monkeypatch: pytest.MonkeyPatch) -> None:
    is_free = hold_alignment(monkeypatch)
    async with answers(ends=False) as stage:
        await stage.pilot.press("s")
        await see(stage.pilot, "scrolling together · ")
        await stage.stands_still()
        for run in (stage.engine.left, stage.engine.right):
            finish(run)
        stage.screen.sample()
        await stage.stands_still()
        is_free.set()
        await until(stage.pilot, lambda: stage.screen._together._offsets is not None)
        await stage.pilot.press("g")
        await until(stage.pilot, lambda: stage.left.scroll_y == stage.right.scroll_y == 0)


async def test_other_answers_do_not_stand_where_the_ones_before_were_aligned(monkeypatch: pytest.MonkeyPatch) -> None:
    async with answers() as stage:
        await together(stage)
        is_free = hold_alignment(monkeypatch)
        stage.screen.query_one(PromptBox).focus()
        await stage.pilot.press(*"more", "enter")
        await until(stage.pilot, lambda: len(stage.engine.rounds) == 2)
        stage.screen.sample()
        assert stage.screen._together._offsets is None
        is_free.set()
        await until(stage.pilot, lambda: stage.screen._together._offsets is not None)


async def test_growing_answers_are_followed_to_their_ends() -> None:
    async with answers(ends=False) as stage:
        await together(stage)
        say(stage.engine.left, "\n\nMore." * 20)
        stage.screen.sample()
        await stage.stands_still()
        assert stage.left.following
        assert stage.right.following
        await stage.pilot.press("g")
        await until(stage.pilot, lambda: stage.right.scroll_y == 0)
        say(stage.engine.right, "\n\nMore." * 20)
        stage.screen.sample()
        await stage.stands_still()
        assert stage.left.scroll_y == stage.right.scroll_y == 0
        finish(stage.engine.left)
        finish(stage.engine.right)


async def test_thinking_scrolls_along() -> None:
    async with answers(ends=False) as stage:
        for run in (stage.engine.left, stage.engine.right):
            add(run, Thinking("\n\n".join(f"Thought {n}." for n in range(60))))
            finish(run)
        stage.screen.sample()
        await together(stage)
        await stage.pilot.press("t")
        stage.right.action_toggle_thinking()
        await until(stage.pilot, lambda: stage.right.line_count > 150)
        stage.left.scroll_to_line(30)
        await until(stage.pilot, lambda: stage.right.scroll_y > 0)
        rows = ["".join(text for text, _ in stage.right.spans(round(stage.right.scroll_y) + n)) for n in range(10)]
        assert any("Thought" in row for row in rows)


async def test_one_answer_alone_scrolls_by_itself() -> None:
    async with answers(LEFT, "Short.") as stage:
        await stage.pilot.press("s", "g")
        await until(stage.pilot, lambda: stage.left.scroll_y == 0)
        assert stage.right.scroll_y == 0


def _wheel_up(view: AnswerView) -> Any:
    from textual.events import MouseScrollUp

    return MouseScrollUp(view, 5, 5, 0, -1, 0, shift=False, meta=False, ctrl=False)
