"""Everything that the real command writes to a terminal while hostile servers answer it, against an allow-list.

The bytes are taken apart into text and sequences. Only the sequences by which Textual itself paints may be among them,
and the text may hold nothing that a terminal obeys or hides.
"""

import base64
import json
import re
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

if sys.platform == "win32":
    pytest.skip("Windows has no pseudo-terminals of this kind", allow_module_level=True)

from diptych.core.text.sanitize import clean
from tests.fuzz.corpus import HALVES, HIDING, HOSTILE, MARKDOWN, MARKUP, PILING, SEQUENCES
from tests.support.answers import Answer
from tests.support.loopback import LoopbackServer
from tests.support.sequences import sequences, text_of
from tests.support.streams import DONE, chunk, framed, message_event
from tests.support.terminal import Open, Terminal, halves, new_user, shows, terminals

CLIPBOARD = "\x1b]52;c;"

PAINTING = re.compile(
    r"""
      \x1b\[ [0-9;]* m                                                  # colours
    | \x1b\[ [0-9]+ ; [0-9]+ H                                          # a place on the screen
    | \x1b\[ \? (?: 25 | 1000 | 1002 | 1003 | 1004 | 1006 | 1015 | 1016 | 1049 | 2004 | 2026 | 2048 | 7 ) [hl]
    | \x1b\[ \? [0-9]+ \$p                                              # which modes the terminal knows
    | \x1b\[ > [0-9]+ u | \x1b\[ < u                                    # keys told apart
    | \x1b\]22;default\x07                                              # the pointer's shape
    | [\r\n]
    """,
    re.VERBOSE,
)

PROMPT = "[/nope] \x1b]0;x\x07 \x9b31m \u202etxt.exe [@click=app.bell]x[/] e" + "\u0301" * 100
NAME = "[b]model[/nope]\x1b[31m\u202e\U000e0041"
HEADER = "[/nope]\x9b2J"


@pytest.fixture
def environment(tmp_path: Path, server: LoopbackServer) -> dict[str, str]:
    urls = {"ANTHROPIC_BASE_URL": server.url, "OPENAI_BASE_URL": f"{server.url}/v1"}
    return new_user(tmp_path) | urls


@pytest.fixture
def open_app(environment: dict[str, str]) -> Iterator[Open]:
    with terminals(environment) as start:
        yield start


def messages() -> list[bytes]:
    """An answer of Messages in which everything is hostile."""
    start = {"id": SEQUENCES[0], "model": NAME, "usage": {"input_tokens": 8, "output_tokens": 1}}
    tool = {"type": "tool_use", "id": SEQUENCES[1], "name": SEQUENCES[2] + MARKUP[0]}
    thoughts = [{"type": "thinking_delta", "thinking": f"{each}\n\n"} for each in HOSTILE]
    words = [{"type": "text_delta", "text": f"{each}\n\n"} for each in HOSTILE]
    words.append({"type": "text_delta", "text": f"[a link](https://here.test/{PROMPT.split()[1]}) the end\n"})
    arguments = [{"type": "input_json_delta", "partial_json": each} for each in (*SEQUENCES, *PILING)]
    return [
        message_event("message_start", message=start),
        message_event("content_block_start", index=0, content_block={"type": "thinking", "thinking": ""}),
        *(message_event("content_block_delta", index=0, delta=each) for each in thoughts),
        message_event("content_block_start", index=1, content_block={"type": "text", "text": ""}),
        *(message_event("content_block_delta", index=1, delta=each) for each in words),
        message_event("content_block_start", index=2, content_block=tool),
        *(message_event("content_block_delta", index=2, delta=each) for each in arguments),
        b"event: \x1b]0;name\x07\xc2\x9b31m[/nope]\ndata: {\x1b[31m\xff\xed\xa0\x80\n\n",
        message_event(f"unknown{MARKUP[3]}", **{each: each for each in (*SEQUENCES, *HIDING, *HALVES)}),
        message_event("message_delta", delta={"stop_reason": f"{MARKUP[0]}{SEQUENCES[0]}"}, usage={"output_tokens": 3}),
        message_event("message_stop"),
    ]


def chat() -> list[bytes]:
    """An answer of Chat Completions in which everything is hostile."""
    call = {"index": 0, "id": SEQUENCES[0], "function": {"name": NAME, "arguments": "".join(SEQUENCES)}}
    return [
        b": \x1b]0;a comment\x07\n",
        chunk({"role": "assistant", "content": ""}, model=NAME),
        *(chunk({"reasoning_content": f"{each}\n\n"}) for each in (*HIDING, *MARKDOWN)),
        *(chunk({"content": f"{each}\n\n"}) for each in HOSTILE),
        chunk({"tool_calls": [call]}),
        chunk({"refusal": "".join(HIDING)}),
        chunk({}, "".join(SEQUENCES)),
        DONE,
    ]


