"""One event opened whole."""
