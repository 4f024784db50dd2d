"""A round as Markdown, to be pasted into an issue."""

import re
from collections.abc import Iterator, Sequence

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from diptych.core.content import Cancelled, Malformed, RedactedThinking, Refusal, Stop, Text
from diptych.core.failure import Failure
from diptych.core.round import Round
from diptych.core.run import Run
from diptych.report import differences_text, markdown_text
from diptych.report.figure_differences import known_differences
from diptych.report.markdown_text import code_span, fenced
from diptych.report.settings_rows import settings_rows
from tests.report.rounds import PROMPT, hostile, usual
from tests.report.runs import T0, answered, arrived, begun, said
from tests.report.test_quoted_markdown import assert_harmless

HOSTILE = [
    "<script>alert(1)</script>",
    "</details><img src=x onerror=alert(1)>",
    "```\n# out of the fence\n```",
    "`````````\n# out\n`````````\n~~~\n# out\n~~~",
    "| a | b |\n|---|---|\n| \\| \\\\| c\\",
    "[x](javascript:alert(1)) ![x](http://127.0.0.1/x) @someone #1",
    "\x00\x1b[31m\ud800\u202e\u2028\r\n\r# x",
    "`",
    "` ``",
    " ",
]


def markdown(round_: Round) -> str:
    return "".join(markdown_text.markdown(round_))


def parsed(text: str) -> list[Token]:
    return MarkdownIt("commonmark").enable("table").parse(text)


def outside_of_quotes(tokens: Sequence[Token]) -> Iterator[Token]:
    depth = 0
    for token in tokens:
        depth += token.type == "blockquote_open"
        if not depth:
            yield token
        depth -= token.type == "blockquote_close"


def test_a_round_in_full() -> None:
    round_ = Round("hi", 1_000.0, (answered(),))

    assert markdown(round_) == (
        "## Prompt\n\n```text\nhi\n```\n\n## Settings\n\n"
        "|  | left |\n| --- | --- |\n"
        "| model | `claude-sonnet-5-5` |\n| endpoint | `anthropic` |\n| API | `anthropic-messages` |\n"
        "| base URL | `https://api.anthropic.com` |\n| max tokens | `8,192` |\n\n## Figures\n\n"
        "|  | left |\n| --- | --- |\n"
        "| model | `anthropic:claude-sonnet-5-5` |\n| state | `complete (end_turn)` |\n"
        "| first token | 0.33s |\n| first answer | 0.33s |\n| tok/s | 100 |\n| total | 0.45s |\n"
        "| input tokens | 8 |\n| output tokens | 12 |\n| reasoning tokens | – |\n| cached tokens | – |\n"
        "| cost | $0.00014 |\n| events | 6 |\n| tokens per event | 4.0 |\n\n"
        "## left: `anthropic:claude-sonnet-5-5`\n\n> Hello!\n\n"
        'Tool call `get_weather`:\n\n```json\n{"city": "Paris"}\n```\n'
    )


def test_thinking_is_folded_away() -> None:
    text = markdown(usual())

    assert f"```text\n{PROMPT}\n```" in text
    assert "<details>\n<summary>Thinking</summary>\n\n> The user asks" in text
    assert "## right: `anthropic:claude-sonnet-5-5 · simulated`" in text


def test_an_answer_that_is_none_says_why() -> None:
    refused, failed, cut, silent = begun(), begun(), begun(), begun()
    arrived(refused, 0.4, "e", RedactedThinking(), Refusal("I won't."))
    refused.complete()
    failed.fail(Failure("connection", "The connection was lost."), T0 + 1)
    arrived(cut, 0.4, "e", Text("Hel"))
    cut.cut(T0 + 1)
    silent.complete()

    def end(run: Run) -> str:
        return markdown(Round("hi", 1_000.0, (run,))).partition("## left")[2].partition("\n\n")[2]

    assert end(refused) == "Blocks of thinking that came encrypted: 1.\n\nRefusal:\n\n```text\nI won't.\n```\n"
    assert end(failed) == "Error:\n\n```text\nThe connection was lost. (request req_01)\n```\n"
    assert end(cut) == (
        "> Hel\n\nThe stream ended after 1 event without its end marker. Send the prompt again for a whole answer.\n"
    )
    assert end(silent) == "The answer is complete, but there is nothing in it.\n"


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_breaks_out_of_its_place(text: str) -> None:
    round_ = hostile(text)
    document = markdown(round_)
    tokens = parsed(document)

    quotes = [token.map for token in tokens if token.type == "blockquote_open"]
    for start, stop in filter(None, quotes):
        assert_harmless("\n".join(document.split("\n")[start:stop]))
    tokens = list(outside_of_quotes(tokens))
    headings = [tokens[index + 1].content for index, token in enumerate(tokens) if token.type == "heading_open"]
    assert [heading.partition(":")[0] for heading in headings] == [
        "Prompt",
        "Settings",
        "Figures",
        "left",
        "right",
        "Differences",
    ]
    kinds = {child.type for token in tokens for child in token.children or ()}
    assert kinds <= {"text", "code_inline"}
    blocks = [re.sub(": 9 diff.*<", "<", token.content.strip()) for token in tokens if token.type == "html_block"]
    folded = [*(["System prompt"] if text else []), "Request fields", "Tools", "Thinking", "Requests"]
    assert blocks == [part for name in folded for part in (f"<details>\n<summary>{name}</summary>", "</details>")]
    rows = [token.type for token in tokens].count("tr_open")
    cells = [token.type for token in tokens].count("td_open")
    settings = len(list(settings_rows([run.request.settings for run in round_.runs.values()])))
    figures, phases, compared = 16, 5, len(known_differences(*round_.runs.values()))
    assert rows == settings + figures + phases + compared + 4
    assert cells == 3 * settings + 3 * figures + 4 * phases + 5 * compared
    assert "\x1b" not in document
    assert "\x00" not in document
    document.encode()


