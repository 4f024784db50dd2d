"""Both sides at once: one stalls and the other goes on; stopping, histories, sessions, and an end without remains."""

import json
import threading
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

import pytest

from diptych.config.environment import configured_endpoints
from diptych.core.blind import Blind
from diptych.core.event_log import MemoryBudget
from diptych.core.remarks import RoundNote, Vote
from diptych.core.request import Label, Request
from diptych.core.run import Run
from diptych.core.secrets.guard import MustNotBeSentError
from diptych.core.settings import Settings
from diptych.store.spill_file import TemporarySpillFile
from tests.support.answers import Answer, Gate, json_answer
from tests.support.asking import KEY, notes, settings, text, transcript
from tests.support.engines import real_engine, simulated_engine
from tests.support.loopback import LoopbackServer
from tests.support.streams import chat, messages

BUSY = "Every answer must have ended before the next prompt: stop them to send it now."


def sides(server: LoopbackServer, **more: float) -> dict[Label, Settings]:
    """Two sides that ask the loopback server, each for the model of its name."""
    return {
        "left": settings("anthropic-messages", server.url, model="left"),
        "right": settings("openai-chat", server.url, model="right"),
    }


# What must not be sent


def test_a_key_in_the_prompt_is_neither_sent_nor_kept(server: LoopbackServer) -> None:
    keyed: dict[Label, Settings] = {"left": settings("openai-chat", server.url, key=KEY)}
    with real_engine(keyed) as watched:
        with pytest.raises(MustNotBeSentError, match=r"The prompt holds the secret in OPENAI_API_KEY"):
            watched.engine.ask(f"what is {KEY.reveal()}?")

        assert (watched.engine.rounds, server.received) == ([], [])


def test_takes_notes_votes_and_what_is_gone_on_from_are_those_of_the_session() -> None:
    with simulated_engine() as (engine, loop):
        round_ = engine.ask("hi")
        loop.advance()
        take = engine.ask_take(round_, "left")
        loop.advance()
        engine.choose_take(round_, round_.takes("left")[0])
        engine.continue_from(round_, "left")
        assert (engine.continues, engine.conversation) == ("left", (round_,))
        engine.undo_continuing()
        assert engine.continues is None

        note, vote = RoundNote("better"), Vote("better", 5.0, "left")
        engine.put_note(round_, note)
        engine.put_vote(round_, vote)
        assert (round_.note, round_.vote) == (note, vote)
        engine.take_back_vote(round_)
        assert round_.vote is None

        engine.open_rounds({7: round_})
        assert (engine.session_number, engine.rounds, engine.problem) == (2, [round_], "")
        assert (take.take, take.state, round_.runs["left"].take) == (2, "complete", 1)


def test_a_blind_round_is_hidden_until_the_user_votes_or_wants_to_see_it() -> None:
    with simulated_engine() as (engine, loop):
        blind = [Blind(seed, ("right", "left")) for seed in (1, 2)]
        voted = engine.send(engine.draft("one"), blind[0])
        loop.advance()
        assert voted.is_hidden
        vote = engine.cast_vote(voted, "better", "right")
        assert (vote.blind, vote.takes, voted.vote) == (True, {"left": 1, "right": 1}, vote)

        seen = engine.send(engine.draft("two"), blind[1])
        loop.advance()
        engine.reveal(seen)

        assert (seen.is_hidden, seen.vote) == (False, None)
        assert not engine.cast_vote(seen, "tie").blind


def test_a_draft_is_checked_once_and_sent_as_it_is(server: LoopbackServer, monkeypatch: pytest.MonkeyPatch) -> None:
    checked: list[int] = []

    def check(requests: Collection[Request]) -> str:
        checked.append(len(requests))
        return "It may be."

    monkeypatch.setattr("diptych.engine.session.check_requests", check)
    server.plan(Answer(messages("one")), Answer(messages("again")), key="left")
    server.plan(Answer(chat("one")), Answer(chat("again")), key="right")
    with real_engine(sides(server)) as watched:
        draft = watched.engine.draft("hi")
        assert (draft.caution, list(watched.engine.rounds)) == ("It may be.", [])
        first = watched.engine.send(draft)
        watched.watcher.wait(lambda: first.ended)
        again = watched.engine.send(watched.engine.draft_again())
        watched.watcher.wait(lambda: again.ended)

    assert checked == [2, 2]
    assert [text(run) for run in again.runs.values()] == ["again", "again"]
    assert again.runs["left"].request.messages == first.runs["left"].request.messages


