"""Asks models: a session keeps the conversation, a scheduler streams its runs in a separate thread."""
