"""Asks without a screen, for scripts and pipes."""