def test_a_key_that_came_as_an_answer_is_not_sent_on(server: LoopbackServer) -> None:
    server.plan(Answer(chat("It is ", *KEY.reveal())), Answer(chat("done")))
    keyed: dict[Label, Settings] = {"left": settings("openai-chat", server.url, key=KEY)}
    with real_engine(keyed) as watched:
        watched.ask("hi")
        watched.ask("and now?")

    (_, told, _) = server.received[1].json["messages"]
    assert told == {"role": "assistant", "content": "It is sk-ver[redacted]"}


def test_a_key_is_not_sent_over_plain_http(server: LoopbackServer) -> None:
    known = configured_endpoints({"OPENAI_BASE_URL": "http://models.test/v1", "OPENAI_API_KEY": KEY.reveal()})
    exposed = Settings(known["openai"], "m")
    with real_engine({"left": exposed}) as watched, pytest.raises(MustNotBeSentError, match=r"OPENAI_API_KEY"):
        watched.engine.ask("hi")


# Both at once


def test_one_side_stalls_and_the_other_finishes(server: LoopbackServer) -> None:
    server.plan(Answer([*messages("Hel")[:4], Gate("go on"), *messages("lo")[4:]]), key="left")
    server.plan(Answer(chat("done")), key="right")
    with real_engine(sides(server)) as watched:
        round_ = watched.engine.ask("hi")
        left, right = round_.runs["left"], round_.runs["right"]
        watched.watcher.wait(lambda: right.ended and left.text)

        assert (right.state, text(right)) == ("complete", "done")
        assert (left.state, text(left), watched.engine.busy, round_.ended) == ("streaming", "Hel", True, False)

        server.open("go on")
        watched.watcher.wait(lambda: round_.ended)
        assert (left.state, watched.engine.busy) == ("complete", False)


def test_one_side_is_stopped_and_the_other_goes_on(server: LoopbackServer) -> None:
    server.plan(Answer(messages("Hel")[:4], end="hang"), key="left")
    server.plan(Answer([*chat("Hel")[:2], Gate("go on"), *chat("lo")[1:]]), key="right")
    with real_engine(sides(server)) as watched:
        round_ = watched.engine.ask("hi")
        left, right = round_.runs["left"], round_.runs["right"]
        watched.watcher.wait(lambda: left.text and right.text)

        watched.engine.stop("left")
        watched.watcher.wait(lambda: left.ended)
        assert (left.state, text(left), right.state) == ("stopped", "Hel", "streaming")
        assert not server.gone(
            next(n for n, each in enumerate(server.received, 1) if each.json["model"] == "left")
        ).answered

        server.open("go on")
        watched.watcher.wait(lambda: right.ended)
        assert (right.state, text(right)) == ("complete", "Hello")


def test_both_are_stopped(server: LoopbackServer) -> None:
    server.plan(Answer(before=[Gate("never")]), Answer(before=[Gate("never")]))
    with real_engine(sides(server)) as watched:
        round_ = watched.engine.ask("hi")
        server.arrived(2)
        watched.engine.stop()
        watched.watcher.wait(lambda: round_.ended)

    assert [run.state for run in round_.runs.values()] == ["stopped", "stopped"]


def test_one_side_fails_and_the_other_answers(server: LoopbackServer) -> None:
    server.plan(json_answer(401, "{}"), key="left")
    server.plan(Answer(chat("fine")), key="right")
    with real_engine(sides(server)) as watched:
        runs = watched.ask()

    assert {side: run.state for side, run in runs.items()} == {"left": "failed", "right": "complete"}


def test_the_same_endpoint_and_model_on_both_sides(server: LoopbackServer) -> None:
    same = settings("openai-chat", server.url)
    server.plan(Answer(chat("one"), before=[Gate("both")]), Answer(chat("two"), before=[Gate("both")]))
    with real_engine({"left": same, "right": same}) as watched:
        round_ = watched.engine.ask("hi")
        server.arrived(2)
        server.open("both")
        watched.watcher.wait(lambda: round_.ended)

    assert sorted(map(text, round_.runs.values())) == ["one", "two"]
    assert len({request.connection for request in server.received}) == 2


