"""Simulated models: an HTTP transport that answers like a server of any of the three APIs."""