def responses() -> list[bytes]:
    """An answer of the Responses API in which everything is hostile."""

    def event(kind: str, **fields: Any) -> bytes:
        return framed({"type": f"response.{kind}", **fields}, f"response.{kind}")

    failure = {"code": SEQUENCES[0], "message": "".join((*SEQUENCES, *MARKUP, *HALVES))}
    return [
        event("created", response={"id": SEQUENCES[1], "model": NAME}),
        event("output_item.added", output_index=0, item={"type": "message"}),
        *(event("output_text.delta", output_index=0, content_index=0, delta=f"{each}\n\n") for each in HOSTILE),
        event(f"{MARKUP[1]}{SEQUENCES[0]}", anything=SEQUENCES),
        event("failed", response={"status": "failed", "error": failure}),
    ]


def hostile(events: list[bytes]) -> Answer:
    headers = {"content-type": "text/event-stream", "request-id": HEADER, "x-request-id": HEADER, "x-note": HEADER}
    return Answer(events, headers=headers)


def refused() -> Answer:
    said = "".join((*SEQUENCES, *MARKUP, *HIDING, *HALVES))
    body = json.dumps({"error": {"type": SEQUENCES[0], "message": said}}).encode()
    return Answer([body], 400, {"content-type": "application/json", "request-id": HEADER}, framing="length")


def assert_only_painted(output: bytes, allowed: re.Pattern[str] = PAINTING) -> None:
    """Of all sequences only those by which Textual paints, and no text that hides or controls."""
    written = output.decode()
    for sequence in sequences(written):
        if sequence.startswith(CLIPBOARD):
            copied = base64.b64decode(sequence.removeprefix(CLIPBOARD).rstrip("\x07")).decode()
            assert clean(copied) == copied
        else:
            assert allowed.fullmatch(sequence), repr(sequence)
    for character in set(text_of(written)) - set("\u200c\u200d"):
        assert unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Zl", "Zp"), hex(ord(character))


def test_the_app(open_app: Open, server: LoopbackServer) -> None:
    server.plan(hostile(messages()), refused(), key="/messages")
    server.plan(hostile(chat()), refused(), key="/chat/completions")
    terminal = open_app("-l", f"anthropic:{NAME}", "-r", f"openai:{NAME}", "--system", SEQUENCES[0], PROMPT)
    terminal.wait_until(lambda lines: all("✔" in half for half in halves(lines)))
    terminal.wait_until(lambda lines: "message_stop" in halves(lines)[0] and "[DONE]" in halves(lines)[1])

    look_at_an_answer(terminal, "left")
    terminal.type("\t")
    open_lines(terminal, 12)
    look_at_an_answer(terminal, "right")
    terminal.type("\t")
    open_lines(terminal, 6)
    terminal.type("\x1bOS")  # F4: the settings
    terminal.wait_until(shows("system prompt"))
    terminal.type("\x1b[27u")
    terminal.wait_until(lambda lines: not shows("system prompt")(lines))
    terminal.type("\x1bOQ")  # F2: the left model
    terminal.wait_until(shows("left model"))
    terminal.type("\x1b[27u")

    terminal.type("\x12")  # ctrl+r: again, which both servers refuse
    terminal.wait_until(lambda lines: all("✖" in half for half in halves(lines)))
    terminal.type("\x1b[18~")  # F7: export
    terminal.wait_until(shows("Press Enter to write the file"))
    terminal.type("\x15")  # ctrl+u
    terminal.wait_until(shows("PATH"))
    terminal.type("/no/[/nope]/x")
    terminal.wait_until(shows("/no/[/nope]/x"))
    terminal.type("\r")
    terminal.wait_until(shows("cannot be written"))
    terminal.type("\x1b[27u")

    terminal.type("\x1b[17~")  # F6: the history
    terminal.wait_until(shows("2 rounds"))
    terminal.type("\x1b[B\r")
    terminal.wait_until(shows("replay", "at the end"))
    terminal.type("\x1b[27u")
    terminal.wait_until(shows("2 rounds"))
    terminal.type("\x1b[27u")
    terminal.wait_until(shows("ask both…"))
    terminal.type("\x1b[Z\x1b[Z\x1b[Z\x1b[Z\x1b[200~pasted \x9b31m\u202e [/nope]\x1b[201~")  # into the prompt box
    terminal.wait_until(shows("pasted ⟨U+009B⟩31m⟨U+202E⟩ [/nope]"))
    terminal.type("\x11")  # ctrl+q

    assert terminal.wait_for_end() == 0
    assert CLIPBOARD in terminal.output.decode()
    assert_only_painted(terminal.output)


