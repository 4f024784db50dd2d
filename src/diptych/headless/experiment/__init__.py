"""Runs an experiment without a screen: shows how far it has come, prints its rows and what it found."""
