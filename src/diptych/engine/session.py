"""A session: one conversation with several models, with the settings of each and the rounds so far."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from diptych.apis.file_limits import check_files
from diptych.core.attachment import Attachment, contents_by_hash
from diptych.core.blind import Blind
from diptych.core.event_log import MemoryBudget
from diptych.core.message import Message, ToolCallPart, ToolResultPart
from diptych.core.remarks import RoundNote, Vote
from diptych.core.request import Label, Request
from diptych.core.round import Round, RoundObserver
from diptych.core.run import Run
from diptych.core.secrets.guard import check_requests
from diptych.core.settings import Settings
from diptych.core.tool_calls import turn_prompt
from diptych.engine.conversation import is_kept, message, prompt_attachments, with_prompt
from diptych.engine.followed_rounds import FollowedRounds


@dataclass(frozen=True, slots=True)
class Draft:
    """A prompt that may be sent, as one request for each label.

    `caution` says what in it looks like a key, as the beginning of a sentence; "" if nothing does. `earlier` are the
    rounds of the conversation that it follows; `continues` is the label whose answers in them every label goes on with,
    None if each goes on with its own. `answers_calls` says that results of tool calls take the place of the user's
    prompt. `repeats` is the round whose prompt is sent again, if there is one.
    """

    prompt: str
    requests: Mapping[Label, Request]
    caution: str = ""
    earlier: tuple[Round, ...] = ()
    continues: Label | None = None
    answers_calls: bool = False
    repeats: Round | None = None


class Session:
    """Makes the rounds of one conversation. Streaming their runs is up to the caller.

    `number` counts the sessions since the start from 1. `observer` is told of every round and line. `memory` limits the
    memory that the events take; without it they all stay.
    """

    def __init__(
        self,
        settings: Mapping[Label, Settings],
        number: int = 1,
        observer: RoundObserver | None = None,
        memory: MemoryBudget | None = None,
    ) -> None:
        self.number = number
        self._settings = dict(settings)
        self._observer = observer
        self._memory = memory
        self._rounds: list[Round] = []
        self._followed = FollowedRounds()

    @property
    def settings(self) -> Mapping[Label, Settings]:
        """The settings with which each label is asked from now on."""
        return MappingProxyType(self._settings)

    @property
    def rounds(self) -> Sequence[Round]:
        """The rounds in the order in which they were asked."""
        return self._rounds

    @property
    def busy(self) -> bool:
        """Whether a run has not ended yet."""
        return any(not round_.ended for round_ in self._rounds)

    @property
    def problem(self) -> str:
        """A sentence while events stay in memory that should have left it; "" while all is well."""
        return self._memory.problem if self._memory else ""

    def configure(self, label: Label, settings: Settings) -> None:
        """Change how a label is asked, from the next prompt on."""
        self._settings[label] = settings

    def draft(self, prompt: str, attachments: Sequence[Attachment] = ()) -> Draft:
        """Return what would be sent for a prompt and its attachments, to each label with its own earlier messages.

        Raises `ValueError` for an empty prompt, `MustNotBeSentError` for what would give a secret away and for files
        that a provider does not take, and `RuntimeError` while an answer still streams.
        """
        if not prompt.strip():
            raise ValueError("There is nothing to send: write a prompt first.")
        return self._draft(prompt, self._followed.rounds, attachments, self._followed.continues)

    @property
    def conversation(self) -> Sequence[Round]:
        """The rounds that the next prompt follows."""
        return self._followed.rounds

    @property
    def continues(self) -> Label | None:
        """The label whose answers every label goes on with from the next prompt on; None if each has its own."""
        return self._followed.continues

    def continue_from(self, round_: Round, label: Label) -> None:
        """Continue every label from one label's answer in a round, and from what came before it, with the next prompt.

        Raises `ValueError` for an answer that cannot be part of a conversation, such as one that failed.
        """
        if round_ not in self._rounds or not is_kept(round_, label):
            raise ValueError("There is no answer to continue from.")
        self._followed.continue_from(round_, label)

    def undo_continuing(self) -> None:
        """Continue every label with its own conversation again, as before `continue_from`."""
        self._followed.undo_continuing()

    @property
    def open_calls(self) -> Mapping[Label, Sequence[ToolCallPart]]:
        """The tool calls that wait for a result, of each label that has any. The next prompt is their result."""
        earlier = {label: self._followed.messages(label) for label in self._settings}
        return {label: messages[-1].tool_calls for label, messages in earlier.items() if _has_calls(messages)}

    def draft_results(self, results: Mapping[Label, Sequence[ToolResultPart]]) -> Draft:
        """Return what would be sent with the results of open calls, to the labels that made them and to no others.

        Raises `MustNotBeSentError` for what would give a secret away, and `RuntimeError` while an answer still streams.
        """
        self._refuse_while_busy()
        followed = self._followed
        calls, last = self.open_calls, followed.rounds[-1]
        if last.is_hidden and last.blind:  # else their order would tell which side is A
            calls = {label: calls[label] for label in last.blind.order if label in calls}
        prompt = turn_prompt(calls, results)
        requests: dict[Label, Request] = {}
        for label, parts in results.items():
            before, files = followed.sent_before(followed.rounds, label, followed.continues)
            requests[label] = Request(self._settings[label], (*before, Message("tool", tuple(parts))), files)
        caution = check_requests(requests.values())
        return Draft(prompt, requests, caution, followed.rounds, followed.continues, answers_calls=True)

    def draft_again(self, round_: Round | None = None) -> Draft:
        """Return what would be sent to ask the prompt of a round once more, after the rounds that it followed.

        The new round takes the place of the last one of the conversation, or branches off before an earlier one.
        Without `round_` it is the last one. For a round that answered tool calls, it is the prompt that led to them.
        Raises `ValueError` if there is no such prompt, and otherwise what `draft` raises.
        """
        if round_ is None:
            if not self.conversation:
                raise ValueError("There is no prompt to send again.")
            round_ = self.conversation[-1]
        earlier, asked = self._followed.prompt_of(round_)
        draft = self._draft(asked.prompt, earlier, prompt_attachments(asked), asked.continues)
        return replace(draft, repeats=asked)

    def begin(self, draft: Draft, began: float, date: float, blind: Blind | None = None) -> Round:
        """Add the round of a draft; its runs are ready to be streamed.

        `began` is the stamp of this moment on the clock of the runs, `date` the same in seconds since 1970 (UTC).
        `blind` hides the sides until the user votes. A round that follows a hidden one, or asks it again, is hidden in
        the same order, since its answers would tell whose the answers before are.
        Raises `RuntimeError` while an answer still streams.
        """
        self._refuse_while_busy()
        runs = [Run(label, request, began, self._observer, self._memory) for label, request in draft.requests.items()]
        follows = draft.earlier[-1] if draft.earlier else None
        if follows and (follows.is_hidden or draft.answers_calls):
            blind = follows.blind
        elif draft.repeats and draft.repeats.is_hidden:
            blind = draft.repeats.blind
        round_ = Round(draft.prompt, began, runs, date, follows=follows, continues=draft.continues, blind=blind)
        if self._observer:
            self._observer.round_began(self.number, round_)
        self._rounds.append(round_)
        self._followed.follow(round_, draft.earlier, answers_calls=draft.answers_calls)
        return round_

    def begin_take(self, round_: Round, label: Label, began: float) -> Run:
        """Add another take to a round: a run with the same conversation as the takes before, which counts from now on.

        It is asked with the present settings of the label. Other runs may still stream. Raises `ValueError` for a round
        of another session or a label that it did not ask, and `MustNotBeSentError` for what would give a secret away
        and for files that the provider does not take.
        """
        takes = round_.takes(label)
        if round_ not in self._rounds or not takes:
            raise ValueError(f"There is no take of {label} in this session that could be asked again.")
        last = takes[-1]
        request = replace(last.request, settings=self._settings.get(label, last.request.settings))
        check_requests([request])  # a caution was given when the round was asked
        check_files({label: request})
        run = Run(label, request, began, self._observer, self._memory, last.take + 1)
        round_.add_take(run)
        if self._observer:
            self._observer.take_began(round_, run)
        return run

    def choose_take(self, round_: Round, run: Run) -> None:
        """Make a take the one that counts for its label: in later prompts, figures, votes and exports."""
        if round_.runs.get(run.label) is not run:
            round_.choose_take(run)
            self._tell(round_)

    def put_note(self, round_: Round, note: RoundNote) -> None:
        """Keep a note on a round in place of the one before."""
        round_.put_note(note)
        self._tell(round_)

    def put_vote(self, round_: Round, vote: Vote) -> None:
        """Keep a vote on a round in place of the one that its voter gave before."""
        round_.put_vote(vote)
        self._tell(round_)
        if not vote.voter:
            self._reveal_all_like(round_)

    def take_back_vote(self, round_: Round) -> None:
        """Remove the user's vote on a round, if there is one."""
        round_.take_back_vote()
        self._tell(round_)

    def reveal(self, round_: Round) -> None:
        """Show whose the answers of a hidden round are without a vote."""
        round_.reveal()
        self._tell(round_)
        self._reveal_all_like(round_)

    def _reveal_all_like(self, round_: Round) -> None:
        """Reveal the other rounds that hide their sides in the order that the user knows now."""
        for other in self._rounds:
            if other.is_hidden and round_.blind and other.blind and other.blind.seed == round_.blind.seed:
                other.reveal()
                self._tell(other)

    def open_rounds(self, rounds: Mapping[int, Round]) -> None:
        """Go on with a conversation of the history: its rounds by their ids there, in order, each following the last.

        The session has no rounds before. What was sent before the first of these rounds stays part of the conversation.
        Raises `ValueError` for a round that another process still records.
        """
        for id, round_ in rounds.items():  # noqa: A001 - the word users know
            if not round_.ended:
                raise ValueError(f"Round {id} is still being answered: wait until it has ended.")
        self._rounds = list(rounds.values())
        self._followed.open(self._rounds)
        for id, round_ in rounds.items():  # noqa: A001 - the word users know
            round_.number = id
            if self._observer:
                self._observer.round_opened(self.number, round_, id)

    def streaming(self, label: Label | None = None) -> Iterator[Run]:
        """Yield the runs that have not ended: those of one label, or all."""
        for round_ in self._rounds:
            for run in round_.all_takes():
                if not run.ended and label in (None, run.label):
                    yield run

    def is_excluded(self, round_: Round, label: Label) -> bool:
        """Whether a label's turn has ended and is not part of the conversation that later prompts carry."""
        run = round_.runs.get(label)
        if run is None or not run.ended:
            return False
        return not self._followed.carries(round_, label, self._settings)

    def _tell(self, round_: Round) -> None:
        if self._observer:
            self._observer.round_changed(round_)

    def _draft(
        self,
        prompt: str,
        earlier: tuple[Round, ...],
        attachments: Sequence[Attachment],
        continues: Label | None,
    ) -> Draft:
        self._refuse_while_busy()
        asked = message("user", prompt, tuple(attachment.file for attachment in attachments))
        requests: dict[Label, Request] = {}
        for label, settings in self._settings.items():
            before, files = self._followed.sent_before(earlier, label, continues)
            requests[label] = Request(settings, with_prompt(before, asked), {**files, **contents_by_hash(attachments)})
        caution = check_requests(requests.values())
        check_files(requests)
        return Draft(prompt, requests, caution, earlier, continues)

    def _refuse_while_busy(self) -> None:
        if self.busy:
            raise RuntimeError("Every answer must have ended before the next prompt: stop them to send it now.")


def _has_calls(messages: Sequence[Message]) -> bool:
    return bool(messages and messages[-1].tool_calls)
