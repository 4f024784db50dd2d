"""What an event list shows of a run: which lines, in which rows, and what is found in them. Nothing here draws."""
