"""A session: one conversation with several models, with the settings of each and the rounds so far."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from diptych.core.event_log import MemoryBudget
from diptych.core.message import Message, ToolCallPart, ToolResultPart
from diptych.core.request import Label, Request
from diptych.core.round import Round, RoundObserver
from diptych.core.run import Run
from diptych.core.secrets.guard import check_requests
from diptych.core.settings import Settings
from diptych.core.tool_calls import turn_prompt
from diptych.engine.conversation import is_kept, kept_messages, message, with_prompt


@dataclass(frozen=True, slots=True)
class Draft:
    """A prompt that may be sent, as one request for each label.

    `caution` says what in it looks like a key, as the beginning of a sentence; "" if nothing does. `earlier` are the
    rounds of the conversation that it follows. `answers_calls` says that results of tool calls take the place of the
    user's prompt.
    """

    prompt: str
    requests: Mapping[Label, Request]
    caution: str = ""
    earlier: tuple[Round, ...] = ()
    answers_calls: bool = False


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
        self._conversation: tuple[Round, ...] = ()
        self._turns: set[Round] = set()

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

    def draft(self, prompt: str) -> Draft:
        """Return what would be sent for a prompt, to each label with its own earlier messages.

        Raises `ValueError` for an empty prompt, `MustNotBeSentError` for what would give a secret away, and
        `RuntimeError` while an answer still streams.
        """
        if not prompt.strip():
            raise ValueError("There is nothing to send: write a prompt first.")
        return self._draft(prompt, self._conversation)

    @property
    def open_calls(self) -> Mapping[Label, Sequence[ToolCallPart]]:
        """The tool calls that wait for a result, of each label that has any. The next prompt is their result."""
        earlier = {label: kept_messages(self._conversation, label) for label in self._settings}
        return {label: messages[-1].tool_calls for label, messages in earlier.items() if _has_calls(messages)}

    def draft_results(self, results: Mapping[Label, Sequence[ToolResultPart]]) -> Draft:
        """Return what would be sent with the results of open calls, to the labels that made them and to no others.

        Raises `MustNotBeSentError` for what would give a secret away, and `RuntimeError` while an answer still streams.
        """
        self._refuse_while_busy()
        prompt = turn_prompt(self.open_calls, results)
        requests = {
            label: self._request(
                label, self._conversation, (*kept_messages(self._conversation, label), Message("tool", tuple(parts)))
            )
            for label, parts in results.items()
        }
        return Draft(prompt, requests, check_requests(requests.values()), self._conversation, answers_calls=True)

    def draft_again(self) -> Draft:
        """Return what would be sent if the last prompt took the place of its round in the conversation.

        The rounds that answered tool calls of that round go with it. Raises `ValueError` if there is no round yet, and
        otherwise what `draft` raises.
        """
        if not self._conversation:
            raise ValueError("There is no prompt to send again.")
        *earlier, last = self._conversation
        while last in self._turns:
            last = earlier.pop()
        return self._draft(last.prompt, tuple(earlier))

    def begin(self, draft: Draft, began: float, date: float) -> Round:
        """Add the round of a draft; its runs are ready to be streamed.

        `began` is the stamp of this moment on the clock of the runs, `date` the same in seconds since 1970 (UTC).
        Raises `RuntimeError` while an answer still streams.
        """
        self._refuse_while_busy()
        runs = [Run(label, request, began, self._observer, self._memory) for label, request in draft.requests.items()]
        round_ = Round(draft.prompt, began, runs, date)
        if self._observer:
            self._observer.round_began(self.number, round_)
        self._rounds.append(round_)
        self._conversation = (*draft.earlier, round_)
        if draft.answers_calls:
            self._turns.add(round_)
        return round_

    def begin_take(self, round_: Round, label: Label, began: float) -> Run:
        """Add another take to a round: a run with the same request as the label's takes before, which counts from now.

        Other runs may still stream. Raises `ValueError` for a round of another session or a label that it did not ask,
        and `MustNotBeSentError` for what would give a secret away.
        """
        takes = round_.takes(label)
        if round_ not in self._rounds or not takes:
            raise ValueError(f"There is no take of {label} in this session that could be asked again.")
        last = takes[-1]
        check_requests([last.request])  # a caution was given when the round was asked
        run = Run(label, last.request, began, self._observer, self._memory, last.take + 1)
        round_.add_take(run)
        if self._observer:
            self._observer.take_began(round_, run)
        return run

    def streaming(self, label: Label | None = None) -> Iterator[Run]:
        """Yield the runs that have not ended: those of one label, or all."""
        for round_ in self._rounds:
            for run in round_.all_takes():
                if not run.ended and label in (None, run.label):
                    yield run

    def is_excluded(self, round_: Round, label: Label) -> bool:
        """Whether a label's turn has ended and is not part of the conversation that later prompts carry."""
        run = round_.runs.get(label)
        ended = run is not None and run.ended
        return ended and not (round_ in self._conversation and is_kept(round_, label))

    def _draft(self, prompt: str, earlier: tuple[Round, ...]) -> Draft:
        self._refuse_while_busy()
        requests = {
            label: self._request(label, earlier, with_prompt(kept_messages(earlier, label), message("user", prompt)))
            for label in self._settings
        }
        return Draft(prompt, requests, check_requests(requests.values()), earlier)

    def _request(self, label: Label, earlier: Sequence[Round], messages: tuple[Message, ...]) -> Request:
        """Return a request with these messages, and the files that a label's earlier requests have sent."""
        runs = [round_.runs[label] for round_ in earlier if label in round_.runs]
        files = {sha256: data for run in runs for sha256, data in run.request.files.items()}
        return Request(self._settings[label], messages, files)

    def _refuse_while_busy(self) -> None:
        if self.busy:
            raise RuntimeError("Every answer must have ended before the next prompt: stop them to send it now.")


def _has_calls(messages: Sequence[Message]) -> bool:
    return bool(messages and messages[-1].tool_calls)
