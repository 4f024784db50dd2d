"""A session makes the rounds and takes of one conversation, and nothing of it streams or waits."""

from dataclasses import replace

import pytest

from diptych.core.blind import Blind
from diptych.core.event import Line
from diptych.core.folding.tool import Tool
from diptych.core.message import FilePart, Message, TextPart, ToolCallPart, ToolResultPart
from diptych.core.observers import IgnoresRounds
from diptych.core.remarks import RoundNote, Vote
from diptych.core.request import Label, Request
from diptych.core.round import Round
from diptych.core.run import Run
from diptych.core.secrets.guard import MustNotBeSentError
from diptych.core.settings import ToolDefinition
from diptych.core.tool_calls import is_turn
from diptych.engine.session import Draft, Session
from tests.support.asking import KEY, settings
from tests.support.files import attachment

LABELS = ("a", "b", "c")


class Heard(IgnoresRounds):
    """An observer that keeps what it was told of."""

    def __init__(self) -> None:
        self.rounds: list[tuple[int, Round]] = []
        self.takes: list[tuple[Round, Run]] = []
        self.opened: list[tuple[int, Round, int]] = []
        self.changed: list[Round] = []

    def round_began(self, session: int, round_: Round) -> None:
        self.rounds.append((session, round_))

    def take_began(self, round_: Round, run: Run) -> None:
        assert run in round_.takes(run.label)
        self.takes.append((round_, run))

    def round_opened(self, session: int, round_: Round, id: int) -> None:  # noqa: A002
        self.opened.append((session, round_, id))

    def round_changed(self, round_: Round) -> None:
        self.changed.append(round_)

    def line_added(self, run: Run, line: Line) -> None:
        """Nothing streams here."""

    def run_ended(self, run: Run) -> None:
        """That is looked up in the run."""


def session() -> Session:
    return Session({label: settings("openai-chat", model=label) for label in LABELS})


def begin(session: Session, prompt: str = "hi") -> Round:
    return session.begin(session.draft(prompt), began=5.0, date=1_700_000_000.0)


def answer(run: Run, text: str) -> Run:
    run.text.append(text)
    run.complete()
    return run


def answer_all(round_: Round) -> None:
    for run in round_.all_takes():
        if not run.ended:
            answer(run, f"{run.label}{run.take} to {round_.prompt}")


def texts(run: Run) -> list[str]:
    return [message.text for message in run.request.messages]


def test_every_label_is_asked_with_its_own_earlier_messages() -> None:
    asked = session()
    first = begin(asked, "one")
    answer_all(first)
    second = begin(asked, "two")

    assert list(second.runs) == list(LABELS)
    assert {label: texts(run) for label, run in second.runs.items()} == {
        label: ["one", f"{label}1 to one", "two"] for label in LABELS
    }
    assert (second.began, second.date, second.runs["b"].began, second.runs["b"].take) == (5.0, 1_700_000_000.0, 5.0, 1)
    assert asked.rounds == [first, second]


def test_the_observer_is_told_of_a_round_with_the_sessions_number() -> None:
    heard = Heard()
    asked = Session({"a": settings("openai-chat")}, 7, heard)

    round_ = begin(asked)

    assert heard.rounds == [(7, round_)]


def test_without_a_round_there_is_no_prompt_to_send_again() -> None:
    with pytest.raises(ValueError, match="There is no prompt to send again"):
        session().draft_again()


def test_a_draft_asks_nobody_yet() -> None:
    asked = session()

    draft = asked.draft("hi")

    assert (draft.prompt, list(draft.requests), draft.caution, draft.earlier) == ("hi", list(LABELS), "", ())
    assert (list(asked.rounds), asked.busy) == ([], False)


def test_a_draft_cautions_of_what_looks_like_a_key_and_refuses_the_users_own() -> None:
    asked = session()

    assert asked.draft("ghp_0123456789abcdefghijABCDEFGHIJ012345").caution.startswith("The prompt seems to hold")
    with pytest.raises(MustNotBeSentError):
        asked.draft(KEY.reveal())


def test_a_draft_that_waited_too_long_is_not_sent() -> None:
    asked = session()
    draft = asked.draft("one")
    begin(asked, "two")

    with pytest.raises(RuntimeError, match="Every answer must have ended"):
        asked.begin(draft, 0.0, 0.0)


