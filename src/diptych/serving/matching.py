"""Finds the recorded answer to a request: by API, then by model, then by the conversation, then in order."""

from collections.abc import Sequence
from dataclasses import dataclass

from diptych.core.endpoint import ApiName
from diptych.core.text.excerpt import in_sentence
from diptych.serving.comparable_conversation import ComparableConversation, difference
from diptych.serving.recorded_answer import RecordedAnswer


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request asks for: a model, with a conversation if it has one."""

    api: ApiName
    model: str
    conversation: ComparableConversation | None


class NoMatchError(Exception):
    """No recording matches a request. The message is a sentence that says which one is nearest and what differs."""


class RecordedAnswers:
    """All answers that are served, in the order in which they were recorded."""

    def __init__(self, answers: Sequence[RecordedAnswer], *, is_lenient: bool = False) -> None:
        self.all = answers
        self._is_lenient = is_lenient
        self._by_question: dict[tuple[ApiName, ComparableConversation | None], list[RecordedAnswer]] = {}
        for answer in answers:  # an experiment may have very many, and other clients wait while one is found
            self._by_question.setdefault((answer.api, answer.conversation), []).append(answer)

    @property
    def unused(self) -> Sequence[RecordedAnswer]:
        """The answers that have not been sent to any request yet."""
        return [answer for answer in self.all if not answer.played]

    def models(self, *apis: ApiName) -> Sequence[str]:
        """Return the models that were asked by these APIs, each once."""
        return list(dict.fromkeys(answer.model for answer in self.all if answer.api in apis and answer.model))

    def find(self, asked: Asked) -> RecordedAnswer:
        """Return the answer to a request. Raises `NoMatchError`.

        If several match, it is the first of those that were played least, so that they are played in order, again and
        again. A recording that does not know its conversation matches if no other one does.
        """
        found = self._with_question(asked, asked.conversation) or self._with_question(asked, None)
        if not found:
            of_api = [answer for answer in self.all if answer.api == asked.api]
            if not of_api or not self._is_lenient:
                raise NoMatchError(_nearest(asked, of_api, self.all))
            found = of_api
        return min(found, key=lambda answer: answer.played)

    def _with_question(self, asked: Asked, conversation: ComparableConversation | None) -> Sequence[RecordedAnswer]:
        """Return the answers of the API and the model to a conversation, or those that do not know theirs."""
        of_question = self._by_question.get((asked.api, conversation), ())
        return [answer for answer in of_question if answer.model in ("", asked.model)]


def _nearest(asked: Asked, of_api: Sequence[RecordedAnswer], everything: Sequence[RecordedAnswer]) -> str:
    """Return sentences about the recording that is most like the request, and what differs."""
    if not of_api:
        apis = " and ".join(dict.fromkeys(answer.api for answer in everything))
        return f"No recording matches this request: it is of {asked.api}, and the recordings are of {apis}."

    def likeness(answer: RecordedAnswer) -> tuple[bool, int]:
        turns = asked.conversation.equal_turns(answer.conversation) if asked.conversation and answer.conversation else 0
        return answer.model in ("", asked.model), turns

    nearest = max(of_api, key=likeness)
    differences = []
    if nearest.model not in ("", asked.model):
        here = f"{in_sentence(asked.model)} here" if asked.model else "missing here"
        differences.append(f"the model is {in_sentence(nearest.model)} there and {here}")
    if asked.conversation is None:
        differences.append("this request has no messages")
    elif nearest.conversation and (differs := difference(nearest.conversation, asked.conversation)):
        differences.append(differs)
    return (
        f"No recording matches this request. Nearest is {in_sentence(nearest.name)}: {', and '.join(differences)}. "
        "With --lenient, the next recording of the API is played."
    )
