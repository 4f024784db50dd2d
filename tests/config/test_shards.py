"""The part that a scheduler gives to a process."""

import pytest

from diptych.config.shards import shard_from_environment
from diptych.core.experiment.order import Shard


@pytest.mark.parametrize(
    ("environment", "shard"),
    [
        ({"JOB_COMPLETION_INDEX": "0", "JOB_COMPLETIONS": "8"}, Shard(1, 8)),
        ({"JOB_COMPLETION_INDEX": "7", "JOB_COMPLETIONS": "8"}, Shard(8, 8)),
        ({"SLURM_ARRAY_TASK_ID": "1", "SLURM_ARRAY_TASK_MIN": "1", "SLURM_ARRAY_TASK_COUNT": "4"}, Shard(1, 4)),
        ({"SLURM_ARRAY_TASK_ID": "3", "SLURM_ARRAY_TASK_MIN": "0", "SLURM_ARRAY_TASK_COUNT": "4"}, Shard(4, 4)),
        (
            {
                "SLURM_ARRAY_TASK_ID": "5",
                "SLURM_ARRAY_TASK_MIN": "1",
                "SLURM_ARRAY_TASK_STEP": "2",
                "SLURM_ARRAY_TASK_COUNT": "4",
            },
            Shard(3, 4),
        ),
    ],
)
def test_schedulers_name_the_part(environment: dict[str, str], shard: Shard) -> None:
    assert shard_from_environment(environment) == shard


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({}, "--shard auto needs JOB_COMPLETION_INDEX .* in the environment: elsewhere write --shard 2/8"),
        ({"JOB_COMPLETION_INDEX": "1"}, "JOB_COMPLETIONS is not set. Set it to the completions of the job"),
        ({"JOB_COMPLETION_INDEX": "-1", "JOB_COMPLETIONS": "2"}, "JOB_COMPLETION_INDEX is '-1'. Write --shard 2/8"),
        ({"JOB_COMPLETION_INDEX": "2", "JOB_COMPLETIONS": "2"}, "asks for part 3 of 2, which does not exist"),
        (
            {"SLURM_ARRAY_TASK_ID": "1", "SLURM_ARRAY_TASK_MIN": "2", "SLURM_ARRAY_TASK_COUNT": "4"},
            "asks for part 0 of 4",
        ),
    ],
)
def test_an_environment_that_names_none(environment: dict[str, str], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        shard_from_environment(environment)
