"""Takes, rounds beside each other, asking again, and going on from one answer, on the screen."""

from typing import Any

from textual.pilot import Pilot

from diptych.core.failure import Failure
from diptych.core.request import Label
from diptych.engine.engine import Engine
from diptych.tui.app import DiptychApp
from tests.tui.fakes import on_screen, see, until
from tests.tui.hand_fed import answer, ask, ask_and_answer, hand_fed

SIZE = (160, 45)


def sent(engine: Engine, label: Label) -> list[str]:
    """Return the texts that the last prompt was sent with."""
    return [message.text for message in engine.rounds[-1].runs[label].request.messages]


def title(app: DiptychApp, side: str) -> str:
    """Return the title of a pane."""
    frame = on_screen(app).splitlines()[1]
    half = frame[: len(frame) // 2] if side == "left" else frame[len(frame) // 2 :]
    return half.strip("┌┐┏┓─━ ")


async def choose(pilot: Pilot[Any], query: str, command: str) -> None:
    """Find a command in the palette and run it."""
    await pilot.press("ctrl+p", *("space" if letter == " " else letter for letter in query))
    await see(pilot, command)
    await pilot.press("enter")
    await until(pilot, lambda: len(pilot.app.screen_stack) == 1)


async def new_take(pilot: Pilot[Any], engine: Engine, side: str) -> None:
    """Ask the side that has the focus again, and let it answer."""
    round_ = engine.rounds[-1]
    count = len(round_.takes(side))
    await pilot.press("r")
    await until(pilot, lambda: len(round_.takes(side)) == count + 1)
    answer(round_, round_.takes(side)[-1])


async def test_r_asks_a_side_again_and_the_take_that_is_shown_is_the_one_that_later_prompts_carry() -> None:
    with hand_fed() as (app, engine):
        async with app.run_test(size=SIZE) as pilot:
            round_ = await ask_and_answer(pilot, engine)
            await see(pilot, "left1 to hi", "right1 to hi")
            await pilot.click("#left-answer")
            await new_take(pilot, engine, "left")
            await see(pilot, "left2 to hi", "right1 to hi", "anthropic:claude · take 2 of 2")
            await new_take(pilot, engine, "left")
            await see(pilot, "left3 to hi", "take 3 of 3")
            await pilot.press("greater_than_sign", "less_than_sign")
            await see(pilot, "left2 to hi", "take 2 of 3")
            assert title(app, "right") == "openai:gpt"
            assert round_.runs["left"].take == 2

            await ask(pilot, engine, "more")
            assert sent(engine, "left") == ["hi", "left2 to hi", "more"]
            assert sent(engine, "right") == ["hi", "right1 to hi", "more"]


async def test_a_take_streams_beside_the_other_ones_and_holds_up_the_next_prompt() -> None:
    with hand_fed() as (app, engine):
        async with app.run_test(size=SIZE, notifications=True) as pilot:
            round_ = await ask_and_answer(pilot, engine)
            await see(pilot, "right1 to hi")
            await pilot.click("#right-answer")
            await pilot.press("r")
            await until(pilot, lambda: engine.busy)
            await see(pilot, "◌ waiting", "take 2 of 2")
            await pilot.press("less_than_sign")
            await see(pilot, "right1 to hi", "take 1 of 2")
            await pilot.click("#prompt")
            await pilot.press("b", "enter")
            await see(pilot, "The models are still answering", "❯ b")
            await pilot.click("#right-answer")
            await pilot.press("greater_than_sign")
            answer(round_, round_.takes("right")[1])
            await see(pilot, "right2 to hi", "✔ end_turn")
            await pilot.click("#prompt")
            await pilot.press("enter")
            await until(pilot, lambda: len(engine.rounds) == 2)


async def test_where_there_is_nothing_to_ask_again_or_to_choose_a_sentence_says_so() -> None:
    with hand_fed() as (app, engine):
        async with app.run_test(size=SIZE, notifications=True) as pilot:
            await pilot.click("#left-answer")
            await pilot.press("r")
            await see(pilot, "Nothing has been asked yet: type a prompt and press Enter.")
            await pilot.press("a")
            await see(pilot, "There is no answer to continue from yet.")
            await pilot.press("ctrl+r")
            await see(pilot, "Nothing has been asked yet")
            await ask_and_answer(pilot, engine)
            await see(pilot, "left1 to hi")
            await pilot.click("#left-answer")
            await pilot.press("less_than_sign")
            await see(pilot, "There is no other take of the left answer: r in its pane asks for one.")


async def test_one_pane_alone_moves_through_the_rounds_and_the_prompt_box_says_what_it_goes_on_from() -> None:
    with hand_fed() as (app, engine):
        async with app.run_test(size=SIZE) as pilot:
            for prompt in ("one", "two", "three"):
                await ask_and_answer(pilot, engine, prompt)
                await see(pilot, f"right1 to {prompt}")
            assert "The next prompt" not in on_screen(app)
            await pilot.click("#left-answer")
            await pilot.press("left_curly_bracket", "left_curly_bracket")
            await see(
                pilot,
                "left1 to one",
                "right1 to three",
                "anthropic:claude · round 1 of 3",
                "openai:gpt · round 3",
                "Diptych   one",
                "conversation 1 · round 1 of 3",
                "The next prompt goes on from round 3, not from what is shown.",
            )
            await pilot.click("#right-answer")
            await see(pilot, "Diptych   three", "conversation 1 · round 3")
            await pilot.press("ctrl+up")
            await see(pilot, "left1 to two", "right1 to two", "claude · round 2 of 3", "gpt · round 2 of 3")
            await pilot.press("right_curly_bracket")
            await see(pilot, "left1 to two", "right1 to three")
            await pilot.press("ctrl+down")
            await until(pilot, lambda: "The next prompt" not in on_screen(app))
            assert (title(app, "left"), title(app, "right")) == ("anthropic:claude", "openai:gpt")


async def test_ctrl_r_sends_the_shown_prompt_again_after_what_came_before_it() -> None:
    with hand_fed() as (app, engine):
        async with app.run_test(size=SIZE) as pilot:
            for prompt in ("one", "two", "three"):
                await ask_and_answer(pilot, engine, prompt)
                await see(pilot, f"right1 to {prompt}")
            await pilot.press("ctrl+up", "ctrl+r")
            await until(pilot, lambda: len(engine.rounds) == 4)
            assert sent(engine, "left") == ["one", "left1 to one", "two"]
            for run in engine.rounds[3].runs.values():
                answer(engine.rounds[3], run, f"another {run.label} two")
            await see(pilot, "another left two", "conversation 1 · round 4 after 1")
            await pilot.press("ctrl+up")
            await see(pilot, "left1 to three", "Not part of the conversation: it goes on from an earlier round.")
            await pilot.press("ctrl+up")
            await see(pilot, "left1 to two", "Not part of the conversation: the prompt was sent again.")
            await ask(pilot, engine, "four")
            assert sent(engine, "right") == ["one", "right1 to one", "two", "another right two", "four"]


async def test_both_sides_continue_from_one_answer_until_that_is_undone() -> None:
    with hand_fed() as (app, engine):
        async with app.run_test(size=SIZE) as pilot:
            first = await ask_and_answer(pilot, engine, "one")
            await see(pilot, "right1 to one")
            await pilot.click("#right-answer")
            await pilot.press("a")
            note = "Both sides go on from the right answer of round 1 (a in its pane undoes it)."
            await see(
                pilot,
                note,
                "anthropic:claude · next from the right answer",
                "openai:gpt · both go on from this",
                "Not part of the conversation: both sides go on from the right answer.",
            )
            await pilot.press("a")
            await until(pilot, lambda: note not in on_screen(app))
            assert "Not part of the conversation" not in on_screen(app)
            await pilot.press("a")
            await see(pilot, note)
            second = await ask_and_answer(pilot, engine, "two")
            await see(pilot, "left1 to two", "anthropic:claude · from the right answer")
            assert (second.follows, second.continues) == (first, "right")
            assert title(app, "right") == "openai:gpt"
            assert note not in on_screen(app)
            assert sent(engine, "left") == sent(engine, "right") == ["one", "right1 to one", "two"]
            await pilot.press("ctrl+up")
            await see(pilot, "Not part of the conversation: both sides go on from the right answer.")


async def test_an_answer_that_failed_cannot_be_continued() -> None:
    with hand_fed() as (app, engine):
        async with app.run_test(size=SIZE, notifications=True) as pilot:
            round_ = await ask(pilot, engine)
            await pilot.click("#left-answer")
            await pilot.press("a")
            await see(pilot, "The models are still answering")
            answer(round_, round_.runs["right"])
            round_.runs["left"].fail(Failure("connection", "Lost."), 101.0)
            await see(pilot, "✖ failed")
            await pilot.press("a")
            await see(pilot, "The left answer cannot be continued: it failed, or has no text.")


async def test_the_palette_names_what_concerns_takes_for_each_side() -> None:
    with hand_fed() as (app, engine):
        async with app.run_test(size=SIZE) as pilot:
            await ask_and_answer(pilot, engine)
            await see(pilot, "right1 to hi")
            await pilot.click("#right-answer")  # whose commands come first
            await choose(pilot, "retake", "Ask the right side again: a new take")
            await until(pilot, lambda: len(engine.rounds[0].takes("right")) == 2)
            answer(engine.rounds[0], engine.rounds[0].runs["right"])
            await see(pilot, "right2 to hi")
            await choose(pilot, "previous take right", "Show the previous take of the right answer")
            await see(pilot, "right1 to hi", "take 1 of 2")
            await choose(pilot, "continue both left", "Continue both from the left answer")
            await see(pilot, "Both sides go on from the left answer of round 1")
            await choose(pilot, "do not continue", "Do not continue both from the left answer any more")
            await until(pilot, lambda: "Both sides go on" not in on_screen(app))


async def test_the_sides_of_a_hidden_round_are_asked_again_only_after_the_vote() -> None:
    with hand_fed() as (app, engine):
        async with app.run_test(size=SIZE, notifications=True) as pilot:
            await choose(pilot, "blind", "Blind rounds on or off")
            round_ = await ask_and_answer(pilot, engine)
            await see(pilot, "left1 to hi", "right1 to hi", "hidden until you vote")
            await pilot.click("#left-answer")
            for key in ("r", "less_than_sign", "a"):
                await pilot.press(key)
                await see(pilot, "This round is blind: vote first")
                app.clear_notifications()
            assert len(list(round_.all_takes())) == 2
            assert engine.continues is None
            await pilot.press("1")
            await see(pilot, "anthropic:claude", "openai:gpt")
            app.clear_notifications()
            await pilot.press("r")
            label = round_.blind.order[0] if round_.blind else ""
            await until(pilot, lambda: len(round_.takes(label)) == 2)
            answer(round_, round_.takes(label)[1])
            await see(pilot, f"{label}2 to hi", "take 2 of 2")
