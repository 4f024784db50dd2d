"""Whole blind rounds, and a search of everything that the screen shows of them for what tells whose answer is whose."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from textual.pilot import Pilot
from textual.widget import Widget

from diptych.core.content import Identity, Text, Thinking, ToolArguments, ToolCall, UsageReport
from diptych.core.event import AttemptFailed
from diptych.core.failure import Failure
from diptych.core.message import ToolCallPart
from diptych.core.metrics.usage import Usage
from diptych.core.round import Round
from diptych.core.run import Run
from diptych.tui.app import DiptychApp
from diptych.tui.screens.compare import CompareScreen
from diptych.tui.widgets.answer_view import AnswerView
from diptych.tui.widgets.prompt_box import PromptBox
from tests.support.simulated_app import stage
from tests.tui.fakes import FakeEngine, add, an_app, begin, finish, focus, on_screen, say, see, until

if TYPE_CHECKING:
    from diptych.engine.engine import Engine

SIZE = (160, 48)

_TELLING = re.compile(
    r"""anthropic | openai | claude | gpt- | simulated | terra | sonnet | haiku
    | \b(req|msg|resp|chatcmpl|toolu|call)_\w+ | tok/s | ev/s | first\ token | first\ answer | attempt | retry
    | \$\d | \bin\ [\d–] | \bout\ [\d–] | cached | reasoning\) | \d+\.\d+\ ?s\b | quiet | thinking\ \( | redacted
    | events\ · | message_st | content_block | output_text | \[DONE\] | end_turn | max_tokens | tool_use
    | \b(529|503|500|429|200)\b | stopped | ✂ | \bcut\b""",
    re.VERBOSE | re.IGNORECASE,
)
"""What no frame, notice, tooltip or title of a hidden round may hold."""


def texts(app: DiptychApp) -> Iterator[str]:
    """Yield everything that the app shows in any way."""
    yield on_screen(app)
    yield from (str(note.message) + note.title for note in app._notifications)
    yield from (str(widget.tooltip) for widget in app.screen.walk_children(Widget) if widget.tooltip)
    yield from (str(widget.border_title) + str(widget.border_subtitle) for widget in app.screen.walk_children(Widget))
    yield f"{app.title} {app.sub_title}"
    yield app.clipboard


def hidden_panes_tell_nothing(app: DiptychApp, said: str = "") -> None:
    """Fail if anything that the app shows tells whose an answer is; `said` is the text of the answers themselves."""
    for text in texts(app):
        for found in _TELLING.finditer(text):
            assert found[0] in said, f"{found[0]!r} in {text}"


def compare_screen(app: DiptychApp) -> CompareScreen:
    screen = app.screen_stack[0]
    assert isinstance(screen, CompareScreen)
    return screen


async def ask_blind(pilot: Pilot[Any], engine: "FakeEngine | Engine", prompt: str = "hi") -> Round:
    """Send a blind round with the keys that a user presses."""
    screen = compare_screen(pilot.app)  # type: ignore[arg-type]
    if not screen.is_blind:
        await focus(pilot, AnswerView, "tab")
        await pilot.press("b")
        await until(pilot, lambda: screen.is_blind)
        await focus(pilot, PromptBox, "i")
    asked = len(engine.rounds)
    await pilot.press(*prompt, "enter")
    await until(pilot, lambda: len(engine.rounds) > asked)
    round_ = engine.rounds[-1]
    assert round_.is_hidden
    return round_


def stream(run: Run, words: str) -> None:
    """A stream with everything that could tell whose it is, without its end."""
    run.request_id = "req_01"
    begin(run)
    add(run, Identity(f"{run.request.settings.model}-0903", "msg_01"), name="message_start")
    add(run, Thinking("I am thinking about it."))
    say(run, *words)


async def sampled(pilot: Pilot[Any], engine: FakeEngine, seconds: float = 0.0) -> None:
    """Let time pass, and paint."""
    engine.now += seconds
    compare_screen(pilot.app).sample()  # type: ignore[arg-type]
    await pilot.pause()


KEYS = (
    "e",
    "e",
    "e",
    "3",
    "4",
    "enter",
    "t",
    "m",
    "o",
    "c",
    "y",
    "Y",
    "D",
    "s",
    "<",
    ">",
    "{",
    "}",
    "r",
    "a",
    "v",
    "V",
    "/",
)


@pytest.mark.parametrize(
    "keys", [KEYS, ("ctrl+e", "f7"), ("ctrl+p",), ("f1",)], ids=["panes", "export", "palette", "help"]
)
async def test_no_key_gives_a_hidden_side_away(keys: tuple[str, ...]) -> None:
    engine = FakeEngine()
    app = an_app(engine)

    async with app.run_test(size=SIZE, notifications=True, tooltips=True) as pilot:
        round_ = await ask_blind(pilot, engine)
        for run, words in zip(round_.runs.values(), ("Clouds are white.", "The sea is blue."), strict=True):
            stream(run, words)
        await sampled(pilot, engine, 9.0)
        hidden_panes_tell_nothing(app)
        for run in round_.runs.values():
            add(run, UsageReport(Usage(input_tokens=8, output_tokens=298, cache_read_tokens=3), {}))
            finish(run)
        while compare_screen(app).is_unveiling:
            await sampled(pilot, engine, 2.0)
            hidden_panes_tell_nothing(app)
        await see(pilot, "Clouds are white.", "The sea is blue.", "the answers have ended")

        for focus in ("1", "2"):
            compare_screen(app).action_focus_part("left-answer" if focus == "1" else "right-answer")
            for key in keys:
                await pilot.press(key)
                await pilot.pause()
                hidden_panes_tell_nothing(app)
                assert round_.is_hidden
            await pilot.press("escape", "escape", "escape")
            if app.screen is not app.screen_stack[0]:
                await pilot.press("escape")


@pytest.mark.parametrize("failing", ["left", "right", "both"])
async def test_how_a_side_fails_is_hidden(failing: str) -> None:
    engine = FakeEngine()
    app = an_app(engine)

    async with app.run_test(size=SIZE, notifications=True, tooltips=True) as pilot:
        round_ = await ask_blind(pilot, engine)
        for label, run in round_.runs.items():
            stream(run, "Half an answer")
            run.note(AttemptFailed(engine.now, 1, 503, 2.5, "api.anthropic.com is overloaded."))
            await sampled(pilot, engine, 6.0)
            hidden_panes_tell_nothing(app)
            if failing in (label, "both"):
                run.fail(Failure("http", "api.openai.com answered 529.", 529, "req_02"), engine.now)
            else:
                finish(run)
        while compare_screen(app).is_unveiling:
            await sampled(pilot, engine, 2.0)
            hidden_panes_tell_nothing(app)

        shown = on_screen(app)
        assert shown.count("the answers have ended") == 2
        assert shown.count("This answer is not whole. Vote, and the reason is revealed.") == 1 + (failing == "both")


async def test_both_sides_look_alike_until_the_end() -> None:
    engine = FakeEngine()
    app = an_app(engine)

    async with app.run_test(size=SIZE) as pilot:
        round_ = await ask_blind(pilot, engine)
        fast, slow = round_.runs.values()
        for run in (fast, slow):
            begin(run)
        say(fast, "ж" * 320)
        finish(fast)
        for count in range(1, 21):
            add(slow, Text("ю" * 16))
            await sampled(pilot, engine, 1.0)
            shown = on_screen(app)
            assert shown.count("ж") == shown.count("ю") <= 16 * count
            assert shown.count("● the answers are coming") == 2
        finish(slow)
        await sampled(pilot, engine, 1.0)
        assert on_screen(app).count("✔ the answers have ended") == 2


async def test_a_vote_reveals_both_sides_in_their_places() -> None:
    engine = FakeEngine()
    app = an_app(engine)

    async with app.run_test(size=SIZE, notifications=True) as pilot:
        round_ = await ask_blind(pilot, engine)
        for label, run in round_.runs.items():
            begin(run)
            say(run, f"I am {label}.")
            await pilot.press("1")  # moves the focus as long as no vote can be given
            assert round_.vote is None
            finish(run)
        await sampled(pilot, engine, 1.0)
        await sampled(pilot, engine, 9.0)
        assert round_.blind is not None
        first = round_.blind.order[0]
        await see(pilot, "which answer is better?")

        await pilot.press("1")
        await until(pilot, lambda: round_.vote is not None)

        assert round_.vote is not None
        assert (round_.vote.verdict, round_.vote.label, round_.vote.blind) == ("better", first, True)
        await see(
            pilot, "You voted for A. A is ", f"A = {first}", "anthropic:claude-sonnet-5-5", "openai:gpt-5.6-terra"
        )
        line = next(line for line in on_screen(app).splitlines() if "I am " in line)
        assert line.index(f"I am {first}.") < SIZE[0] // 2
        title = next(line for line in on_screen(app).splitlines() if "A = " in line)
        assert "better" in title


@pytest.mark.parametrize(("key", "verdict"), [("=", "tie"), ("0", "neither"), ("2", "better")])
async def test_each_key_gives_its_vote(key: str, verdict: str) -> None:
    engine = FakeEngine()

    async with an_app(engine).run_test(size=SIZE) as pilot:
        round_ = await ask_blind(pilot, engine)
        for run in round_.runs.values():
            begin(run)
            finish(run)
        await sampled(pilot, engine, 1.0)

        await pilot.press("equals_sign" if key == "=" else key)

        await until(pilot, lambda: round_.vote is not None)
        assert round_.vote is not None
        assert round_.blind is not None
        assert round_.vote.verdict == verdict
        assert round_.vote.label == (round_.blind.order[1] if key == "2" else None)


async def test_a_vote_in_the_open_begins_with_v() -> None:
    engine = FakeEngine()
    app = an_app(engine, prompt="hi")

    async with app.run_test(size=SIZE, notifications=True) as pilot:
        await until(pilot, lambda: bool(engine.rounds))
        round_ = engine.rounds[-1]
        begin(engine.left)
        await focus(pilot, AnswerView, "tab")
        await pilot.press("v")
        await see(pilot, "The answers are still coming")
        for run in round_.runs.values():
            finish(run)
        await sampled(pilot, engine)
        await pilot.press("2")
        assert app.focused is not None
        assert (app.focused.id, round_.vote) == ("right-answer", None)

        await pilot.press("v")
        await see(pilot, "Which answer is better? 1 left")
        await pilot.press("escape", "1")
        assert (app.focused.id, round_.vote) == ("left-answer", None)
        await pilot.press("v")
        await see(pilot, "Which answer is better? 1 left")
        await pilot.press("2")
        await until(pilot, lambda: round_.vote is not None)

        assert round_.vote is not None
        assert (round_.vote.label, round_.vote.blind) == ("right", False)
        await see(pilot, "You voted for right, openai:gpt-5.6-terra.")
        await pilot.press("V")
        await see(pilot, "The vote was taken back.")
        assert round_.vote is None
        await pilot.press("V")
        await see(pilot, "There is no vote on the shown round.")


async def test_a_blind_round_stays_revealed_when_its_vote_is_taken_back() -> None:
    engine = FakeEngine()
    app = an_app(engine)

    async with app.run_test(size=SIZE, notifications=True) as pilot:
        round_ = await ask_blind(pilot, engine)
        for run in round_.runs.values():
            begin(run)
            finish(run)
        await sampled(pilot, engine, 1.0)
        await pilot.press("0")
        await until(pilot, lambda: round_.vote is not None)

        await pilot.press("V")
        await see(pilot, "you have seen whose the answers are", "anthropic:claude-sonnet-5-5")
        await pilot.press("v")
        await see(pilot, "Which answer is better?")
        await pilot.press("0")
        await until(pilot, lambda: round_.vote is not None)

        assert round_.vote is not None
        assert not round_.vote.blind


async def test_a_round_can_be_revealed_without_a_vote() -> None:
    engine = FakeEngine()
    app = an_app(engine)

    async with app.run_test(size=SIZE, notifications=True) as pilot:
        compare_screen(app).action_reveal()
        await see(pilot, "The shown round is not hidden.")
        round_ = await ask_blind(pilot, engine)

        titles = [command.title for command in compare_screen(app).commands()]
        assert "Vote for the A answer" in titles
        next(each for each in compare_screen(app).commands() if each.title == "Reveal this round without a vote").run()

        await see(pilot, "A is ", "openai:gpt-5.6-terra")
        assert (round_.is_hidden, round_.vote) == (False, None)


async def test_b_switches_blind_rounds_on_and_off() -> None:
    engine = FakeEngine()
    app = an_app(engine)

    async with app.run_test(size=SIZE, notifications=True) as pilot:
        await focus(pilot, AnswerView, "tab")
        await pilot.press("b")
        await see(pilot, "blind · conversation 1", "ask both, blind…", "Blind from the next prompt on")
        await pilot.press("b")
        await see(pilot, "The next rounds are in the open again.", "ask both…")
        await focus(pilot, PromptBox, "i")
        await pilot.press("h", "i", "enter")
        await until(pilot, lambda: bool(engine.rounds))
        assert engine.rounds[-1].blind is None


async def test_what_follows_a_hidden_round_stays_hidden_when_blind_is_switched_off() -> None:
    engine = FakeEngine()
    app = an_app(engine)

    async with app.run_test(size=SIZE, notifications=True) as pilot:
        await ask_blind(pilot, engine)
        await focus(pilot, AnswerView)
        await pilot.press("b")
        await see(pilot, "In the open again once you have voted")


async def test_the_panes_must_show_the_same_round_for_a_vote() -> None:
    engine = FakeEngine()
    app = an_app(engine, prompt="hi")

    async with app.run_test(size=SIZE, notifications=True) as pilot:
        await until(pilot, lambda: bool(engine.rounds))
        for _ in range(2):
            for run in engine.rounds[-1].runs.values():
                begin(run)
                finish(run)
            await sampled(pilot, engine)
            if len(engine.rounds) == 1:
                await pilot.press("h", "i", "enter")
                await until(pilot, lambda: len(engine.rounds) == 2)
        await focus(pilot, AnswerView, "tab")
        await pilot.press("{")
        await see(pilot, "round 1 of 2")
        await pilot.press("v")
        await see(pilot, "To vote, let both panes show the same round.")


@pytest.mark.parametrize(
    "prompt", ["refuse", "length", "think", "tool", "busy", "overloaded", "error", "cut", "code", "table"]
)
async def test_simulated_rounds_tell_nothing(prompt: str) -> None:
    with stage(seed=3) as staged:
        app = staged.app
        async with app.run_test(size=SIZE, notifications=True, tooltips=True) as pilot:
            round_ = await ask_blind(pilot, staged.engine, prompt)
            while compare_screen(app).is_unveiling:
                await staged.wait(pilot, 1.0)
                said = prompt + "".join(f"{run.text}{run.refusal}{run.tools}" for run in round_.runs.values())
                hidden_panes_tell_nothing(app, said)
            await pilot.press("equals_sign")
            await until(pilot, lambda: round_.vote is not None)
            await see(pilot, "anthropic:claude", "openai:gpt")


async def test_tool_calls_of_a_hidden_round_name_its_letters() -> None:
    engine = FakeEngine()
    app = an_app(engine)

    async with app.run_test(size=SIZE, notifications=True, tooltips=True) as pilot:
        round_ = await ask_blind(pilot, engine)
        for run in round_.runs.values():
            begin(run)
        add(engine.left, ToolCall(0, "toolu_01", "get_time"), ToolArguments(0, "{}"))
        engine.open_calls = {"left": (ToolCallPart("toolu_01", "get_time", "{}"),)}
        for run in round_.runs.values():
            finish(run, "tool_use")
        await sampled(pilot, engine, 1.0)
        compare_screen(app)._say_what_next_prompt_does()
        await pilot.pause()

        assert round_.blind is not None
        await see(pilot, f"the result of get_time ({round_.blind.letter('left')})")
        hidden_panes_tell_nothing(app)


async def test_esc_in_a_pane_stops_both_answers_of_a_hidden_round() -> None:
    engine = FakeEngine()
    app = an_app(engine)

    async with app.run_test(size=SIZE, notifications=True) as pilot:
        round_ = await ask_blind(pilot, engine)
        for run in round_.runs.values():
            begin(run)
        await focus(pilot, AnswerView)
        await pilot.press("escape")
        await until(pilot, lambda: bool(engine.stopped))

        assert engine.stopped == [None]
        titles = [command.title for command in compare_screen(app).commands()]
        assert not [title for title in titles if title.startswith(("Stop the A", "Stop the B"))]


async def test_esc_shows_the_rest_of_answers_that_have_arrived() -> None:
    engine = FakeEngine()
    app = an_app(engine)

    async with app.run_test(size=SIZE, notifications=True) as pilot:
        round_ = await ask_blind(pilot, engine)
        for run in round_.runs.values():
            begin(run)
            say(run, "Some ")
        await sampled(pilot, engine, 1.0)
        await sampled(pilot, engine, 9.0)
        for run in round_.runs.values():
            say(run, "long " * 50)
            finish(run)
        await sampled(pilot, engine)
        assert compare_screen(app).is_unveiling

        await focus(pilot, AnswerView)
        await pilot.press("escape")
        await sampled(pilot, engine)

        assert not compare_screen(app).is_unveiling


async def test_a_vote_on_a_turn_of_one_side_is_kept_with_the_round_that_asked_both() -> None:
    engine = FakeEngine()
    app = an_app(engine)

    async with app.run_test(size=SIZE, notifications=True) as pilot:
        asked = await ask_blind(pilot, engine)
        for run in asked.runs.values():
            begin(run)
            say(run, f"I am {run.label}.")
            finish(run)
        turn = Round("⚒ get_time {} → noon", engine.now, [Run("left", engine.left.request, engine.now)], follows=asked)
        turn.blind = asked.blind
        engine.rounds.append(turn)
        for run in turn.runs.values():
            begin(run)
            finish(run)
        compare_screen(app).show(turn)
        await sampled(pilot, engine, 1.0)
        await focus(pilot, AnswerView)
        await pilot.press("1")
        await until(pilot, lambda: asked.vote is not None)

        assert turn.vote is None
        assert asked.vote is not None
        assert (asked.vote.blind, set(asked.vote.takes)) == (True, {"left", "right"})
        await see(pilot, "anthropic:claude-sonnet-5-5", "openai:gpt-5.6-terra")
        await pilot.press("V")
        await until(pilot, lambda: asked.vote is None)
