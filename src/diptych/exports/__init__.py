"""Writes experiments of the history to files, for the command line and the screen."""
