"""An answer that is printed while it grows is what would be printed of it as a whole."""

from hypothesis import given
from hypothesis import strategies as st

from diptych.core.content import Content, Refusal, Text, Thinking, ToolCall
from diptych.core.round import Round
from diptych.core.run import Run
from diptych.core.text.sanitize import clean
from diptych.headless.streamed_answer import StreamedAnswer
from diptych.report.plain_text import above_answer, answer
from tests.report.runs import arrived, begun

HEADING = "── left · anthropic:claude-sonnet-5-5 ──\n"

CONTENTS = st.lists(
    st.text(st.sampled_from("ab \n\t\r\x1b\u200d\u0301\ufe0f☀🙂‮"), max_size=5).map(Text)
    | st.sampled_from([Thinking("hm"), Refusal("No."), ToolCall(1, "t1", "f")]),
    max_size=12,
)


def told(run: Run, *contents: Content) -> list[str]:
    """What is printed as each of these contents comes, and at the end."""
    streamed = StreamedAnswer(Round("hi", run.began, (run,)), run)
    pieces = []
    for content in contents:
        arrived(run, 0.2, "delta", content)
        pieces.append(streamed.grown())
    run.stop(run.began + 1)
    return [*pieces, streamed.rest()]


@given(CONTENTS)
def test_the_pieces_are_the_whole(contents: list[Content]) -> None:
    run = begun()

    pieces = told(run, *contents)

    whole = f"{above_answer(Round('hi', run.began, (run,)), run)}\n{clean(answer(run))}"
    assert "".join(pieces) == whole


def test_text_comes_at_once_below_the_heading_and_blank_lines_only_before_more() -> None:
    pieces = told(begun(), Thinking("hm"), Text("\n "), Text("\nHel"), Text("lo\n\n"), Text("there\n"))

    assert pieces == ["", "", f"{HEADING} \nHel", "lo", "\n\nthere", "\n\n[stopped] Stopped by the user."]


def test_text_that_turns_out_to_have_been_thinking_is_said_to_be() -> None:
    run = begun()

    pieces = told(run, Text("Let me see. "), Text("</think>"), Text("Yes."))

    assert "".join(pieces).startswith(f"{HEADING}Let me see. \n\n[the text above was thinking]\n\nYes.")
    assert str(run.text).strip() == "Yes."
