"""Decides what a request is answered with: a recorded answer, a list of models, or an error that says what is wrong."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple, assert_never
from urllib.parse import unquote

from diptych.apis.request_path import PATH_ENDS, api_of_path
from diptych.core.endpoint import ApiName
from diptych.core.json_text import parse_json
from diptych.core.text.excerpt import in_sentence
from diptych.serving.api_forms import Form, error_answer, json_answer, model_list, model_object
from diptych.serving.comparable_conversation import read_conversation
from diptych.serving.matching import Asked, NoMatchError, RecordedAnswers
from diptych.serving.recorded_answer import RecordedAnswer
from diptych.serving.timed_answer import TimedAnswer
from diptych.serving.whole_answer.whole_answer import NoWholeAnswerError, whole_answer

LARGEST_BODY = 64 * 1024 * 1024
"""Bytes of a request that are read: more than any of the APIs accepts."""


class HttpRequest(NamedTuple):
    """A request: its method, target, headers by lower-case name, and body, which is None if it is too long."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes | None


@dataclass(frozen=True, slots=True)
class Reply:
    """What a request is answered with. `asked` and `what` are words for the log; `recorded` is the answer's source."""

    answer: TimedAnswer
    asked: str
    what: str
    recorded: RecordedAnswer | None = None
    is_unmatched: bool = False


class RequestRouter:
    """Answers requests from recordings."""

    def __init__(self, answers: RecordedAnswers) -> None:
        self._answers = answers

    def reply(self, request: HttpRequest) -> Reply:
        """Return what a request is answered with. A recorded answer counts as played from then on."""
        path = unquote(request.target.partition("?")[0]).rstrip("/") or "/"
        asked = f"{in_sentence(request.method)} {in_sentence(path)}"
        form: Form = "anthropic" if "anthropic-version" in request.headers or "/messages" in path else "openai"
        if request.body is None:
            return _error(form, 413, f"The body of the request is larger than {LARGEST_BODY // 2**20} MiB.", asked)
        if request.method == "POST" and (api := api_of_path(path)):
            return self._recorded(api, request.body)
        if request.method in ("GET", "HEAD") and (found := self._models(form, path)):
            return Reply(found, asked, "models")
        sentence = f"There is no {asked} here: POST to a path that ends with {', '.join(PATH_ENDS)}, or GET /v1/models."
        return _error(form, 404, sentence, asked)

    def _recorded(self, api: ApiName, body: bytes) -> Reply:
        form = _form(api)
        try:
            fields = parse_json(body.decode())
        except ValueError:
            fields = None
        if not isinstance(fields, dict):
            return _error(form, 400, "The body of the request is not a JSON object.", api)
        model = fields.get("model")
        name = model if isinstance(model, str) else ""
        asked = f"{api} {in_sentence(name)}".strip()
        try:
            found = self._answers.find(Asked(api, name, read_conversation(api, fields)))
        except NoMatchError as error:
            return _error(form, 404, str(error), asked, is_unmatched=True)
        try:
            answer = found.answer if fields.get("stream") is True else _whole(found)
        except NoWholeAnswerError as error:
            sentence = f'{in_sentence(found.name)} {error}: ask for it with "stream": true.'
            return _error(form, 400, sentence, asked, is_unmatched=True)
        again = f", for the {_ordinal(found.played + 1)} time" if found.played else ""
        whole = "" if answer is found.answer else ", in one piece"
        found.played += 1
        status = "no answer" if answer.status is None else str(answer.status)
        return Reply(answer, asked, f"{in_sentence(found.name)} ({status}{whole}{again})", found)

    def _models(self, form: Form, path: str) -> TimedAnswer | None:
        """Return the list of models or one of them; None if the path is another one."""
        apis: tuple[ApiName, ...] = (
            ("anthropic-messages",) if form == "anthropic" else ("openai-chat", "openai-responses")
        )
        models = self._answers.models(*apis)
        if path.endswith("/models"):
            return json_answer(200, model_list(form, models))
        _, found, model = path.partition("/models/")
        if not found:
            return None
        if model not in models:
            return error_answer(form, 404, f"No recording is of the model {in_sentence(model)}.")
        return json_answer(200, model_object(form, model))


def _whole(found: RecordedAnswer) -> TimedAnswer:
    """Return a recorded answer as one object, which is made once. Raises `NoWholeAnswerError`."""
    if found.whole is None:
        found.whole = whole_answer(found.api, found.answer)
    return found.whole


def _form(api: ApiName) -> Form:
    match api:
        case "anthropic-messages":
            return "anthropic"
        case "openai-chat" | "openai-responses":
            return "openai"
        case _:
            assert_never(api)


def _error(form: Form, status: int, sentence: str, asked: str, *, is_unmatched: bool = False) -> Reply:
    return Reply(error_answer(form, status, sentence), asked, f"{status}. {sentence}", is_unmatched=is_unmatched)


def _ordinal(number: int) -> str:
    endings = {1: "st", 2: "nd", 3: "rd"}
    return f"{number}{'th' if number % 100 in (11, 12, 13) else endings.get(number % 10, 'th')}"