@pytest.mark.parametrize("text", HOSTILE)
def test_a_fence_is_longer_than_any_inside(text: str) -> None:
    (fence,) = parsed(fenced(text, "text"))

    assert (fence.type, fence.info) == ("fence", "text")


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("a", "`a`"),
        ("", "–"),
        ("  ", "–"),
        ("a`b", "``a`b``"),
        ("`a``", "``` `a`` ```"),
        ("a\nb", "`a␊b`"),
    ],
)
def test_a_code_span(text: str, span: str) -> None:
    assert code_span(text) == span


def test_bars_end_no_cell() -> None:
    text = markdown(hostile("a|b\\|c"))

    assert "| state | `complete (a\\|b\\¦c)` | `failed` |" in text
    assert re.search(r"^Tool call `a\|b\\\|c`:$", text, re.MULTILINE)


def test_a_table_has_a_column_for_every_side() -> None:
    text = markdown(Round("hi", 1_000.0, map(answered, "abcde")))

    assert "|  | a | b | c | d | e |\n| --- | --- | --- | --- | --- | --- |" in text
    assert "| total | 0.45s | 0.45s | 0.45s | 0.45s | 0.45s |" in text
    assert [line.partition(":")[0] for line in text.splitlines() if line.startswith("## ")][3:] == [
        *(f"## {label}" for label in "abcde"),
        *["## Differences"] * 4,
    ]


def test_only_the_take_that_counts_is_shown_and_named() -> None:
    text = markdown(Round("hi", 1_000.0, (begun(), answered(), begun("right"))))

    assert "## left: `anthropic:claude-sonnet-5-5` · take 2 of 2\n\n> Hello!\n" in text
    assert "## right: `anthropic:claude-sonnet-5-5`\n" in text
    assert text.count("## left") == 1


def test_a_label_that_could_be_markup_is_none() -> None:
    text = markdown(Round("hi", 1_000.0, (answered("<b>|@someone"),)))

    assert "|  | `<b>\\|@someone` |\n" in text
    assert "## `<b>|@someone`: " in text


def test_words_of_the_server_in_warnings_and_endings_are_no_markup() -> None:
    run = begun()
    arrived(run, 0.4, "e", Malformed("no JSON", "<img>"), Stop("<b>"), Cancelled())
    run.complete()
    document = markdown(Round("hi", 1_000.0, (run,)))

    assert "\nEnding:\n\n```text\nStopped by the server: <b>.\n```\n" in document
    assert "\nWarning:\n\n```text\n1 event could not be read (“<img>”)" in document
    assert not [token for token in parsed(document) if token.type == "html_block"]


def test_differences_are_a_diff() -> None:
    left, right = said(Text("The `quick` brown fox.")), said(Text("The ```quick``` red fox."), side="right")
    document = markdown(Round("hi", 1_000.0, [left, right]))

    assert "## Differences: left, right\n" in document
    assert "\n\nAnswer: 75 % alike · 3 words kept · 1 removed · 1 added\n" in document
    assert "````diff\n~ The [-`-]{+```+}quick[-` brown-]{+``` red+} fox.\n````" in document


def test_phases_stand_above_the_differences_of_the_answers() -> None:
    left, right = said(Text("one")), said(Text("one"), side="right")
    document = markdown(Round("hi", 1_000.0, [left, right]))

    assert "| phase | left | right | Δ |\n| --- | --- | --- | --- |\n" in document
    assert document.index("\n| total, from t0 | ") < document.index("\nAnswer: ")


def test_runs_that_were_not_sent_have_no_phases() -> None:
    request = said(Text("one")).request

    assert "phase" not in markdown(Round("hi", 1_000.0, [Run(label, request, 0.0) for label in ("left", "right")]))


def test_answers_with_little_in_common_are_not_repeated() -> None:
    document = markdown(Round("hi", 1_000.0, [said(Text("one two three")), said(Text("four"), side="right")]))

    assert "0 % alike" in document
    assert "diff\n" not in document


def test_endless_answers_are_not_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(differences_text, "_LONGEST", 0)

    assert differences_text.TOO_LONG in markdown(Round("hi", 1_000.0, [said(Text("a")), said(Text("b"), side="right")]))
