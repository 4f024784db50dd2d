"""Turns the events of a recorded stream into the one object that answers a request without `stream`."""
