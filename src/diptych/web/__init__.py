"""Serves the app to a browser, through textual-serve."""