def look_at_an_answer(terminal: Terminal, side: str) -> None:
    """From wherever the focus is: the thinking, all of the text, its source, a search, the links, a copy."""
    terminal.type("\t")
    terminal.type("c")
    terminal.wait_until(shows(f"Copied the {side} answer"))
    terminal.type("t\x1b[H")
    terminal.wait_until(shows("▾ thinking"))
    terminal.type("\x1b[6~" * 20 + "m" + "\x1b[5~" * 20 + "m\x1b[H")
    terminal.wait_until(shows("▾ thinking"))
    terminal.type("o")
    terminal.wait_until(shows(f"links of the {side} answer"))
    terminal.type("\x1b[F\x1b[Bc")
    terminal.wait_until(shows("Copied the address"))
    terminal.type("\x1b[27u")
    terminal.wait_until(lambda lines: not shows(f"links of the {side} answer")(lines))


_UP = "\x1b[A"
"""Between letters, so that they are not taken for text that was pasted."""


def open_lines(terminal: Terminal, count: int) -> None:
    """Open the first lines of the focused event list and the last ones, as trees and raw, and copy one."""
    for first, walk in (("\x1b[H", "]"), ("\x1b[F", "[")):
        terminal.type(f"{first}\r")
        terminal.wait_until(shows("raw or tree"))
        for _ in range(count):
            terminal.type(f"r{_UP}{walk}{_UP}r{_UP}")
        terminal.type("c")
        terminal.wait_until(shows("characters."))
        terminal.type("\x1b[27u")
        terminal.wait_until(lambda lines: not shows("raw or tree")(lines))


NOTHING_BUT_LINES = re.compile(r"[\r\n\t]")

LINES_AND_STATUS = re.compile(r"[\r\n\t]|\x1b\[[KJ]|\x1b\[\d*A|\x1b\[\?25[hl]")
"""What a run writes while it shows a line for the status of each side, which it rewrites."""


def test_commands_without_a_screen(open_app: Open, server: LoopbackServer) -> None:
    server.plan(hostile(messages()), key="/messages")
    server.plan(hostile(responses()), key="/responses")
    server.plan(refused(), key="/chat/completions")

    for arguments, code in (
        (["run", "-l", f"anthropic:{NAME}", "-r", f"openai-responses:{NAME}", PROMPT], 1),
        (["run", "--side", "right", "-r", f"openai:{NAME}", PROMPT], 1),
        (["show", "1"], 0),
        (["show", "2"], 0),
        (["history", "--list"], 0),
        (["history", "--json"], 0),
        (["export", "--format", "md", "1", "-o", "-"], 0),
        (["export", "--format", "jsonl", "1", "-o", "-"], 0),
        (["show", f"/no/{PROMPT}"], 2),
        (["run", f"--{PROMPT}"], 2),
        (["run", "-l", NAME, "hi"], 2),
        (["run", "-p", f"{NAME}={NAME}", "hi"], 2),
    ):
        terminal = open_app(*arguments)
        assert terminal.wait_for_end() == code, arguments
        is_live = arguments[0] == "run" and code == 1
        assert_only_painted(terminal.output, LINES_AND_STATUS if is_live else NOTHING_BUT_LINES)


def test_once_prints_its_summary(open_app: Open, server: LoopbackServer) -> None:
    server.plan(hostile(messages()), key="/messages")
    server.plan(hostile(responses()), key="/responses")

    terminal = open_app("--once", "-l", f"anthropic:{NAME}", "-r", f"openai-responses:{NAME}", PROMPT)

    assert terminal.wait_for_end() == 1
    assert_only_painted(terminal.output)


def test_a_pipe_gets_the_answer_exactly(environment: dict[str, str], server: LoopbackServer) -> None:
    from tests.support.command import diptych

    for form in ([], ["--json"]):
        server.plan(hostile(messages()), key="/messages")
        done = diptych("run", *form, "--side", "left", "-l", "anthropic:m", "hi", environment=environment)
        answer = "".join(f"{each}\n\n" for each in HOSTILE)
        if form:
            assert done.stdout.isascii()
            assert json.loads(done.stdout)["left"]["text"].startswith(answer)
        else:
            assert answer.strip("\n").encode("utf-8", "replace") in done.stdout
