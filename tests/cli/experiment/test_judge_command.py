"""A judge on the command line: what it is asked, what is printed, and what is asked again."""

import json
from pathlib import Path

import msgspec
import pytest

from diptych.codec.plan_object import plan_digest, plan_object
from diptych.core.experiment.case import Case
from diptych.core.experiment.plan import Plan
from diptych.core.message import Message
from diptych.core.remarks import Vote
from diptych.core.round import ExperimentCase, Round
from diptych.core.settings import Settings
from diptych.store.history import History
from tests.cli.test_commands import diptych, sentence
from tests.core.experiment.rows import row
from tests.store.rounds import BEGAN, DATE, complete, keep, new_run
from tests.support.answers import Answer, json_answer
from tests.support.loopback import LoopbackServer
from tests.support.streams import chat

A, B, TIE = (json.dumps({"reason": "because", "verdict": verdict}) for verdict in ("A", "B", "tie"))


@pytest.fixture
def server_of_judge(server: LoopbackServer, monkeypatch: pytest.MonkeyPatch) -> LoopbackServer:
    monkeypatch.setenv("OPENAI_BASE_URL", f"{server.url}/v1")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
    return server


@pytest.fixture
def history(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> History:
    """An experiment of two cases and two models."""
    path = tmp_path / "history.db"
    monkeypatch.setenv("DIPTYCH_HISTORY", str(path))
    history = History(path)
    settings = new_run().request.settings
    plan = Plan(
        tuple(Case(case, (Message.of_text("user", f"Say {case}"),)) for case in ("one", "two")),
        {"left": settings, "right": Settings(settings.endpoint, "other-model")},
    )
    history.add_experiment(
        {"plan": plan_object(plan), "digest": plan_digest(plan), "limits": {"concurrency": 1}, "app": "0.1.0"}, DATE
    )
    rounds = [
        Round(f"Say {case}", BEGAN, (complete("left", "short"), complete("right", "much longer")), DATE, place)
        for case, place in (("one", ExperimentCase(1, "one", 1)), ("two", ExperimentCase(1, "two", 1)))
    ]
    keep(path, *rounds)
    history.add_rows(
        msgspec.structs.replace(row(label, case, 1), experiment=1, round=number)
        for number, case in ((1, "one"), (2, "two"))
        for label in ("left", "right")
    )
    return history


def replies(server: LoopbackServer, *texts: str) -> None:
    server.plan(*(Answer(chat(text)) for text in texts), key="judge")


def judge(*options: str) -> tuple[int, str, str]:
    result = diptych("judge", "x1", "--judge", "openai:judge", "--concurrency", "1", *options)
    return result.exit_code, result.stdout, result.stderr


def test_a_judge_that_prefers_whatever_comes_first(history: History, server_of_judge: LoopbackServer) -> None:
    replies(server_of_judge, A, A, A, A)

    code, printed, said = judge()

    assert code == 0
    assert said == "x1, judged by openai:judge: 4 verdicts to ask for, two for each pair of answers.\n"
    assert "     0     2       0  –                 left over right\n" in printed
    assert "2 of 2 (100 %, 34–100 %) pairs" in " ".join(printed.split())
    assert "It preferred whichever answer came first, in 4 of 4 verdicts" in " ".join(printed.split())
    prompts = [json.loads(request.body)["messages"][-1]["content"] for request in server_of_judge.received]
    assert "short" in prompts[0].partition("ANSWER B")[0]
    assert "much longer" in prompts[1].partition("ANSWER B")[0]
    assert "some-model" not in "".join(prompts)
    assert "other-model" not in "".join(prompts)


def test_what_was_judged_is_not_asked_again(history: History, server_of_judge: LoopbackServer) -> None:
    replies(server_of_judge, A, B, B, A)
    judge()

    code, printed, said = judge("--json")

    assert (code, said, len(server_of_judge.received)) == (0, "", 4)
    (told,) = json.loads(printed)["judges"]
    assert told["pairs"][0] | {"share": None, "interval": None} == {
        "first": "left",
        "second": "right",
        "wins": 1,
        "ties": 0,
        "losses": 1,
        "share": None,
        "interval": None,
    }
    assert told["longer"]["count"] == 1


def test_another_rubric_is_another_judge(history: History, server_of_judge: LoopbackServer, tmp_path: Path) -> None:
    rubric = tmp_path / "rubric.txt"
    rubric.write_text("Prefer what rhymes.")
    replies(server_of_judge, *[TIE] * 8)
    judge()

    _, printed, _ = judge("--rubric", str(rubric))

    assert "Judged by openai:judge (rubric " in printed
    assert "Prefer what rhymes." in server_of_judge.received[-1].body.decode()
    both = json.loads(diptych("judge", "x1", "--json").stdout)["judges"]
    assert [each["n"] for each in both] == [2, 2]


def test_a_failing_judge_is_asked_again_next_time(history: History, server_of_judge: LoopbackServer) -> None:
    server_of_judge.plan(*[json_answer(401, "{}")] * 2, key="judge")

    code, printed, said = judge("--stop-after-failures", "2")

    assert code == 1
    assert "2 requests to the judge failed: " in said
    assert "4 verdicts missing. Too many requests have failed. Ask for them with `diptych judge x1" in said
    assert "There are no verdicts yet" in printed
    replies(server_of_judge, A, B, A, B)
    assert judge()[0] == 0


def test_a_judge_without_verdicts_fails_and_may_be_asked_again(
    history: History, server_of_judge: LoopbackServer
) -> None:
    replies(server_of_judge, *["I had rather not."] * 8)
    code, printed, _ = judge()
    assert code == 1
    assert "2 pairs without a verdict" in printed
    assert judge()[0] == 0  # nothing is left to ask

    replies(server_of_judge, A, B, A, B)
    code, printed, _ = judge("--retry-failed")

    assert code == 0
    assert "without a verdict" not in printed


def test_a_budget_ends_it(history: History, server_of_judge: LoopbackServer, tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text("[endpoints.openai]\nprices = { input = 1.0, output = 1.0 }\n")

    code, _, said = judge("--budget", "0.0001", "--config", str(config))

    assert code == 3
    assert "The budget allows no more." in said


def test_agreement_with_the_votes_of_the_user(history: History, server_of_judge: LoopbackServer) -> None:
    history.put_vote(1, Vote("better", 1.0, "left", blind=True))
    history.put_vote(2, Vote("better", 2.0, "right"))
    replies(server_of_judge, A, B, B, A)

    _, printed, _ = judge()

    assert "Your votes: 2\n" in printed
    assert "Agreement with your votes: 2 of 2 pairs, Cohen's kappa 1.00 (1 of these votes were blind)." in " ".join(
        printed.split()
    )


def test_without_a_judge_nothing_is_asked(history: History) -> None:
    assert diptych("judge", "x1").stdout.startswith("There are no verdicts yet.")
    assert sentence("judge", "x1", "--budget", "1") == "--budget needs --judge, which says which model judges."


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("x9",), "There is no experiment x9 in the history."),
        (("7",), "'7' is not an experiment: write x and its number, or xlast for the newest."),
        (("x1", "--judge", "nobody:x"), "There is no endpoint 'nobody'."),
        (("x1", "--judge", "openai:judge", "--rubric", "/nowhere"), "The rubric /nowhere cannot be read: "),
        (("x1", "--judge", "openai:judge", "--rubric", "EMPTY"), "is empty."),
        (("x1", "--judge", "openai:judge", "--rubric", "BINARY"), "it is not UTF-8 text."),
        (("x1", "--judge", "openai:judge", "--rubric", "LONG"), "has more than 100,000 characters."),
        (("x1", "--judge", "openai:unknown", "--budget", "1"), "the prices of the judge openai:unknown are not known"),
    ],
)
def test_what_cannot_be_judged(
    history: History, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, arguments: tuple[str, ...], problem: str
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
    for name, content in (("EMPTY", b" \n"), ("BINARY", b"\xff"), ("LONG", b"x" * 100_001)):
        (tmp_path / name).write_bytes(content)
    given = [str(tmp_path / each) if (tmp_path / each).exists() else each for each in arguments]

    assert problem in sentence("judge", *given)


@pytest.fixture
def few_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """This process may have 18 files and connections open, which leaves two for connections."""
    resource = pytest.importorskip("resource", reason="Windows has no limit of open files")
    monkeypatch.setattr(resource, "getrlimit", lambda kind: (18, 18))
    monkeypatch.setattr(resource, "setrlimit", lambda kind, both: None)


@pytest.mark.usefixtures("history", "few_files")
def test_a_judge_with_more_connections_than_may_be_open(server_of_judge: LoopbackServer) -> None:
    problem = sentence("judge", "x1", "--judge", "openai:judge", "--concurrency", "3")
    assert problem == (
        "This needs 3 connections at a time, but this process may have only 18 files and connections open: raise that "
        "limit (ulimit -n), or use a smaller --concurrency."
    )
    assert server_of_judge.received == []

    replies(server_of_judge, A, B, A, B)
    assert diptych("judge", "x1", "--judge", "openai:judge", "--concurrency", "2").exit_code == 0
    assert diptych("judge", "x1", "--judge", "openai:other", "--concurrency", "3", "--demo").exit_code == 0


def test_a_judge_without_its_key(history: History, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)

    assert "OPENAI_API_KEY is not set, so the judge openai:judge cannot be asked" in sentence(
        "judge", "x1", "--judge", "openai:judge"
    )


# run --judge


@pytest.fixture
def asked(server_of_judge: LoopbackServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LoopbackServer:
    """A server that answers two repeats of two models."""
    monkeypatch.setenv("DIPTYCH_HISTORY", str(tmp_path / "new.db"))
    for model in ("a", "b"):
        server_of_judge.plan(*[Answer(chat(f"I am {model}."))] * 2, key=model)
    return server_of_judge


RUN = ("run", "Say hi", "-m", "openai:a", "-m", "openai:b", "--repeat", "2", "--judge", "openai:judge")


def test_a_judge_follows_the_answers(asked: LoopbackServer) -> None:
    replies(asked, A, A, A, A)

    result = diptych(*RUN, "--json")

    assert result.exit_code == 0
    whole = json.loads(result.stdout)
    assert (whole["models"]["openai:a"]["n"], whole["judges"][0]["flips"]["share"]) == (2, 1.0)
    assert "Then openai:judge judges every pair of complete answers in both orders: at most 4 requests" in result.stderr
    assert "x1, judged by openai:judge: 4 verdicts to ask for" in result.stderr


def test_the_text_ends_with_the_verdicts(asked: LoopbackServer) -> None:
    replies(asked, TIE, TIE, TIE, TIE)

    printed = diptych(*RUN).stdout

    assert "     0     2       0  –                 openai:a over openai:b\n" in printed
    assert "0 of 2 (0 %, 0–66 %) pairs" in " ".join(printed.split())


def test_a_judge_that_fails_makes_the_run_fail(asked: LoopbackServer) -> None:
    replies(asked, A, B)
    asked.plan(*[json_answer(401, "{}")] * 2, key="judge")

    result = diptych(*RUN, "--rows")

    assert result.exit_code == 1
    assert len(result.stdout.splitlines()) == 4
    assert "2 verdicts missing. Ask for them with `diptych judge x1 --judge openai:judge`." in result.stderr
    assert "Print the verdicts with `diptych judge x1`." in result.stderr
    replies(asked, A, B)
    assert diptych("run", "--resume", "x1", "--judge", "openai:judge").exit_code == 0


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        (("--no-history",), "--judge and --no-history cannot be used together"),
        (("--out", "part"), "--judge and --out cannot be used together"),
        (("--rubric", "/nowhere"), "The rubric /nowhere cannot be read"),
        (("--budget", "1"), "the prices of"),
    ],
)
def test_nothing_is_asked_if_the_judge_cannot_be(
    asked: LoopbackServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, more: tuple[str, ...], problem: str
) -> None:
    monkeypatch.chdir(tmp_path)

    assert problem in diptych(*RUN, *more).stderr
    assert asked.received == []


