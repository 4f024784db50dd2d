"""Reads what other programs captured, as recordings."""