def test_another_take_sends_the_same_conversation_with_the_present_settings_and_counts_from_then_on() -> None:
    asked = session()
    first = begin(asked, "one")
    answer_all(first)
    asked.configure("b", settings("openai-chat", model="another"))

    take = asked.begin_take(first, "b", began=9.0)

    assert (take.label, take.take, take.began) == ("b", 2, 9.0)
    assert take.request.messages == first.takes("b")[0].request.messages
    assert take.request.settings.model == "another"
    assert (first.runs["b"], first.runs["a"].take, first.ended, asked.busy) == (take, 1, False, True)
    assert asked.begin_take(first, "b", began=9.5).take == 3


def test_follow_ups_carry_the_take_that_counts() -> None:
    asked = session()
    first = begin(asked, "one")
    answer_all(first)
    answer(asked.begin_take(first, "a", began=9.0), "the second take")

    assert [message.text for message in asked.draft("two").requests["a"].messages] == ["one", "the second take", "two"]
    first.choose_take(first.takes("a")[0])
    assert [message.text for message in asked.draft("two").requests["a"].messages] == ["one", "a1 to one", "two"]


def test_a_take_that_streams_in_an_earlier_round_holds_up_the_next_prompt() -> None:
    asked = session()
    first = begin(asked, "one")
    answer_all(first)
    answer_all(begin(asked, "two"))
    take = asked.begin_take(first, "c", began=9.0)

    with pytest.raises(RuntimeError):
        asked.draft("three")
    assert [list(asked.streaming(label)) for label in (None, "c", "a")] == [[take], [take], []]
    answer(take, "done")
    assert asked.draft("three").earlier == tuple(asked.rounds)


def test_the_observer_is_told_of_a_take() -> None:
    heard = Heard()
    asked = Session({"a": settings("openai-chat")}, 1, heard)
    round_ = begin(asked)

    take = asked.begin_take(round_, "a", began=9.0)

    assert heard.takes == [(round_, take)]


def test_without_an_observer_rounds_and_takes_are_made_as_well() -> None:
    asked = Session({"a": settings("openai-chat")})
    round_ = begin(asked)

    assert asked.begin_take(round_, "a", began=9.0).take == 2
    asked.choose_take(round_, round_.takes("a")[0])
    assert round_.runs["a"].take == 1


@pytest.mark.parametrize("label", ["a", "z"])
def test_a_take_belongs_to_a_round_of_the_session_and_a_label_that_was_asked(label: Label) -> None:
    asked, other = session(), session()
    round_ = begin(other) if label == "a" else begin(asked)

    with pytest.raises(ValueError, match=f"no take of {label} in this session"):
        asked.begin_take(round_, label, began=9.0)


def test_a_take_is_checked_like_every_request() -> None:
    asked = session()
    unchecked = Draft("hi", {"a": Request(settings("openai-chat"), (Message.of_text("user", KEY.reveal()),))})
    round_ = asked.begin(unchecked, 0.0, 0.0)

    with pytest.raises(MustNotBeSentError, match="The prompt holds the secret"):
        asked.begin_take(round_, "a", began=9.0)
    assert len(round_.takes("a")) == 1


def with_tools() -> Session:
    tools = (ToolDefinition("look"),)
    return Session({label: settings("openai-chat", model=label, tools=tools) for label in LABELS})


def call(run: Run) -> None:
    tool = Tool("1", "look")
    tool.written.append("{}")
    run.tools.append(tool)
    run.complete()


def test_a_turn_asks_only_those_who_called() -> None:
    asked = with_tools()
    first = begin(asked)
    call(first.runs["a"])
    answer(first.runs["b"], "b")
    call(first.runs["c"])
    assert asked.open_calls == dict.fromkeys("ac", (ToolCallPart("1", "look", "{}"),))

    draft = asked.draft_results(dict.fromkeys("ac", (ToolResultPart("1", "a cat"),)))
    turn = asked.begin(draft, 6.0, 1_700_000_001.0)

    assert draft.prompt == turn.prompt == "⚒ look {} → a cat"
    assert list(turn.runs) == ["a", "c"]
    assert [message.role for message in turn.runs["a"].request.messages] == ["user", "assistant", "tool"]
    with pytest.raises(RuntimeError, match="Every answer must have ended"):
        asked.draft_results({})
    answer_all(turn)
    assert asked.open_calls == {}
    later = begin(asked, "and now?")
    assert [message.role for message in later.runs["c"].request.messages][3:] == ["assistant", "user"]
    assert texts(later.runs["b"]) == ["hi", "b", "and now?"]


