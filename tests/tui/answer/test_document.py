import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diptych.core.content import (
    Content,
    RedactedThinking,
    Refusal,
    Stop,
    Text,
    Thinking,
    ToolArguments,
    ToolCall,
)
from diptych.core.failure import Failure
from diptych.core.run import Run
from diptych.tui.answer.document import Document
from diptych.tui.answer.ending import excluded_sentence
from tests.tui.fakes import a_run, add, finish, say


def rows(document: Document) -> list[str]:
    return ["".join(span.text for span in document.row(index)) for index in range(document.height)]


def shown(run: Run, width: int = 30) -> list[str]:
    document = Document(run, width)
    document.update()
    return rows(document)


def test_nothing_said_yet_is_no_row() -> None:
    document = Document(a_run(), 30)

    assert document.update() is None
    assert rows(document) == []


def test_text_wraps_and_keeps_its_blank_lines() -> None:
    run = a_run()
    say(run, "Here is", " a plan that wraps:\n\n", "1. Go.")

    assert shown(run, 20) == ["Here is a plan that", "wraps:", "", "1. Go."]


def test_json_that_follows_a_schema_keeps_its_lines_and_signs() -> None:
    run = a_run(response_schema={"type": "object"})
    say(run, '{\n  "file": "*_test_*"\n}')

    assert shown(run) == ["{", '  "file": "*_test_*"', "}"]


def test_thinking_is_one_line_until_it_is_opened() -> None:
    run = a_run()
    add(run, Thinking("Let me th"))
    add(run, Thinking("ink.\n\nWell"))
    say(run, "Yes.")
    document = Document(run, 30)
    document.update()

    folded = rows(document)
    document.toggle_thinking()

    assert folded == ["▸ thinking (4 words)", "", "Yes."]
    assert rows(document) == ["▾ thinking (4 words)", "│ Let me think.", "│ ", "│ Well", "", "Yes."]
    assert document.is_thinking_line(0)
    assert not document.is_thinking_line(1)


@given(st.lists(st.text(alphabet="ab \n", max_size=6), max_size=12))
def test_words_are_counted_as_they_come(pieces: list[str]) -> None:
    run = a_run()
    document = Document(run, 30)
    for piece in pieces:
        add(run, Thinking(piece))
        document.update()

    words = len("".join(pieces).split())

    assert document.has_thinking == bool(words)
    if words:
        assert f"({words} word" in rows(document)[0]


def test_redacted_thinking_counts() -> None:
    run = a_run()
    add(run, RedactedThinking())
    add(run, RedactedThinking())

    assert shown(run) == ["  redacted thinking ×2"]
    add(run, Thinking("hm"))
    assert shown(run) == ["▸ thinking (1 word) · redacted thinking ×2"]


def test_tool_calls_show_their_name_and_arguments() -> None:
    run = a_run()
    add(run, ToolCall(1, "toolu_1", "get_weather"))
    add(run, ToolCall(2, None, "search"))
    add(run, ToolArguments(2, "{}"))
    add(run, ToolArguments(1, '{"city": '))
    document = Document(run, 24)
    document.update()
    add(run, ToolArguments(1, '"Paris and some more"}'))
    document.update()

    assert rows(document) == ['⚒ get_weather {"city":', '  "Paris and some more"}', "", "⚒ search {}"]
    assert document.row(0)[1][:2] == ("get_weather", "tool-name")


def test_a_tools_name_that_comes_late_stands_before_the_arguments_that_came_first() -> None:
    run = a_run()
    add(run, ToolCall(1, None, "function"), ToolArguments(1, '{"city":'))
    document = Document(run, 40)
    document.update("")
    add(run, ToolCall(1, "call_1", "get_weather"), ToolArguments(1, ' "Paris"}'))
    document.update("")

    assert rows(document) == ['⚒ get_weather {"city": "Paris"}']


def test_arguments_that_begin_anew_replace_the_empty_ones() -> None:
    run = a_run()
    add(run, ToolCall(1, "call_1", "get_weather"), ToolArguments(1, "{}"))
    document = Document(run, 40)
    document.update("")
    add(run, ToolArguments(1, '{"city": "Paris"}'))
    document.update("")

    assert rows(document) == ['⚒ get_weather {"city": "Paris"}']