def test_only_one_side(server: LoopbackServer) -> None:
    server.plan(Answer(chat("alone")))
    with real_engine({"right": settings("openai-chat", server.url)}) as watched:
        runs = watched.ask()

    assert {side: text(run) for side, run in runs.items()} == {"right": "alone"}


def test_the_silence_allowed_can_be_set(server: LoopbackServer) -> None:
    server.plan(Answer(before=[Gate("never")]))
    with real_engine({"left": settings("openai-chat", server.url)}, timeout=0.05) as watched:
        run = watched.ask()["left"]

    assert notes(run)[-1] == "failed: timeout"


def test_what_cannot_be_sent(server: LoopbackServer) -> None:
    server.plan(Answer(before=[Gate("never")]), Answer(before=[Gate("never")]))
    with real_engine(sides(server)) as watched:
        engine = watched.engine
        with pytest.raises(ValueError, match="There is nothing to send"):
            engine.ask(" \n")
        with pytest.raises(ValueError, match="no prompt to send again"):
            engine.send(engine.draft_again())
        engine.ask("hi")
        with pytest.raises(RuntimeError, match=BUSY):
            engine.ask("me too")
        with pytest.raises(RuntimeError, match=BUSY):
            engine.send(engine.draft_again())
        assert len(engine.rounds) == 1


# The conversation


def sent(run: Run) -> list[tuple[str, str]]:
    """The conversation that a run's request carried."""
    return [(message.role, message.text) for message in run.request.messages]


def test_a_follow_up_sends_each_sides_own_history(server: LoopbackServer) -> None:
    server.plan(Answer(messages("from the left")), Answer(messages("…")), key="left")
    server.plan(Answer(chat("from the right")), Answer(chat("…")), key="right")
    with real_engine(sides(server)) as watched:
        watched.ask("first")
        runs = watched.ask("second")

    assert sent(runs["left"]) == [("user", "first"), ("assistant", "from the left"), ("user", "second")]
    assert sent(runs["right"]) == [("user", "first"), ("assistant", "from the right"), ("user", "second")]
    bodies = [request.json["messages"] for request in server.received if request.json["model"] == "right"]
    assert [message["content"] for message in bodies[1]] == ["first", "from the right", "second"]


def test_what_failed_or_said_nothing_is_left_out_and_what_broke_off_is_kept(server: LoopbackServer) -> None:
    server.plan(
        json_answer(400, "no"),
        Answer(messages("cut")[:4]),
        Answer(messages()),
        Answer(messages("…")),
        key="left",
    )
    server.plan(
        Answer(chat("fine")), Answer([*chat("lost")[:2]], end="drop"), Answer(chat(" ")), Answer(chat("…")), key="right"
    )
    with real_engine(sides(server)) as watched:
        engine = watched.engine
        for prompt in ("one", "two", "three"):
            watched.ask(prompt)
        last = watched.ask("four")
        excluded = [{side for side in last if engine.is_excluded(round_, side)} for round_ in engine.rounds]

    assert sent(last["left"]) == [("user", "two"), ("assistant", "cut"), ("user", "four")]
    assert sent(last["right"]) == [("user", "one"), ("assistant", "fine"), ("user", "four")]
    assert excluded == [{"left"}, {"right"}, {"left", "right"}, set()]


def test_asking_again_replaces_the_last_turn(server: LoopbackServer) -> None:
    server.plan(*(Answer(messages(word)) for word in ("a", "b", "b again", "c")))
    with real_engine({"left": settings("anthropic-messages", server.url)}) as watched:
        engine = watched.engine
        watched.ask("one")
        watched.ask("two")
        again = engine.send(engine.draft_again())
        watched.watcher.wait(lambda: again.ended)
        last = watched.ask("three")["left"]
        excluded = [engine.is_excluded(round_, "left") for round_ in engine.rounds]
        other_side = engine.is_excluded(again, "right")

    assert again.prompt == "two"
    assert sent(again.runs["left"]) == [("user", "one"), ("assistant", "a"), ("user", "two")]
    assert [text for role, text in sent(last) if role == "assistant"] == ["a", "b again"]
    assert excluded == [False, True, False, False]
    assert other_side is False


