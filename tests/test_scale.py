"""The examples of docs/how-to/scale.md: the shell script runs, and the files for schedulers can be read by them."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from diptych.config.shards import shard_from_environment
from diptych.core.experiment.order import Shard
from diptych.store.history import History

PAGE = Path(__file__).parents[1] / "docs" / "how-to" / "scale.md"
BASH = shutil.which("bash") or ""
if not BASH or not PAGE.exists():
    pytest.skip("there is no bash, or no page", allow_module_level=True)


def block(language: str, beginning: str) -> str:
    """Return the first code block of a language that begins with these words."""
    blocks: list[str] = re.findall(rf"^```{language}\n(.*?)^```$", PAGE.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    return next(found for found in blocks if found.startswith(beginning))


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Return the environment of a shell that finds the installed command, and a history of its own."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return {"PATH": path, "HOME": str(tmp_path), "DIPTYCH_HISTORY": str(tmp_path / "history.db"), "LANG": "C.UTF-8"}


def test_the_parts_of_the_shell_script_become_one_experiment(tmp_path: Path, environment: dict[str, str]) -> None:
    script = block("sh", "cat > cases.jsonl")
    done = subprocess.run(
        [BASH, "-eu", "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120
    )

    assert done.returncode == 0, done.stderr
    assert "Merged 20 answers of 4 folders into experiment x1." in done.stdout
    assert "10 answers · 10 complete" in done.stdout
    history = History(tmp_path / "history.db")
    rows = list(history.rows(history.experiment("x1")))
    assert [(row.case, row.repeat) for row in rows][::2] == [
        (case, repeat) for repeat in range(1, 6) for case in ("france", "spain")
    ]
    assert [row.shard for row in rows][::2] == ["1/4", "2/4", "3/4", "4/4"] * 2 + ["1/4", "2/4"]
    for row in rows:
        assert row.round is not None
        assert history.open(row.round).run(row.label).ended


def test_the_slurm_script_can_be_read(tmp_path: Path, environment: dict[str, str]) -> None:
    script = tmp_path / "experiment.sbatch"
    script.write_text(block("bash", "#!/bin/bash"))

    subprocess.run([BASH, "-n", str(script)], check=True)
    array = re.search(r"^#SBATCH --array=(\d+)-(\d+)$", script.read_text(), re.MULTILINE)
    assert array is not None
    first, last = int(array[1]), int(array[2])
    variables = {"SLURM_ARRAY_TASK_MIN": str(first), "SLURM_ARRAY_TASK_COUNT": str(last - first + 1)}
    parts = [shard_from_environment({**variables, "SLURM_ARRAY_TASK_ID": str(each)}) for each in range(first, last + 1)]
    assert parts == [Shard(number, 8) for number in range(1, 9)]


def test_the_job_of_kubernetes_can_be_read() -> None:
    job = yaml.safe_load(block("yaml", "apiVersion: batch/v1"))
    (container,) = job["spec"]["template"]["spec"]["containers"]
    variables = {each["name"]: each.get("value") for each in container["env"]}

    assert (job["kind"], job["spec"]["completionMode"]) == ("Job", "Indexed")
    assert variables["JOB_COMPLETIONS"] == str(job["spec"]["completions"])
    assert job["spec"]["template"]["spec"]["restartPolicy"] == "Never", "as backoffLimitPerIndex wants it"
    subprocess.run([BASH, "-n", "-c", *container["args"]], check=True)
    volumes = {each["name"] for each in job["spec"]["template"]["spec"]["volumes"]}
    assert {each["name"] for each in container["volumeMounts"]} == volumes
    index = {"JOB_COMPLETION_INDEX": "0", "JOB_COMPLETIONS": variables["JOB_COMPLETIONS"]}
    assert shard_from_environment(index) == Shard(1, 8)
