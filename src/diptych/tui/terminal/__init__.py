"""The terminal below Textual: reads what is typed and pasted, and restores the terminal however the program ends."""