def test_a_refusal_is_marked() -> None:
    run = a_run()
    add(run, Refusal("I can’t help with that."))

    assert shown(run) == ["⊘ I can’t help with that."]


def test_a_refusal_that_is_only_a_stop_reason_is_marked_with_its_explanation() -> None:
    run = a_run()
    add(run, Stop("refusal", {"explanation": "It is about [bold]weapons[/bold]."}))

    assert shown(run, 80) == ["⊘ The model refused to answer: It is about [bold]weapons[/bold]."]


def test_a_failure_is_marked_under_the_text_that_arrived() -> None:
    run = a_run()
    say(run, "Half an ans")
    run.fail(Failure("http", "The server is gone.", 500, "req_1"), 101.0)

    assert shown(run, 60) == ["Half an ans", "", "✖ The server is gone. (request req_1)"]


def test_cut_and_stopped_answers_say_so() -> None:
    cut, stopped = a_run(), a_run()
    say(cut, "x")
    cut.cut(101.0)
    stopped.stop(101.0)

    sentence = "✂ The stream ended after 1 event without its end marker. Send the prompt again for a whole answer."
    assert shown(cut, 120)[-1] == sentence
    assert shown(stopped) == ["■ Stopped by the user."]


def test_a_turn_that_is_left_out_says_why() -> None:
    failed, silent, replaced = a_run(), a_run(), a_run()
    failed.fail(Failure("timeout", "Nothing came."), 101.0)
    finish(silent)
    say(replaced, "Hello")
    finish(replaced)
    document = Document(silent, 60)
    document.update(excluded_sentence(silent, ""))

    assert rows(document) == [
        "○ The answer is complete, but there is nothing in it.",
        "",
        "○ Not part of the conversation: it has no answer text.",
    ]
    assert "it failed" in excluded_sentence(failed, "")
    assert excluded_sentence(replaced, "for a reason.") == "Not part of the conversation: for a reason."


def test_control_characters_are_made_visible() -> None:
    run = a_run()
    say(run, "a\x1b[31mred\x9b", "[/nope]")

    assert shown(run) == ["a␛[31mred⟨U+009B⟩[/nope]"]


def test_a_line_end_that_is_split_between_pieces_is_one_line_end() -> None:
    run = a_run()
    document = Document(run, 30)
    for piece in ("one\r", "\n\r", "\ntwo\r", "three"):
        say(run, piece)
        document.update()

    assert rows(document) == ["one", "", "two␍three"]


MEANINGS = st.one_of(
    st.text(alphabet="ab \n", min_size=1, max_size=30).map(Text),
    st.text(alphabet="ab \n", min_size=1, max_size=30).map(Thinking),
    st.text(alphabet="ab \n", min_size=1, max_size=30).map(Refusal),
    st.just(RedactedThinking()),
    st.just(ToolCall(1, None, "tool")),
    st.just(Stop("refusal")),
)


@given(st.lists(MEANINGS, max_size=10), st.booleans(), st.randoms(use_true_random=False))
def test_only_rows_from_the_first_changed_one_on_change(
    contents: list[Content], is_open: bool, random: random.Random
) -> None:
    run = a_run()
    document = Document(run, 12)
    if is_open:
        document.toggle_thinking()
    before: list[str] = []
    for content in contents:
        add(run, content)
        if random.random() < 0.3:
            continue
        first = document.update()
        after = rows(document)
        assert after[:first] == before[:first] if first is not None else after == before
        before = after

    document.update()
    fresh = Document(run, 12)
    if is_open:
        fresh.toggle_thinking()
    fresh.update()
    assert rows(document) == rows(fresh)


@given(st.lists(MEANINGS, max_size=10), st.integers(8, 40))
def test_another_width_lays_everything_out_anew(contents: list[Content], width: int) -> None:
    run = a_run()
    for content in contents:
        add(run, content)
    document = Document(run, 12)
    document.update()

    other = document.new_layout(width, is_rendered=True)
    other.update()

    assert rows(other) == shown(run, width)


