"""What goes wrong with a cluster."""


class ClusterError(Exception):
    """A cluster cannot be used, or not any more. The message is a sentence for users."""


class WorkerLostError(Exception):
    """A worker ended, or cannot be reached any more."""
