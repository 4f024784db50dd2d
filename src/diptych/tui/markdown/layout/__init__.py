"""Lays out Markdown: each leaf becomes a block of rows, and each row a list of spans that know their source."""
