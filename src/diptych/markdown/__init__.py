"""Parses Markdown: blocks line by line, and the inline content of each leaf with markdown-it. Does no layout."""
