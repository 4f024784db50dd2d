"""The request of a run as a `curl` command."""
