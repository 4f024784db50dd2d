"""Runs a Ray of two CPUs on the loopback interface, until its standard input ends. Prints its address."""

import sys
import tempfile

import ray


def main() -> None:
    """Run it."""
    with tempfile.TemporaryDirectory(prefix="ray-", dir="/tmp") as folder:
        ray.init(
            address="local",
            num_cpus=2,
            include_dashboard=False,
            log_to_driver=False,
            object_store_memory=100_000_000,
            _node_ip_address="127.0.0.1",
            _temp_dir=folder,
        )
        print(ray.get_runtime_context().gcs_address, folder, flush=True)
        sys.stdin.read()
        ray.shutdown()


main()
