"""Rounds on disk: the history database, and recording files."""
