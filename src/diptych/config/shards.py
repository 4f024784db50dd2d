"""Which part of an experiment this process asks, where a scheduler of many machines says so."""

from collections.abc import Mapping

from diptych.core.experiment.order import Shard


def shard_from_environment(environment: Mapping[str, str]) -> Shard:
    """Return the part that an indexed job of Kubernetes or an array of Slurm gives to this process.

    Kubernetes sets `JOB_COMPLETION_INDEX`, from 0, and leaves it to the manifest to set `JOB_COMPLETIONS`, how many
    there are. Slurm sets `SLURM_ARRAY_TASK_ID`, and describes the array by its count, its least ID and its step.
    Raises `ValueError` with a sentence for users.
    """
    if "JOB_COMPLETION_INDEX" in environment:
        index = _number(environment, "JOB_COMPLETION_INDEX")
        count = _number(environment, "JOB_COMPLETIONS", "Set it to the completions of the job, in its manifest")
    elif "SLURM_ARRAY_TASK_ID" in environment:
        task, least = (_number(environment, f"SLURM_ARRAY_TASK_{name}") for name in ("ID", "MIN"))
        step = _number(environment, "SLURM_ARRAY_TASK_STEP") if "SLURM_ARRAY_TASK_STEP" in environment else 1
        index, count = (task - least) // max(1, step), _number(environment, "SLURM_ARRAY_TASK_COUNT")
    else:
        raise ValueError(
            "--shard auto needs JOB_COMPLETION_INDEX (Kubernetes) or SLURM_ARRAY_TASK_ID (Slurm) in the environment: "
            "elsewhere write --shard 2/8."
        )
    if not 0 <= index < count:
        raise ValueError(f"The environment asks for part {index + 1} of {count}, which does not exist.")
    return Shard(index + 1, count)


def _number(environment: Mapping[str, str], name: str, hint: str = "Write --shard 2/8 instead of auto") -> int:
    value = environment.get(name, "")
    if not (value.isascii() and value.isdecimal() and len(value) < 10):
        raise ValueError(f"{name} is {repr(value) if value else 'not set'}. {hint}.")
    return int(value)