def test_the_words_of_a_turn_do_not_tell_which_side_of_a_hidden_round_is_a() -> None:
    asked = with_tools()
    first = asked.begin(asked.draft("hi"), 1.0, 1.0, Blind(7, ("c", "b", "a")))
    call(first.runs["a"])
    answer(first.runs["b"], "b")
    call(first.runs["c"])

    results = {label: (ToolResultPart("1", f"a cat of {label}"),) for label in "ac"}
    turn = asked.begin(asked.draft_results(results), 6.0, 6.0)

    assert turn.prompt == "⚒ look {} → a cat of c\n⚒ look {} → a cat of a"
    assert is_turn(turn.prompt, [run.request for run in turn.runs.values()])


def test_the_prompt_is_asked_again_and_not_the_turns_that_answered_its_calls() -> None:
    asked = with_tools()
    first = begin(asked)
    for run in first.all_takes():
        call(run)
    turn = asked.begin(asked.draft_results(dict.fromkeys("abc", (ToolResultPart("1", "a cat"),))), 6.0, 0.0)
    answer_all(turn)

    draft = asked.draft_again()

    assert draft.prompt == "hi"
    assert draft.earlier == ()
    assert all(len(request.messages) == 1 for request in draft.requests.values())


def test_a_prompt_answers_the_calls_of_one_label_and_asks_the_others() -> None:
    asked = with_tools()
    first = begin(asked)
    call(first.runs["a"])
    answer(first.runs["b"], "b")
    answer(first.runs["c"], "c")

    draft = asked.draft("a cat")

    assert draft.requests["a"].messages[-1] == Message("tool", (ToolResultPart("1", "a cat"),))
    assert draft.requests["b"].messages[-1] == Message.of_text("user", "a cat")


def test_a_result_with_a_key_is_not_sent() -> None:
    asked = with_tools()
    for run in begin(asked).all_takes():
        call(run)
    with pytest.raises(MustNotBeSentError, match=r"^A tool result holds the secret"):
        asked.draft_results(dict.fromkeys("abc", (ToolResultPart("1", KEY.reveal()),)))


# Attachments

FIRST, SECOND = attachment("a.png", b"first", "image/png"), attachment("b.txt", b"second", "text/plain")


def test_files_go_with_their_prompt_and_stay_in_the_conversation() -> None:
    asked = session()
    first = asked.begin(asked.draft("one", [FIRST, SECOND]), 5.0, 1_700_000_000.0)
    answer_all(first)
    second = begin(asked, "two")

    assert first.attachments == (FIRST.file, SECOND.file)
    assert second.attachments == ()
    request = second.runs["b"].request
    assert request.messages[0] == Message("user", (FIRST.file, SECOND.file, TextPart("one")))
    assert request.messages[1:] == (Message.of_text("assistant", "b1 to one"), Message.of_text("user", "two"))
    assert request.files == {FIRST.file.sha256: b"first", SECOND.file.sha256: b"second"}


def test_files_of_a_turn_that_is_not_kept_are_not_sent_again() -> None:
    asked = session()
    first = asked.begin(asked.draft("one", [FIRST]), 5.0, 1_700_000_000.0)
    for run in first.all_takes():
        run.complete()  # without an answer
    second = begin(asked, "two")

    assert second.runs["a"].request == Request(asked.settings["a"], (Message.of_text("user", "two"),), {})


def test_asking_again_sends_the_files_again() -> None:
    asked = session()
    answer_all(asked.begin(asked.draft("one", [FIRST]), 5.0, 1_700_000_000.0))
    again = asked.begin(asked.draft_again(), 6.0, 1_700_000_001.0)

    assert again.attachments == (FIRST.file,)
    assert again.runs["c"].request.files == {FIRST.file.sha256: b"first"}


def test_a_file_that_a_provider_does_not_take_is_refused() -> None:
    asked = session()
    provider = replace(settings("anthropic-messages").endpoint, provider="anthropic")
    asked.configure("b", replace(asked.settings["b"], endpoint=provider))

    with pytest.raises(MustNotBeSentError, match="so the b side"):
        asked.draft("one", [attachment("a.png", b"first", "image/png", 9_000, 9_000)])


