"""The terminal underneath Textual: what is typed and pasted, and that it is given back however the program stops."""
