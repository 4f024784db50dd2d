"""Experiments in a history, with values that are spread like real ones and are the same every time."""

import random
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

from diptych.apis.registry import DIALECTS
from diptych.apis.sse import Decoder
from diptych.codec.plan_object import limits_object, plan_digest, plan_object
from diptych.codec.run_row import RowSource, run_row
from diptych.core.endpoint import Endpoint
from diptych.core.event import Event, RequestSent, ResponseBegan
from diptych.core.experiment.case import Case
from diptych.core.experiment.checks.check import CheckResult
from diptych.core.experiment.order import planned_rounds
from diptych.core.experiment.plan import Limits, Plan
from diptych.core.failure import Failure
from diptych.core.json_text import JsonObject
from diptych.core.message import Message
from diptych.core.request import Label, Request
from diptych.core.round import ExperimentCase, Round
from diptych.core.run import Run
from diptych.core.settings import Settings
from diptych.store.entries import Item, RowAdded
from diptych.store.history import History
from diptych.store.history_writer import HistorySink
from tests.store.rounds import DATE, items
from tests.support.streams import chat

LABELS = ("anthropic:a", "@terse", "local:q#2")
PROMPTS = (
    "What is the capital of France?",
    "Why do two clocks disagree?",
    "Name three prime numbers above 100.",
    "Summarize the plot of Hamlet in one sentence.",
    "[/red]Write a haiku about server-sent events.",
)
_BEGAN = 50.0


def plan_for(cases: int = 5, labels: Iterable[Label] = LABELS, repeats: int = 3) -> Plan:
    """A plan with so many cases."""
    endpoint = Endpoint("here", "openai-chat", "https://models.test/v1", "HERE_API_KEY")
    asked = (Case(f"case-{number + 1}", (Message.of_text("user", PROMPTS[number % 5]),)) for number in range(cases))
    return Plan(tuple(asked), {label: Settings(endpoint, f"model-of-{label}") for label in labels}, repeats)


def stored_plan(plan: Plan) -> JsonObject:
    """A plan as the history keeps it."""
    return {"plan": plan_object(plan), "digest": plan_digest(plan), "limits": limits_object(Limits()), "app": "0"}


def asked(path: Path, plan: Plan, rounds: int | None = None, *, checked: bool = True) -> History:
    """A history with an experiment, of which so many rounds were asked; all of them if that is None."""
    number = History(path).add_experiment(stored_plan(plan), DATE)
    go_on(path, plan, number, 0, rounds, checked=checked)
    return History(path)


def go_on(
    path: Path, plan: Plan, number: int, first: int = 0, last: int | None = None, *, checked: bool = True
) -> None:
    """Ask more rounds of an experiment."""
    with closing(HistorySink(path)) as sink:
        for round_ in _rounds(plan, number, first, last):
            sink.write(list(_told(round_, checked=checked)))


def _rounds(plan: Plan, experiment: int, first: int, last: int | None) -> Iterator[Round]:
    for planned in list(planned_rounds(plan))[first:last]:
        chance = random.Random(planned.number)
        case = planned.case
        runs = [_run(label, plan.models[label], case.prompt, chance) for label in plan.models]
        yield Round(case.prompt, _BEGAN, runs, DATE, ExperimentCase(experiment, case.id, planned.repeat))


def _run(label: Label, settings: Settings, prompt: str, chance: random.Random) -> Run:
    """A run that ends well in most cases, sooner or later."""
    slowness = 1 + 0.3 * len(label) / 10
    first = round(slowness * chance.lognormvariate(-0.7, 0.3) * (20 if chance.random() < 0.02 else 1), 6)
    run = Run(label, Request(settings, (Message.of_text("user", prompt),)), _BEGAN)
    run.begin_attempt(_BEGAN + 0.01)
    run.note(RequestSent(_BEGAN + 0.01, "POST", "https://models.test/v1", (), b"{}", 0.005))
    if chance.random() < 0.03:
        run.fail(Failure("http", "The server is busy.", 503, "req_1"), _BEGAN + first)
        return run
    run.note(ResponseBegan(_BEGAN + 0.05, 200, ()))
    words = chance.choice(("Paris is the capital.", "It is Paris.", "Paris.", "I do not know.")).split(" ")
    body = b"".join(chat(*(f"{word} " for word in words)))
    decoder, dialect = Decoder(), DIALECTS["openai-chat"]()
    for place, framed in enumerate(decoder.feed(body) + decoder.end()):
        name, contents = dialect.decode(framed)
        stamp = _BEGAN + first + place * round(0.02 * slowness, 6)
        run.add(Event(stamp, run.events + 1, name, framed.data, contents, framed.dropped))
    run.complete()
    return run


def _told(round_: Round, *, checked: bool) -> Iterator[Item]:
    yield from items(round_)
    for run in round_.all_takes():
        passed = "Paris" in str(run.text)
        check = CheckResult('contains "Paris"', passed, "" if passed else "the answer does not contain it")
        yield RowAdded(round_, run, run_row(round_, run, RowSource(), (check,) if checked else ()))
