"""Secrets: values that are never shown, patterns of keys, and how both are kept out of requests and answers."""
