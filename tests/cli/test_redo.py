"""`diptych run --redo`: a side of a recorded round is asked again, and the new take is kept in that round."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from diptych.core.blind import Blind
from diptych.replay.folding import fold
from diptych.store.history import History
from tests.cli.test_commands import diptych, plan_both, sentence
from tests.store.rounds import complete, keep, round_of
from tests.support.answers import Answer, json_answer
from tests.support.loopback import LoopbackServer
from tests.support.streams import chat, messages


@pytest.fixture
def server(server: LoopbackServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> LoopbackServer:
    """A server that both base URLs point at, and which was asked once: round 1 of the history."""
    monkeypatch.setenv("DIPTYCH_HISTORY", str(tmp_path / "history.db"))
    monkeypatch.setenv("ANTHROPIC_BASE_URL", server.url)
    monkeypatch.setenv("OPENAI_BASE_URL", f"{server.url}/v1")
    monkeypatch.setenv("ANTHROPIC_API_KEY", "one-key")
    monkeypatch.setenv("OPENAI_API_KEY", "another-key")
    plan_both(server)
    assert diptych("run", "hi", "--left-system", "Be brief.", "-r", "openai:gpt").exit_code == 0
    return server


def test_the_new_answer_is_printed_with_the_figures_of_both_and_kept_in_the_round(
    server: LoopbackServer, tmp_path: Path
) -> None:
    server.plan(Answer(messages("Hello again")), key="/v1/messages")

    result = diptych("run", "--redo", "left", "1")

    assert result.exit_code == 0, result.stderr
    answer, figures = result.stdout.split("\n\n")
    assert answer.endswith("\nHello again")
    assert answer.startswith("── left · anthropic:")
    assert [line.split()[0].partition(":")[0] for line in figures.splitlines()] == ["anthropic", "openai"]
    first, second = (received.json for received in server.received if "system" in received.json)
    assert first == second
    kept = fold(History(tmp_path / "history.db").open(1))
    assert [len(kept.takes(label)) for label in ("left", "right")] == [2, 1]
    assert "".join(kept.runs["left"].text) == "Hello again"


def test_json_has_the_earlier_take_and_the_other_side(server: LoopbackServer) -> None:
    server.plan(Answer(chat("Encore")), key="/v1/chat/completions")

    printed = json.loads(diptych("run", "--redo", "right", "--json").stdout)

    assert (printed["left"]["text"], printed["right"]["text"], printed["right"]["take"]) == ("Hello", "Encore", 2)
    assert [take["text"] for take in printed["other_takes"]["right"]] == ["Salut"]


def test_events_are_those_of_the_new_take(server: LoopbackServer) -> None:
    server.plan(Answer(messages("Again")), key="/v1/messages")

    lines = [json.loads(line) for line in diptych("run", "--redo", "left", "last", "--events").stdout.splitlines()]

    assert {line["side"] for line in lines} == {"left"}
    assert lines[-1]["run"]["text"] == "Again"


def test_options_change_the_settings_of_the_round(server: LoopbackServer) -> None:
    server.plan(Answer(chat("From another")), key="/v1/chat/completions")

    result = diptych("run", "--redo", "left", "1", "-l", "openai:gpt-other", "--max-tokens", "9", "--json")

    assert json.loads(result.stdout)["left"]["model"] == "gpt-other"
    assert server.received[-1].json["model"] == "gpt-other"
    assert 9 in server.received[-1].json.values()


def test_the_exit_code_is_that_of_the_new_take(server: LoopbackServer) -> None:
    server.plan(json_answer(400, '{"error": {"message": "No."}}'), key="/v1/messages")

    assert diptych("run", "--redo", "left", "1").exit_code == 1


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("--redo", "left", "9"), "There is no round 9 in the history."),
        (("--redo", "left", "hello"), "'hello' is not an ID: write a number, last, or last~1 for the one before."),
        (
            ("--redo", "left", "1", "-r", "openai:gpt"),
            "--right cannot be used with --redo left: it asks the left side of a round again.",
        ),
        (
            ("--redo", "right", "1", "--side", "left"),
            "--side cannot be used with --redo right: it asks the right side of a round again.",
        ),
        (("--redo", "left", "1", "-l", "nowhere:x"), "nowhere"),
        (("--redo", "left", "1", "-p", "temperature"), "temperature"),
    ],
)
def test_what_cannot_be_asked_again_is_refused(
    server: LoopbackServer, arguments: tuple[str, ...], expected: str
) -> None:
    assert expected in sentence("run", *arguments)


def test_a_round_without_the_side_or_that_is_hidden_or_still_answered_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "h.db"
    alone, hidden = round_of(complete("left")), round_of(complete("left"), complete("right"))
    hidden.blind = Blind(1, ("right", "left"))
    keep(path, alone, hidden)

    def refused(*arguments: str) -> str:
        return sentence("run", "--history", str(path), "--redo", *arguments)

    assert refused("right", "1") == "Round 1 did not ask the right side, so there is nothing to ask again."
    assert refused("left", "2").startswith("Round 2 is blind: vote first with `diptych vote 2 ")


def test_an_endpoint_that_is_gone_is_named(tmp_path: Path) -> None:
    path = tmp_path / "h.db"
    gone = complete("left")
    settings = gone.request.settings
    gone.request = replace(gone.request, settings=replace(settings, endpoint=replace(settings.endpoint, name="gone")))
    keep(path, round_of(gone))

    said = sentence("run", "--history", str(path), "--redo", "left", "1")

    assert said.startswith("gone:")
    assert "cannot be asked again: its endpoint is gone or has a problem." in said
