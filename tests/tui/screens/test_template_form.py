"""A prompt template asks for its values, and puts the prompt into the prompt box without sending it."""

from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import TextArea

from diptych.tui.screens.template_form import TemplateForm
from diptych.tui.widgets.prompt_box import PromptBox
from tests.tui.fakes import FakeEngine, an_app, see, until

REVIEW = "Review this {{language}} code:\n{{ code }}"


async def choose(pilot: Pilot[Any], name: str) -> None:
    await pilot.press("ctrl+p", *"template", "space", *name)
    await see(pilot, f"Prompt template: {name}")
    await pilot.press("enter")


async def test_values_are_asked_for_and_the_prompt_is_not_sent() -> None:
    engine = FakeEngine()
    app = an_app(engine, prompts={"review": REVIEW})

    async with app.run_test(size=(120, 40), notifications=True, tooltips=True) as pilot:
        prompt = app.screen.query_one(PromptBox)
        await choose(pilot, "review")
        await see(pilot, "prompt template: review", "language", "code")
        await pilot.press("C", "enter", *"{{x}}", "ctrl+j", "y", "enter")
        await until(pilot, lambda: prompt.text == "Review this C code:\n{{x}}\ny" and app.focused is prompt)
        assert engine.rounds == []


async def test_a_missing_value_is_told_and_the_others_stay() -> None:
    app = an_app(FakeEngine(), prompts={"review": REVIEW})

    async with app.run_test(size=(120, 40), notifications=True, tooltips=True) as pilot:
        await choose(pilot, "review")
        await until(pilot, lambda: isinstance(app.screen, TemplateForm) and isinstance(app.focused, TextArea))
        await pilot.press("enter", "x", "enter")
        await see(pilot, "The prompt template review needs a value for language.", "x")
        await pilot.press("C", "ctrl+s")
        await until(pilot, lambda: app.screen_stack[-1].query(PromptBox).first().text == "Review this C code:\nx")


async def test_escape_leaves_the_prompt_as_it_is() -> None:
    app = an_app(FakeEngine(), prompts={"review": REVIEW})

    async with app.run_test(size=(120, 40), notifications=True, tooltips=True) as pilot:
        await pilot.press(*"draft")
        await choose(pilot, "review")
        await until(pilot, lambda: isinstance(app.screen, TemplateForm))
        await pilot.press("escape")
        await until(pilot, lambda: not isinstance(app.screen, TemplateForm))
        assert app.screen.query_one(PromptBox).text == "draft"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("Hello {{ name", "The prompt template odd has an error in line 1"),
        ("{{ range(10**9) }}", "The prompt template odd uses in line 1 what a prompt template does not have (call)"),
    ],
)
async def test_a_broken_template_is_told_by_its_name(text: str, sentence: str) -> None:
    app = an_app(FakeEngine(), prompts={"odd": text})

    async with app.run_test(size=(160, 40), notifications=True, tooltips=True) as pilot:
        await choose(pilot, "odd")
        await see(pilot, sentence)


async def test_a_template_without_variables_is_used_at_once() -> None:
    app = an_app(FakeEngine(), prompts={"plain": "Say hi."})

    async with app.run_test(size=(120, 40), notifications=True, tooltips=True) as pilot:
        prompt = app.screen.query_one(PromptBox)
        await choose(pilot, "plain")
        await until(pilot, lambda: prompt.text == "Say hi.")
