"""Asks models: a session keeps the conversation, a scheduler streams its runs on a thread of their own."""
