"""Chooses what a simulated model does. The first word of the prompt selects the scenario."""

import json
import string
from collections.abc import Iterator, Mapping
from random import Random
from types import MappingProxyType

from diptych.simulated import texts
from diptych.simulated.attached_files import seen
from diptych.simulated.essay import essay
from diptych.simulated.markdown_samples import SAMPLES
from diptych.simulated.pacing import Pace, tokens
from diptych.simulated.question import Question
from diptych.simulated.schema_values import value_for
from diptych.simulated.script import (
    CallTool,
    Drop,
    Fail,
    Refuse,
    Reject,
    Say,
    Script,
    Silence,
    Step,
    Think,
    Trouble,
    Voice,
)

SCENARIOS: Mapping[str, str] = MappingProxyType(
    {
        "markdown": "headings, lists, a quote, emphasis, links and tasks",
        "code": "code blocks in two languages",
        "table": "tables, narrow and wide",
        "think": "thinking first, then the answer",
        "tool": "a tool call whose arguments stream in pieces",
        "refuse": "a refusal, as each API tells it",
        "length": "an answer cut by the token limit",
        "long": "about 3,000 words, fast",
        "slow": "a late first token, then four tokens a second",
        "busy": "rate limited (429) once, then answered",
        "overloaded": "an HTTP error on every attempt",
        "error": "an error event in the middle of the answer",
        "cut": "the connection lost in the middle of the answer",
        "stall": "a dozen tokens, then silence until you stop it",
    }
)
"""The word of each scenario, and a line that says what it shows."""

_PACES: Mapping[Voice, tuple[tuple[float, float], tuple[float, float]]] = MappingProxyType(
    {"left": ((0.2, 0.45), (75, 120)), "right": ((0.4, 0.8), (40, 70))}
)
"""The ranges of the seconds to the first token and of the tokens per second. Left starts earlier and is faster."""

_SLOW = Pace(first_token=3.0, rate=4.0)
_LONG_RATE = 400.0
_SHORT_LIMIT = 40
_CALLS = 0.75
"""The probability that an ordinary answer calls a tool of the request."""

_STALL_SECONDS = 24 * 3600.0
_PUNCTUATION = string.punctuation + "…–—“”‘’«»¿¡"


def plan(question: Question, voice: Voice, rng: Random) -> Script | Reject:
    """Decide how a request is answered. A first word that is not a scenario gets an ordinary answer.

    An ordinary answer follows the schema of the request, or calls one of its tools, most of the time. Results of tools
    are answered with a text. If files came with the prompt, the answer names them first.
    """
    prompt = question.prompt
    word = first_word(prompt)
    first_token, rate = _PACES[voice]
    pace = Pace(rng.uniform(*first_token), rng.uniform(*rate))
    if question.results:
        return Script((_after_results(question, voice),), pace)
    if question.tools and (word == "tool" or (word not in SCENARIOS and rng.random() < _CALLS)):
        return Script(tuple(_calls(question, voice)), pace)
    if question.schema is not None and word not in SCENARIOS:
        return Script((_json(question),), pace)
    steps = _steps(word, prompt, voice, rng)
    if question.files:
        steps = (Say(f"{seen(list(question.files))}\n\n"), *steps)
    match word:
        case "length":
            return Script(steps, pace, token_limit=_SHORT_LIMIT)
        case "long":
            return Script(steps, Pace(pace.first_token, _LONG_RATE))
        case "slow":
            return Script(steps, _SLOW)
        case "busy":
            return Reject(Trouble.BUSY, then=Script(steps, pace))
        case "overloaded":
            return Reject(Trouble.OVERLOADED)
        case _:
            return Script(steps, pace)


def _steps(word: str, prompt: str, voice: Voice, rng: Random) -> tuple[Step, ...]:
    answer = texts.answer(prompt, voice, rng)
    match word:
        case "markdown" | "code" | "table":
            return (Say(SAMPLES[word][voice]),)
        case "think":
            return (Think(texts.THOUGHTS[voice]), Say(texts.AFTER_THOUGHT[voice]))
        case "tool":
            return (Say(texts.BEFORE_TOOL[voice]), CallTool("get_weather", texts.ARGUMENTS[voice]))
        case "refuse":
            return (Refuse(texts.REFUSAL[voice]),)
        case "long":
            return (Say(essay(voice, rng)),)
        case "slow":
            return (Say(texts.SLOW[voice]),)
        case "busy":
            return (Say(texts.AFTER_BUSY[voice]),)
        case "error":
            return (_beginning(answer, 15), Fail())
        case "cut":
            return (_beginning(answer, 20), Drop())
        case "stall":
            return (_beginning(answer, 12), Silence(_STALL_SECONDS), Drop())
        case _:
            return (Say(answer),)


def first_word(prompt: str) -> str:
    """Return the first word of a prompt in lower case, without the punctuation around it."""
    first, *_ = prompt.split(maxsplit=1) or [""]
    return first.strip(_PUNCTUATION).casefold()


def _calls(question: Question, voice: Voice) -> Iterator[Step]:
    """Yield calls of the first tool, and by the left voice of the second as well."""
    yield Say(texts.BEFORE_OWN_TOOL[voice])
    for name, parameters in question.tools[: 2 if voice == "left" else 1]:
        yield CallTool(name, json.dumps(value_for(parameters) or {}, ensure_ascii=False))


def _after_results(question: Question, voice: Voice) -> Say:
    if question.schema is not None:
        return _json(question)
    return Say(texts.after_results(question.results[-1], voice))


def _json(question: Question) -> Say:
    return Say(json.dumps(value_for(question.schema), ensure_ascii=False, indent=2))


def _beginning(text: str, length: int) -> Say:
    return Say("".join(tokens(text)[:length]))
