"""The figures of a run: times, token usage, cost, stalls and writing speed, each defined in one place."""
