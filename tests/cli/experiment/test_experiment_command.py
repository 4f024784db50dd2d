"""Experiments on the command line: what is sent, printed, recorded and resumed, and the exit codes."""

import json
import sqlite3
import xml.etree.ElementTree as ElementTree
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from diptych.cli import main
from tests.support.answers import Answer, json_answer
from tests.support.loopback import LoopbackServer
from tests.support.streams import CHAT_USAGE, DONE, chat, chunk

CONFIG = """
[endpoints.{name}]
api = "openai-chat"
base_url = "{url}/v1"
prices = {{ input = 1000000, output = 1000000 }}
"""


class Experimenter:
    """A user with a history, and with two endpoints, `a` and `b`, of a server whose tokens cost one dollar each."""

    def __init__(self, server: LoopbackServer, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.server = server
        self.history = folder / "history.db"
        self.config = folder / "config.toml"
        self.config.write_text("".join(CONFIG.format(name=name, url=server.url) for name in "ab"))
        monkeypatch.setenv("DIPTYCH_HISTORY", str(self.history))
        monkeypatch.setenv("DIPTYCH_CONFIG", str(self.config))

    def plan(self, model: str, *answers: Answer | str) -> None:
        """Answer the next requests for a model."""
        planned = [Answer(chat(answer)) if isinstance(answer, str) else answer for answer in answers]
        self.server.plan(*planned, key=model)

    def run(self, *arguments: str, stdin: str = "") -> Result:
        """Run an experiment with the models `a:x` and `b:y`."""
        return diptych("run", "--yes", "-m", "a:x", "-m", "b:y", *arguments, stdin=stdin)

    def stored(self) -> dict[tuple[str, int, str], dict[str, Any]]:
        """The rows in the history."""
        with closing(sqlite3.connect(self.history)) as connection:
            rows = [json.loads(text) for (text,) in connection.execute("SELECT row FROM answers")]
        return {(row["case"], row["repeat"], row["label"]): row for row in rows}

    @property
    def asked(self) -> list[str]:
        """The models that were asked, in order."""
        return [request.json["model"] for request in self.server.received]


def diptych(*arguments: str, stdin: str = "") -> Result:
    result = CliRunner().invoke(main, arguments, input=stdin, prog_name="diptych")
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
    return result


def sentence(*arguments: str) -> str:
    """Return the error of a command, which must be one line."""
    result = diptych(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.count("\n") == 1
    return result.stderr.removeprefix("Error: ").rstrip("\n")


def rows_of(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.fixture
def user(server: LoopbackServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Experimenter:
    return Experimenter(server, tmp_path, monkeypatch)


def test_each_answer_is_a_line_and_a_row_in_the_history(user: Experimenter) -> None:
    user.plan("x", "one", "two", "three")
    user.plan("y", "uno", "dos", json_answer(400, '{"error": {"message": "No."}}'))

    result = user.run("--repeat", "3", "--rows", "Say hi")

    assert result.exit_code == 1
    rows = rows_of(result)
    assert [(row["repeat"], row["label"]) for row in rows if row["repeat"] == 1] in (
        [(1, "a:x"), (1, "b:y")],
        [(1, "b:y"), (1, "a:x")],
    )
    assert {(row["case"], row["repeat"], row["label"]): row for row in rows} == user.stored()
    assert {(row["experiment"], row["round"]) for row in rows} == {(1, 1), (1, 2), (1, 3)}
    states = [row["state"] for row in sorted(rows, key=lambda row: (row["label"], row["repeat"]))]
    assert states == ["complete"] * 5 + ["failed"]
    failed = next(row for row in rows if row["state"] == "failed")
    assert failed["error"]["status"] == 400
    assert "x1: 6 answers.\n" in result.stderr


def test_everything_is_one_object_at_the_end(user: Experimenter) -> None:
    user.plan("x", "one", "two")
    user.plan("y", "uno", "dos")

    result = user.run("--repeat", "2", "--json", "Say hi")

    assert result.exit_code == 0
    found = json.loads(result.stdout)
    assert found["experiment"] == 1
    assert found["plan"]["repeats"] == 2
    assert [found["models"][label]["states"] for label in ("a:x", "b:y")] == [{"complete": 2}] * 2
    assert found["models"]["a:x"]["cost_usd"]["median"] == 11


def test_otherwise_the_figures_are_a_table(user: Experimenter) -> None:
    user.plan("x", "one")
    user.plan("y", "uno")

    result = user.run("Say hi")

    assert result.exit_code == 0
    assert "a:x · 1 answer · 1 complete\n" in result.stdout


def test_one_round_of_two_sides_is_what_it_always_was(user: Experimenter) -> None:
    user.plan("x", "one")
    user.plan("y", "uno")

    result = diptych("run", "-l", "a:x", "-r", "b:y", "--json", "Say hi")

    assert json.loads(result.stdout)["left"]["text"] == "one"
    assert user.stored() == {}


def test_models_one_after_another(user: Experimenter) -> None:
    user.plan("x", Answer([0.05, *chat("one")]), Answer([0.05, *chat("two")]))
    user.plan("y", "uno", "dos")

    assert user.run("--repeat", "2", "--sequential", "--no-history", "Say hi").exit_code == 0

    assert user.asked == ["x", "y", "y", "x"]


def test_a_warm_up_is_recorded_and_has_no_row(user: Experimenter) -> None:
    user.plan("x", "warm", "one")
    user.plan("y", "warm", "uno")

    result = user.run("--warm-up", "1", "--rows", "Say hi")

    assert [row["repeat"] for row in rows_of(result)] == [1, 1]
    assert {row["round"] for row in rows_of(result)} == {2}
    assert len(user.asked) == 4


def test_an_answer_that_fails_a_check_is_not_passed(user: Experimenter, tmp_path: Path) -> None:
    user.plan("x", "Paris, of course")
    user.plan("y", "London")
    report = tmp_path / "report.xml"

    result = user.run("--check", "contains=Paris", "--rows", "--junit", str(report), "What is the capital of France?")

    assert result.exit_code == 1
    assert {row["label"]: [check["passed"] for check in row["checks"]] for row in rows_of(result)} == {
        "a:x": [True],
        "b:y": [False],
    }
    suites = {suite.get("name"): suite for suite in ElementTree.parse(report).getroot()}  # noqa: S314 - our own
    assert {name: suite.get("failures") for name, suite in suites.items()} == {"a:x": "0", "b:y": "1"}


# Resuming


def test_only_what_is_missing_is_asked_again(user: Experimenter) -> None:
    refused = json_answer(400, "{}")
    user.plan("x", "one", refused)
    user.plan("y", "uno", refused, "tres")
    first = user.run("--repeat", "4", "--stop-after-failures", "1", "--rows", "Say hi")
    assert first.exit_code == 1
    assert "x1: 4 of 8 answers. Too many answers have failed. Ask for the rest with `diptych run --resume x1`." in (
        first.stderr
    )

    user.server.reset()
    user.plan("x", "three", "four")
    user.plan("y", "tres", "cuatro")
    second = diptych("run", "--resume", "x1", "--yes", "--stop-after-failures", "9", "--rows")

    assert second.exit_code == 1  # two of the answers had failed before
    assert {(row["repeat"], row["label"]) for row in rows_of(second)} == {
        (repeat, label) for repeat in (3, 4) for label in ("a:x", "b:y")
    }
    assert "x1: 8 answers, 4 of them are there already.\n" in second.stderr

    user.server.reset()
    user.plan("x", "two")
    user.plan("y", "dos")
    third = diptych("run", "--resume", "x1", "--yes", "--retry-failed", "--json")

    assert third.exit_code == 0
    assert len(user.asked) == 2
    assert {row["state"] for row in user.stored().values()} == {"complete"}
    assert json.loads(third.stdout)["models"]["a:x"]["n"] == 4


def test_what_is_whole_asks_nothing(user: Experimenter) -> None:
    user.plan("x", "one")
    user.plan("y", "uno")
    user.run("Say hi")

    result = diptych("run", "--resume", "xlast")

    assert result.exit_code == 0
    assert len(user.asked) == 2
    assert "a:x · 1 answer · 1 complete\n" in result.stdout


def test_an_answer_that_was_recorded_without_its_row_gets_it_from_the_recording(user: Experimenter) -> None:
    user.plan("x", "one")
    user.plan("y", "uno")
    user.run("--check", "contains=one", "Say hi")
    before = user.stored()
    with closing(sqlite3.connect(user.history)) as connection:
        connection.execute("DELETE FROM answers")
        connection.commit()

    result = diptych("run", "--resume", "x1", "--rows")

    assert result.exit_code == 1
    assert len(user.asked) == 2
    assert {(row["case"], row["repeat"], row["label"]): row for row in rows_of(result)} == user.stored()
    for key, row in user.stored().items():
        assert row | {"waited": 0.0, "first_event": None} == before[key] | {"waited": 0.0, "first_event": None}


def test_a_model_whose_endpoint_is_gone_cannot_be_resumed(user: Experimenter) -> None:
    user.plan("x", "one")
    user.plan("y", json_answer(400, "{}"))
    user.run("Say hi")
    user.config.write_text(CONFIG.format(name="a", url=user.server.url))

    assert sentence("run", "--resume", "x1", "--retry-failed") == (
        "x1 cannot be resumed: the endpoint of b:y is gone or has a problem."
    )


def test_what_was_simulated_stays_simulated(user: Experimenter) -> None:
    diptych("run", "--demo", "--repeat", "1", "-m", "a:x", "--no-history", "hi")
    assert diptych("run", "--demo", "-m", "a:hi", "-m", "b:hi", "hi", "--rows").exit_code == 0

    assert diptych("run", "--resume", "x1", "--retry-failed").exit_code == 0

    assert user.asked == []


def test_a_demo_does_not_resume_what_was_real(user: Experimenter) -> None:
    user.plan("x", "one")
    user.plan("y", "uno")
    user.run("Say hi")

    assert sentence("run", "--resume", "x1", "--demo") == (
        "--demo cannot be used with --resume x1, which asks a:x for real."
    )


# Limits


def test_the_budget_ends_an_experiment(user: Experimenter) -> None:
    user.plan("x", *["one"] * 9)
    user.plan("y", *["uno"] * 9)

    result = user.run("--repeat", "9", "--budget", "300", "--max-tokens", "50", "--rows", "Say hi")

    assert result.exit_code == 3
    assert 2 <= len(user.asked) < 18
    assert sum(float(row["cost_usd"]) for row in rows_of(result)) <= 300
    assert "The budget allows no more. Ask for the rest with `diptych run --resume x1`." in result.stderr

    again = diptych("run", "--resume", "x1", "--yes", "--budget", "5000", "--rows")
    assert again.exit_code == 0
    assert len(user.asked) == 18


def test_a_budget_counts_what_was_killed_at_its_most(user: Experimenter) -> None:
    user.plan("x", *["one"] * 9)
    user.plan("y", *["uno"] * 9)
    user.run("--repeat", "3", "--max-tokens", "50", "Say hi")
    with closing(sqlite3.connect(user.history)) as connection:  # as if the program had been killed in the second round
        connection.execute("DELETE FROM answers WHERE repeat > 1")
        connection.execute("DELETE FROM rounds WHERE repeat > 2")
        connection.execute("UPDATE runs SET state = NULL, cost_usd = NULL WHERE round = 2")
        connection.commit()
    asked = len(user.asked)

    result = diptych("run", "--resume", "x1", "--yes", "--budget", "300")

    assert result.exit_code == 3
    assert len(user.asked) == asked, "what two requests cost at most is more than what is left"
    assert diptych("run", "--resume", "x1", "--yes", "--budget", "900").exit_code == 0


def test_a_budget_needs_prices(user: Experimenter) -> None:
    user.config.write_text(CONFIG.format(name="a", url=user.server.url).rpartition("prices")[0])

    result = diptych("run", "--yes", "-m", "a:x", "--budget", "1", "--repeat", "2", "hi")

    assert result.exit_code == 2
    assert "--budget cannot be kept, as the prices of a:x are not known" in result.stderr
    assert not user.history.exists()


# What is refused


def test_options_that_exclude_each_other(user: Experimenter, tmp_path: Path) -> None:
    both = "cannot be used together"
    assert both in sentence("run", "--repeat", "2", "--json", "--rows", "hi")
    assert both in sentence("run", "--resume", "x1", "--no-history")
    assert both in sentence("run", "--resume", "x1", "Say hi")
    assert (
        sentence("run", "--resume", "x1")
        == f"There is no history at {user.history} yet: it begins with the first prompt."
    )
    assert sentence("run", "--shard", "1/2", "hi") == "--shard needs --out, the folder in which this part is written."
    missing = tmp_path / "missing" / "report.xml"
    assert sentence("run", "--repeat", "2", "--junit", str(missing), "hi") == (
        f"--junit: there is no folder {missing.parent}."
    )


def test_an_experiment_that_is_not_there(user: Experimenter) -> None:
    diptych("run", "--demo", "-m", "a:x", "hi")

    assert sentence("run", "--resume", "x9") == "There is no experiment x9 in the history."
    assert sentence("run", "--resume", "3").startswith("'3' is not an experiment: write x and its number, or xlast")


def test_nothing_is_sent_if_one_case_must_not_be(user: Experimenter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-very-secret-and-long-0123456789")
    cases = '{"id": "one", "prompt": "hi"}\n{"id": "two", "prompt": "sk-very-secret-and-long-0123456789"}\n'

    result = user.run("--set", "-", stdin=cases)

    assert result.exit_code == 2
    assert "Case two: The prompt holds the secret in OPENAI_API_KEY, which is never sent or kept" in result.stderr
    assert user.asked == []


def test_a_key_that_is_missing(user: Experimenter) -> None:
    assert "OPENAI_API_KEY is not set, so openai:z cannot be asked" in sentence("run", "-m", "openai:z", "hi")


# Parts in folders


def test_parts_make_the_whole_and_are_continued(user: Experimenter, tmp_path: Path) -> None:
    user.plan("x", *["one"] * 4)
    user.plan("y", *["uno"] * 3, json_answer(400, "{}"))
    folder = tmp_path / "part"
    asked = ("--repeat", "8", "--shard", "2/2", "--out", str(folder), "--rows", "Say hi")

    first = user.run(*asked)
    assert first.exit_code == 1
    assert [row["repeat"] for row in rows_of(first)] == [2, 2, 4, 4, 6, 6, 8, 8]
    assert {(row["experiment"], row["shard"]) for row in rows_of(first)} == {(None, "2/2")}
    assert not user.history.exists()

    user.plan("y", "dos")
    again = user.run(*asked)
    assert (again.exit_code, rows_of(again)) == (1, [])
    assert len((folder / "rows.jsonl").read_text().splitlines()) == 8


# Hostile servers


HOSTILE = "\ud800\x1b[31m\u202e\x00</testcase>&\ufffe"


@pytest.mark.parametrize("form", ["--rows", "--json", "--no-live"])
def test_what_a_hostile_server_sends_is_an_answer_like_any_other(user: Experimenter, tmp_path: Path, form: str) -> None:
    user.plan(
        "x", Answer([chunk({"content": HOSTILE}), chunk({}, HOSTILE, id=HOSTILE, model=HOSTILE), CHAT_USAGE, DONE])
    )
    user.plan("y", json_answer(400, json.dumps({"error": {"message": HOSTILE}})))
    report = tmp_path / "report.xml"

    result = user.run("--check", "contains=never", "--check", "equals=x", form, "--junit", str(report), "Say hi")

    assert result.exit_code == 1
    assert not {"\x1b", "\x00", "\u202e"} & set(result.output)
    suites = {suite.get("name"): suite for suite in ElementTree.parse(report).getroot()}  # noqa: S314 - our own
    assert {name: (suite.get("failures"), suite.get("errors")) for name, suite in suites.items()} == {
        "a:x": ("1", "0"),
        "b:y": ("0", "1"),
    }
    again = json.loads(diptych("run", "--resume", "x1", "--json").stdout)
    assert [again["models"][label]["states"] for label in ("a:x", "b:y")] == [{"complete": 1}, {"failed": 1}]