@pytest.mark.usefixtures("few_files")
def test_nothing_is_asked_if_the_judge_needs_more_connections_than_may_be_open(asked: LoopbackServer) -> None:
    result = diptych(*RUN, "--sequential")  # one answer at a time, but four verdicts

    assert result.exit_code == 2
    assert "This needs 4 connections at a time" in result.stderr
    assert asked.received == []


# Exports


@pytest.mark.parametrize("form", ["html", "md", "json", "jsonl", "csv", "parquet", "har"])
def test_an_experiment_is_exported(history: History, tmp_path: Path, form: str) -> None:
    result = diptych("export", "x1", "--format", form, "-o", str(tmp_path))

    file = tmp_path / f"diptych-x1.{form}"
    assert result.stderr == f"Wrote {file}\n"
    assert b"left" in file.read_bytes()
    assert "already exists" in sentence("export", "xlast", "-o", str(file))
    assert diptych("export", "x1", "--force", "-o", str(file)).exit_code == 0


def test_the_page_of_an_experiment_has_its_rounds(history: History, tmp_path: Path) -> None:
    file = tmp_path / "x1.html"
    diptych("export", "x1", "-o", str(file))
    page = file.read_text()

    assert page.count('<details class="round">') == 2
    assert "Round 1 · " in page
    history.delete(1)
    diptych("export", "x1", "--force", "-o", str(file))
    assert "The round of this answer is not in the history." in file.read_text()


def test_an_experiment_is_printed_as_rows(history: History) -> None:
    lines = diptych("export", "x1").stdout.splitlines()

    assert [json.loads(line)["case"] for line in lines] == ["one", "one", "two", "two"]


def test_what_cannot_be_exported(history: History, tmp_path: Path) -> None:
    assert sentence("export", "1", "--format", "csv") == "Only an experiment, such as x3, can be exported as csv."
    assert "There is no experiment x7" in sentence("export", "x7", "-o", str(tmp_path))
    assert "cannot be written" in sentence("export", "x1", "-o", str(tmp_path / "no" / "file.csv"))
