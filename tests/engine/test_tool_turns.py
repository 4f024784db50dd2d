"""How many turns answer tool calls. tests/headless and tests/tui play whole loops."""

from typing import TYPE_CHECKING, cast

from diptych.core.message import ToolCallPart
from diptych.core.request import Label
from diptych.core.round import Round
from diptych.core.settings import ToolDefinition
from diptych.core.tools_file import ToolsFile, ValueResult
from diptych.engine.session import Draft
from diptych.engine.tool_answers import ToolAnswers
from diptych.engine.tool_turns import ToolTurns

if TYPE_CHECKING:
    from diptych.engine.engine import Engine

LOOK = ToolDefinition("look")
ANSWERS = ToolAnswers(ToolsFile((LOOK,), {"look": ValueResult("a cat")}))


class Calling:
    """An engine whose models always call a tool."""

    conversation = (Round("hi", 0.0, ()),)
    open_calls: dict[Label, tuple[ToolCallPart, ...]] = {"left": (ToolCallPart("1", "look", "{}"),)}  # noqa: RUF012

    def send(self, draft: Draft) -> str:
        return f"round of {draft.prompt}"


def turns(answers: ToolAnswers | None = ANSWERS, most: int = 2) -> ToolTurns:
    return ToolTurns(cast("Engine", Calling()), answers, most)


def test_turns_follow_up_to_the_limit() -> None:
    counted = turns()
    for _ in range(2):
        assert counted.calls_to_answer() == Calling.open_calls
        assert not counted.limit_reached()
        assert str(counted.send(Draft("x", {}))) == "round of x"

    assert counted.calls_to_answer() == {}
    assert counted.limit_reached() == "Stopped after 2 turns of tool results (--max-turns): look (left) got no result."
    counted.begin()
    assert counted.calls_to_answer() == Calling.open_calls
    once = turns(most=1)
    once.send(Draft("x", {}))
    assert once.limit_reached().startswith("Stopped after 1 turn of")


def test_without_results_the_user_answers() -> None:
    for answers in (None, ToolAnswers(ToolsFile((LOOK,)))):
        assert turns(answers).calls_to_answer() == {}
        assert turns(answers).limit_reached() == ""
        assert turns(answers).answer(Calling.open_calls, lambda: False) is None


def test_a_stopped_answer_leaves_the_calls_to_the_user_until_the_next_prompt() -> None:
    counted = turns()
    counted.stop()
    assert counted.calls_to_answer() == {}
    counted.begin()
    assert counted.calls_to_answer() == Calling.open_calls