def test_another_take_sends_the_same_conversation_and_counts_from_then_on(server: LoopbackServer) -> None:
    server.plan(*(Answer(chat(word)) for word in ("a", "b", "b again", "c")))
    with real_engine({"x": settings("openai-chat", server.url)}) as watched:
        watched.ask("one")
        watched.ask("two")
        second = watched.engine.rounds[1]
        watched.engine.configure("x", settings("openai-chat", server.url, model="another"))

        take = watched.engine.ask_take(second, "x")
        watched.watcher.wait(lambda: take.ended)
        last = watched.ask("three")["x"]

    assert watched.watcher.takes == [(second, take)]
    assert [(run.take, text(run)) for run in second.takes("x")] == [(1, "b"), (2, "b again")]
    first, again = (json.loads(server.received[index].body) for index in (1, 2))
    assert again["messages"] == first["messages"]
    assert again["model"] == "another"  # with what the side is set to now, as every request
    assert [said for role, said in sent(last) if role == "assistant"] == ["a", "b again"]


def test_each_take_can_be_stopped_alone(server: LoopbackServer) -> None:
    server.plan(*[Answer([*chat("Hel")[:2], Gate("go on"), *chat("lo")[1:]])] * 3)
    with real_engine({"x": settings("openai-chat", server.url)}) as watched:
        round_ = watched.engine.ask("hi")
        watched.engine.ask_take(round_, "x")
        watched.engine.ask_take(round_, "x")
        first, second, third = round_.takes("x")
        watched.watcher.wait(lambda: all(run.text for run in round_.all_takes()))

        watched.engine.stop_run(second)
        watched.watcher.wait(lambda: second.ended)
        assert ([run.ended for run in (first, third)], watched.engine.busy) == ([False, False], True)
        server.open("go on")
        watched.watcher.wait(lambda: round_.ended)
        watched.engine.stop_run(second)

    assert [(run.state, text(run)) for run in (first, second, third)] == [
        ("complete", "Hello"),
        ("stopped", "Hel"),
        ("complete", "Hello"),
    ]


def test_stopping_a_label_stops_all_of_its_takes(server: LoopbackServer) -> None:
    server.plan(*[Answer(messages("Hel")[:4], end="hang")] * 2, key="left")
    server.plan(Answer(chat("Hel")[:2], end="hang"), key="right")
    with real_engine(sides(server)) as watched:
        round_ = watched.engine.ask("hi")
        watched.engine.ask_take(round_, "left")
        watched.watcher.wait(lambda: all(run.text for run in round_.all_takes()))

        watched.engine.stop("left")
        watched.watcher.wait(lambda: all(run.ended for run in round_.takes("left")))
        assert [run.state for run in round_.all_takes()] == ["stopped", "stopped", "streaming"]


@pytest.mark.usefixtures("lasting_connections")
def test_a_connection_is_closed_once_neither_a_setting_nor_a_run_needs_it(server: LoopbackServer) -> None:
    server.plan(Answer(messages("one")), Answer(messages("again")), key="a")
    server.plan(Answer(chat("two")), Answer(chat("three")), key="b")
    one, other = settings("anthropic-messages", server.url, model="a"), settings("openai-chat", server.url, model="b")
    with real_engine({"left": one}) as watched:
        watched.ask("one")
        watched.engine.configure("left", other)
        watched.ask("two")
        server.gone(1)

        watched.engine.configure("left", one)
        take = watched.engine.ask_take(watched.engine.rounds[0], "left")
        watched.watcher.wait(lambda: take.ended)
        server.gone(3)
        watched.engine.configure("left", other)
        watched.ask("three")

    first, two, again, three = (request.connection for request in server.received)
    assert (two == three, len({first, two, again})) == (True, 3)


def test_a_new_session_stops_what_streams_and_forgets(server: LoopbackServer) -> None:
    server.plan(Answer(messages("old")[:4], end="hang"), Answer(messages("new")))
    with real_engine({"left": settings("anthropic-messages", server.url)}) as watched:
        engine = watched.engine
        old = engine.ask("one").runs["left"]
        watched.watcher.wait(lambda: old.text)

        engine.new_session()
        assert (engine.session_number, list(engine.rounds), engine.busy) == (2, [], False)
        new = watched.ask("two")["left"]  # at once, while the old stream may still be closing

    assert (old.state, text(old)) == ("stopped", "old")
    assert (new.state, text(new), sent(new)) == ("complete", "new", [("user", "two")])