def test_files_of_earlier_turns_are_sent_with_their_results() -> None:
    asked = with_tools()
    file = FilePart("a" * 64, "a.png", "image/png")
    draft = asked.draft("what is this?")
    prompt = Message("user", (TextPart("what is this?"), file))
    sent = {label: Request(each.settings, (prompt,), {file.sha256: b"PNG"}) for label, each in draft.requests.items()}
    for run in asked.begin(Draft(draft.prompt, sent), 5.0, 0.0).all_takes():
        call(run)

    following = asked.draft_results(dict.fromkeys("abc", (ToolResultPart("1", "a cat"),)))

    assert following.requests["a"].messages[0] == prompt
    assert following.requests["a"].files == {file.sha256: b"PNG"}


def test_every_label_goes_on_from_the_answer_of_one_of_them() -> None:
    asked = session()
    first = begin(asked, "one")
    answer(first.runs["a"], "of a")
    answer(first.runs["b"], "of b")
    answer(first.runs["c"], "of c")

    asked.continue_from(first, "a")
    draft = asked.draft("two")
    again = asked.begin(draft, 2.0, 2.0)
    answer_all(again)

    assert {label: request.messages[1].text for label, request in draft.requests.items()} == dict.fromkeys(
        "abc", "of a"
    )
    assert (again.continues, again.follows, asked.continues) == ("a", first, None)
    assert asked.draft("three").requests["b"].messages[1].text == "of a"
    assert asked.draft_again().continues == "a"


def test_continuing_from_an_earlier_answer_can_be_undone() -> None:
    asked = session()
    first = begin(asked, "one")
    answer_all(first)
    answer_all(begin(asked, "two"))
    before = asked.conversation

    asked.continue_from(first, "a")
    asked.continue_from(first, "b")
    assert (asked.conversation, asked.continues) == ((first,), "b")
    asked.undo_continuing()
    asked.undo_continuing()

    assert (asked.conversation, asked.continues) == (before, None)


def test_nothing_goes_on_from_an_answer_that_is_not_there() -> None:
    asked, other = session(), session()
    elsewhere = begin(other)
    answer_all(elsewhere)

    for round_ in (elsewhere, begin(asked)):
        with pytest.raises(ValueError, match="no answer to continue from"):
            asked.continue_from(round_, "a")


def test_a_conversation_that_is_opened_goes_on_after_what_was_sent_in_it() -> None:
    recorded = session()
    answer_all(begin(recorded, "one"))
    second = begin(recorded, "two")
    answer_all(second)
    heard = Heard()
    asked = Session({"a": settings("openai-chat")}, 2, heard)

    asked.open_rounds({7: second})
    draft = asked.draft("three")

    assert heard.opened == [(2, second, 7)]
    assert [message.text for message in draft.requests["a"].messages][::2] == ["one", "two", "three"]
    assert [message.text for message in asked.draft_again().requests["a"].messages][::2] == ["one", "two"]


def test_an_earlier_prompt_asked_again_branches_off_before_its_round() -> None:
    asked = session()
    rounds = []
    for prompt in ("one", "two", "three"):
        rounds.append(begin(asked, prompt))
        answer_all(rounds[-1])

    again = asked.begin(asked.draft_again(rounds[1]), 6.0, 6.0)
    answer_all(again)

    assert texts(again.runs["a"]) == ["one", "a1 to one", "two"]
    assert asked.conversation == (rounds[0], again)
    assert [asked.is_excluded(round_, "a") for round_ in asked.rounds] == [False, True, True, False]
    branch = asked.draft_again(rounds[2])
    assert [message.text for message in branch.requests["a"].messages][::2] == ["one", "two", "three"]


def test_what_no_label_goes_on_from_is_left_out_of_the_conversation() -> None:
    asked = session()
    first = begin(asked, "one")
    answer_all(first)

    asked.continue_from(first, "a")
    assert [asked.is_excluded(first, label) for label in LABELS] == [False, True, True]
    second = begin(asked, "two")
    answer_all(second)

    assert [asked.is_excluded(first, label) for label in LABELS] == [False, True, True]
    assert not any(asked.is_excluded(second, label) for label in LABELS)
    assert not asked.is_excluded(second, "d")


