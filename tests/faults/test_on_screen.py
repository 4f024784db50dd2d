"""The real app shows the sentence of each fault, and its keyboard keeps working."""

import re
from collections.abc import Sequence

import pytest
from textual.widgets import TextArea

from diptych.core.endpoint import ApiName
from diptych.core.text.sanitize import clean
from diptych.core.wording.outcome import end_sentence
from diptych.report.run_status import mark
from diptych.tui.app import DiptychApp
from diptych.tui.screens.compare import CompareScreen
from tests.faults.bench import STEADY_TEXT, Bench
from tests.faults.fault import Fault
from tests.faults.table import FAULTS
from tests.support.streams import APIS
from tests.tui.fakes import NO_CONFIGURATION, FakeCatalog, on_screen, until

_SIZE = (200, 40)
_TOO_LONG_TO_SEND_AGAIN = 10_000
"""The length of an answer in characters after which a new conversation begins, since prompts would contain it."""


def shown(api: ApiName, timeout: float | None) -> Sequence[Fault]:
    """Return the faults with this time-out that are shown with this API, with only one variant of each family.

    The faults are distributed among the APIs, since the screen does not depend on the API.
    """
    families = {fault.family or fault.name: fault for fault in reversed(FAULTS) if fault.timeout == timeout}
    return list(families.values())[APIS.index(api) :: len(APIS)]


def squeezed(text: str) -> str:
    """Return a text without white space and frames, which differ after wrapping."""
    return re.sub(r"[\s│┃╎▏▕▁▔─]", "", text)


def left_side(app: DiptychApp) -> str:
    """Return the text in the left half of the screen."""
    return squeezed("".join(line[: _SIZE[0] // 2] for line in on_screen(app).splitlines()))


@pytest.mark.usefixtures("no_idle_waits")
@pytest.mark.parametrize("api", APIS)
@pytest.mark.parametrize("allowed", [None, 0.5])
async def test_the_sentence_is_shown_and_the_keyboard_alive(api: ApiName, allowed: float | None, bench: Bench) -> None:
    engine = bench.watched.engine
    app = DiptychApp(CompareScreen(engine, NO_CONFIGURATION, catalog=FakeCatalog(), hint=lambda _: "", scenarios={}))
    async with app.run_test(size=_SIZE, notifications=True, tooltips=True) as pilot:
        prompt = app.screen.query_one("#prompt", TextArea)
        for number, fault in enumerate(shown(api, allowed)):
            letter = "abcdefghijklmnopqrstuvwxyz"[number % 26]
            with bench.arranged(fault, api):
                asked = len(engine.rounds)
                await pilot.press(letter)
                await until(pilot, lambda letter=letter: prompt.text == letter)  # type: ignore[misc]
                await pilot.press("enter")
                await until(pilot, lambda asked=asked: len(engine.rounds) > asked)  # type: ignore[misc]
                faulty, steady = engine.rounds[-1].runs["left"], engine.rounds[-1].runs["right"]
                await until(pilot, lambda steady=steady: bool(steady.text))  # type: ignore[misc]
                if fault.is_stopped:
                    await until(pilot, lambda faulty=faulty: bool(faulty.text))  # type: ignore[misc]
                    engine.stop("left")
                await until(pilot, lambda faulty=faulty: faulty.ended)  # type: ignore[misc]
                told = end_sentence(faulty) or mark("complete")
                await until(pilot, lambda told=told: squeezed(clean(told)) in left_side(app))  # type: ignore[misc]
                assert faulty.state == fault.state, fault.name
                bench.let_go_on()
                await until(pilot, lambda steady=steady: steady.ended)  # type: ignore[misc]
            assert "".join(steady.text) == STEADY_TEXT, (fault.name, steady.failure)
            if len("".join(faulty.text)) > _TOO_LONG_TO_SEND_AGAIN:
                await pilot.press("ctrl+n")
                await until(pilot, lambda: not engine.rounds)
