"""`diptych run` in a pseudo-terminal: what a person sees until the answers are printed, and what is left of it."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("Windows has no pseudo-terminals of this kind", allow_module_level=True)

import pexpect

from tests.support.answers import Answer, Gate
from tests.support.loopback import LoopbackServer
from tests.support.streams import chat, messages
from tests.support.terminal import Open, Terminal, new_user, shows, terminals

KEYS = {"ANTHROPIC_API_KEY": "sk-ant-planted", "OPENAI_API_KEY": "sk-oai-planted"}


@pytest.fixture
def run(tmp_path: Path, server: LoopbackServer) -> Iterator[Open]:
    """Start `diptych run` with the given options, asking the server."""
    urls = {"ANTHROPIC_BASE_URL": server.url, "OPENAI_BASE_URL": f"{server.url}/v1"}
    with terminals(new_user(tmp_path) | KEYS | urls) as start:
        yield lambda *options, **more: start("run", "--no-history", "hi", *options, **more)


def rows(terminal: Terminal) -> list[str]:
    return [line.rstrip() for line in terminal.lines if line.strip()]


def test_both_sides_have_a_line_until_their_answers_are_printed(run: Open, server: LoopbackServer) -> None:
    *most, last = messages("Hel", "lo")
    server.plan(Answer([*most, Gate("left"), last]), key="/v1/messages")
    server.plan(Answer([*chat("Salut")[:2], Gate("right"), *chat("Salut")[2:]]), key="/v1/chat/completions")

    terminal = run()
    terminal.wait_until(shows("● left   streaming · 7 events · ", "● right  streaming · 2 events · "))
    terminal.wait_until(shows("silent 1 s"))
    server.open("right")
    terminal.wait_until(shows("── right · openai", "Salut", "● left   streaming"))
    server.open("left")

    assert terminal.wait_for_end() == 0
    right, salut, left, hello, *figures = rows(terminal)
    assert (right[:8], salut, left[:7], hello) == ("── right", "Salut", "── left", "Hello")
    assert [line.partition(" · ")[0] for line in figures if "complete" in line] == [
        "anthropic:claude-sonnet-5-5  complete (end_turn)",
        "openai:gpt-5.6-terra         complete (stop)",
    ]
    assert "silent" not in "".join(rows(terminal))


def test_the_text_of_a_single_side_streams(run: Open, server: LoopbackServer) -> None:
    *most, last = messages("**Hel", "lo**\x1b[31m")
    server.plan(Answer([*most[:4], Gate("more"), *most[4:], last]), key="/v1/messages")

    terminal = run("--side", "left")
    terminal.wait_until(lambda lines: "**Hel" in [line.rstrip() for line in lines])
    server.open("more")

    assert terminal.wait_for_end() == 0
    heading, text, figures, *_ = rows(terminal)
    assert (heading[:7], text) == ("── left", "**Hello**␛[31m")
    assert "complete (end_turn)" in figures


def test_a_new_width_leaves_nothing_behind(run: Open, server: LoopbackServer) -> None:
    for key, stream in (("/v1/messages", messages("Hello")), ("/v1/chat/completions", chat("Salut"))):
        server.plan(Answer([*stream[:2], Gate("end"), *stream[2:]]), key=key)

    terminal = run()
    terminal.wait_until(shows("● left   streaming", "● right  streaming"))
    terminal.resize(30, 12)
    terminal.wait_until(shows("● left   streaming"))
    server.open("end")

    assert terminal.wait_for_end() == 0
    assert not [row for row in rows(terminal) if "streaming" in row or "●" in row]


def test_ctrl_c_prints_what_has_come_and_leaves_no_line(run: Open, server: LoopbackServer) -> None:
    for key, stream in (("/v1/messages", messages("Hello")), ("/v1/chat/completions", chat("Salut"))):
        server.plan(Answer([*stream[:4], Gate("never")]), key=key)

    terminal = run()
    terminal.wait_until(shows("● left   streaming", "● right  streaming"))
    terminal.type("\x03")

    assert terminal.wait_for_end() == 130
    assert not [row for row in rows(terminal) if "●" in row or "silent" in row]
    assert "[stopped] Stopped by the user." in rows(terminal)


def test_a_terminal_that_cannot_draw_gets_no_control_sequence(run: Open, server: LoopbackServer) -> None:
    server.plan(Answer([0.3, *chat("Salut")]), key="/v1/chat/completions")

    terminal = run("--live", "--side", "right", TERM="dumb")

    assert terminal.wait_for_end() == 0
    assert b"\x1b" not in terminal.output
    assert "Salut" in rows(terminal)


@pytest.mark.parametrize("redirected", ["2>&-", "> out"])
def test_a_stream_that_is_closed_or_redirected(tmp_path: Path, server: LoopbackServer, redirected: str) -> None:
    server.plan(Answer(chat("Salut")))
    urls = {"OPENAI_BASE_URL": f"{server.url}/v1"}
    command = f"{Path(sys.executable).with_name('diptych')} run --no-history --side right hi {redirected}; cat out"
    environment = new_user(tmp_path) | KEYS | urls

    child = pexpect.spawn("/bin/sh", ["-c", command], env=environment, cwd=str(tmp_path), timeout=120)
    output = child.read()
    child.close()

    assert b"Salut" in output
    assert b"\x1b" not in output
    assert b"Traceback" not in output