def test_turns_of_a_conversation_that_is_opened_are_asked_again_with_their_prompt() -> None:
    recorded = with_tools()
    first = begin(recorded)
    for run in first.all_takes():
        call(run)
    turn = recorded.begin(recorded.draft_results(dict.fromkeys("abc", (ToolResultPart("1", "a cat"),))), 6.0, 0.0)
    answer_all(turn)
    asked = with_tools()
    asked.open_rounds({1: first, 2: turn})

    assert asked.draft_again().prompt == "hi"
    asked.open_rounds({2: turn})
    with pytest.raises(ValueError, match="The prompt that led to these tool calls is not part"):
        asked.draft_again()


def test_a_round_that_another_process_still_records_is_not_opened() -> None:
    asked = session()

    with pytest.raises(ValueError, match="Round 7 is still being answered: wait until it has ended"):
        asked.open_rounds({7: begin(session())})
    assert asked.rounds == []


def test_what_is_said_about_a_round_is_told_to_the_observer_once_it_changes() -> None:
    heard = Heard()
    asked = Session({"a": settings("openai-chat")}, 1, heard)
    round_ = begin(asked)
    first, second = round_.runs["a"], asked.begin_take(round_, "a", began=9.0)
    vote = Vote("better", 5.0, "a")

    asked.choose_take(round_, second)
    assert heard.changed == []
    asked.choose_take(round_, first)
    asked.put_note(round_, RoundNote("good", starred=True))
    asked.put_vote(round_, vote)
    assert (round_.runs["a"], round_.note.text, round_.vote) == (first, "good", vote)
    asked.take_back_vote(round_)

    assert round_.vote is None
    assert heard.changed == [round_] * 4


def blind_session() -> tuple[Session, Heard]:
    heard = Heard()
    return Session({label: settings("openai-chat") for label in ("a", "b")}, 1, heard), heard


def test_what_follows_a_hidden_round_is_hidden_in_the_same_order() -> None:
    asked, _ = blind_session()
    first = asked.begin(asked.draft("one"), 1.0, 1.0, Blind(7, ("b", "a")))
    answer_all(first)

    second = asked.begin(asked.draft("two"), 2.0, 2.0)
    answer_all(second)
    third = asked.begin(asked.draft("three"), 3.0, 3.0, Blind(8, ("a", "b")))

    assert first.blind == second.blind == third.blind


def test_a_hidden_round_that_is_asked_again_is_hidden_in_the_same_order() -> None:
    asked, _ = blind_session()
    first = asked.begin(asked.draft("one"), 1.0, 1.0, Blind(7, ("b", "a")))
    answer_all(first)

    again = asked.begin(asked.draft_again(first), 2.0, 2.0)
    answer_all(again)
    assert again.blind == first.blind

    asked.put_vote(again, again.vote_now("tie", None, 5.0))
    assert not first.is_hidden
    assert asked.begin(asked.draft_again(first), 6.0, 6.0).blind is None


def test_a_vote_reveals_all_rounds_in_the_same_order() -> None:
    asked, heard = blind_session()
    first = asked.begin(asked.draft("one"), 1.0, 1.0, Blind(7, ("b", "a")))
    answer_all(first)
    second = asked.begin(asked.draft("two"), 2.0, 2.0)
    answer_all(second)

    asked.put_vote(second, second.vote_now("better", "a", 5.0))

    assert (first.is_hidden, first.vote, second.is_hidden) == (False, None, False)
    assert heard.changed == [second, first]
    third = asked.begin(asked.draft("three"), 3.0, 3.0, Blind(8, ("a", "b")))
    assert third.blind == Blind(8, ("a", "b"))


def test_a_judge_reveals_nothing() -> None:
    asked, _ = blind_session()
    first = asked.begin(asked.draft("one"), 1.0, 1.0, Blind(7, ("b", "a")))
    answer_all(first)

    asked.put_vote(first, Vote("tie", 1.0, voter="openai:judge"))

    assert first.is_hidden


def test_a_round_can_be_revealed_without_a_vote() -> None:
    asked, heard = blind_session()
    first = asked.begin(asked.draft("one"), 1.0, 1.0, Blind(7, ("b", "a")))

    asked.reveal(first)

    assert (first.is_hidden, first.vote) == (False, None)
    assert heard.changed == [first]
