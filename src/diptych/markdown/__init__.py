"""Reads Markdown: the blocks line by line, the content of each leaf by markdown-it. Knows nothing of rows."""
