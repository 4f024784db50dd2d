"""Checks of answers: evaluates those of an experiment, patterns and schemas in a process that can be ended."""