def test_links_are_listed_also_while_the_source_is_shown() -> None:
    run = a_run()
    say(run, "See [this](http://a.test) and [that].\n\n[that]: http://b.test\n")
    document = Document(run, 40, is_rendered=False)
    document.update()

    assert rows(document)[0] == "See [this](http://a.test) and [that]."
    assert [(link.text, link.url) for link in document.links()] == [
        ("this", "http://a.test"),
        ("that", "http://b.test"),
    ]
    assert document.slice((0, 4), (0, 10)) == "[this]"


def test_links_are_listed_before_their_part_of_a_long_answer_is_laid_out() -> None:
    run = a_run()
    say(run, "A paragraph of words.\n\n" * 2_000, "See [this](http://a.test).\n")
    document = Document(run, 40)
    document.update()

    assert document.is_behind
    assert [(link.text, link.url) for link in document.links()] == [("this", "http://a.test")]


def test_a_link_on_the_screen_is_one_of_those_that_are_listed() -> None:
    run = a_run()
    say(
        run,
        "> See [this](http://a.test), [that], and\n\n| a |\n|--|\n| [b](http://c.test) |\n\n[that]: http://b.test\n",
    )
    finish(run)
    document = Document(run, 40)
    document.update()
    document = document.new_layout(40, is_rendered=True)
    document.update()

    links = document.links()

    assert [document.link_at(0, 6), document.link_at(0, 12), document.link_at(4, 0)] == links
    assert [link.text for link in links] == ["this", "that", "b"]


def test_what_is_selected_over_several_parts_is_copied_part_by_part() -> None:
    run = a_run()
    add(run, Thinking("So **it** is."))
    say(run, "An *answer*.\n")
    add(run, ToolCall(1, None, "search"), ToolArguments(1, "{}"))
    document = Document(run, 40)
    document.toggle_thinking()
    document.update()

    assert rows(document) == ["▾ thinking (3 words)", "│ So it is.", "", "An answer.", "", "⚒ search {}"]
    assert document.slice(None, None) == "So **it** is.\n\nAn *answer*.\n\n\nsearch {}"
    assert document.slice((1, 5), (3, 9)) == "**it** is.\n\nAn *answer*"


@given(st.lists(MEANINGS, max_size=10), st.booleans(), st.booleans(), st.integers(1, 20))
def test_an_answer_read_in_portions_is_in_the_end_the_one_that_is_read_at_once(
    contents: list[Content], is_open: bool, is_rendered: bool, portion: int
) -> None:
    run = a_run()
    add(run, *contents)
    finish(run)
    at_once = Document(run, 12, is_rendered=is_rendered, is_open=is_open)
    at_once.update()
    document = Document(run, 12, is_rendered=is_rendered, is_open=is_open)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("diptych.tui.answer.document._PORTION", portion)
        document.update()
        while document.is_behind:
            document.update()

    assert not at_once.is_behind
    assert rows(document) == rows(at_once)


def test_addresses_that_were_defined_late_are_known_in_a_new_layout() -> None:
    run = a_run()
    say(run, "See [this].\n\n[this]: http://a.test\n")
    finish(run)
    document = Document(run, 40)
    document.update()
    other = document.new_layout(40, is_rendered=True)
    other.update()

    assert document.is_outdated
    assert not other.is_outdated
    assert [link.url for link in other.links()] == ["http://a.test"]


def test_what_a_row_shows_is_found_again_in_another_width() -> None:
    run = a_run()
    say(run, *(f"Paragraph {number} has some words in it.\n\n" for number in range(50)))
    finish(run)
    document = Document(run, 20)
    document.update()
    row = rows(document).index("Paragraph 33 has")
    spot = document.spot(row)
    other = document.new_layout(60, is_rendered=True)

    assert spot is not None

    other.update()
    found = other.row_of(spot)
    assert found is not None
    assert rows(other)[found] == "Paragraph 33 has some words in it."
