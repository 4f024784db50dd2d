"""Sentences for users: what an event means, and how a run ended."""
