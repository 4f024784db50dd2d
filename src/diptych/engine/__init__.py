"""Asks both sides at once, on an event loop of their own, and keeps the session."""
