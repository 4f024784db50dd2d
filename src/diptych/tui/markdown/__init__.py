"""Markdown as it streams: blocks read line by line, inline content leaf by leaf, rows laid out as they change."""
