"""The cluster that `--ray` names."""

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import TYPE_CHECKING

from diptych.cli.ask_options import AskOptions
from diptych.cli.experiment.asked_experiment import AskedExperiment
from diptych.cli.experiment.option_types import RAY_OF_THIS_MACHINE
from diptych.codec.plan_object import plan_object
from diptych.core.json_text import to_json

if TYPE_CHECKING:
    from diptych.cluster.cluster import Cluster


@contextmanager
def chosen_cluster(asked: AskedExperiment, options: AskOptions, spent: Decimal) -> Iterator["Cluster"]:
    """Connect to the cluster that an experiment is to be asked with. `spent` is what has been spent of its budget.

    Raises `ClusterError`.
    """
    address = asked.options.ray
    from diptych.cluster.cluster import Cluster
    from diptych.cluster.jobs import WorkerSetup

    limits = asked.limits
    setup = WorkerSetup(
        to_json(plan_object(asked.plan)),
        asked.digest,
        asked.options.region,
        options.config.absolute() if options.config else None,
        options.insecure,
        options.timeout,
        options.seed,
        options.memory * 1_000_000 // limits.concurrency,
    )
    where = None if address == RAY_OF_THIS_MACHINE else address
    cluster = Cluster(where, setup, limits.concurrency, limits.budget, spent)
    try:
        yield cluster
    finally:
        cluster.close()
