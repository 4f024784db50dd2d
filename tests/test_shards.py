"""Parts of an experiment in processes of their own: killed, gone on with, and merged, with nothing asked twice."""

import json
from pathlib import Path

import pytest

from diptych.store.history import History
from tests.support.answers import Answer, Gate
from tests.support.command import diptych, pointed_at, started
from tests.support.loopback import LoopbackServer
from tests.support.streams import chat

CASES = [f"case-{number}" for number in range(4)]


@pytest.fixture
def environment(tmp_path: Path, server: LoopbackServer) -> dict[str, str]:
    (tmp_path / "cases.jsonl").write_text("".join(f'{{"id": "{case}", "prompt": "Ask {case}"}}\n' for case in CASES))
    home = {"HOME": str(tmp_path), "DIPTYCH_HISTORY": str(tmp_path / "history.db"), "OPENAI_API_KEY": "sk-oai-planted"}
    return pointed_at(server) | home


def part(tmp_path: Path, shard: str, folder: str) -> list[str]:
    """The command that asks a part."""
    asked = ["--set", str(tmp_path / "cases.jsonl"), "-m", "openai:m", "--repeat", "2"]
    return ["run", *asked, "--shard", shard, "--out", str(tmp_path / folder), "--yes", "--rows", "--region", "lab"]


def prompts(server: LoopbackServer) -> list[str]:
    """What the server was asked."""
    return [str(request.json["messages"][-1]["content"]) for request in server.received]


def test_a_part_that_is_killed_asks_the_rest_when_it_is_run_again(
    tmp_path: Path, server: LoopbackServer, environment: dict[str, str]
) -> None:
    whole = Answer(chat("Hel", "lo"))
    server.plan(whole, Answer([chat("Hel")[1], Gate("never")]), *[whole] * 7)
    with started(*part(tmp_path, "1/2", "one"), environment=environment) as killed:
        assert killed.stdout is not None
        first = json.loads(killed.stdout.readline())
        server.arrived(2)
        killed.kill()

    again = diptych(*part(tmp_path, "1/2", "one"), environment=environment)
    assert again.returncode == 0, again.stderr
    assert len(again.stdout.splitlines()) == 3
    other = diptych(*part(tmp_path, "2/2", "two"), environment=environment)
    assert other.returncode == 0, other.stderr
    merged = diptych("merge", str(tmp_path / "one"), str(tmp_path / "two"), environment=environment)
    assert (merged.returncode, merged.stderr) == (0, b"")

    assert sorted(prompts(server)) == sorted(["Ask case-2", *[f"Ask {case}" for case in CASES] * 2])
    history = History(tmp_path / "history.db")
    rows = list(history.rows(history.experiment("x1")))
    assert [(row.case, row.repeat) for row in rows] == [(case, repeat) for repeat in (1, 2) for case in CASES]
    assert {(row.label, row.state, row.region) for row in rows} == {("openai:m", "complete", "lab")}
    assert (rows[0].shard, rows[1].shard, rows[0].response_id) == ("1/2", "2/2", first["response_id"])
    for row in rows:
        assert history.open(row.round or 0).prompt == f"Ask {row.case}"
    assert diptych(*part(tmp_path, "1/2", "one"), environment=environment).stdout == b""
    assert len(server.received) == 9
