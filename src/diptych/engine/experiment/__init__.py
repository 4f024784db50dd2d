"""Asks the rounds of an experiment: in their order, some at once, within its limits."""
