"""Reads files that go with a prompt, finds out what they are, and recognizes their paths."""