def test_each_session_has_its_own_memory_and_reports_its_problem(server: LoopbackServer, tmp_path: Path) -> None:
    memories: list[MemoryBudget] = []

    def new_memory() -> MemoryBudget:
        memories.append(MemoryBudget(TemporarySpillFile(tmp_path), cap=0))
        return memories[-1]

    server.plan(*[Answer(chat("Hello"))] * 2)
    with real_engine({"left": settings("openai-chat", server.url)}, new_memory=new_memory) as watched:
        first = watched.ask()["left"]
        watched.engine.new_session()
        second = watched.ask()["left"]
        memories[0].problem = "What was is of no interest."
        assert watched.engine.problem == ""
        memories[1].problem = "The disk is full."
        assert watched.engine.problem == "The disk is full."

    assert len(memories) == 2
    assert transcript(first) == transcript(second), "read back from two files"


@pytest.mark.usefixtures("lasting_connections")
def test_other_settings_hold_from_the_next_prompt_on(server: LoopbackServer) -> None:
    server.plan(Answer(messages("claude")), Answer(chat("gpt")), Answer(chat("more")))
    with real_engine({"left": settings("anthropic-messages", server.url)}) as watched:
        watched.ask("one")
        watched.engine.configure("left", settings("openai-chat", server.url, model="gpt"))
        assert watched.engine.settings["left"].model == "gpt"
        second = watched.ask("two")["left"]
        watched.engine.configure("left", settings("openai-chat", server.url, model="gpt-mini"))
        watched.ask("three")

    one, two, three = server.received
    assert [each.target for each in (one, two, three)] == [
        "/v1/messages",
        "/v1/chat/completions",
        "/v1/chat/completions",
    ]
    assert one.connection != two.connection == three.connection
    assert sent(second) == [("user", "one"), ("assistant", "claude"), ("user", "two")]


# Warming up


def test_warming_up_loads_what_the_sides_need_in_the_background(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded: list[str] = []

    def load(settings: Settings) -> None:
        loaded.append(settings.endpoint.name)
        raise ImportError("It is told when somebody asks.")

    def wait() -> None:
        for thread in threading.enumerate():
            if thread.name == "warm-up":
                thread.join(120)

    monkeypatch.setattr("diptych.wire.loading.load", load)
    with simulated_engine() as (engine, _):
        engine.configure("right", engine.settings["left"])
        assert loaded == []
        engine.warm_up()
        wait()
        assert loaded == ["anthropic", "anthropic"]
        responses = replace(engine.settings["right"], endpoint=configured_endpoints({})["openai-responses"])
        engine.configure("right", responses)
        wait()
        assert loaded[2:] == ["anthropic", "openai-responses"]


# In virtual time


def test_simulated_models_are_the_same_to_the_last_digit_every_time() -> None:
    def once() -> list[tuple[str, str, object]]:
        with simulated_engine() as (engine, loop):
            round_ = engine.ask("think about it")
            loop.advance()
            assert round_.ended
            return [(run.state, text(run), run.stamps.timing()) for run in round_.runs.values()]

    assert once() == once()


def test_time_stands_still_until_it_is_let_go() -> None:
    with simulated_engine() as (engine, loop):
        round_ = engine.ask("hi")
        loop.settle()
        assert [transcript(run) for run in round_.runs.values()] == [["request"], ["request"]]
        loop.advance(1.0)
        half = {side: text(run) for side, run in round_.runs.items()}
        assert (engine.clock() - round_.began, all(half.values())) == (1.0, True)
        loop.advance(0)
        assert {side: text(run) for side, run in round_.runs.items()} == half
        engine.stop("left")
        loop.settle()
        assert [run.state for run in round_.runs.values()] == ["stopped", "streaming"]
        loop.advance()
        assert round_.runs["right"].state == "complete"


# The end


def test_closing_ends_the_streams_the_connections_and_the_threads(server: LoopbackServer) -> None:
    before = set(threading.enumerate())
    server.plan(Answer(messages("Hel")[:4], end="hang"), key="left")
    server.plan(Answer(before=[Gate("never")]), key="right")
    with real_engine(sides(server)) as watched:
        round_ = watched.engine.ask("hi")
        watched.watcher.wait(lambda: round_.runs["left"].text)
        server.arrived(2)

    assert [run.state for run in round_.runs.values()] == ["stopped", "stopped"]
    server.gone(1)
    server.gone(2)
    for thread in set(threading.enumerate()) - before:
        thread.join(120)
    assert set(threading.enumerate()) <= before


def test_closing_before_anything_was_asked() -> None:
    with simulated_engine() as (engine, _):
        assert not engine.busy
