"""Secrets: values that never show themselves, their patterns, and how they are kept out of requests and answers."""
