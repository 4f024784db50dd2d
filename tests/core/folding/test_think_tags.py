"""Thinking between tags in an answer's text, however they are split."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diptych.core.folding.think_tags import ThinkTags
from diptych.core.text.growing import GrowingText


def told_apart(*pieces: str) -> tuple[str, str]:
    """The thinking and the text that these pieces come to."""
    tags, thinking, text = ThinkTags(), "", GrowingText()
    for fed in (*pieces, None):
        if fed is not None and tags.is_plain_text(fed):
            text.append(fed)
            continue
        for kind, piece in tags.end(text) if fed is None else tags.feed(fed, text):
            match kind:
                case "text":
                    text.append(piece)
                case "thinking":
                    thinking += piece
                case "text was thinking":
                    thinking, text = thinking + str(text).strip(), GrowingText()
    return thinking, str(text)


THOUGHT = [
    ("<think>\nEast.\n</think>\n\nIt flows.", "East.", "It flows."),
    ("<think>East.</think>It flows.", "East.", "It flows."),
    ("\n <THINK>East.</Think> It flows.", "East.", "It flows."),
    ("<thinking>East.</thinking>It flows.", "East.", "It flows."),
    ("<thought>East.</thought>It flows.", "East.", "It flows."),
    ("<reasoning>East.</reasoning>It flows.", "East.", "It flows."),
    ("<think>İstanbul.</think>İt flows.", "İstanbul.", "İt flows."),  # lower-case, the letter is two characters
    ("[THINK]East.[/THINK]It flows.", "East.", "It flows."),
    ("<seed:think>East.</seed:think>\nIt flows.", "East.", "It flows."),
    ("<mm:think>East.</mm:think>It flows.", "East.", "It flows."),
    ("East.\n</longcat_think>\n\nIt flows.", "East.", "It flows."),
    ("<think:opensource>East.</think:opensource>It flows.", "East.", "It flows."),
    ("<|channel>thought\nEast.<channel|>It flows.", "East.", "It flows."),
    ("<|channel>thought\n<channel|>It flows.", "", "It flows."),
    ("<|inner_prefix|>East.<|inner_suffix|>It flows.", "East.", "It flows."),
    ("◁think▷East.◁/think▷It flows.", "East.", "It flows."),
    ("<|START_THINKING|>East.<|END_THINKING|><|START_RESPONSE|>It flows.", "East.", "It flows."),
    (
        "<|channel|>analysis<|message|>East.<|end|><|start|>assistant<|channel|>final<|message|>It flows.",
        "East.",
        "It flows.",
    ),
    ("<think>East.</think><|start|> it.", "East.", "<|start|> it."),
    ("<think>\n\n</think>\n\nIt flows.", "", "It flows."),
    ("<think>One.</think>\n<think>Two.</think>\nIt flows.", "One.\n\nTwo.", "It flows."),
    ("<think></think><think>Two.</think>It flows.", "Two.", "It flows."),
    ("<think>a < b, </thin air, `</think>` too</think>It flows.", "a < b, </thin air, `</think>` too", "It flows."),
    ("<think>East, cut off", "East, cut off", ""),
    ("<think>East.</think>", "East.", ""),
    ("<think> East.</think>It flows.", "East.", "It flows."),
    ("<think>", "", ""),
    ("East it is.\n</think>\n\nIt flows.", "East it is.", "It flows."),
    ("East it is.</think>It flows.", "East it is.", "It flows."),
    ("East it is. </think>\nIt flows.", "East it is.", "It flows."),
    ("East it is.</thinking>", "East it is.", ""),
    ("</think>\n\nIt flows.", "", "It flows."),
    ("```\ncode\n```\nEast.\n</think>\nIt flows.", "```\ncode\n```\nEast.", "It flows."),
]
TALKED_ABOUT = [
    "It flows.",
    "[1, 2]",
    "<|START_RESPONSE|>It flows.",
    "The tag <think> begins it, and </think> ends it.",
    "Write `</think>` at the end.",
    'The tag "</think>" ends it.',
    "The tag </think> ends it.",
    "The closing tag is </think>, which ends it.",
    "It ends with </think>.",
    "```\n</think>\n```\nends it.",
    "<think> is a tag.",
    "<thinker>East.</thinker>",
    "<Reasoning>\n<Step/>\n</Reasoning>",
    "a < b </ c <",
    "  indented",
    "\n",
    "<",
    "<html><think>x</think></html>",
    "Done.</thi",
]


@pytest.mark.parametrize(("sent", "thinking", "text"), THOUGHT)
def test_thinking_between_tags_is_told_apart_however_it_is_split(sent: str, thinking: str, text: str) -> None:
    assert told_apart(sent) == (thinking, text)
    assert told_apart(*sent) == (thinking, text)
    for position in range(len(sent)):
        assert told_apart(sent[:position], sent[position:]) == (thinking, text)


@pytest.mark.parametrize("sent", TALKED_ABOUT)
def test_an_answer_that_talks_about_the_tags_keeps_them(sent: str) -> None:
    assert told_apart(sent) == ("", sent)
    assert told_apart(*sent) == ("", sent)


def test_white_space_without_end_is_not_held_back() -> None:
    blank = " " * 2_000
    tags, text = ThinkTags(), GrowingText()

    assert tags.feed(blank, text) == [("text", blank)]
    assert told_apart("<think>Hm", *blank, ".</think>Yes") == (f"Hm{blank}.", "Yes")
    assert told_apart(f"Hm.</think>{blank}") == ("Hm.", "")


def test_each_part_of_an_answer_may_begin_with_thinking() -> None:
    tags, text = ThinkTags(), GrowingText()
    text.append("I will look.<")

    assert tags.feed("I will look.<", GrowingText()) == [("text", "I will look.")]
    assert tags.begin_part(text) == [("text", "<")]
    assert tags.feed("<think>Hm", text) == [("thinking", "Hm")]
    assert tags.begin_part(text) == []
    assert tags.feed("</think> Yes </think>\n", text) == [("text", "Yes </think>\n")]


def test_only_the_beginning_of_an_answer_is_looked_at() -> None:
    assert told_apart("<think>a</think>", "b <think>c</think> d </think>\n") == ("a", "b <think>c</think> d </think>\n")


@given(st.lists(st.text(st.sampled_from("<>/think \n`a.")), max_size=12))
def test_nothing_is_lost_but_tags_and_white_space(pieces: list[str]) -> None:
    thinking, text = told_apart(*pieces)
    sent = "".join(pieces)
    kept = "".join((thinking + text).split())

    assert kept in ("".join(sent.split()), "".join(without_tags(sent).split()))


def without_tags(sent: str) -> str:
    """The text without its first opening tag, if it begins with one, and the closing tag that ended its thinking."""
    begin = sent.lstrip()
    begin = begin.removeprefix("<think>")
    at = next((at for at in closings(begin) if told_apart(sent)[0] == begin[:at].strip()), -1)
    return begin if at < 0 else begin[:at] + begin[at + len("</think>") :]


def closings(text: str) -> list[int]:
    """Where closing tags stand."""
    return [at for at in range(len(text)) if text.startswith("</think>", at)]
